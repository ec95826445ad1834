/** Templates made up from a seed, to compare functions with Sprig's. */
import type { FuncMap } from '@fairlead/engine/gotemplate';
import type { Chance } from './semverCases.ts';

/** What the templates are executed over. */
export const templateData = {
  s: 'Hello World',
  u: 'é日😀 ß',
  e: '',
  n: 7,
  f: -2.5,
  big: 1e21,
  t: true,
  z: null,
  l: ['b', 'a', 'b', 1, null, 2.5],
  el: [],
  m: { a: 1, b: { c: 'd', e: null }, s: 'x', l: [1] },
  em: {},
};
const texts = [
  '.s',
  '.u',
  '.e',
  '"a-b_c D"',
  '"1.2.3"',
  '"-42"',
  '"0x1f"',
  '"a,b,,c"',
  '"  x\\ty\\n"',
  '"x=1&y=%41"',
  '"https://u:p@h:8/p/q?x#y"',
  '"(a|b)+c?"',
  '"2006-01-02"',
  '"2021-03-04"',
  '"1h30m"',
  '"aGk="',
  '"$1-${0}"',
  '">=1.2 <3"',
  '"a"',
  '"b"',
  '(trunc 1 .u)',
  '(printf "%v" .m)',
];
const integers = ['0', '1', '-1', '2', '3', '7', '(int .n)', '(len .s)', '64', '-9'];
const floats = ['0.5', '1.5', '.n', '.f', '2'];
const lists = [
  '.l',
  '.el',
  '(list)',
  '(list 1 "a" nil)',
  '(splitList "," "c,a,b")',
  '(until 4)',
  '(list (list 1) (dict "a" 1))',
  '(rest (list))',
  '(list 1.0 1 "1" true)',
];
const maps = [
  '.m',
  '.em',
  '(dict "a" 2 "b" (dict "c" 3 "x" (list)) "n" nil)',
  '.m.b',
  '(dict)',
  '(dict "a" "" "z" false)',
  '(merge (dict "q" 1) .m)',
];
const others = [
  'nil',
  'true',
  'false',
  '.z',
  '.missing',
  '.big',
  '(int64 5)',
  '(semver "1.2.3-rc.1")',
  '(toDate "2006-01-02" "2021-03-04")',
  "'c'",
];
const anything = [...texts, ...integers, ...floats, ...lists, ...maps, ...others];
const byType: Readonly<Record<string, readonly string[]>> = {
  string: texts,
  int: integers,
  uint32: integers,
  float64: floats,
  bool: ['true', 'false', '(eq .n 7.0)'],
  '[]interface {}': ['.l', '.el', '(list "127.0.0.1")', 'nil'],
  'map[string]interface {}': maps,
  'time.Time': ['(toDate "2006-01-02" "2021-03-04")', '(toDate "x" "y")'],
};

/** Random, of the moment, in random order or dear; each has golden cases. `fail` would end everything. */
const left =
  /^(?:rand|gen|shuffle|uuidv4|bcrypt|htpasswd|encryptAES|derivePassword|buildCustomCert|now|ago|keys|values|date|htmlDate|unixEpoch|fail|until|seq|durationRound|repeat)/;
const isEditor = /^set$|merge/i;
/** Ways to look at a result: types and contents. */
const views = ['', ' | toJson', ' | typeOf', ' | quote', ' | kindOf', ' | empty', ' | default "d"'];

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
  base: ['YWJj', 'YQ==', 'YW=', '=', '\n', '\r', '*', 'NBSWY3DP', 'NB======', 'me', '-_', 'é', '==='],
} as const;
const kinds: readonly ((chance: Chance) => string)[] = [
  (chance) => `dateInZone ${text(chance, 'layout')} (int64 ${moment(chance)}) ${zone(chance)}`,
  (chance) => `mustToDate ${text(chance, 'layout')} ${text(chance, 'date')}`,
  (chance) => `mustDateModify ${text(chance, 'duration')} (toDate "2006-01-02" "2021-03-04")`,
  (chance) => `durationRound ${text(chance, 'duration')}`,
  (chance) => `mustRegexFindAll ${text(chance, 'regex')} .u ${chance.pick(integers)}`,
  (chance) =>
    `mustRegexReplaceAll ${text(chance, 'regex')} "ab é aB2_b\\n😀a" ${chance.pick(['"<$0>"', '"${n}$1"', '"$$"', '"$1x"'])}`,
  (chance) => `regexSplit ${text(chance, 'regex')} "ab é aB2_b" ${chance.pick(integers)}`,
  (chance) => `urlParse ${text(chance, 'url')}`,
  (chance) => `urlParse ${text(chance, 'url')} | urlJoin`,
  (chance) => `mustFromJson ${text(chance, 'json')}`,
  (chance) => `${chance.pick(['b64dec', 'b32dec'])} ${text(chance, 'base')}`,
];

function text(chance: Chance, kind: keyof typeof pieces): string {
  const parts = Array.from({ length: chance.below(9) }, () => chance.pick<string>(pieces[kind]));
  return JSON.stringify(parts.join(''));
}

/** Seconds from the year 1 to the year 9999, most of them of our time. */
function moment(chance: Chance): number {
  return chance.oneIn(5) ? chance.below(2 ** 31) * 140 - 62_135_596_800 : 1_600_000_000 + chance.below(150_000_000);
}

function zone(chance: Chance): string {
  return JSON.stringify(
    chance.pick([
      'UTC',
      'Europe/Berlin',
      'America/New_York',
      'Asia/Kolkata',
      'Australia/Sydney',
      'Nowhere',
      'Etc/GMT+5',
    ]),
  );
}

/** A template of one action that calls one of these functions, usually with arguments that fit. */
export function someTemplate(chance: Chance, funcs: FuncMap): string {
  if (chance.oneIn(3)) {
    return `{{ ${chance.pick(kinds)(chance)} | ${chance.pick(['toJson', 'toString', 'quote'])} }}`;
  }
  const call = someCall(chance, funcs);
  const nested = chance.oneIn(4) ? `${call} | ${chance.pick(['toString', 'list', 'dict "k"', 'default "x"'])}` : call;
  return `{{ ${nested}${chance.pick(views)} }}`;
}

function someCall(chance: Chance, funcs: FuncMap): string {
  const entry = chance.pick([...funcs.values()].filter(({ name }) => !left.test(name)));
  const args = entry.params.flatMap((param) => {
    const type = param.replace(/^\.\.\./, '');
    const count = param === type ? 1 : chance.below(4);
    const choose = (): string => chance.pick(chance.oneIn(8) ? anything : (byType[type] ?? anything));
    // A map that comes to hold itself ends the real thing.
    const chooseFresh = (): string => [choose(), choose(), choose(), choose()].find((arg) => !/\.e?m/.test(arg)) ?? '1';
    return Array.from({ length: count }, isEditor.test(entry.name) ? chooseFresh : choose);
  });
  return [entry.name, ...args].join(' ');
}
