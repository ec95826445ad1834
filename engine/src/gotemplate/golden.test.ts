import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  decodeJson,
  type GoMap,
  GoSlice,
  int64,
  isMap,
  newMap,
  sliceOfString,
  sprint,
  toBytes,
  toUpper,
  type Value,
} from '../gostd/index.ts';
import { execute, type FuncEntry, GoError, stringSink, TemplateError, TemplateSet } from './index.ts';
import { Lexer } from './parse/lex.ts';

/** A few functions as the golden cases' Go program has them, one of each kind of signature. */
function funcs(): ReadonlyMap<string, FuncEntry> {
  const entries: readonly FuncEntry[] = [
    { name: 'list', params: ['...interface {}'], results: ['[]interface {}'], doc: '', call: (args) => args },
    { name: 'dict', params: ['...interface {}'], results: ['map[string]interface {}'], doc: '', call: dict },
    { name: 'upper', params: ['string'], results: ['string'], doc: '', call: ([text]) => toUpper(String(text)) },
    { name: 'i64', params: ['int'], results: ['int64'], doc: '', call: ([value]) => int64(Number(sprint([value]))) },
    {
      name: 'strs',
      params: ['...string'],
      results: ['[]string'],
      doc: '',
      call: (args) => new GoSlice(sliceOfString, args),
    },
    {
      name: 'bad',
      params: [],
      results: ['string', 'error'],
      doc: '',
      call: () => {
        throw new GoError('bad thing');
      },
    },
  ];
  return new Map(entries.map((entry) => [entry.name, entry]));
}

function dict(args: readonly Value[]): GoMap {
  const map = newMap();
  for (let i = 0; i + 1 < args.length; i += 2) {
    map[sprint([args[i]])] = args[i + 1];
  }
  return map;
}

interface Golden {
  readonly data: unknown;
  readonly cases: readonly {
    readonly text: string;
    readonly data?: unknown;
    readonly missingKey?: 'default' | 'zero' | 'error';
    readonly want?: string;
    readonly wantBase64?: string;
    readonly wantError?: string;
  }[];
}

const limits = { maxBytes: 1e6, deadlineMs: 1, now: (): number => 0 };
const file = path.resolve(import.meta.dirname, '../../../test/golden/gotemplate/language.json');
const golden = JSON.parse(readFileSync(file, 'utf8')) as Golden; // our own data

function run(text: string, data: Value, missingKey: 'default' | 'zero' | 'error'): string {
  const set = new TemplateSet({ funcs: funcs(), missingKey });
  set.parse('t.yaml', text);
  const sink = stringSink();
  execute(set, 't.yaml', data, sink, { limits });
  return sink.text();
}

function messageOf(work: () => string): string {
  try {
    return `no error, but ${work()}`;
  } catch (error) {
    return error instanceof TemplateError ? error.message : String(error);
  }
}

test.for(golden.cases.map((row) => ({ ...row, name: JSON.stringify(row.text) })))('as Go: $name', (row) => {
  const data = decodeJson(JSON.stringify('data' in row ? row.data : golden.data));
  const attempt = (): string => run(row.text, data, row.missingKey ?? 'default');
  if (row.wantError !== undefined) {
    expect(messageOf(attempt)).toBe(row.wantError);
  } else {
    expect(Buffer.from(toBytes(attempt())).toString('base64')).toBe(
      row.wantBase64 ?? Buffer.from(row.want ?? '').toString('base64'),
    );
  }
});

test('text is written with the line and the calls it came from', () => {
  const set = new TemplateSet({ funcs: funcs(), missingKey: 'zero' });
  set.parse('a.yaml', 'x\n  {{ template "b" . }}{{ define "b" }}\n{{ .v }}{{ end }}');
  const written: unknown[] = [];
  const data = newMap([['v', 'V']]);
  execute(
    set,
    'a.yaml',
    data,
    { write: (text, origin) => written.push([text, origin?.position, origin?.calls.map(({ name }) => name)]) },
    { limits, trace: true },
  );
  expect(written).toEqual([
    ['x\n  ', { line: 0, character: 0 }, []],
    ['\n', { line: 1, character: 38 }, ['b']],
    ['V', { line: 2, character: 3 }, ['b']],
  ]);
});

test('a clone keeps its own definitions to itself', () => {
  const set = new TemplateSet({ funcs: funcs(), missingKey: 'zero' });
  set.parse('a', '{{ define "x" }}outer{{ end }}');
  const clone = set.clone();
  clone.parse('b', '{{ define "x" }}inner{{ end }}{{ template "x" }}');
  const sink = stringSink();
  execute(clone, 'b', null, sink, { limits });
  expect(sink.text()).toBe('inner');
  expect(set.lookup('b')).toBeUndefined();
});

test('endless recursion, endless loops and floods end in a coded error', () => {
  const attempt = (text: string, bounds = limits): string => {
    const set = new TemplateSet({ funcs: funcs(), missingKey: 'zero' });
    set.parse('t', text);
    try {
      execute(set, 't', null, stringSink(), { limits: bounds });
      return 'no error';
    } catch (error) {
      return error instanceof TemplateError ? error.code : String(error);
    }
  };
  expect(attempt('{{ define "r" }}{{ template "r" }}{{ end }}{{ template "r" }}')).toBe('depth-exceeded');
  expect(attempt('{{ range 1000000000 }}xxxxxxxxxxxxxxxx{{ end }}')).toBe('limit');
  let clock = 0;
  expect(attempt('{{ range 1000000000 }}{{ $x := . }}{{ end }}', { ...limits, now: () => clock++ })).toBe('limit');
});

test('lexing any text gives its tokens back in order, and parsing throws nothing but a TemplateError', () => {
  const piece = fc.constantFrom(
    '{{',
    '}}',
    '{{-',
    '-}}',
    ' ',
    '\n',
    '.',
    '$x',
    '|',
    '(',
    ')',
    '"a"',
    "'b'",
    '`',
    '1',
    'if',
    'end',
    'define',
    ':=',
    ',',
    'é',
    'x',
    '/*',
    '*/',
  );
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join('')),
      (text) => {
        const lexer = new Lexer(text, () => false);
        let at = 0;
        for (let token = lexer.next(); token.type !== 'eof' && token.type !== 'error'; token = lexer.next()) {
          expect(token.pos).toBeGreaterThanOrEqual(at);
          expect(text.slice(token.pos, token.pos + token.value.length)).toBe(token.value);
          at = token.pos + token.value.length;
        }
        try {
          new TemplateSet({ funcs: funcs(), missingKey: 'zero' }).parse('t', text);
        } catch (error) {
          expect(error).toBeInstanceOf(TemplateError);
        }
      },
    ),
    { numRuns: 2_000 },
  );
});

test('maps made by decoding have no prototype', () => {
  expect(isMap(decodeJson('{"__proto__": {"a": 1}}'))).toBe(true);
});
