import { GoInt, GoSlice, newMap, sliceOfString, type Value } from '@fairlead/engine/gostd';
import fc from 'fast-check';

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
  ]);
}

/** Templates that mostly parse; some have a slip, so that they do not. */
export function someTemplates(): fc.Arbitrary<string> {
  return fc.oneof({ weight: 5, arbitrary: blocks() }, { weight: 1, arbitrary: blocks().chain(withSlip) });
}

/** Takes a piece out of a template, or puts one in. */
function withSlip(text: string): fc.Arbitrary<string> {
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
  );
  return fc
    .tuple(fc.nat(text.length), fc.nat(4), noise, fc.boolean())
    .map(
      ([at, length, piece, takes]) => text.slice(0, at) + (takes ? '' : piece) + text.slice(at + (takes ? length : 0)),
    );
}

function blocks(): fc.Arbitrary<string> {
  const { text } = fc.letrec<{ pipe: string; term: string; text: string; action: string }>((tie) => ({
    term: fc.oneof(
      { maxDepth: 3, depthIdentifier: 'template' },
      { weight: 8, arbitrary: atoms() },
      { weight: 2, arbitrary: tie('pipe').map((pipe) => `(${pipe})`) },
      { weight: 1, arbitrary: tie('pipe').map((pipe) => `(${pipe}).a`) },
    ),
    pipe: fc.oneof(
      { maxDepth: 4, depthIdentifier: 'template' },
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
          .tuple(tie('pipe'), calls(), fc.array(tie('term'), { maxLength: 1 }))
          .map(([pipe, fn, args]) => `${pipe} | ${[fn, ...args].join(' ')}`),
      },
    ),
    action: fc.oneof(
      { maxDepth: 3, depthIdentifier: 'template' },
      { weight: 6, arbitrary: fc.tuple(opening(), tie('pipe'), closing()).map((parts) => parts.join('')) },
      { weight: 1, arbitrary: tie('pipe').map((pipe) => `{{ $x := ${pipe} }}`) },
      { weight: 1, arbitrary: tie('pipe').map((pipe) => `{{ $x = ${pipe} }}`) },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          '{{/* note */}}',
          '{{- /* note */ -}}',
          '{{ $.s }}',
          '{{ break }}',
          '{{ continue }}',
        ),
      },
      { weight: 2, arbitrary: branch('if', tie('pipe'), tie('text')) },
      { weight: 2, arbitrary: branch('with', tie('pipe'), tie('text')) },
      { weight: 2, arbitrary: range(tie('pipe'), tie('text')) },
      {
        weight: 1,
        arbitrary: fc.tuple(tie('text'), tie('pipe')).map(([body, pipe]) => `{{ block "b" ${pipe} }}${body}{{ end }}`),
      },
      {
        weight: 1,
        // Defined and called in different places, so that a template may not be there.
        arbitrary: fc
          .tuple(fc.constantFrom('a', 'c'), fc.constantFrom('a', 'c'), tie('pipe'), literalText())
          .map(
            ([name, called, pipe, body]) =>
              `{{ define "${name}" }}${body}{{ . }}{{ end }}{{ template "${called}" ${pipe} }}`,
          ),
      },
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

function branch(word: string, pipe: fc.Arbitrary<string>, text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const head = fc.tuple(fc.constantFrom('', '', '', '$y := '), pipe).map((parts) => parts.join(''));
  const otherwise = fc.oneof(
    fc.constant(''),
    text.map((body) => `{{ else }}${body}`),
    fc.tuple(pipe, text).map(([condition, body]) => `{{ else ${word} ${condition} }}${body}`),
  );
  return fc
    .tuple(head, text, otherwise)
    .map(([condition, body, rest]) => `{{ ${word} ${condition} }}${body}${rest}{{ end }}`);
}

function range(pipe: fc.Arbitrary<string>, text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const variables = fc.constantFrom('', '', '$v := ', '$k, $v := ', '$x = ');
  const show = fc.constantFrom(
    '',
    '{{ . }},',
    '{{ if eq (print .) "2" }}{{ break }}{{ end }}',
    '{{ continue }}',
    '{{ $x }}',
  );
  const otherwise = fc.oneof(
    fc.constant(''),
    text.map((body) => `{{ else }}${body}`),
  );
  return fc
    .tuple(variables, pipe, show, text, otherwise)
    .map(([names, over, shown, body, rest]) => `{{ range ${names}${over} }}${shown}${body}${rest}{{ end }}`);
}

function atoms(): fc.Arbitrary<string> {
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
    ...[
      '$.m',
      '$x',
      '$x.a',
      '0',
      '1',
      '-1',
      '2',
      '3',
      '1.5',
      '1e3',
      '0x10',
      '0b11',
      '0o7',
      '1_0',
      "'a'",
      "'\\n'",
      '2i',
    ],
    ...[
      '"a"',
      '"two"',
      '"k"',
      '"é"',
      '"%v %d"',
      '"%q"',
      '"<&>"',
      '`raw`',
      '"\\x41\\u00e9"',
      'true',
      'false',
      'nil',
      '""',
    ],
  );
}

function calls(): fc.Arbitrary<string> {
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
    ...['slice .s', 'slice .l', 'eq .n', 'nofunc', '.m.a', '.s'],
  );
}

function literalText(): fc.Arbitrary<string> {
  return fc.constantFrom('', ' ', '\n', 'text', ' a\n  b ', '{ }', 'é', '}}', '"q"');
}

function opening(): fc.Arbitrary<string> {
  return fc.constantFrom('{{ ', '{{', '{{- ', '{{\n');
}

function closing(): fc.Arbitrary<string> {
  return fc.constantFrom(' }}', '}}', ' -}}', '\n}}');
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
