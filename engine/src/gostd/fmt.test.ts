import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  fromBytes,
  GoInt,
  GoScalar,
  GoSlice,
  type GoType,
  type IntKind,
  mapOf,
  mapType,
  newMap,
  nilMap,
  sliceOfBytes,
  sliceOfString,
  sprint,
  sprintf,
  sprintln,
  stringType,
  type Value,
} from './index.ts';

type Text = string | { readonly base64: string };

/** A value with its Go type, as test/oracle/README.md describes it. */
interface Typed {
  readonly t: string;
  readonly v?: unknown;
  readonly nil?: true;
}

interface Case {
  readonly verb?: 'sprint' | 'sprintln';
  readonly format: string;
  readonly args: readonly Typed[];
  readonly want?: string;
  /** Where the output is no UTF-8. */
  readonly wantBase64?: string;
}

const url = new URL('../../../test/golden/gostd/fmt.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(url, 'utf8')) as { readonly cases: readonly Case[] }; // the file's shape

function textOf(text: Text): string {
  return typeof text === 'string' ? text : fromBytes(Buffer.from(text.base64, 'base64'));
}

/** The cases' values; the file is ours, so `v` is what `t` says. */
function valueOf({ t, v, nil }: Typed): Value {
  switch (t) {
    case 'nil':
      return null;
    case 'bool':
      return v as boolean;
    case 'string':
      return textOf(v as Text);
    case 'float64':
      return floatOf(v as string);
    case 'float32':
      return new GoScalar({ kind: 'float32', name: t }, Math.fround(floatOf(v as string)));
    case '[]uint8':
      return new GoSlice(
        sliceOfBytes,
        Array.from(Buffer.from(v as string, 'base64'), (byte) => new GoInt('uint8', BigInt(byte))),
      );
    case '[]string':
      return new GoSlice(sliceOfString, ((v ?? []) as Typed[]).map(valueOf), nil === true);
    case '[]interface {}':
      return (v as Typed[]).map(valueOf);
    case 'map[string]interface {}':
      return mapValue(v as Readonly<Record<string, Typed>> | undefined);
    case 'map[string]string':
      return mapValue(v as Readonly<Record<string, Typed>>, mapOf(stringType));
    default:
      return new GoInt(t as IntKind, BigInt(v as string));
  }
}

function mapValue(entries: Readonly<Record<string, Typed>> | undefined, type?: GoType): Value {
  const map = newMap(Object.entries(entries ?? {}).map(([key, value]) => [key, valueOf(value)]));
  if (entries === undefined) {
    map[nilMap] = true;
  }
  if (type !== undefined) {
    map[mapType] = type;
  }
  return map;
}

function floatOf(text: string): number {
  return Number(text.replace('Inf', 'Infinity'));
}

test.for(cases)('case $#', ({ verb, format, args, want, wantBase64 }) => {
  const values = args.map(valueOf);
  const have = verb === 'sprint' ? sprint(values) : verb === 'sprintln' ? sprintln(values) : sprintf(format, values);
  expect(have).toBe(wantBase64 === undefined ? want : fromBytes(Buffer.from(wantBase64, 'base64')));
});
