import { readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { GoInt, GoScalar, GoSlice, newMap, nilMap, type Value } from '../gostd/index.ts';
import { decode, decodeAll, encode, encodePretty, YamlError } from './index.ts';

/** What the real thing says: a result or Go's words. The files name the versions that said it. */
interface Verdict<T> {
  readonly want?: T;
  readonly wantError?: string;
}

interface LoadCase extends Verdict<unknown> {
  readonly name: string;
  readonly text: string;
  /** Of UnmarshalStrict, where it is another. */
  readonly strict?: Verdict<unknown>;
  /** Of go-yaml v3 as kustomize uses it, where it is another, but for the prefix of an error. */
  readonly kustomize?: Verdict<unknown>;
  /** Of all documents. */
  readonly all?: Verdict<unknown>;
}

interface DumpCase extends Verdict<string> {
  readonly name: string;
  /** JSON, in which a map with one key that starts with `$` is a value that JSON lacks: see `valueOf`. */
  readonly value: unknown;
  /** Of go-yaml v3 as toYamlPretty uses it, where it is another. */
  readonly pretty?: Verdict<string>;
}

const prefix = 'error converting YAML to JSON: ';

function readGolden(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../../test/golden/yaml/${name}.json`, import.meta.url), 'utf8'));
}

function verdictOf<T>(run: () => T): Verdict<T> {
  try {
    return { want: run() };
  } catch (error) {
    if (error instanceof YamlError) {
      return { wantError: error.message };
    }
    throw error;
  }
}

function pick<T>({ want, wantError }: Verdict<T>): Verdict<T> {
  return wantError === undefined ? { want: want as T } : { wantError }; // a verdict without an error has a result
}

describe('reading', () => {
  // The file is ours; a wrong row fails its test.
  const { cases } = readGolden('load') as { readonly cases: readonly LoadCase[] };

  test.for(cases)('$name', (row) => {
    expect(verdictOf(() => decode(row.text))).toEqual(pick(row));
    expect(verdictOf(() => decode(row.text, { strict: true }))).toEqual(pick(row.strict ?? row));
    const kustomize = row.kustomize ?? row;
    const got = verdictOf(() => decode(row.text, { dialect: 'kustomize' }));
    expect(withPrefix(got)).toEqual(withPrefix(pick(kustomize)));
    if (row.all !== undefined) {
      expect(verdictOf(() => decodeAll(row.text))).toEqual(pick(row.all));
    }
  });

  function withPrefix(verdict: Verdict<unknown>): Verdict<unknown> {
    const { wantError } = verdict;
    return wantError === undefined ? verdict : { wantError: prefix + wantError.replace(prefix, '') };
  }
});

describe('writing', () => {
  // The file is ours; a wrong row fails its test.
  const { cases } = readGolden('dump') as { readonly cases: readonly DumpCase[] };

  test.for(cases)('$name', (row) => {
    const value = valueOf(row.value);
    expect(verdictOf(() => encode(value))).toEqual(pick(row));
    expect(verdictOf(() => encodePretty(value))).toEqual(pick(row.pretty ?? row));
  });
});

function valueOf(json: unknown): Value {
  if (Array.isArray(json)) {
    return json.map(valueOf);
  }
  if (typeof json === 'object' && json !== null) {
    const entries = Object.entries(json);
    const [name, argument] = entries[0] ?? [];
    if (entries.length === 1 && name?.startsWith('$') === true) {
      return specialValue(name, argument);
    }
    return newMap(entries.map(([key, value]) => [key, valueOf(value)]));
  }
  return json as Value; // what is left of JSON is null, a boolean, a number or a string
}

function specialValue(name: string, argument: unknown): Value {
  const text = String(argument);
  switch (name) {
    case '$int':
    case '$int64':
    case '$uint64':
      return new GoInt(name === '$int' ? 'int' : name === '$int64' ? 'int64' : 'uint64', BigInt(text));
    case '$float':
      return Number(text.replace('Inf', 'Infinity'));
    case '$float32':
      return new GoScalar({ kind: 'float32', name: 'float32' }, Math.fround(Number(text)));
    case '$raw':
      return Array.from(Buffer.from(text, 'base64'), (byte) =>
        String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte),
      ).join('');
    case '$bytes':
      return new GoSlice(
        { kind: 'slice', name: '[]uint8', elem: { kind: 'uint8', name: 'uint8' } },
        Array.from(Buffer.from(text, 'base64'), (byte) => new GoInt('uint8', BigInt(byte))),
      );
    case '$nilMap': {
      const map = newMap();
      map[nilMap] = true;
      return map;
    }
    case '$nilSlice':
      return new GoSlice({ kind: 'slice', name: '[]interface {}' }, [], true);
    case '$strings':
      return new GoSlice({ kind: 'slice', name: '[]string' }, valueOf(argument) as readonly Value[]); // a list of texts
    default:
      throw new Error(`no such value: ${name}`);
  }
}
