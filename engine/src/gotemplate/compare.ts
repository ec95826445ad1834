import {
  compareStrings,
  formatValue,
  GoFunc,
  GoInt,
  GoPointer,
  GoScalar,
  GoStruct,
  deepEqual,
  isNilValue,
  typeOf,
  type Value,
} from '../gostd/index.ts';
import { GoError } from './func.ts';

/** What comparisons look at. @see Go 1.26 text/template/funcs.go, basicKind */
type Basic =
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'int' | 'uint'; readonly value: bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'complex'; readonly re: number; readonly im: number };

function basicOf(value: Value): Basic | undefined {
  switch (typeof value) {
    case 'boolean':
      return { kind: 'bool', value };
    case 'number':
      return { kind: 'float', value };
    case 'string':
      return { kind: 'string', value };
    default:
      break;
  }
  if (value instanceof GoInt) {
    return { kind: value.kind.startsWith('u') ? 'uint' : 'int', value: value.value };
  }
  if (value instanceof GoScalar) {
    return typeof value.value === 'object'
      ? { kind: 'complex', re: value.value.re, im: value.value.im }
      : basicOf(value.value);
  }
  return undefined;
}

/**
 * Whether the first value equals any of the others.
 *
 * @throws GoError for types that do not compare
 * @see Go 1.26 text/template/funcs.go, eq
 */
export function equalsAny(first: Value, others: readonly Value[]): boolean {
  if (others.length === 0) {
    throw new GoError('missing argument for comparison');
  }
  return others.some((other) => equals(first, other));
}

function equals(a: Value, b: Value): boolean {
  if (typeof a === 'string' && typeof b === 'string') {
    return a === b;
  }
  const left = basicOf(a);
  const right = basicOf(b);
  if (left?.kind !== right?.kind) {
    if (isIntegral(left) && isIntegral(right)) {
      return left.value === right.value;
    }
    if (isValid(a) && isValid(b)) {
      throw incompatible(a, b);
    }
    return false;
  }
  if (left === undefined || right === undefined) {
    return equalsOther(a, b);
  }
  return left.kind === 'complex'
    ? right.kind === 'complex' && left.re === right.re && left.im === right.im
    : right.kind !== 'complex' && left.value === right.value;
}

/** Values that are no numbers, strings or bools: nil, and what Go can compare by identity. */
function equalsOther(a: Value, b: Value): boolean {
  const left = typeOf(a);
  const right = typeOf(b);
  if (left.kind !== right.kind && isValid(a) && isValid(b)) {
    throw new GoError(
      `non-comparable types ${formatValue('s', a)}: ${left.name}, ${right.name}: ${formatValue('v', b)}`,
    );
  }
  if (isNilValue(a) || isNilValue(b)) {
    return isNilValue(a) === isNilValue(b);
  }
  if (b instanceof GoPointer) {
    return a === b;
  }
  if (b instanceof GoStruct) {
    return deepEqual(a, b);
  }
  if (b instanceof GoFunc) {
    throw new GoError(`non-comparable type ${formatValue('v', b)}: ${right.name}`);
  }
  throw new GoError(`non-comparable type ${formatValue('s', b)}: ${right.name}`);
}

/** `a < b`. @throws GoError @see Go 1.26 text/template/funcs.go, lt */
export function isLess(a: Value, b: Value): boolean {
  const left = basicOf(a);
  const right = basicOf(b);
  if (left === undefined || right === undefined) {
    throw new GoError('invalid type for comparison');
  }
  if (left.kind !== right.kind) {
    if (isIntegral(left) && isIntegral(right)) {
      return left.value < right.value;
    }
    throw incompatible(a, b);
  }
  if (left.kind === 'bool' || left.kind === 'complex' || right.kind === 'bool' || right.kind === 'complex') {
    throw new GoError('invalid type for comparison');
  }
  return typeof left.value === 'string' && typeof right.value === 'string'
    ? compareStrings(left.value, right.value) < 0
    : left.value < right.value;
}

function isIntegral(basic: Basic | undefined): basic is { readonly kind: 'int' | 'uint'; readonly value: bigint } {
  return basic?.kind === 'int' || basic?.kind === 'uint';
}

function isValid(value: Value): boolean {
  return value !== null && value !== undefined;
}

function incompatible(a: Value, b: Value): GoError {
  return new GoError(`incompatible types for comparison: ${typeOf(a).name} and ${typeOf(b).name}`);
}
