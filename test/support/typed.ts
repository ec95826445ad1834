import {
  exactly,
  type GoMap,
  GoInt,
  GoScalar,
  GoSlice,
  isList,
  isMap,
  itemsOf,
  mapType,
  nilMap,
  toBytes,
  type Value,
} from '@fairlead/engine/gostd';
import type { OracleText, OracleTyped } from './oracleCases.ts';

/** A value of the engine's as the oracle writes it. Structs, pointers and functions are not among values. */
export function typedOf(value: Value): OracleTyped {
  if (value === null || value === undefined) {
    return { t: 'nil' };
  }
  if (typeof value === 'boolean') {
    return { t: 'bool', v: value };
  }
  if (typeof value === 'number') {
    return { t: 'float64', v: floatText(value) };
  }
  if (typeof value === 'string') {
    return { t: 'string', v: textOf(value) };
  }
  if (value instanceof GoInt) {
    return { t: value.type?.name ?? value.kind, v: String(value.value) };
  }
  if (value instanceof GoScalar && typeof value.value === 'number') {
    return { t: value.type.name, v: floatText(value.value) };
  }
  if (value instanceof GoSlice && value.type.name === '[]uint8' && !value.isNil) {
    const bytes = value.items.map((item) => (item instanceof GoInt ? Number(item.value) : 0));
    return { t: '[]uint8', v: Buffer.from(bytes).toString('base64') };
  }
  if (value instanceof GoSlice) {
    return value.isNil ? { t: value.type.name, nil: true } : { t: value.type.name, v: value.items.map(typedOf) };
  }
  if (isList(value)) {
    return { t: '[]interface {}', v: value.map(typedOf) };
  }
  if (isMap(value)) {
    return typedMap(value);
  }
  throw new Error('the oracle has no such value');
}

/** The value as the oracle makes it of `typedOf`: no list has room for more than it holds. */
export function asOracleMakesIt(value: Value): Value {
  for (const item of isMap(value) ? Object.values(value) : (itemsOf(value) ?? [])) {
    asOracleMakesIt(item);
  }
  if (isList(value)) {
    exactly(value);
  }
  return value;
}

function typedMap(map: GoMap): OracleTyped {
  const t = map[mapType]?.name ?? 'map[string]interface {}';
  if (map[nilMap] === true) {
    return { t, nil: true };
  }
  const keys = Object.keys(map);
  return keys.every((key) => key.isWellFormed())
    ? { t, v: Object.fromEntries(keys.map((key) => [key, typedOf(map[key])])) }
    : { t, v: keys.map((key) => [{ t: 'string', v: textOf(key) }, typedOf(map[key])] as const) };
}

/** Digits that Go reads; `canonical` of compare.ts makes Go's own form the same. */
function floatText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

function textOf(value: string): OracleText {
  return value.isWellFormed() ? value : { base64: Buffer.from(toBytes(value)).toString('base64') };
}
