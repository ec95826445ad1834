/** JSON values as schemas look at them. @see santhosh-tekuri/jsonschema v6.0.3 util.go */
import { isList, isMap, type Value } from '../../gostd/index.ts';
import { compareDecimals, decimalOf } from './decimal.ts';
import type { JsonType } from './node.ts';

/** The type that a value has in JSON; integers are numbers. */
export function jsonTypeOf(value: Value): JsonType {
  if (value === null || value === undefined) {
    return 'null';
  }
  if (isMap(value)) {
    return 'object';
  }
  if (isList(value)) {
    return 'array';
  }
  return typeof value === 'boolean' ? 'boolean' : typeof value === 'string' ? 'string' : 'number';
}

/** Whether two values are the same; numbers are compared exactly, whatever they are kept as. */
export function equals(a: Value, b: Value): boolean {
  if (isMap(a)) {
    const keys = Object.keys(a);
    return isMap(b) && keys.length === Object.keys(b).length && keys.every((key) => key in b && equals(a[key], b[key]));
  }
  if (isList(a)) {
    return isList(b) && a.length === b.length && a.every((item, index) => equals(item, b[index]));
  }
  const [left, right] = [decimalOf(a), decimalOf(b)];
  return left === undefined || right === undefined ? a === b : compareDecimals(left, right) === 0;
}

/** Indexes of the first two items that are equal; the later one is the first that has an equal. */
export function duplicates(array: readonly Value[]): [number, number] | [] {
  for (const [later, item] of array.entries()) {
    const earlier = array.slice(0, later).findIndex((other) => equals(item, other));
    if (earlier >= 0) {
      return [earlier, later];
    }
  }
  return [];
}
