import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { typedData, typedFuncs } from '../../../test/support/goldenTypes.ts';
import {
  decodeJson,
  fromBytes,
  GoInt,
  type GoMap,
  GoSlice,
  int64,
  isMap,
  newMap,
  sliceOfString,
  sprint,
  toUpper,
  type Value,
} from '../gostd/index.ts';
import {
  execute,
  type FuncEntry,
  type FuncMap,
  GoError,
  type MissingKey,
  ParsedTexts,
  ropeSink,
  type RunLimits,
  stringSink,
  TemplateError,
  TemplateSet,
  Tracer,
} from './index.ts';
import { Lexer } from './parse/lex.ts';

/** The functions of language.json, as test/golden/gotemplate/make.go has them. */
const languageFuncs: ReadonlyMap<string, FuncEntry> = new Map([
  func('list', ['...interface {}'], (args) => args),
  func('dict', ['...interface {}'], dict),
  func('upper', ['string'], ([text]) => (typeof text === 'string' ? toUpper(text) : '')),
  func('i64', ['int'], ([value]) => int64(value instanceof GoInt ? value.value : 0)),
  func('strs', ['...string'], (args) => new GoSlice(sliceOfString, args)),
  func('bad', [], () => {
    throw new GoError('bad thing');
  }),
]);

function func(name: string, params: readonly string[], call: FuncEntry['call']): [string, FuncEntry] {
  return [name, { name, params, results: ['x', 'error'], doc: '', call }];
}

function dict(args: readonly Value[]): GoMap {
  const map = newMap();
  for (let i = 0; i + 1 < args.length; i += 2) {
    map[sprint([args[i]])] = args[i + 1];
  }
  return map;
}

interface Golden {
  readonly data?: unknown;
  readonly cases: readonly Case[];
}

interface Case {
  readonly text: string;
  readonly data?: unknown;
  readonly missingKey?: MissingKey;
  readonly want?: string;
  /** Where the output is no UTF-8. */
  readonly wantBase64?: string;
  readonly wantError?: string;
}

const limits: RunLimits = { maxBytes: 1e6, reasonToStop: () => undefined };

function readGolden(file: string): Golden {
  const url = new URL(`../../../test/golden/gotemplate/${file}`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8')) as Golden; // our own data
}

function run(
  text: string,
  data: Value,
  funcs: FuncMap,
  missingKey: MissingKey,
): { output: string } | { error: string } {
  try {
    const set = new TemplateSet({ funcs, missingKey });
    set.parse('t.yaml', text);
    const sink = stringSink();
    execute(set, 't.yaml', data, sink, { limits });
    return { output: sink.text() };
  } catch (error) {
    if (error instanceof TemplateError) {
      // Wants are JSON texts, in which a byte that is no UTF-8 has become U+FFFD.
      return { error: error.message.toWellFormed() };
    }
    throw error;
  }
}

function wanted({ want, wantBase64, wantError }: Case): { output: string } | { error: string } {
  if (wantError !== undefined) {
    return { error: wantError };
  }
  return { output: wantBase64 === undefined ? (want ?? '') : fromBytes(Buffer.from(wantBase64, 'base64')) };
}

const language = readGolden('language.json');
test.for(language.cases)('language: $text', (row) => {
  const data = decodeJson(JSON.stringify('data' in row ? row.data : language.data));
  expect(run(row.text, data, languageFuncs, row.missingKey ?? 'default')).toEqual(wanted(row));
});

test.for(readGolden('typed.json').cases)('typed values: $text', (row) => {
  expect(run(row.text, typedData(), typedFuncs, row.missingKey ?? 'default')).toEqual(wanted(row));
});

test('text is written with the line and the calls it came from', () => {
  const set = new TemplateSet({ funcs: languageFuncs, missingKey: 'zero' });
  set.parse('a.yaml', 'x\n  {{ template "b" . }}{{ define "b" }}\n{{ .v }}{{ end }}');
  const sink = ropeSink();
  const tracer = new Tracer(new Map());
  execute(set, 'a.yaml', newMap([['v', 'V']]), sink, { limits, trace: { tracer, control: tracer.none } });
  const written = sink.written
    .rope()
    .segments.map(({ length, node, calls }) => [length, node.source.position(node.pos), calls?.name]);
  expect(written).toEqual([
    [4, { line: 0, character: 0 }, undefined],
    [1, { line: 1, character: 38 }, 'b'],
    [1, { line: 2, character: 3 }, 'b'],
  ]);
});

test('a clone keeps its own definitions to itself', () => {
  const set = new TemplateSet({ funcs: languageFuncs, missingKey: 'zero' });
  set.parse('a', '{{ define "x" }}outer{{ end }}');
  const clone = set.clone();
  clone.parse('b', '{{ define "x" }}inner{{ end }}{{ template "x" }}');
  const sink = stringSink();
  execute(clone, 'b', null, sink, { limits });
  expect(sink.text()).toBe('inner');
  expect(set.lookup('b')).toBeUndefined();
});

test('what was parsed serves other sets, by name and content', () => {
  const parsed = new ParsedTexts();
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  const treeOf = (name: string, data: Uint8Array): unknown => {
    const set = new TemplateSet({ funcs: languageFuncs, missingKey: 'zero', parsed });
    set.parseFile(name, data);
    return set.lookup(name);
  };
  const data = bytes('{{ .v }}');
  const tree = treeOf('a', data);
  expect(treeOf('a', data)).toBe(tree);
  expect(treeOf('b', data)).toMatchObject({ name: 'b' });
  expect(treeOf('a', bytes('{{ .w }}'))).not.toEqual(tree);

  const textTree = (name: string, text: string): unknown =>
    new TemplateSet({ funcs: languageFuncs, missingKey: 'zero', parsed }).parseCached(name, text);
  const short = textTree('t', '{{ .v }}');
  expect(textTree('t', '{{ .v }}')).toBe(short);
  // More than is kept.
  for (const letter of 'abcde') {
    textTree('t', letter.repeat(1_000_000));
  }
  expect(textTree('t', '{{ .v }}')).toEqual(short);
  expect(textTree('t', '{{ .v }}')).not.toBe(short);
});

test('endless recursion, endless loops and floods end in a coded error', () => {
  const attempt = (text: string, bounds = limits): string => {
    const set = new TemplateSet({ funcs: languageFuncs, missingKey: 'zero' });
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
  expect(
    attempt('{{ range 1000000000 }}{{ $x := . }}{{ end }}', {
      ...limits,
      reasonToStop: () => (clock++ > 1 ? 'it is late' : undefined),
    }),
  ).toBe('limit');
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
          new TemplateSet({ funcs: languageFuncs, missingKey: 'zero' }).parse('t', text);
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
