/** Templates that call Sprig's functions, with arguments of every type. */
import {
  decodeJson,
  GoInt,
  GoSlice,
  newMap,
  sliceOf,
  sliceOfString,
  intType,
  type Value,
} from '@fairlead/engine/gostd';
import type { FuncMap } from '@fairlead/engine/gotemplate';
import fc from 'fast-check';
import { expressions } from './expressionCases.ts';
import type { Json } from './oracleCases.ts';

type Text = fc.Arbitrary<string>;

/** What the templates are executed over: each kind of value that values, functions and methods can give. */
export function sprigData(): Value {
  return newMap([
    ['s', 'Hello World'],
    ['u', 'é日😀 ß'],
    ['e', ''],
    ['bad', 'a\udcff\udcc3b'],
    ['w', 'The quick-brown_fox jumps.over 12 lazyDogs\tand\nthe rest'],
    ['n', 7],
    ['f', -2.5],
    ['big', 1e21],
    ['nan', NaN],
    ['inf', -Infinity],
    ['t', true],
    ['z', null],
    ['i64', new GoInt('int64', -(2n ** 63n))],
    ['u8', new GoInt('uint8', 200n)],
    ['u64', new GoInt('uint64', 2n ** 64n - 1n)],
    ['i32', new GoInt('int32', 0x1f600n)],
    ['l', ['b', 'a', 'b', 1, null, 2.5]],
    ['ll', asValue([['x', 'y'], [], [1, { k: 'v' }]])],
    ['el', []],
    ['nl', new GoSlice({ kind: 'slice', name: '[]interface {}' }, [], true)],
    ['ss', new GoSlice(sliceOfString, ['b', 'a', 'c', 'a', ''])],
    [
      'is',
      new GoSlice(
        sliceOf(intType),
        [3n, 1n, 2n].map((each) => new GoInt('int', each)),
      ),
    ],
    ['m', asValue({ a: 1, b: { c: 'd', e: null }, s: 'x', l: [1] })],
    ['em', newMap()],
  ]);
}

function asValue(json: Json): Value {
  return decodeJson(JSON.stringify(json));
}

const atoms = {
  string: [
    ...['.s', '.u', '.e', '.bad', '.w', '"a-b_c D"', '"1.2.3"', '"-42"', '"0x1f"', '"1e3"', '"a,b,,c"', '"  x\\ty\\n"'],
    ...['"x=1&y=%41"', '"https://u:p@h:8/p/q?x#y"', '"(a|b)+c?"', '"2006-01-02"', '"2021-03-04"', '"1h30m"', '"aGk="'],
    ...[
      '"$1-${0}"',
      '">=1.2 <3"',
      '"a"',
      '"b"',
      '"true"',
      '"nil"',
      '"<b>&\'"',
      '"\\xff"',
      '"\\u2028"',
      '`{"a":[1,2.0]}`',
    ],
    ...['"/a/b/../c.txt"', '"é"', '"😀"', '"string"', '"slice"', '"FooBarBaz"', '"foo_bar baz"', '" "', '"Ǆ ǆ ﬀ İ"'],
  ],
  int: ['0', '1', '-1', '2', '3', '7', '64', '-9', '(int .n)', '(len .s)', '0x10', "'c'", '2147483648'],
  float: ['0.5', '1.5', '.n', '.f', '2', '.big', '1e-7', '-0.0', '.nan', '.inf', '1e308'],
  bool: ['true', 'false', '.t', '(eq .n 7.0)'],
  list: [
    ...['.l', '.ll', '.el', '.nl', '.ss', '.is', '(list)', '(list 1 "a" nil)', '(splitList "," "c,a,b")', '(until 4)'],
    ...['(list (list 1) (dict "a" 1))', '(rest (list))', '(list 1.0 1 "1" true)', '(list "a" "A" "é")', '(tuple 1 2)'],
  ],
  map: [
    ...['.m', '.em', '(dict "a" 2 "b" (dict "c" 3 "x" (list)) "n" nil)', '.m.b', '(dict)', '(dict "a" "" "z" false)'],
    ...['(dict "q" 1 "m" (dict "r" .s))', '(split "," "a,b")', '(urlParse "http://a@b/c?d#e")'],
  ],
  time: ['(toDate "2006-01-02" "2021-03-04")', '(toDate "x" "y")', '(toDate "2006-01-02 15:04" "1999-12-31 23:59")'],
} as const;

const others = [
  ...['nil', '.z', '.missing', '.m.missing', '.i64', '.u8', '.u64', '.i32', '(int64 5)', '(semver "1.2.3-rc.1")'],
  ...['(float64 "1.5")', '2i', '$', '(duration 90)', '9223372036854775807', '(chunk 2 .l)'],
];

