import {
  GoInt,
  GoScalar,
  GoSlice,
  mapOf,
  mapType,
  newMap,
  nilMap,
  sliceOfBytes,
  sliceOfInterface,
  sliceOfString,
  stringType,
  type Value,
} from '@fairlead/engine/gostd';
import { builtinFuncs } from '@fairlead/engine/gotemplate';
import fc from 'fast-check';
import { expressions } from './expressionCases.ts';

/** The data that random templates read: every kind of value that JSON has, integers, and slices of one type. */
export function templateData(): Value {
  return newMap([
    ['s', 'hello <b>'],
    ['u', 'héé✓'],
    ['e', ''],
    ['f', 2.5],
    ['n', 3],
    ['big', 1e21],
    ['i', new GoInt('int', 2n)],
    ['i64', new GoInt('int64', -7n)],
    ['u8', new GoInt('uint8', 200n)],
    ['t', true],
    ['no', false],
    ['z', null],
    ['l', [1, 'two', null, [3], newMap([['k', 'v']])]],
    ['el', []],
    ['ss', new GoSlice(sliceOfString, ['b', 'a'])],
    [
      'm',
      newMap([
        ['a', 1],
        ['b', newMap([['c', 'x']])],
        ['z', null],
        ['key with space', true],
      ]),
    ],
    ['em', newMap()],
    ['nan', NaN],
    ['f32', new GoScalar({ kind: 'float32', name: 'float32' }, Math.fround(0.1))],
    [
      'll',
      [
        [1, [2, 3]],
        ['x', newMap([['k', null]])],
      ],
    ],
    ['nm', nilMapOf()],
    ['nl', new GoSlice(sliceOfInterface, [], true)],
    ['sm', stringMap()],
    [
      'bytes',
      new GoSlice(
        sliceOfBytes,
        [104n, 105n, 255n].map((each) => new GoInt('uint8', each)),
      ),
    ],
    ['bad', 'a\udcff'],
    ['c', new GoInt('int32', 0x1f600n)],
  ]);
}

function nilMapOf(): Value {
  const map = newMap();
  map[nilMap] = true;
  return map;
}

function stringMap(): Value {
  const map = newMap([
    ['k', 'v'],
    ['e', ''],
  ]);
  map[mapType] = mapOf(stringType);
  return map;
}

type Text = fc.Arbitrary<string>;

/** Templates that mostly parse; some have a slip, so that they do not. */
export function someTemplates(): Text {
  const pipe = fc.oneof(pipelines(), fittingPipelines());
  const plain = templatesOf(pipe, pipe.map(withoutLargeNumbers));
  return fc.oneof({ weight: 5, arbitrary: plain }, { weight: 1, arbitrary: plain.chain(withSlip) });
}

function withoutLargeNumbers(pipe: string): string {
  return pipe.replace(/[\da-fA-FxXoO_]{3,}/g, (text) => (/\d/.test(text) ? '7' : text));
}

/** Takes a piece out of a template, or puts one in. */
export function withSlip(text: string): Text {
  const noise = fc.constantFrom(
    ...['{{', '}}', '{{end}}', '{{else}}', '|', '(', ')', '"', '`', "'", '.', '$', ':=', '=', ',', '-', '{{-', '-}}'],
    ...[
      '/*',
      '*/',
      '\n',
      ' ',
      'é',
      '#',
      '{{break}}',
      '{{continue}}',
      '{{template "no"}}',
      '{{define "d"}}',
      '0x',
      '$q',
    ],
    ...[
      '_',
      '\\',
      '\t',
      '\r\n',
      '+',
      '{{ /* x */ }}',
      '{{/* x */ }}',
      '{{else if 1}}',
      '{{else with 1}}',
      '\u00a0',
      '1i',
    ],
    ...[
      '{{block "b" .}}',
      '{{template "a" . }}',
      '{{if}}',
      '{{range}}',
      'true',
      'nil',
      '..',
      '{{- -}}',
      '-1',
      '@',
      '%',
    ],
  );
  const chars = Array.from(text);
  return fc
    .tuple(fc.nat(chars.length), fc.nat(4), noise, fc.boolean())
    .map(([at, length, piece, takes]) =>
      [...chars.slice(0, at), takes ? '' : piece, ...chars.slice(at + (takes ? length : 0))].join(''),
    );
}

