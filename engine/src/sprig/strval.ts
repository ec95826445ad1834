import { bytesIn, fromBytes, GoSlice, itemsOf, sprint, type Value } from '../gostd/index.ts';
import { isNil } from './define.ts';

/**
 * A value as a string: bytes as text, everything else as `%v` prints it.
 *
 * @see Masterminds/sprig v3.3.0 strings.go, strval
 */
export function strval(value: Value): string {
  if (typeof value === 'string') {
    return value;
  }
  if (value instanceof GoSlice && value.type.elem?.kind === 'uint8') {
    return fromBytes(bytesIn(value));
  }
  return sprint([value ?? null]);
}

/** Whether a value is a `[]string`, which some functions hand back as it is. */
export function isStrings(value: Value): value is GoSlice {
  return value instanceof GoSlice && value.type.name === '[]string' && !value.isNil;
}

/**
 * The items of a list as strings, less the nil ones; of anything else, a list of it.
 *
 * @see Masterminds/sprig v3.3.0 strings.go, strslice
 */
export function strslice(value: Value): string[] {
  const items = itemsOf(value);
  if (items === undefined) {
    return isNil(value) ? [] : [strval(value)];
  }
  return items.filter((item) => !isNil(item)).map(strval);
}
