import fc from 'fast-check';
import { RE2JS } from 're2js';
import { expect, test } from 'vitest';
import { compileRegexp } from './index.ts';
import { hasPlainMatch, isPlainText, plainMatches, plainRegexp } from './plainRegexp.ts';

const classes = [
  '[a-c]',
  '[^a-c]',
  '[-a.]',
  '[a-]',
  '[^\\d-]',
  '[\\w.]',
  '[0-9a-f]',
  '[$()|]',
  '[\\]\\\\]',
  '[c-a]',
  '[^a-c-_.]',
  '[0-9-a]',
];
const atoms = [
  'a',
  'b',
  ' ',
  '\n',
  '\t',
  '-',
  '_',
  '1',
  '.',
  '\\.',
  '\\-',
  '\\/',
  '\\d',
  '\\w',
  '\\s',
  '\\$',
  ...classes,
];
const times = ['', '', '', '', '*', '+', '?', '*?', '+?', '??', '{2}', '{1,}', '{0,2}', '{2,1}', '{1,2}?'];
const items = fc.tuple(fc.constantFrom(...atoms), fc.constantFrom(...times)).map((pair) => pair.join(''));
const { expressions } = fc.letrec<{ expressions: string; sequences: string; groups: string }>((tie) => ({
  expressions: fc
    .tuple(
      fc.constantFrom('', '', '^', '(?m)', '(?m)^'),
      fc.array(tie('sequences'), { minLength: 1, maxLength: 2 }),
      fc.constantFrom('', '', '$'),
    )
    .map(([start, alternatives, end]) => start + alternatives.join('|') + end),
  sequences: fc
    .array(fc.oneof({ weight: 4, arbitrary: items }, { weight: 1, arbitrary: tie('groups') }), {
      minLength: 1,
      maxLength: 4,
    })
    .map((parts) => parts.join('')),
  groups: fc
    .tuple(
      fc.constantFrom('(', '(?:'),
      fc.array(tie('sequences'), { minLength: 1, maxLength: 2 }),
      fc.constantFrom(')', ')?'),
    )
    .map(([open, alternatives, close]) => open + alternatives.join('|') + close),
}));
const texts = fc
  .array(
    fc.constantFrom(
      'a',
      'b',
      'c',
      'd',
      'aa',
      'ab',
      '1',
      '23',
      '.',
      '-',
      '_',
      ' ',
      '$',
      '/',
      ']',
      '\\',
      '\n',
      '\t',
      '\r',
      '\v',
    ),
    {
      maxLength: 12,
    },
  )
  .map((pieces) => pieces.join(''));

test('a plain expression finds what RE2 finds', () => {
  let plain = 0;
  fc.assert(
    fc.property(expressions, texts, fc.constantFrom(-1, 1, 2), (source, text, limit) => {
      const expression = plainRegexp(source);
      if (expression !== undefined) {
        const compiled = RE2JS.compile(source);
        fc.pre(isPlainText(expression, text));
        expect(hasPlainMatch(expression, text)).toBe(compiled.test(text));
        if (!expression.mayBeEmpty) {
          plain++;
          const want: unknown = compiled.re2().findAllSubmatchIndex(text, limit);
          expect(plainMatches(expression, text, limit)).toEqual(want ?? []);
        }
      }
    }),
    { numRuns: 20_000 },
  );
  expect(plain).toBeGreaterThan(5_000);
});

test.for([
  { source: '[^-A-Za-z0-9_.]', isPlain: true },
  { source: '^[a-z]+$', isPlain: true },
  { source: '-+$', isPlain: true },
  { source: '\\.', isPlain: true },
  { source: 'a|b', isPlain: true },
  { source: '^v?\\d+(\\.\\d+)?(\\.\\d+)?(-.*)?', isPlain: true },
  { source: '^((([0-9]+)y)?(([0-9]+)w)?|0)$', isPlain: true },
  { source: '(?m)^\\s*disable_mlock\\s*=\\s*(true|false)', isPlain: true },
  // What repeats what repeats, flags, names, and what is no ASCII.
  { source: '(a+)+', isPlain: false },
  { source: '(a){2}', isPlain: false },
  { source: '(a)??', isPlain: false },
  { source: '(a*)?', isPlain: false },
  { source: '(a', isPlain: false },
  { source: 'a)', isPlain: false },
  { source: 'a|', isPlain: false },
  { source: '()', isPlain: false },
  { source: '(?P<n>a)', isPlain: false },
  { source: '^*', isPlain: false },
  { source: 'é', isPlain: false },
  { source: '(?i)a', isPlain: false },
  { source: '\\b', isPlain: false },
  { source: '[[:alpha:]]', isPlain: false },
  { source: '', isPlain: true },
  // What is wrong, in RE2's words.
  { source: '[z-a]', isPlain: false },
  { source: 'a{2,1}', isPlain: false },
  { source: 'a**', isPlain: false },
])('$source', ({ source, isPlain }) => {
  expect(plainRegexp(source) !== undefined).toBe(isPlain);
});

test('long texts and those that are not ASCII are left to RE2', () => {
  const longest = (source: string): number => plainRegexp(source)?.maxLength ?? 0;
  expect(['a{3}', 'a+', 'a+b?', 'a+b{1,2}c*'].map(longest)).toEqual([2 ** 24, 2 ** 12, 2896, 2 ** 6]);
  const expression = compileRegexp('[^a-z]');
  expect(expression.replaceAll('é-b', '<$0>')).toBe('<é><->b');
  expect(expression.replaceAll('e-b', '<$0>')).toBe('e<->b');
  const start = 'a'.repeat(200_000);
  expect(compileRegexp('a+b').test(start)).toBe(false);
});
