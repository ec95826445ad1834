import { fromBytes } from './bytes.ts';
import { boolType, float64Type, interfaceType, mapStringInterface, sliceOfInterface, stringType } from './types.ts';
import {
  bytesIn,
  GoFunc,
  GoInt,
  GoPointer,
  GoScalar,
  GoSlice,
  GoStruct,
  type GoType,
  type IntKind,
  isList,
  type Kind,
  mapType,
  nilMap,
  type Value,
} from './value.ts';

const invalidType: GoType = { kind: 'invalid', name: '<nil>' };
const intTypes: Readonly<Record<IntKind, GoType>> = {
  int: { kind: 'int', name: 'int' },
  int8: { kind: 'int8', name: 'int8' },
  int16: { kind: 'int16', name: 'int16' },
  int32: { kind: 'int32', name: 'int32' },
  int64: { kind: 'int64', name: 'int64' },
  uint: { kind: 'uint', name: 'uint' },
  uint8: { kind: 'uint8', name: 'uint8' },
  uint16: { kind: 'uint16', name: 'uint16' },
  uint32: { kind: 'uint32', name: 'uint32' },
  uint64: { kind: 'uint64', name: 'uint64' },
  uintptr: { kind: 'uintptr', name: 'uintptr' },
};

/** The dynamic type of a value. Nil and no value have none: kind `invalid`. */
export function typeOf(value: Value): GoType {
  switch (typeof value) {
    case 'string':
      return stringType;
    case 'number':
      return float64Type;
    case 'boolean':
      return boolType;
    case 'undefined':
      return invalidType;
    default:
      break;
  }
  if (value === null) {
    return invalidType;
  }
  if (value instanceof GoInt) {
    return value.type ?? intTypes[value.kind];
  }
  if (isList(value)) {
    return sliceOfInterface;
  }
  if (
    value instanceof GoSlice ||
    value instanceof GoScalar ||
    value instanceof GoStruct ||
    value instanceof GoPointer ||
    value instanceof GoFunc
  ) {
    return value.type;
  }
  return value[mapType] ?? mapStringInterface;
}

/** The kind of a value's dynamic type. */
export function kindOf(value: Value): Kind {
  return typeOf(value).kind;
}

/** Whether a value is nil: the nil interface, a nil slice, map or pointer. */
export function isNilValue(value: Value): boolean {
  if (value === null || value === undefined) {
    return true;
  }
  if (value instanceof GoSlice) {
    return value.isNil;
  }
  if (value instanceof GoPointer) {
    return value.elem === undefined;
  }
  return typeof value === 'object' && nilMap in value;
}

/**
 * Truth as templates see it: not the zero value, not empty. A struct is always true.
 *
 * @see Go 1.26 text/template/exec.go, IsTrue
 */
export function isTrue(value: Value): boolean {
  switch (typeof value) {
    case 'string':
      return value !== '';
    case 'number':
      return value !== 0;
    case 'boolean':
      return value;
    case 'undefined':
      return false;
    default:
      break;
  }
  if (value === null) {
    return false;
  }
  if (value instanceof GoInt) {
    return value.value !== 0n;
  }
  if (isList(value)) {
    return value.length > 0;
  }
  if (value instanceof GoSlice) {
    return value.items.length > 0;
  }
  if (value instanceof GoScalar) {
    return typeof value.value === 'object' ? value.value.re !== 0 || value.value.im !== 0 : isTrue(value.value);
  }
  if (value instanceof GoPointer) {
    return value.elem !== undefined;
  }
  if (value instanceof GoStruct || value instanceof GoFunc) {
    return true;
  }
  return Object.keys(value).length > 0;
}

/** Whether a field may be read from outside of its package: its name begins with a capital. */
export function isExported(fieldName: string): boolean {
  return /^\p{Lu}/u.test(fieldName);
}

/** What a type's own MarshalText gives: that is how JSON, YAML and TOML have the value. */
export function marshalText(value: GoInt | GoStruct): string | undefined {
  const text = value.type?.methods?.get('MarshalText')?.call(value, []);
  return text instanceof GoSlice ? fromBytes(bytesIn(text)) : undefined;
}

/**
 * Whether two values are of the same types and hold the same. Nil and empty differ; a function equals nothing.
 *
 * @see Go 1.26 reflect/deepequal.go, DeepEqual
 */
export function deepEqual(a: Value, b: Value): boolean {
  if (a === b) {
    return !(a instanceof GoFunc);
  }
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) {
    return false;
  }
  const type = typeOf(a);
  if (type.name !== typeOf(b).name || type.kind === 'func') {
    return false;
  }
  if (a instanceof GoInt) {
    return b instanceof GoInt && a.value === b.value;
  }
  if (a instanceof GoScalar) {
    return b instanceof GoScalar && sameScalar(a.value, b.value);
  }
  const items = isList(a) ? a : a instanceof GoSlice ? a.items : undefined;
  if (items !== undefined) {
    const others = isList(b) ? b : b instanceof GoSlice ? b.items : [];
    return (
      isNilValue(a) === isNilValue(b) &&
      items.length === others.length &&
      items.every((item, index) => deepEqual(item, others[index]))
    );
  }
  if (a instanceof GoPointer) {
    return b instanceof GoPointer && deepEqual(a.elem, b.elem);
  }
  if (a instanceof GoStruct) {
    return b instanceof GoStruct && sameEntries(a.fields, b.fields);
  }
  return isNilValue(a) === isNilValue(b) && sameEntries(a as Record<string, Value>, b as Record<string, Value>); // only maps are left
}

function sameScalar(a: GoScalar['value'], b: GoScalar['value']): boolean {
  return typeof a === 'object' && typeof b === 'object' ? a.re === b.re && a.im === b.im : a === b;
}

function sameEntries(a: Readonly<Record<string, Value>>, b: Readonly<Record<string, Value>>): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => key in b && deepEqual(a[key], b[key]));
}

/** Whether a value of type `from` may stand where `to` is wanted without conversion. Any value fits an interface. */
export function isAssignable(from: GoType, to: GoType): boolean {
  return to === interfaceType || to.kind === 'interface' || from.name === to.name;
}