/** Pieces that texts of a kind are put together from: mostly right, now and then not. */
// prettier-ignore
const pieces = {
  layout: ['2006', '01', '02', '_2', '2', '1', 'Jan', 'January', 'Mon', 'Monday', '15', '03', '3', '04', '4', '05',
    '5', '.000', '.999', ',00', 'PM', 'pm', 'MST', 'Z07:00', '-0700', 'Z07', '-07:00:00', '06', '002', '__2', '-',
    ' ', ':', 'T', 'x', '/', 'é', '_2006'],
  date: ['2021', '2020', '1969', '0001', '12', '02', '29', '31', '3', '7', 'Feb', 'march', 'Tue', 'Sunday', '23',
    '00', '59', '60', '.5', '.123456789', 'AM', 'pm', 'UTC', 'CET', 'GMT+3', 'Z', '+01:00', '-0330', '366', '-',
    ' ', ':', 'T', 'x', '/'],
  duration: ['1', '0', '2.5', '.5', '1.', 'h', 'm', 's', 'ms', 'us', 'µs', 'ns', '-', '+', 'd', '9223372036',
    '99999999999', ' '],
  regex: ['a', 'b', '.', 'é', '\\d', '\\w', '\\s', '\\b', '[ab]', '[^a]', '[a-z]', '(', ')', '(?:', '(?i)',
    '(?P<n>', '*', '+', '?', '*?', '{2}', '{1,3}', '|', '^', '$', '\\p{L}', '\\pN', '[[:alpha:]]', '\\', '[', ']',
    '{', '(?s)', '\\x41', '\\Q.\\E', '\\B', '😀', '(?=', '(?P<n'],
  url: ['http', 'https', 'oci', ':', '//', '/', '@', 'user', 'p%40ss', 'example.com', 'EXAMPLE', '[::1]',
    '[fe80::1%25e]', '127.0.0.1', ':80', ':x', 'a b', '%zz', '%41', 'é', '?', 'q=1', '&', '#', 'frag', '..', '*',
    '\u0001', '"', '<', '+', ';', '[', ']'],
  json: ['{', '}', '[', ']', ',', ':', '"a"', '"é"', '"\\u00e9"', '"\\ud83d"', '1', '-', '0.5', '1e3', '1e400',
    'true', 'fals', 'null', ' ', '\n', '"', '\\', 'é', '01', '.'],
  base: ['\0', 'YWJj', 'YQ==', 'YW=', '=', '\n', '\r', '*', 'NBSWY3DP', 'NB======', 'me', '-_', 'é', '==='],
  path: ['\0', '/', '//', 'a', 'b', '.', '..', 'c.txt', '.d', 'é', ' ', 'a.b.c'],
  version: ['1', '2', '0', '10', '.', '.', 'x', '*', '-', 'rc', 'alpha.1', '+', 'v', ' ', '>=', '<', '~', '^', '||',
    ',', '=', '01'],
  words: ['foo', 'Bar', 'BAZ', 'x', ' ', '  ', '_', '-', '.', '1', '23', 'é', 'ß', 'Ǆ', '\n', '\t', 'HTTPServer',
    'ID', '日本', '😀', '\u00a0', '/', "'", 'aB', 'İ', '\0', '\0'],
  number: ['1', '0', '9', '-', '+', '.', 'e', 'E5', '0x', 'f', '_', '0b1', '0o7', '08', 'Inf', 'NaN', ' ', '9223372036854775807', '18446744073709551616', '1e400'],
} as const;

/** A string literal; a zero byte among the pieces stands for a byte that is no text. */
function text(kind: keyof typeof pieces): Text {
  return fc
    .array(fc.constantFrom<string>(...pieces[kind]), { maxLength: 8 })
    .map((parts) => JSON.stringify(parts.join('')).replaceAll('\\u0000', '\\xff'));
}

/** Seconds from the year 1 to the year 9999, most of them of our time. */
const moment: Text = fc
  .oneof(
    { weight: 4, arbitrary: fc.integer({ min: 1_600_000_000, max: 1_750_000_000 }) },
    fc.integer({ min: -62_135_596_800, max: 253_402_300_799 }),
  )
  .map((seconds) => `(int64 ${seconds})`);
const zone: Text = fc
  .constantFrom(
    ...['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Sydney', 'Nowhere', 'Etc/GMT+5', ''],
  )
  .map((name) => JSON.stringify(name));
const day = fc.constantFrom(...atoms.time);
const subject = fc.oneof(text('words'), fc.constantFrom('.u', '.w', '.bad', '"ab é aB2_b\\n😀a"', '"aaa"', '""'));
const replacement = fc.constantFrom('"<$0>"', '"${n}$1"', '"$$"', '"$1x"', '"${1}x"', '"\\\\1"', '"$"', '""');
/** No data, no variables: a map that comes to hold itself ends the real thing. */
const freshMap = fc.constantFrom(
  ...['(dict)', '(dict "a" 1)', '(dict "a" (dict "b" 1 "c" nil) "d" (list 1))', '(dict "a" "" "z" false)'],
  ...['(dict "a" (dict "b" (dict "x" 0)))', '(dict "l" (list 1 2) "s" "x")', '(dict "a" nil)'],
);
/** Whatever makes as much as it is told must be told little. */
const few = fc.constantFrom('0', '1', '2', '3', '-1', '7', '(int .n)');
const version = fc.oneof(text('version'), fc.constantFrom('"1.2.3"', '"v2.0.0-rc.1+x"', '">=1.2"', '"~1.x"', '""'));

