import { GoFunc, GoInt, GoPointer, GoScalar, GoSlice, GoStruct, isList, type Value } from '../gostd/index.ts';

/**
 * Whether a value is its kind's zero: nil, false, 0, `""`, no items, no keys. A struct never is.
 *
 * @see Masterminds/sprig v3.3.0 defaults.go, empty
 */
export function isEmpty(value: Value): boolean {
  switch (typeof value) {
    case 'undefined':
      return true;
    case 'boolean':
      return !value;
    case 'number':
      return value === 0;
    case 'string':
      return value === '';
    default:
      break;
  }
  if (value === null) {
    return true;
  }
  if (value instanceof GoInt) {
    return value.value === 0n;
  }
  if (isList(value)) {
    return value.length === 0;
  }
  if (value instanceof GoSlice) {
    return value.items.length === 0;
  }
  if (value instanceof GoScalar) {
    const scalar = value.value;
    return typeof scalar === 'object' ? scalar.re === 0 && scalar.im === 0 : isEmpty(scalar);
  }
  if (value instanceof GoPointer) {
    return value.elem === undefined;
  }
  if (value instanceof GoStruct || value instanceof GoFunc) {
    return false;
  }
  return Object.keys(value).length === 0;
}
