/**
 * The values that templates see.
 *
 * What JavaScript has, stands for itself: `null` is Go's nil interface, `undefined` is reflect's zero Value (a missing
 * map key: "no value"), booleans, `number` is float64, arrays are `[]interface {}`, objects without prototype are maps.
 * What it lacks is tagged: integers with their kind (`int` is not `int64`), other slices with their element type,
 * named types with their methods.
 *
 * Strings are Go's byte strings. Valid UTF-8 is an ordinary JavaScript string. A byte that is not part of valid UTF-8
 * is the lone surrogate U+DC00 + byte, which no valid text contains; so `len`, slicing and output are exact and
 * nothing is paid for ordinary text. `bytes.ts` has the operations.
 *
 * Maps have string keys only: no template of Helm's can make another kind.
 */

/** Anything that a template can hold. */
export type Value =
  | null
  | undefined
  | boolean
  | number
  | string
  | GoInt
  | GoScalar
  | readonly Value[]
  | GoSlice
  | GoMap
  | GoStruct
  | GoPointer
  | GoFunc;

/** Kinds of integers; `byte` is uint8 and `rune` int32. */
export type IntKind =
  'int' | 'int8' | 'int16' | 'int32' | 'int64' | 'uint' | 'uint8' | 'uint16' | 'uint32' | 'uint64' | 'uintptr';

/** As reflect.Kind prints it. */
export type Kind =
  | IntKind
  | 'invalid'
  | 'bool'
  | 'float32'
  | 'float64'
  | 'complex64'
  | 'complex128'
  | 'array'
  | 'chan'
  | 'func'
  | 'interface'
  | 'map'
  | 'ptr'
  | 'slice'
  | 'string'
  | 'struct'
  | 'unsafe.Pointer';

/** A Go type, as far as templates, fmt and the writers ask for it. */
export interface GoType {
  readonly kind: Kind;
  /** As `%T` prints it: `map[string]interface {}`, `common.Values`, `[]string`. */
  readonly name: string;
  /** Of slices, arrays, maps and pointers. */
  readonly elem?: GoType;
  /** Exported fields in declaration order, of structs. */
  readonly fields?: readonly GoField[];
  /** What `.Name` finds before fields and keys. */
  readonly methods?: ReadonlyMap<string, GoMethod>;
  /** Methods of a pointer to the type: `.Name` finds them too, and actions print by them, but fmt does not. */
  readonly pointerMethods?: ReadonlyMap<string, GoMethod>;
}

/** A field of a struct. */
export interface GoField {
  readonly name: string;
  readonly type: GoType;
  /** The `json` tag, where it is another name: `git_commit,omitempty`. */
  readonly json?: string;
}

/** A method value: `params` are Go types as `%T` prints them, the last one with `...` before it when variadic. */
export interface GoMethod {
  readonly params: readonly string[];
  /** Go types of the results, where there are others than one, or one and an error: no template can call it then. */
  readonly results?: readonly string[];
  /** @throws MethodError where the method returns an error or panics */
  call(receiver: Value, args: readonly Value[]): Value;
}

/** An error in Go's words that a method returned. */
export class MethodError extends Error {
  override readonly name = 'MethodError';
}

/** A Go integer. `type` is there for named ones such as time.Duration. */
export class GoInt {
  readonly kind: IntKind;
  readonly value: bigint;
  readonly type: GoType | undefined;

  constructor(kind: IntKind, value: bigint, type?: GoType) {
    this.kind = kind;
    this.value = value;
    this.type = type;
  }
}

/** A scalar that JavaScript cannot stand for: float32, complex, or a named bool, string or float. */
export class GoScalar {
  readonly type: GoType;
  readonly value: boolean | number | string | Complex;

  constructor(type: GoType, value: boolean | number | string | Complex) {
    this.type = type;
    this.value = value;
  }
}

/** A complex number. */
export interface Complex {
  readonly re: number;
  readonly im: number;
}

/** A slice or array that is not `[]interface {}`, or a nil slice. `[]byte` holds GoInt of kind uint8. */
export class GoSlice {
  readonly type: GoType;
  readonly items: readonly Value[];
  readonly isNil: boolean;

  constructor(type: GoType, items: readonly Value[], isNil = false) {
    this.type = type;
    this.items = items;
    this.isNil = isNil;
  }
}

/** The Go type of a map, when it is not `map[string]interface {}`. */
export const mapType: unique symbol = Symbol('Go type');
/** Set on a nil map: it prints like an empty one and is null in JSON and YAML. */
export const nilMap: unique symbol = Symbol('nil map');

/** A map: an object without prototype, so that no key means anything else. Made by `newMap`. */
export interface GoMap {
  [key: string]: Value;
  [mapType]?: GoType;
  [nilMap]?: true;
}

/** A struct. Fields are read by name; there are no others than `type.fields`. */
export class GoStruct {
  readonly type: GoType;
  readonly fields: Readonly<Record<string, Value>>;

  constructor(type: GoType, fields: Readonly<Record<string, Value>>) {
    this.type = type;
    this.fields = fields;
  }
}

/** A pointer; `elem` is undefined for a typed nil. */
export class GoPointer {
  readonly type: GoType;
  readonly elem: Value;

  constructor(type: GoType, elem: Value) {
    this.type = type;
    this.elem = elem;
  }
}

/** A function as a value. */
export class GoFunc {
  readonly type: GoType;
  readonly call: (args: readonly Value[]) => Value;

  constructor(type: GoType, call: (args: readonly Value[]) => Value) {
    this.type = type;
    this.call = call;
  }
}

/** A new map without prototype, with these entries. */
export function newMap(entries?: Iterable<readonly [string, Value]>): GoMap {
  const map = Object.create(null) as GoMap; // Object.create is typed any; this is the one place maps are made
  if (entries !== undefined) {
    for (const [key, value] of entries) {
      map[key] = value;
    }
  }
  return map;
}

/** A nil map: nothing can be set in it. `type` is there where it is not `map[string]interface {}`. */
export function newNilMap(type?: GoType): GoMap {
  const map = newMap();
  map[nilMap] = true;
  if (type !== undefined) {
    map[mapType] = type;
  }
  return map;
}

/** Whether a value is a map, of whichever Go type: nothing else is without prototype. */
export function isMap(value: unknown): value is GoMap {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === null;
}

/** The items of any slice or array, or undefined for everything else. */
export function itemsOf(value: Value): readonly Value[] | undefined {
  if (value instanceof GoSlice) {
    return value.items;
  }
  return isList(value) ? value : undefined;
}

/** `Array.isArray` that keeps read-only arrays narrow. */
export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** The bytes of a `[]byte`. */
export function bytesIn({ items }: GoSlice): Uint8Array {
  return Uint8Array.from(items, (item) => (item instanceof GoInt ? Number(item.value) : 0));
}

/** A Go `int`. */
export function int(value: number | bigint): GoInt {
  return new GoInt('int', BigInt(value));
}

/** A Go `int64`. */
export function int64(value: number | bigint): GoInt {
  return new GoInt('int64', BigInt(value));
}
