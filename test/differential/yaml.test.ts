import { readFileSync } from 'node:fs';

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { GoInt, GoSlice, isList, isMap, newMap, nilMap, toBytes, type Value } from '../../engine/src/gostd/index.ts';
import { decode, encode, encodeGoYaml, encodePretty, YamlError } from '../../engine/src/yaml/index.ts';
import { type Oracle, startOracle, textBytes } from '../support/oracle.ts';
import type { OracleAnswer, OracleRefusal, OracleText, OracleTyped } from '../support/oracleCases.ts';

/** Random, and the same in every run: what another seed finds becomes a row of test/golden/yaml. */
const seed = 20_261_121;
const textRuns = 4000;
const valueRuns = 2500;

let oracle: Oracle;

beforeAll(async () => {
  oracle = await startOracle();
});

afterAll(async () => {
  await oracle.close();
});

describe('texts are read, or refused in the same words', () => {
  test.for([
    { name: 'pieces of YAML in any order', texts: piecesOfYaml() },
    { name: 'YAML as people write it', texts: plausibleYaml() },
  ])('$name', async ({ texts }) => {
    const samples = fc.sample(texts, { numRuns: textRuns, seed });
    const cases = samples.map((text) => ({ op: 'yamlLoad', text }) as const);
    const strictCases = samples.map((text) => ({ op: 'yamlLoadStrict', text }) as const);
    const lenient = await oracle.askAll(cases);
    const strict = await oracle.askAll(strictCases);
    const differences = samples.flatMap((text, index) => [
      ...differenceIn(text, () => decode(text), lenient[index]),
      ...differenceIn(text, () => decode(text, { strict: true }), strict[index]),
    ]);
    expect(differences.slice(0, 5)).toEqual([]);
    // Both verdicts occur often enough to mean something.
    const accepted = lenient.filter((answer) => !('error' in answer)).length;
    expect(accepted).toBeGreaterThan(textRuns / 10);
    expect(accepted).toBeLessThan(textRuns);
  });
});

/** The rows of a golden file that say what the real thing makes of a text. */
interface GoldenRow {
  readonly text: string;
  /** Go itself answers now so and now so: keys of other kinds become one text, in the order of its map. */
  readonly goVaries?: boolean;
  readonly want?: Value;
  readonly wantError?: string;
  readonly strict?: { readonly want?: Value; readonly wantError?: string };
}

test('the golden rows are what the real thing says', async () => {
  const file = readFileSync(new URL('../golden/yaml/load.json', import.meta.url), 'utf8');
  const rows = (JSON.parse(file) as { readonly cases: readonly GoldenRow[] }).cases; // a wrong row fails below
  const cases = rows.filter(({ goVaries }) => goVaries !== true);
  const lenient = await oracle.askAll(cases.map(({ text }) => ({ op: 'yamlLoad', text }) as const));
  const strict = await oracle.askAll(cases.map(({ text }) => ({ op: 'yamlLoadStrict', text }) as const));
  const differences = cases.flatMap((row, index) => [
    ...differenceIn(row.text, () => wantOf(row), lenient[index]),
    ...differenceIn(row.text, () => wantOf(row.strict ?? row), strict[index]),
  ]);
  expect(differences).toEqual([]);

  function wantOf({ want, wantError }: { readonly want?: Value; readonly wantError?: string }): Value {
    if (wantError !== undefined) {
      throw new YamlError('syntax', wantError);
    }
    return want;
  }
});

describe('values are written alike', () => {
  test.for([
    { writer: 'sigs', write: encode },
    { writer: 'pretty', write: encodePretty },
    { writer: 'flux', write: encodeGoYaml },
  ] as const)('by $writer', async ({ writer, write }) => {
    const samples = fc.sample(values(), { numRuns: valueRuns, seed }).map((value) => newMap([['values', value]]));
    const answers = await oracle.askAll(
      samples.map((value) => ({ op: 'yamlDumpTyped', writer, value: typedOf(value) }) as const),
    );
    const differences = samples.flatMap((value, index) => {
      const answer = answers[index];
      const got = verdictOf(() => write(value));
      const want = answer === undefined || 'error' in answer ? refusalIn(answer) : bytesOf(answer.text);
      return got === want ? [] : [{ value: JSON.stringify(typedOf(value)), got, want }];
    });
    expect(differences.slice(0, 5)).toEqual([]);
  });
});

interface Difference {
  readonly text: string;
  readonly got: string;
  readonly want: string;
}

function differenceIn(
  text: string,
  read: () => Value,
  answer: OracleAnswer<'yamlLoad'> | undefined,
): readonly Difference[] {
  const got = verdictOf(() => canonical(read()));
  const want =
    answer === undefined || 'error' in answer
      ? refusalIn(answer)
      : canonical(JSON.parse(bytesOf(answer.json ?? '')) as Value); // JSON is made of values
  return got === want ? [] : [{ text, got, want }];
}