/**
 * Texts, actions, branches, loops and definitions around pipelines. The variable `$x` is there.
 *
 * @param ranged what is ranged over: no large numbers, or the real thing never ends
 */
export function templatesOf(pipe: Text, ranged: Text): Text {
  const { text } = fc.letrec<{ text: string; action: string }>((tie) => ({
    action: fc.oneof(
      { maxDepth: 3, depthIdentifier: 'template' },
      { weight: 6, arbitrary: fc.tuple(opening(), pipe, closing()).map((parts) => parts.join('')) },
      { weight: 1, arbitrary: pipe.map((value) => `{{ $x := ${value} }}`) },
      { weight: 1, arbitrary: pipe.map((value) => `{{ $x = ${value} }}`) },
      { weight: 1, arbitrary: oddActions() },
      { weight: 2, arbitrary: branch('if', pipe, tie('text')) },
      { weight: 2, arbitrary: branch('with', pipe, tie('text')) },
      { weight: 2, arbitrary: range(ranged, tie('text')) },
      {
        weight: 1,
        arbitrary: fc.tuple(tie('text'), pipe).map(([body, value]) => `{{ block "b" ${value} }}${body}{{ end }}`),
      },
      { weight: 1, arbitrary: definition(pipe, tie('text')) },
    ),
    text: fc
      .array(fc.oneof({ depthIdentifier: 'template' }, literalText(), tie('action'), tie('action')), {
        maxLength: 5,
        depthIdentifier: 'template',
      })
      .map((parts) => parts.join('')),
  }));
  return text.map((body) => `{{ $x := 0 }}${body}`);
}

function oddActions(): Text {
  return fc.constantFrom(
    ...[
      '{{/* note */}}',
      '{{- /* note */ -}}',
      '{{ $.s }}',
      '{{ break }}',
      '{{ continue }}',
      '{{- /*\n*/}}',
      '{{ $ }}',
    ],
    ...['{{- "" -}}', '{{"}}"}}', '{{`\n`}}', '{{\t.\t}}', '{{ $x }}{{ $x := 1 }}{{ $x }}', '{{ $x = .. }}', '{{end}}'],
    ...['{{ $y }}', '{{ $x.y }}', '{{else}}', '{{- 3}}', '{{-3}}', '{{ - 3 }}', '{{3 -}}', '{{.x-}}', '{{"a"|print}}'],
  );
}

/** Defined and called in different places, so that a template may not be there, or be another than it was. */
function definition(pipe: Text, text: Text): Text {
  const name = fc.constantFrom('a', 'c', 'é');
  const body = fc.oneof({ weight: 3, arbitrary: literalText() }, { weight: 1, arbitrary: text.map(withoutCalls) });
  const argument = fc.oneof(
    { weight: 4, arbitrary: pipe.map((value) => ` ${value}`) },
    fc.constantFrom('', ' .', ' $', ' nil'),
  );
  return fc
    .tuple(name, name, argument, body)
    .map(
      ([defined, called, value, inner]) =>
        `{{ define "${defined}" }}${inner}{{ . }}{{ end }}{{ template "${called}"${value} }}`,
    );
}

/** What calls nothing cannot call itself. */
function withoutCalls(text: string): string {
  return /template|block|define/.test(text) ? 'body' : text;
}

function branch(word: string, pipe: Text, text: Text): Text {
  const head = fc.tuple(fc.constantFrom('', '', '', '$y := ', '$x = '), pipe).map((parts) => parts.join(''));
  const other = fc.oneof({ weight: 6, arbitrary: fc.constant(word) }, fc.constantFrom('if', 'with', 'range'));
  const otherwise = fc.oneof(
    { maxDepth: 2 },
    fc.constant(''),
    text.map((body) => `{{ else }}${body}`),
    fc.tuple(other, pipe, text).map(([kind, condition, body]) => `{{ else ${kind} ${condition} }}${body}`),
    fc
      .tuple(pipe, text, pipe, text)
      .map(([a, first, b, second]) => `{{ else ${word} ${a} }}${first}{{ else ${word} ${b} }}${second}{{else}}!`),
  );
  return fc
    .tuple(head, text, otherwise)
    .map(([condition, body, rest]) => `{{ ${word} ${condition} }}${body}${rest}{{ end }}`);
}

