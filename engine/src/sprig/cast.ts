import { GoInt, GoPointer, GoScalar, parseFloat, parseInt, type Value } from '../gostd/index.ts';

const minInt64 = -(2n ** 63n);

/**
 * A value as int64, and 0 where it is none: numbers are cut, strings are read in the base their prefix says
 * (`010` is 8), bools count as 0 and 1.
 *
 * @see spf13/cast v1.7.0 caste.go, ToInt64E
 */
export function toInt64(value: Value): bigint {
  switch (typeof value) {
    case 'number':
      return truncate(value);
    case 'boolean':
      return value ? 1n : 0n;
    case 'string':
      return integerIn(trimZeroDecimal(value));
    default:
      break;
  }
  if (value instanceof GoInt) {
    return isPlain(value) ? BigInt.asIntN(64, value.value) : 0n;
  }
  if (value instanceof GoScalar) {
    return value.type.name === 'float32' && typeof value.value === 'number' ? truncate(value.value) : 0n;
  }
  return value instanceof GoPointer && value.elem !== undefined ? toInt64(value.elem) : 0n;
}

/**
 * A value as float64, and 0 where it is none.
 *
 * @see spf13/cast v1.7.0 caste.go, ToFloat64E
 */
export function toFloat64(value: Value): number {
  switch (typeof value) {
    case 'number':
      return value;
    case 'boolean':
      return value ? 1 : 0;
    case 'string':
      return floatIn(value);
    default:
      break;
  }
  if (value instanceof GoInt) {
    return isPlain(value) ? Number(value.value) : 0;
  }
  if (value instanceof GoScalar) {
    return value.type.name === 'float32' && typeof value.value === 'number' ? value.value : 0;
  }
  return value instanceof GoPointer && value.elem !== undefined ? toFloat64(value.elem) : 0;
}

/** Integers of named types are unknown to cast, months and days of the week apart. */
function isPlain(value: GoInt): boolean {
  const name = value.type?.name;
  return (name === undefined || name === 'time.Month' || name === 'time.Weekday') && value.kind !== 'uintptr';
}

/** As processors of the amd64 family convert: what does not fit is the lowest integer. */
function truncate(value: number): bigint {
  if (!Number.isFinite(value) || value >= 2 ** 63 || value < -(2 ** 63)) {
    return minInt64;
  }
  return BigInt(Math.trunc(value));
}

/** `1.00` without its zeros; any other text as it is. */
function trimZeroDecimal(text: string): string {
  const zeros = /\.?0*$/.exec(text)?.[0] ?? '';
  return zeros.length > 1 && zeros.startsWith('.') ? text.slice(0, -zeros.length) : text;
}

function integerIn(text: string): bigint {
  const { value, error } = parseInt(text, 0, 64);
  return error === undefined ? value : 0n;
}

function floatIn(text: string): number {
  const { value, error } = parseFloat(text);
  return error === undefined ? value : 0;
}