/** A value as text in which the order of keys does not count, but the sign of zero does. */
function canonical(value: Value): string {
  if (isList(value)) {
    return `[${value.map(canonical).join(', ')}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const keys = Object.keys(value).sort();
    const entries = Object.entries(value);
    return `{${keys.map((key) => `${JSON.stringify(key)}: ${canonical(new Map(entries).get(key) as Value)}`).join(', ')}}`; // a value's parts are values
  }
  return Object.is(value, -0) ? '-0' : JSON.stringify(value);
}

function verdictOf(run: () => string): string {
  try {
    return run();
  } catch (error) {
    if (error instanceof YamlError) {
      return errorOf(error.message);
    }
    throw error;
  }
}

function refusalIn(answer: OracleRefusal | undefined): string {
  return answer === undefined ? 'no answer' : errorOf(bytesOf(answer.error));
}

/** Where several keys cannot be JSON, Go tells of one by chance. */
const badKey = /(unsupported map key of type: .*), value: .*/s;

function errorOf(message: string): string {
  return `error: ${message.replace(badKey, '$1')}`;
}

function bytesOf(text: OracleText): string {
  return textBytes(text).toString('utf8');
}

/** A value with its Go types, as the oracle takes it. */
function typedOf(value: Value): OracleTyped {
  if (value === null) {
    return { t: 'nil' };
  }
  if (typeof value === 'boolean') {
    return { t: 'bool', v: value };
  }
  if (typeof value === 'number') {
    return { t: 'float64', v: Object.is(value, -0) ? '-0' : String(value) };
  }
  if (typeof value === 'string') {
    const isText = value.isWellFormed();
    return { t: 'string', v: isText ? value : { base64: Buffer.from(toBytes(value)).toString('base64') } };
  }
  if (value instanceof GoInt) {
    return { t: value.kind, v: String(value.value) };
  }
  if (value instanceof GoSlice) {
    return value.isNil ? { t: value.type.name, nil: true } : { t: value.type.name, v: value.items.map(typedOf) };
  }
  if (isList(value)) {
    return { t: '[]interface {}', v: value.map(typedOf) };
  }
  if (isMap(value)) {
    const t = 'map[string]interface {}';
    const entries = Object.entries(value).map(([key, item]) => [key, typedOf(item)] as const);
    return value[nilMap] === true ? { t, nil: true } : { t, v: Object.fromEntries(entries) };
  }
  throw new Error('no such value is made here');
}

/** Everything that means something in YAML, in an order that mostly means nothing. */
function piecesOfYaml(): fc.Arbitrary<string> {
  const piece = fc.constantFrom(
    ...['a', 'b', 'key', 'foo bar', ': ', ':', '- ', '-', '? ', '\n', '\n', '\n', '\n  ', '\n    ', '  ', ' ', '\t'],
    ...[
      '#',
      ' # c',
      '"',
      '"q w"',
      "'",
      "'s''x'",
      '"\\n\\x41"',
      '"\\\n  x"',
      '[',
      ']',
      '{',
      '}',
      ',',
      ', ',
      '&x ',
      '*x',
    ],
    ...[
      '&y',
      '*y ',
      '!!str ',
      '!!int ',
      '!foo ',
      '!',
      '|',
      '|\n  l\n',
      '|-',
      '|+\n  x\n\n',
      '>\n  f\n  g\n',
      '>2',
      '|1-',
    ],
    ...[
      '---',
      '---\n',
      '...',
      '...\n',
      '\r\n',
      '%YAML 1.1\n',
      '%TAG ! x\n',
      '<<: ',
      '<<',
      '1',
      '0755',
      '1.5',
      'yes',
      'n',
    ],
    ...[
      '~',
      'null',
      '2001-01-01',
      '.inf',
      '0x1F',
      'é',
      '😀',
      '\u2028',
      '\u0085',
      '@',
      '`',
      '%',
      '::',
      'a: 1\n',
      'b:\n',
    ],
    ...['c: d\n', '- x\n', '- y: z\n', '{a: 1}', '[1, 2]', '{{ .Values.x }}', '!!float 3', '!!null x', '!!binary aGk='],
    ...['!<tag:yaml.org,2002:str> 5', 'a:\n- b\n- c\n', '  d: e\n', '    f: g\n'],
  );
  return fc.array(piece, { minLength: 1, maxLength: 14 }).map((pieces) => pieces.join(''));
}