function range(pipe: Text, text: Text): Text {
  const variables = fc.constantFrom('', '', '$v := ', '$k, $v := ', '$x = ', '$x, $x = ', '$k,$v = ', '$a, $b, $c := ');
  const show = fc.constantFrom(
    ...['', '{{ . }},', '{{ if eq (print .) "2" }}{{ break }}{{ end }}', '{{ continue }}', '{{ $x }}', '{{ $v }};'],
    ...[
      '{{ with . }}{{ if . }}{{ continue }}{{ end }}{{ end }}',
      '{{ range 3 }}{{ break }}{{ end }}',
      '{{ $k }}={{ $v }}',
    ],
  );
  const otherwise = fc.oneof(
    fc.constant(''),
    text.map((body) => `{{ else }}${body}`),
    fc.constant('{{ else }}{{ break }}'),
  );
  return fc
    .tuple(variables, pipe, show, text, otherwise)
    .map(([names, over, shown, body, rest]) => `{{ range ${names}${over} }}${shown}${body}${rest}{{ end }}`);
}

function pipelines(): Text {
  const { pipe } = fc.letrec<{ pipe: string; term: string }>((tie) => ({
    term: fc.oneof(
      { maxDepth: 3, depthIdentifier: 'pipeline' },
      { weight: 8, arbitrary: atoms() },
      { weight: 1, arbitrary: fc.oneof(numbers(), quoted()) },
      { weight: 2, arbitrary: tie('pipe').map((inner) => `(${inner})`) },
      {
        weight: 1,
        arbitrary: fc
          .tuple(tie('pipe'), fc.constantFrom('a', 'b.c', 'no', 'z'))
          .map(([inner, field]) => `(${inner}).${field}`),
      },
    ),
    pipe: fc.oneof(
      { maxDepth: 4, depthIdentifier: 'pipeline' },
      { weight: 3, arbitrary: tie('term') },
      {
        weight: 9,
        arbitrary: fc
          .tuple(calls(), fc.array(tie('term'), { maxLength: 3 }))
          .map(([fn, args]) => [fn, ...args].join(' ')),
      },
      {
        weight: 2,
        arbitrary: fc
          .tuple(tie('pipe'), calls(), fc.array(tie('term'), { maxLength: 1 }), fc.constantFrom(' | ', '|', '\n| '))
          .map(([value, fn, args, bar]) => `${value}${bar}${[fn, ...args].join(' ')}`),
      },
    ),
  }));
  return pipe;
}

/** Calls whose arguments mostly fit, so that more of a template is run. */
function fittingPipelines(): Text {
  const small = fc.constantFrom('0', '1', '2', '.i', '(len .ss)', '(len .e)');
  const comparable = fc.constantFrom('.n', '.f', '1.5', '-2.0', '.nan', '3.0', '1e3');
  const whole = fc.constantFrom('.i', '.i64', '.u8', '.c', '0', "'a'", '-7', '200', '(len .s)', '18446744073709551615');
  const formats = fc.constantFrom(
    ...['"%v"', '"%q"', '"%+v|%s"', '"%T %[1]v"', '"%#v"', '"%5v|%-5v|"', '"%x"', '"%d"', '"%t"', '"%08.3f"', '"%%"'],
    ...['"%6.2f|%e"', '"%s %s"', '"%c %U"', '"%o %b"', '"%+q"', '"% x"', '"%[2]*[1]d"', '"%.2s"', '"%#x"', '"%!"'],
  );
  const special = new Map<string, readonly (Text | undefined)[]>([
    ...['lt', 'le', 'gt', 'ge'].map((name) => [name, [comparable, comparable]] as const),
    [
      'index',
      [
        fc.constantFrom('.l', '.ll', '.ss', '.m', '.sm', '.u', '.bytes'),
        fc.oneof(small, fc.constantFrom('"a"', '"b"', '"k"')),
      ],
    ],
    ['slice', [fc.constantFrom('.s', '.u', '.l', '.ss', '.bytes', '.el', '.nl', '"text"'), small]],
    ['printf', [formats, undefined]],
    ['len', [fc.constantFrom('.s', '.l', '.m', '.ss', '.u', '.em', '.nm', '.nl', '.bytes', '""')]],
  ]);
  const atomsBySort = {
    string: ['.s', '.u', '.e', '.bad', '"a"', '"<&>\'\\""', '`raw`', '.m.b.c', '$.s', '"\\x41\\u00e9"'],
    int: ['0', '1', '2', '-1', '.i', '.i64', '.u8', '.c', '0x1f', "'é'", '1_000'],
    float: ['.n', '.f', '.big', '.nan', '1.5', '1e3', '.f32'],
    bool: ['.t', '.no', 'true', 'false'],
    list: ['.l', '.el', '.ss', '.ll', '.nl', '.bytes'],
    map: ['.m', '.em', '.m.b', '.nm', '.sm', '$', '$.m'],
    time: ['.z'],
  } as const;
  const { any, bool, int, string } = expressions({
    funcs: builtinFuncs,
    atoms: atomsBySort,
    others: ['.', '$x', '.z', '.missing', '.m.z', '.m.missing', 'nil', '2i'],
    special,
    isLeftOut: (name) => name === 'call',
  });
  const compared = fc
    .tuple(fc.constantFrom('eq', 'ne', 'lt', 'le', 'gt', 'ge'), whole, whole)
    .map((parts) => parts.join(' '));
  return fc.oneof({ weight: 4, arbitrary: any }, bool, int, string, compared);
}

