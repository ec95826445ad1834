import {
  durationType,
  GoInt,
  GoPointer,
  GoScalar,
  GoSlice,
  GoStruct,
  isMap,
  newNilMap,
  type GoMethod,
  type GoType,
  mapType,
  typeOf,
  type Value,
} from '../gostd/index.ts';
import type { FuncEntry } from './func.ts';

/** A parameter's Go type, sorted by how execution treats it. */
export interface ParamType {
  readonly name: string;
  readonly kind:
    'any' | 'reflect' | 'bool' | 'string' | 'int' | 'uint' | 'float' | 'complex' | 'map' | 'slice' | 'other';
  readonly canBeNil: boolean;
}

/** A function's parameters, read once. */
export interface Signature {
  /** Without the variadic one. */
  readonly fixed: readonly ParamType[];
  readonly variadic: ParamType | undefined;
}

/** A function's types never change, so they are read once. */
const signatures = new WeakMap<FuncEntry | GoMethod, Signature>();

/** What a function or method takes. */
export function signatureOf(callable: FuncEntry | GoMethod): Signature {
  let signature = signatures.get(callable);
  if (signature === undefined) {
    const last = callable.params.at(-1);
    const variadic = last?.startsWith('...') === true ? paramType(last.slice(3)) : undefined;
    const fixed = (variadic === undefined ? callable.params : callable.params.slice(0, -1)).map(paramType);
    signature = { fixed, variadic };
    signatures.set(callable, signature);
  }
  return signature;
}

function paramType(name: string): ParamType {
  const kind = kindOfName(name);
  const canBeNil =
    kind === 'any' ||
    kind === 'reflect' ||
    kind === 'map' ||
    kind === 'slice' ||
    /^(\*|func|chan|error$|io\.Writer$)/.test(name);
  return { name, kind, canBeNil };
}

function kindOfName(name: string): ParamType['kind'] {
  switch (name) {
    case 'interface {}':
    case 'any':
      return 'any';
    case 'reflect.Value':
      return 'reflect';
    case 'bool':
    case 'string':
      return name;
    case 'float32':
    case 'float64':
      return 'float';
    case 'complex64':
    case 'complex128':
      return 'complex';
    case durationType.name:
      return 'int';
    default:
      break;
  }
  if (/^int(8|16|32|64)?$/.test(name)) {
    return 'int';
  }
  if (/^uint(8|16|32|64|ptr)?$/.test(name)) {
    return 'uint';
  }
  return name.startsWith('map[') ? 'map' : name.startsWith('[') ? 'slice' : 'other';
}

/** Whether a value may be passed as it is: same type, or the same unnamed type below its name. */
export function isAssignableTo(value: Value, type: ParamType): boolean {
  if (type.kind === 'any' || type.kind === 'reflect') {
    return true;
  }
  const own = typeOf(value);
  if (own.name === type.name) {
    return true;
  }
  if (type.kind === 'map') {
    return own.kind === 'map' && `map[string]${own.elem?.name ?? ''}` === type.name;
  }
  return type.kind === 'slice' && own.kind === 'slice' && `[]${own.elem?.name ?? ''}` === type.name;
}

/** Go's zero value of a type, as reading a missing map key gives it. */
export function zeroOf(type: GoType | undefined): Value {
  return type === undefined ? null : zeroOfType(type);
}

function zeroOfType(type: GoType): Value {
  switch (type.kind) {
    case 'invalid':
    case 'interface':
    case 'chan':
    case 'func':
    case 'unsafe.Pointer':
      return null;
    case 'string':
      return type.name === 'string' ? '' : new GoScalar(type, '');
    case 'bool':
      return type.name === 'bool' ? false : new GoScalar(type, false);
    case 'float64':
      return type.name === 'float64' ? 0 : new GoScalar(type, 0);
    case 'float32':
      return new GoScalar(type, 0);
    case 'complex64':
    case 'complex128':
      return new GoScalar(type, { re: 0, im: 0 });
    case 'slice':
    case 'array':
      return new GoSlice(type, [], true);
    case 'ptr':
      return new GoPointer(type, undefined);
    case 'struct':
      return new GoStruct(
        type,
        Object.fromEntries((type.fields ?? []).map((field) => [field.name, zeroOfType(field.type)])),
      );
    case 'map':
      return newNilMap(type);
    default:
      return new GoInt(type.kind, 0n, type.name === type.kind ? undefined : type);
  }
}

/** The element type of a map; an untagged one holds interfaces. */
export function elemOf(map: Value): GoType | undefined {
  return isMap(map) ? map[mapType]?.elem : undefined;
}
