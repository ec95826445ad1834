import { int64, newMap, type Value } from '../gostd/index.ts';
import { encode } from '../yaml/index.ts';
import { isRecord } from '../support/index.ts';

/** An object of a cluster as YAML, keys sorted. Whole numbers are written as such, as the API server means them. */
export function toYaml(object: object): string {
  return encode(toValue(object));
}

/** JSON of a cluster as Go reads it: whole numbers are int64. */
export function toValue(value: unknown): Value {
  if (isRecord(value)) {
    return newMap(Object.entries(value).map(([key, item]) => [key, toValue(item)]));
  }
  if (Array.isArray(value)) {
    return value.map(toValue);
  }
  switch (typeof value) {
    case 'number':
      return Number.isSafeInteger(value) ? int64(value) : value;
    case 'string':
    case 'boolean':
      return value;
    default:
      return null;
  }
}