function atoms(): Text {
  return fc.constantFrom(
    ...[
      '.',
      '$',
      '.s',
      '.u',
      '.e',
      '.f',
      '.n',
      '.big',
      '.i',
      '.i64',
      '.u8',
      '.t',
      '.no',
      '.z',
      '.l',
      '.el',
      '.ss',
      '.m',
    ],
    ...[
      '.em',
      '.m.a',
      '.m.b',
      '.m.b.c',
      '.m.z',
      '.m.z.x',
      '.m.no',
      '.m.no.x',
      '.no.x',
      '.missing',
      '.missing.x',
      '.s.x',
    ],
    ...['$.m', '$x', '$x.a', '$.', '$.m.b.c', '.m.a.b', '.l.x', '.ss.x', '.i.x', '.t.x', '.el.x', '.em.x.y', '$x.y.z'],
    ...['.nan', '.f32', '.ll', '.nm', '.nl', '.sm', '.bytes', '.bad', '.c', '$.z.y', 'true', 'false', 'nil', '""'],
    ...['0', '1', '-1', '2', '3', '1.5', '1e3', "'a'", '"a"', '"two"', '"k"', '"é"', '"%v %d"', '"%q"', '"<&>"'],
  );
}

/** Constants, and what nearly is one. */
function numbers(): Text {
  const digits = fc.constantFrom('0', '1', '7', '12', '255', '65536', '1_000', '0_1', '1__0', '08', '017', '9', '');
  const large = ['9223372036854775807', '9223372036854775808', '18446744073709551615', '18446744073709551616'];
  return fc.oneof(
    fc
      .tuple(
        fc.constantFrom('', '', '-', '+'),
        fc.constantFrom('', '', '0x', '0X', '0b', '0o', '0'),
        fc.oneof(digits, fc.constantFrom(...large, 'ff', 'F_f', '101')),
        fc.constantFrom('', '', '.', '.5', '.0', '._1'),
        fc.constantFrom('', '', '', 'e3', 'e-2', 'E+1', 'e', 'p4', 'p-2', 'e400', 'e1_0', 'P'),
        fc.constantFrom('', '', '', '', 'i', 'x', '+2i', '-1.5i', '+0i', '-i', '+1e3i', "'"),
      )
      .map((parts) => parts.join('')),
    fc.constantFrom(
      ...["'\\n'", "'é'", "'😀'", "'ab'", "''", "'\\''", "'\\x41'", "'\\u00e9'", "'\\777'", "'\\q'", "'"],
    ),
  );
}

