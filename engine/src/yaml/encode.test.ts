import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { textPieces } from '../../../test/support/yamlCases.ts';
import { fromUnixNanos, GoFunc, GoPointer, GoStruct, newMap, utc, type Value } from '../gostd/index.ts';
import { sha256Hex } from '../support/index.ts';
import { decode, encode, encodeGoYaml, encodePretty } from './index.ts';

const stringType = { kind: 'string', name: 'string' } as const;

describe('encode', () => {
  test('what was written is read again', () => {
    fc.assert(
      fc.property(json(text()), (value) => {
        expect(decode(encode(value))).toEqual(value);
        expect(decode(encodeGoYaml(value))).toEqual(value);
      }),
      { numRuns: 1000 },
    );
  });

  test('what was written prettily is read again', () => {
    // go-yaml v3 cannot read the block that it writes for a text of lines that starts with a tab.
    const withoutTabs = text().map((given) => given.replaceAll('\t', ' '));
    fc.assert(
      fc.property(json(withoutTabs), (value) => {
        expect(decode(encodePretty(value))).toEqual(value);
      }),
      { numRuns: 1000 },
    );
    expect(() => decode(encodePretty('\ta\nb'))).toThrow(
      'found a tab character where an indentation space is expected',
    );
  });

  function json(texts: fc.Arbitrary<string>): fc.Arbitrary<Value> {
    return fc.letrec<{ value: Value }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        texts,
        fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.array(fc.tuple(texts, tie('value')), { maxLength: 4 }).map((entries) => newMap(entries)),
      ),
    })).value;
  }

  /** Texts that JSON and YAML hold alike: no control characters beyond ASCII's first, no halves of pairs. */
  function text(): fc.Arbitrary<string> {
    // The key << is written plain, as Go writes it, and is then another thing.
    const pieces = textPieces.filter((piece) => piece !== '<<');
    return fc.oneof(
      fc.array(fc.constantFrom(...pieces), { maxLength: 8 }).map((some) => some.join('')),
      fc.string(),
    );
  }

  test('a pointer is what it points to, a struct its fields', () => {
    const type = {
      kind: 'struct',
      name: 'x.Y',
      fields: [
        { name: 'B', type: stringType },
        { name: 'A', type: stringType },
      ],
    } as const;
    const struct = new GoStruct(type, { B: 'b', A: 'a' });
    expect(encode([new GoPointer({ kind: 'ptr', name: '*x.Y', elem: type }, struct)])).toBe('- A: a\n  B: b\n');
    expect(encodePretty(struct)).toBe('b: b\na: a\n');
    expect(encode(new GoPointer({ kind: 'ptr', name: '*string', elem: stringType }, undefined))).toBe('null\n');
  });

  test('a time is RFC 3339, quoted where it went through JSON', () => {
    const time = fromUnixNanos(1_500_000_000n, utc);
    expect(encode(time)).toBe('"1970-01-01T00:00:01.5Z"\n');
    expect(encodePretty(time)).toBe('1970-01-01T00:00:01.5Z\n');
  });

  test('a function cannot be written', () => {
    const value = newMap([['f', new GoFunc({ kind: 'func', name: 'func() string' }, () => null)]]);
    expect(() => encode(value)).toThrow('error marshaling into JSON: json: unsupported type: func() string');
  });

  test('a map that holds itself is refused', () => {
    const map = newMap();
    map['self'] = map;
    expect(() => encode(map)).toThrow('yaml: exceeded max depth of 500');
  });
});

/** Texts and digests that Flux's chartutil gave. */
describe('encodeGoYaml', () => {
  test.for([
    {
      name: 'a number',
      yaml: 'replicaCount: 2',
      want: 'replicaCount: 2\n',
      digest: 'e15c415d62760896bd8bec192a44c5716dc224db9e0fc609b9ac14718f8f9e56',
    },
    {
      name: 'keys in order',
      yaml: 'b: 1\na: x',
      want: 'a: x\nb: 1\n',
      digest: '5b7300eb11a2c7b012c66feca69beb25c3c7f0df5cfff22c1a2454ddc350c9ed',
    },
    {
      name: 'what is empty',
      yaml: "e: {}\nf: []\ng: ''",
      want: 'e: {}\nf: []\ng: ""\n',
      digest: 'a8d39d4c6382381ac53cb1239794b413ffe7d74c90af08e8d92b0b77c705e362',
    },
    {
      name: 'maps in lists',
      yaml: 'a: {c: 1.5, b: [1, {z: 1, y: 2}]}',
      want: 'a:\n  b:\n  - 1\n  - "true": 2\n    z: 1\n  c: 1.5\n',
      digest: '9051ea1eddf18c25a8203613f5609b07e6839c5860757e78f0dd27bd0fb26441',
    },
    {
      name: 'texts and numbers of all kinds',
      yaml: 's: "yes"\nt: "1"\nu: null\nv: "multi\\nline\\n"\nw: 1e21\nx: 100000000000\ny: 3.0',
      want: 's: "yes"\nt: "1"\n"true": 3\nu: null\nv: |\n  multi\n  line\nw: 1e+21\nx: 100000000000\n',
      digest: '3861e1e987b804676fda465bab00bde339c7625984292e768139c9d201bf4819',
    },
  ])('$name', ({ yaml, want, digest }) => {
    const text = encodeGoYaml(decode(yaml));
    expect(text).toBe(want);
    expect(sha256Hex(text)).toBe(digest);
  });

  test('keys are in the order of their bytes, not in the natural one', () => {
    expect(
      encodeGoYaml(
        newMap([
          ['a10', 1],
          ['a2', 2],
          ['\u{1f600}', 3],
          ['\ufffd', 4],
        ]),
      ),
    ).toBe('a10: 1\na2: 2\n\ufffd: 4\n"\\U0001F600": 3\n');
  });

  test('a float beyond int64 is still an integer, with all its digits', () => {
    expect(encodeGoYaml([2 ** 63, 2 ** 64, -(2 ** 63), -0])).toBe(
      '- 9223372036854775808\n- 1.8446744073709552e+19\n- -9223372036854775808\n- 0\n',
    );
  });
});