/** Maps and lists that are mostly in order, with a slip here and there. */
function plausibleYaml(): fc.Arbitrary<string> {
  const key = fc.constantFrom('name', 'image', 'tag', 'a b', '"q"', "'s'", 'y', '1', '1.5', '~', 'x.y/z', '<<', 'name');
  const scalar = fc.constantFrom(
    ...[
      'foo',
      'foo bar',
      '1',
      '01',
      '1.50',
      '1e3',
      '0x1f',
      'yes',
      'off',
      '~',
      '',
      '""',
      "''",
      '"a: b"',
      "'it''s'",
      'a: b',
    ],
    ...[
      'http://x/y',
      '*/5 * * * *',
      '@x',
      '{a: b}',
      '[a, "b"]',
      '{}',
      '[]',
      '{{ .x }}',
      '"\\u00e9\\n"',
      '2001-01-01',
      '12:30',
    ],
    ...[
      '&a {x: 1}',
      '*a',
      '!!str 5',
      '!!int x',
      '1_000',
      '.5',
      '${V}',
      'v # c',
      'v#c',
      '"unended',
      '|\n',
      '>-\n',
      '- x',
    ],
  );
  const line = fc.oneof(
    { weight: 6, arbitrary: fc.tuple(key, scalar).map(([name, value]) => `${name}: ${value}`) },
    { weight: 2, arbitrary: scalar.map((value) => `- ${value}`) },
    { weight: 2, arbitrary: fc.tuple(key, scalar).map(([name, value]) => `- ${name}: ${value}`) },
    { weight: 3, arbitrary: key.map((name) => `${name}:`) },
    { weight: 1, arbitrary: fc.constantFrom('', '# comment', '---', '  # c', '\t', 'text') },
  );
  // A block often opens and closes by two columns, and sometimes by none or an odd number.
  const step = fc.constantFrom(0, 0, 0, 0, 2, 2, -2, -2, 1, -1);
  return fc.array(fc.tuple(line, step), { minLength: 1, maxLength: 8 }).map((lines) => {
    let indent = 0;
    let text = '';
    for (const [content, change] of lines) {
      text += `${' '.repeat(indent)}${content}\n`;
      indent = Math.max(0, content.endsWith(':') && change === 0 ? indent + 2 : indent + change);
    }
    return text;
  });
}

function values(): fc.Arbitrary<Value> {
  const nilList: Value = new GoSlice({ kind: 'slice', name: '[]interface {}' }, [], true);
  const nothing = newMap();
  nothing[nilMap] = true;
  return fc.letrec<{ value: Value }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      scalarTexts(),
      fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer(), numbersThatMatter()),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => new GoInt('int64', value)),
      fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((value) => new GoInt('uint64', value)),
      fc.constantFrom<Value>(null, true, false, nilList, nothing),
      fc.array(scalarTexts(), { maxLength: 3 }).map((items) => new GoSlice({ kind: 'slice', name: '[]string' }, items)),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.array(fc.tuple(ordinaryKeys(), tie('value')), { maxLength: 5 }).map((entries) => newMap(entries)),
      // The oracle takes keys that are no UTF-8 in another form.
      fc.tuple(scalarTexts(), tie('value')).map(([key, value]) => newMap([[key.toWellFormed(), value]])),
    ),
  })).value;
}

function numbersThatMatter(): fc.Arbitrary<number> {
  const powers = [53, 63, 64, 70].flatMap((power) => [2 ** power, -(2 ** power), 2 ** power - 2 ** (power - 53)]);
  return fc.constantFrom(
    0,
    -0,
    1e5,
    1e6,
    1e15,
    1e19,
    1e20,
    1e21,
    1e-4,
    1e-5,
    1e-7,
    0.1,
    123456.5,
    1234567.5,
    ...powers,
  );
}

/**
 * Keys that go-yaml puts in one order: with letters behind digits its order goes round in circles, and what it writes
 * depends on chance.
 */
function ordinaryKeys(): fc.Arbitrary<string> {
  return fc.stringMatching(/^[a-zA-Zé]{1,4}([-._/ ][a-z]{1,3})?[0-9]{0,3}$/);
}

function scalarTexts(): fc.Arbitrary<string> {
  const long = 'lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ';
  const piece = fc.constantFrom(
    ...[
      'a',
      'b',
      'foo',
      ' ',
      ' ',
      '  ',
      '\n',
      '\n',
      '\t',
      ':',
      ': ',
      '#',
      ' #',
      '-',
      '- ',
      '"',
      "'",
      '\\',
      '{',
      '}',
      '[',
    ],
    ...[
      ']',
      ',',
      '&',
      '*',
      '!',
      '|',
      '>',
      '%',
      '@',
      '`',
      '?',
      '=',
      '1',
      '0',
      '9',
      '.',
      '_',
      'yes',
      'no',
      'y',
      'null',
      '~',
    ],
    ...[
      'true',
      'é',
      'ß',
      '日本',
      '😀',
      '\u2028',
      '\u2029',
      '\u0085',
      '\u00a0',
      '\ufeff',
      '\x07',
      '\x7f',
      '\r',
      '\r\n',
      '\0',
    ],
    ...[long, `${long}${long}`, 'averylongword'.repeat(8), '---', '...', '2001-01-01', '12:30', '0x1f', '1e3', '<<'],
    ...['\ud800\udc00', '\udcff', '\udcc3('],
  );
  return fc.array(piece, { maxLength: 7 }).map((pieces) => pieces.join(''));
}
