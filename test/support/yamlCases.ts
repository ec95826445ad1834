import { GoInt, GoSlice, newMap, nilMap, type Value } from '@fairlead/engine/gostd';
import fc from 'fast-check';

/** Everything that means something in YAML, in an order that mostly means nothing. */
export function piecesOfYaml(): fc.Arbitrary<string> {
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
export function plausibleYaml(): fc.Arbitrary<string> {
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

export function yamlValues(): fc.Arbitrary<Value> {
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

const words = 'a b foo yes no y null ~ true 1 0 9 . _ é ß 日本 😀 2001-01-01 12:30 0x1f 1e3 << ... ---'.split(' ');
const signs = ': # " \' \\ { } [ ] , & * ! | > % @ ` ? = -'.split(' ').concat(': ', ' #', '- ');
const spaces = [' ', ' ', '  ', '\n', '\n', '\t', '\r', '\u2028', '\u2029', '\u00a0', '\ufeff'];
const long = 'lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ';

/** What texts are made of that mean something in YAML; each is a text in YAML and in JSON alike. */
export const textPieces: readonly string[] = [...words, ...signs, ...spaces, long];

function scalarTexts(): fc.Arbitrary<string> {
  const odd = ['\u0085', '\x07', '\x7f', '\r\n', '\0', '\ud800\udc00', '\udcff', '\udcc3('];
  const piece = fc.constantFrom(...textPieces, ...odd, `${long}${long}`, 'averylongword'.repeat(8));
  return fc.array(piece, { maxLength: 7 }).map((pieces) => pieces.join(''));
}

/** Documents with nested blocks, every style of scalar, anchors, comments and line breaks of every kind. */
export function yamlDocuments(): fc.Arbitrary<string> {
  const key = fc.oneof(
    {
      weight: 8,
      arbitrary: fc.constantFrom('a', 'b', 'name', 'x-y', 'a.b/c', 'é', '"q r"', "'s'", '1', 'on', '~', '0x1'),
    },
    fc.constantFrom(
      '<<',
      '? a\n',
      '"\\u00e9"',
      '&k a',
      '*x',
      '!!str 2',
      'a b',
      '',
      '-',
      ' a',
      '{a: 1}',
      '[1]',
      '.inf',
      '2.5',
    ),
  );
  const number = fc.constantFrom(
    ...[
      '0',
      '-0',
      '+1',
      '007',
      '08',
      '0o17',
      '0b101',
      '-0b1',
      '0x_f',
      '1_000',
      '1__0',
      '.5',
      '5.',
      '-.5',
      '+.inf',
      '-.Inf',
    ],
    ...[
      '.NaN',
      '1e3',
      '1E+3',
      '1e-7',
      '1.5e300',
      '1e400',
      '9223372036854775807',
      '9223372036854775808',
      '-9223372036854775809',
    ],
    ...[
      '18446744073709551615',
      '18446744073709551616',
      '190:20:30',
      '1:60',
      '0.1',
      '123456789012345678901234567890',
      '1.0',
      '1e',
    ],
  );
  const plain = fc.constantFrom(
    ...[
      'text',
      'two words',
      'yes',
      'No',
      'ON',
      'y',
      'N',
      'true',
      'TRUE',
      'null',
      'Null',
      '~',
      '',
      '2001-01-01',
      '2001-1-1',
    ],
    ...[
      '2001-12-14t21:59:43.10-05:00',
      'a: b',
      'a #c',
      'a#c',
      '- b',
      '%x',
      '@x',
      '`x',
      '|x',
      '>x',
      '!x',
      '&a',
      '*a',
      '?x',
      ': x',
    ],
    ...[
      '{a',
      'a}',
      '[b',
      'c]',
      'a, b',
      '"q',
      "it's",
      '\\n',
      'tab\there',
      '\u00a0',
      '\u2028x',
      'é日😀',
      '<<',
      '=',
      '...',
      '---',
      '-',
    ],
  );
  const quotedText = fc.constantFrom(
    ...[
      '"a\\nb"',
      '"\\x41\\u00e9\\U0001f600"',
      '"\\ud83d\\ude00"',
      '"\\q"',
      '"\\0\\a\\e\\N\\_\\L\\P"',
      '"a\n  b"',
      '"a \\\n  b"',
    ],
    ...["'a''b'", "'a\n\n  b'", '"\\/"', '"\t"', "'\\n'", '"\\x4"', '"{{ .Values.x }}"', "''", '"a\r\n b"'],
  );
  const flow = fc.constantFrom(
    ...[
      '[]',
      '{}',
      '[a, b]',
      '{a: 1, b: [c]}',
      '[a, ]',
      '{a, b}',
      '{a: }',
      '[a: 1]',
      '{"a":1}',
      "{'a':b}",
      '[a,,b]',
      '{a: 1,}',
    ],
    ...[
      '[[1, 2], {x: y}]',
      '{? a : b}',
      '[\n  a,\n  b\n]',
      '{\n a: 1\n}',
      '[a',
      '{a: 1',
      '[a]b',
      '{a: *x}',
      '[&x a, *x]',
      '{<<: {a: 1}}',
    ],
  );
  const tagged = fc
    .tuple(
      fc.constantFrom(
        '!!str ',
        '!!int ',
        '!!float ',
        '!!bool ',
        '!!null ',
        '!!binary ',
        '!!map ',
        '!!seq ',
        '!x ',
        '! ',
        '!!timestamp ',
        '&x ',
        '&y ',
        '!!set ',
        '!!merge ',
      ),
      fc.oneof(plain, number, quotedText, flow),
    )
    .map((parts) => parts.join(''));
  const scalar = fc.oneof(
    { weight: 4, arbitrary: plain },
    { weight: 3, arbitrary: number },
    { weight: 2, arbitrary: quotedText },
    { weight: 1, arbitrary: flow },
    { weight: 1, arbitrary: tagged },
    { weight: 1, arbitrary: fc.constantFrom('*x', '*y', '*none') },
  );
  const comment = fc.constantFrom('', '', '', '', ' # note', '  #', '\t# x');
  const block = fc
    .tuple(
      fc.constantFrom('|', '>', '|-', '>-', '|+', '>+', '|2', '>1-', '|0', '|-2', '|x', '| # c', '>\t'),
      fc.array(fc.constantFrom('one', '  two', '', ' ', '# no', 'a: b', '\tx', '- c', 'é', 'long words '.repeat(9)), {
        maxLength: 4,
      }),
    )
    .map(([head, lines]) => ({ head, lines }));
  const { node } = fc.letrec<{ node: (indent: string) => string }>((tie) => {
    const inline = fc.tuple(scalar, comment).map((parts) => (): string => ` ${parts.join('')}\n`);
    const literal = block.map(
      ({ head, lines }) =>
        (indent: string): string =>
          ` ${head}\n${lines.map((line) => `${indent}  ${line}\n`).join('')}`,
    );
    const anchor = fc.constantFrom('', '', '', ' &x', ' &y', ' !!map', ' # c');
    const map = fc.tuple(anchor, fc.array(fc.tuple(key, tie('node')), { minLength: 1, maxLength: 4 })).map(
      ([mark, entries]) =>
        (indent: string): string =>
          `${mark}\n${entries.map(([name, item]) => `${indent}${name}:${item(`${indent}  `)}`).join('')}`,
    );
    const list = fc.tuple(anchor, fc.constantFrom('', '  '), fc.array(tie('node'), { minLength: 1, maxLength: 3 })).map(
      ([mark, extra, items]) =>
        (indent: string): string =>
          `${mark}\n${items.map((item) => `${indent}${extra}-${item(`${indent}${extra}  `)}`).join('')}`,
    );
    return {
      node: fc.oneof(
        { maxDepth: 4, depthIdentifier: 'yaml' },
        { weight: 6, arbitrary: inline },
        { weight: 1, arbitrary: literal },
        { weight: 3, arbitrary: map },
        { weight: 2, arbitrary: list },
      ),
    };
  });
  const start = fc.constantFrom(
    '',
    '',
    '',
    '---',
    '---\n',
    '# top\n',
    '%YAML 1.1\n---\n',
    '\ufeff',
    '\n\n',
    '--- !!map',
  );
  const end = fc.constantFrom('', '', '', '...\n', '---\n', '# end', '---\nb: 2\n', ' ', '\t');
  const breaks = fc.constantFrom('\n', '\n', '\n', '\n', '\r\n', '\r', '\u0085');
  return fc
    .tuple(start, node, end, breaks)
    .map(([head, body, tail, newline]) => `${head}${body('').replace(/^\n/, '')}${tail}`.replaceAll('\n', newline));
}