/** Strings in quotes with escapes that Go knows, and those that it does not. */
function quoted(): Text {
  const piece = fc.constantFrom(
    ...[
      'a',
      'é',
      '😀',
      '\\n',
      '\\t',
      '\\\\',
      '\\"',
      "\\'",
      '\\x41',
      '\\xff',
      '\\u00e9',
      '\\ud800',
      '\\U0001f600',
      '\\101',
    ],
    ...['\\a', '\\0', '\\8', '\\q', "'", '`', '{{', '}}', ' ', '%', '%d', '\\U00110000', '\\x4', '\n'],
  );
  return fc.oneof(
    { weight: 3, arbitrary: fc.array(piece, { maxLength: 4 }).map((parts) => `"${parts.join('')}"`) },
    fc.array(piece, { maxLength: 3 }).map((parts) => `\`${parts.join('').replaceAll('`', '')}\``),
  );
}

function calls(): Text {
  return fc.constantFrom(
    ...['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'and', 'or', 'not', 'len', 'index', 'slice', 'print', 'println', 'printf'],
    ...[
      'html',
      'js',
      'urlquery',
      'call',
      'printf "%v"',
      'printf "%T"',
      'printf "%05.1f|%-4d|%x"',
      'index .m',
      'index .l',
    ],
    ...[
      'slice .s',
      'slice .l',
      'eq .n',
      'nofunc',
      '.m.a',
      '.s',
      'index .ll 0',
      'index .ss',
      'slice .ss 1',
      'index .sm',
    ],
    ...[
      'printf "%[2]v %[1]q"',
      'printf "%*d"',
      'printf "%#v"',
      'slice .u 1',
      'index .bytes',
      'eq .i',
      'lt .u8',
      'len .ss',
    ],
  );
}

function literalText(): Text {
  return fc.constantFrom(
    '',
    ' ',
    '\n',
    'text',
    ' a\n  b ',
    '{ }',
    'é',
    '}}',
    '"q"',
    '\r\n',
    '\t',
    '{',
    '/* */',
    '\u00a0',
  );
}

function opening(): Text {
  return fc.constantFrom('{{ ', '{{', '{{- ', '{{\n', '{{-\n', '{{\r\n');
}

function closing(): Text {
  return fc.constantFrom(' }}', '}}', ' -}}', '\n}}', '\n-}}', '\t}}');
}

/** Verbs with flags, widths and precisions, and words between them. */
export function someFormats(): fc.Arbitrary<string> {
  const verb = fc
    .tuple(
      fc.constantFrom('', '', '', '+', '-', '#', ' ', '0', '+0', '-#', '[1]', '[2]', '[9]', '[x]'),
      fc.constantFrom('', '', '', '5', '08', '*', '12'),
      fc.constantFrom('', '', '.0', '.3', '.*', '.'),
      // No p: addresses are different every time.
      fc.mapToConstant({ num: 22, build: (i) => 'vTdsqxXobcUeEfFgGtw!%z'.charAt(i) }),
    )
    .map((parts) => `%${parts.join('')}`);
  const piece = fc.oneof(
    { weight: 4, arbitrary: verb },
    { weight: 1, arbitrary: fc.constantFrom(' ', 'é', '%', '%%', '|') },
  );
  return fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join(''));
}

/** Values to print: each kind, and those at the ends of their ranges. */
export function printedValues(): fc.Arbitrary<Value> {
  const deep = newMap([
    ['b', [1, 'x', null, newMap([['k', 2.5]])]],
    ['a', new GoInt('int64', 5n)],
  ]);
  return fc.oneof(
    fc.constantFrom<Value>(
      null,
      true,
      false,
      'text',
      '',
      'é\n"\u{1f600}',
      'a\udcff',
      [],
      [1, 'a', null],
      newMap(),
      deep,
    ),
    fc.constantFrom<Value>(0, -0, 1, 1.5, -2.25, 1e6, 1e21, 1e-7, 0.1, 123456789, Infinity, NaN, 2 ** 53),
    fc.constantFrom<Value>(
      new GoSlice(sliceOfString, ['x', 'y z']),
      new GoSlice(sliceOfString, [], true),
      new GoInt('int', 42n),
      new GoInt('int64', -(2n ** 63n)),
      new GoInt('uint64', 2n ** 64n - 1n),
      new GoInt('uint8', 65n),
      new GoInt('int32', 0x1f600n),
    ),
    fc.double(),
    fc.integer().map((value) => new GoInt('int', BigInt(value))),
    fc.string({ unit: 'grapheme', maxLength: 5 }),
  );
}
