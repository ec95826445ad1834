import { describe, expect, test } from 'vitest';

import type { Position } from '../support/index.ts';
import { decode, decodeAll, decodeList, decodeMap, YamlError } from './index.ts';

/** A string as it holds bytes that are no UTF-8. */
function withBytes(text: string, ...bytes: readonly number[]): string {
  return text + String.fromCharCode(...bytes.map((byte) => 0xdc00 + byte));
}

function errorOf(run: () => unknown): YamlError {
  try {
    run();
  } catch (error) {
    if (error instanceof YamlError) {
      return error;
    }
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('values', () => {
  test('zero keeps its sign only as a float', () => {
    expect(decode('- -0\n- -0.0')).toEqual([0, -0]);
  });

  test('keys that objects have of themselves are keys like others', () => {
    const map = decodeMap('__proto__: {a: 1}\nconstructor: 2\ntoString: 3');
    expect(Object.keys(map)).toEqual(['__proto__', 'constructor', 'toString']);
    expect(Object.getPrototypeOf(map)).toBeNull();
  });

  test('what an alias stands for is a value of its own', () => {
    const { a, b } = decodeMap('a: &x {k: v}\nb: *x');
    expect(b).toEqual(a);
    expect(b).not.toBe(a);
  });

  test('UTF-16 with a byte order mark is read', () => {
    expect(decode(withBytes('', 0xff, 0xfe) + 'a\0:\0 \0' + withBytes('', 0xe9) + '\0')).toEqual({ a: 'é' });
    expect(decode(withBytes('', 0xfe, 0xff) + '\0a\0:\0 ' + ' ' + withBytes('', 0xac))).toEqual({ a: '€' });
  });

  test.for([
    { name: 'text', text: 'foo', kind: 'string' },
    { name: 'list', text: '[a]', kind: 'array' },
    { name: 'number', text: '1.5', kind: 'number' },
    { name: 'boolean', text: 'yes', kind: 'bool' },
  ])('a document that must be a map is refused when it is: $name', ({ text, kind }) => {
    const error = errorOf(() => decodeMap(text, { goType: 'common.Values' }));
    expect(error.code).toBe('wrong-type');
    expect(error.message).toBe(
      `error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${kind} into Go value of type common.Values`,
    );
  });

  test('nothing is an empty map', () => {
    expect(decodeMap('')).toEqual({});
    expect(decodeMap('~')).toEqual({});
  });

  test('a document that must be a list is refused when it is a map', () => {
    expect(decodeList('- a')).toEqual(['a']);
    expect(decodeList('')).toEqual([]);
    expect(errorOf(() => decodeList('a: b')).message).toBe(
      'error unmarshaling JSON: while decoding JSON: json: cannot unmarshal object into Go value of type []interface {}',
    );
  });

  test('all documents are read, empty ones as null', () => {
    expect(decodeAll('a: 1\n---\n# nothing\n---\n- b\n')).toEqual([{ a: 1 }, null, ['b']]);
    expect(decodeAll('')).toEqual([]);
  });
});

describe('errors', () => {
  test.for([
    { name: 'a byte that starts nothing', text: withBytes('a: ', 0xff), want: 'invalid leading UTF-8 octet' },
    { name: 'a sequence that is cut off', text: withBytes('a: ', 0xc3), want: 'incomplete UTF-8 octet sequence' },
    { name: 'a sequence that breaks off', text: withBytes('a: ', 0xc3) + 'A', want: 'invalid trailing UTF-8 octet' },
    { name: 'a sequence too long', text: withBytes('a: ', 0xc0, 0x80), want: 'invalid length of a UTF-8 sequence' },
    { name: 'a surrogate', text: withBytes('a: ', 0xed, 0xa0, 0x80), want: 'invalid Unicode character' },
  ])('of UTF-8: $name', ({ text, want }) => {
    expect(errorOf(() => decode(text)).message).toBe(`error converting YAML to JSON: yaml: ${want}`);
  });

  test('have a code, the line that Go names and the place that is meant', () => {
    const error = errorOf(() => decode('a: 1\nb: c: d\n'));
    expect(error.code).toBe('syntax');
    expect(error.line).toBe(2);
    expect(error.position).toMatchObject({ line: 1, character: 4 });
  });

  // As sigs.k8s.io/yaml v1.6.0 says it.
  test.for([
    { strict: false, kept: 'b' },
    { strict: true, kept: 'a' },
  ])('a map that is no key is shown with the value that stays, strict: $strict', ({ strict, kept }) => {
    const error = errorOf(() => decode('? {on: a, on: b}\n: c\n', { strict }));
    expect(error.message).toBe(
      `error converting YAML to JSON: yaml: invalid map key: map[interface {}]interface {}{true:"${kept}"}`,
    );
  });

  test('of duplicate keys point to the value', () => {
    const error = errorOf(() => decode('a: 1\nb: 2\na: 3\n', { strict: true }));
    expect(error.code).toBe('duplicate-key');
    expect(error.position).toMatchObject({ line: 2, character: 3 });
  });

  test('of nesting come before the stack ends', () => {
    const deep = '['.repeat(5000);
    expect(errorOf(() => decode(deep)).code).toBe('too-deep');
    expect(errorOf(() => decode('- '.repeat(5000))).code).toBe('too-deep');
  });

  test('of aliases that blow up a text come before memory ends', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
    for (let level = 1; level < 10; level++) {
      lines.push(`a${level}: &a${level} [${Array.from({ length: 9 }, () => `*a${level - 1}`).join(', ')}]`);
    }
    const error = errorOf(() => decode(lines.join('\n')));
    expect(error.message).toBe('error converting YAML to JSON: yaml: document contains excessive aliasing');
  });
});

describe('places', () => {
  interface Place {
    readonly key: string | number;
    readonly at: string;
  }

  function placesOf(text: string, dialect: 'kubernetes' | 'kustomize' = 'kubernetes'): readonly Place[] {
    const show = ({ line, character }: Position): string => `${line}:${character}`;
    const places: Place[] = [];
    decode(text, {
      dialect,
      onPlace: (_container, key, start, end, keyStart) => {
        const from = keyStart === undefined ? '' : `${show(keyStart)} `;
        places.push({ key, at: `${from}${show(start)}-${show(end)}` });
      },
    });
    return places;
  }

  test.for([
    { name: 'a scalar', text: 'a: foo bar  # c\n', want: [{ key: 'a', at: '0:0 0:3-0:10' }] },
    { name: 'quotes belong to it', text: 'a: "b"', want: [{ key: 'a', at: '0:0 0:3-0:6' }] },
    { name: 'UTF-16 units count', text: '"😀": 😀', want: [{ key: '😀', at: '0:0 0:6-0:8' }] },
    {
      name: 'a block collection ends with its last child',
      text: 'a:\n  - b\n  - c\n\nd: e',
      want: [
        { key: 0, at: '1:4-1:5' },
        { key: 1, at: '2:4-2:5' },
        { key: 'a', at: '0:0 1:2-2:5' },
        { key: 'd', at: '4:0 4:3-4:4' },
      ],
    },
    {
      name: 'a flow collection ends with its bracket',
      text: 'a: [b, {c: d}]',
      want: [
        { key: 0, at: '0:4-0:5' },
        { key: 'c', at: '0:8 0:11-0:12' },
        { key: 1, at: '0:7-0:13' },
        { key: 'a', at: '0:0 0:3-0:14' },
      ],
    },
    {
      name: 'a block scalar',
      text: 'a: |\n  b\n  c\n\nd:',
      want: [
        { key: 'a', at: '0:0 0:3-2:3' },
        { key: 'd', at: '4:0 4:2-4:2' },
      ],
    },
    { name: 'a tag and an anchor belong to it', text: 'a: !!str &x b', want: [{ key: 'a', at: '0:0 0:3-0:13' }] },
    {
      name: 'what a merge key brings stands where its anchor is',
      text: 'a: &a {x: 1}\nb:\n  <<: *a\n',
      want: [
        { key: 'x', at: '0:7 0:10-0:11' },
        { key: 'a', at: '0:0 0:3-0:12' },
        { key: 'x', at: '0:7 0:10-0:11' },
        { key: 'b', at: '1:0 2:2-2:8' },
      ],
    },
    {
      name: 'a key that is there twice is told twice',
      text: 'a: 1\na: 2',
      want: [
        { key: 'a', at: '0:0 0:3-0:4' },
        { key: 'a', at: '1:0 1:3-1:4' },
      ],
    },
    {
      name: 'a carriage return counts for its line',
      text: 'a: b\r\nc: d\r\n',
      want: [
        { key: 'a', at: '0:0 0:3-0:4' },
        { key: 'c', at: '1:0 1:3-1:4' },
      ],
    },
  ])('$name', ({ text, want }) => {
    expect(placesOf(text)).toEqual(want);
  });

  test('kustomize does not tell what a merge key may not override', () => {
    const places = placesOf('a: &a {x: 1, y: 2}\nb:\n  <<: *a\n  x: 3\n', 'kustomize');
    expect(places.filter(({ key }) => key === 'x')).toHaveLength(2);
    expect(places.filter(({ key }) => key === 'y')).toHaveLength(2);
  });
});
