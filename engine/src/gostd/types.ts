import { GoInt, GoSlice, type GoType, type Kind } from './value.ts';

const basic = (kind: Kind, name: string = kind): GoType => ({ kind, name });

/** `interface {}`, as templates of Helm's see most values. */
export const interfaceType: GoType = basic('interface', 'interface {}');
export const stringType: GoType = basic('string');
export const boolType: GoType = basic('bool');
export const float64Type: GoType = basic('float64');
export const intType: GoType = basic('int');
export const int64Type: GoType = basic('int64');
export const uint8Type: GoType = basic('uint8');
export const complex128Type: GoType = basic('complex128');

/** `map[string]interface {}` */
export const mapStringInterface: GoType = mapOf(interfaceType);
/** `[]interface {}` */
export const sliceOfInterface: GoType = sliceOf(interfaceType);
/** `[]string` */
export const sliceOfString: GoType = sliceOf(stringType);
/** `[]uint8`, which Go calls `[]byte` */
export const sliceOfBytes: GoType = sliceOf(uint8Type);

/** A slice of items of this type. */
export function sliceOf(elem: GoType): GoType {
  return { kind: 'slice', name: `[]${elem.name}`, elem };
}

/** A map with string keys. */
export function mapOf(elem: GoType): GoType {
  return { kind: 'map', name: `map[string]${elem.name}`, elem };
}

/** A pointer to values of this type. */
export function pointerTo(elem: GoType): GoType {
  return { kind: 'ptr', name: `*${elem.name}`, elem };
}

/** A `[]byte`. */
export function byteSlice(content: Uint8Array): GoSlice {
  return new GoSlice(
    sliceOfBytes,
    Array.from(content, (byte) => new GoInt('uint8', BigInt(byte))),
  );
}