/** Arguments that are made for one function, by its name. */
export const sprigSpecials = (): Map<string, readonly (Text | undefined)[]> => {
  const map = new Map<string, readonly (Text | undefined)[]>();
  const put = (names: string, ...args: readonly (Text | undefined)[]): void => {
    for (const name of names.split(' ')) {
      map.set(name, args);
    }
  };
  put('date', text('layout'), fc.oneof(day, moment));
  put('htmlDate', fc.oneof(day, moment));
  put('unixEpoch', day);
  put('dateInZone date_in_zone', text('layout'), fc.oneof(day, moment), zone);
  put('htmlDateInZone', fc.oneof(day, moment), zone);
  put('toDate mustToDate', text('layout'), text('date'));
  put('dateModify date_modify mustDateModify must_date_modify', text('duration'), undefined);
  put(
    'duration durationRound',
    fc.oneof(text('duration'), text('number'), fc.constantFrom('90', '1.5', '.i64', '.f', '(int64 7200)')),
  );
  put('regexMatch mustRegexMatch regexFind mustRegexFind', text('regex'), subject);
  put('regexFindAll mustRegexFindAll', text('regex'), subject, undefined);
  put('regexSplit mustRegexSplit', text('regex'), subject, undefined);
  put(
    'regexReplaceAll mustRegexReplaceAll regexReplaceAllLiteral mustRegexReplaceAllLiteral',
    text('regex'),
    subject,
    replacement,
  );
  put('urlParse', text('url'));
  put('fromJson mustFromJson', text('json'));
  put('b64dec b32dec', text('base'));
  put('base dir clean ext isAbs osBase osDir osClean osExt osIsAbs', text('path'));
  put('semver', version);
  put('semverCompare', version, version);
  put('set', freshMap, undefined, undefined);
  put('unset', fc.oneof(freshMap, fc.constantFrom('.m', '.em', '.m.b')), undefined);
  put('merge mustMerge mergeOverwrite mustMergeOverwrite', freshMap, freshMap);
  put('repeat', few, undefined);
  put('indent nindent', few, undefined);
  put('until', few);
  put('untilStep', few, few, few);
  put('seq', few);
  put(
    'snakecase kebabcase camelcase swapcase title untitle initials upper lower',
    fc.oneof(subject, fc.constantFrom('.s')),
  );
  put('wrap', undefined, subject);
  put('wrapWith', undefined, undefined, subject);
  put(
    'atoi int int64 float64 toDecimal',
    fc.oneof(text('number'), fc.constantFrom(...atoms.int, ...atoms.float, ...others, '.l', '.m')),
  );
  return map;
};

/** Random, of the moment or dear; each has golden cases. */
export const leftOutOfSprig =
  /^(?:rand|gen|shuffle|uuidv4|bcrypt|htpasswd|encryptAES|derivePassword|buildCustomCert|now$|ago$|keys$|values$)/;

/** Ways to look at a result: types and contents. */
const views = fc.constantFrom(
  ...['', ' | toJson', ' | typeOf', ' | quote', ' | kindOf', ' | empty', ' | default "d"', ' | toString', ' | list'],
  ...[' | printf "%T %v"', ' | printf "%#v"', ' | toPrettyJson', ' | dict "k"', ' | squote', ' | toStrings', ' | html'],
);

/** Templates of one to three actions, which call these functions. */
export function sprigTemplates(funcs: FuncMap): Text {
  const bySort = expressions({
    funcs,
    atoms,
    others,
    special: sprigSpecials(),
    isLeftOut: (name) => leftOutOfSprig.test(name),
  });
  const inAnyOrder = bySort.map.map((map) => `(${map}) | keys | sortAlpha`);
  const one = fc.oneof(
    { weight: 12, arbitrary: fc.tuple(bySort.any, views).map(([expression, view]) => `${expression}${view}`) },
    { weight: 1, arbitrary: inAnyOrder },
    { weight: 1, arbitrary: bySort.map.map((map) => `(${map}) | values | toStrings | sortAlpha`) },
  );
  // A list can be cut as far as it has room.
  const index = fc.constantFrom(...['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '12', '16', '17']);
  const cut = fc
    .tuple(bySort.list, index, index, index)
    .map(([list, from, to, again]) => `slice (slice (${list}) ${from} ${to}) 0 ${again} | toJson`);
  // What changes its argument shows when the argument is looked at again.
  const twice = fc
    .tuple(fc.constantFrom('.ss', '.l', '.m', '.is', '(dict "a" (list 1 2))', '.ll'), one)
    .map(([first, then]) => `{{ $v := ${first} }}{{ ${then.replaceAll(first, '$v')} }}|{{ $v | toJson }}`);
  return fc.oneof(
    { weight: 10, arbitrary: one.map((expression) => `{{ ${expression} }}`) },
    { weight: 2, arbitrary: twice },
    { weight: 1, arbitrary: cut.map((expression) => `{{ ${expression} }}`) },
    { weight: 1, arbitrary: fc.tuple(one, one).map(([a, b]) => `{{ $a := ${a} }}{{ $b := ${b} }}{{ $b }}/{{ $a }}`) },
  );
}
