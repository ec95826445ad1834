import fc from 'fast-check';
import { RE2JS } from 're2js';
import { expect, test } from 'vitest';
import { compileRegexp } from './index.ts';
import { hasPlainMatch, plainMatches, plainRegexp } from './plainRegexp.ts';

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
const atoms = ['a', 'b', ' ', '-', '_', '1', '.', '\\.', '\\-', '\\/', '\\d', '\\w', '\\$', ...classes];
const times = ['', '', '', '', '*', '+', '?', '*?', '+?', '??', '{2}', '{1,}', '{0,2}', '{2,1}', '{1,2}?'];
const expressions = fc
  .tuple(
    fc.constantFrom('', '', '^'),
    fc.array(
      fc.tuple(fc.constantFrom(...atoms), fc.constantFrom(...times)).map((pair) => pair.join('')),
      { minLength: 1, maxLength: 4 },
    ),
    fc.constantFrom('', '', '$'),
  )
  .map(([start, items, end]) => start + items.join('') + end);
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
  // Groups, alternatives, and what is no ASCII.
  { source: '(a)', isPlain: false },
  { source: 'a|b', isPlain: false },
  { source: 'é', isPlain: false },
  { source: '(?i)a', isPlain: false },
  { source: '\\s', isPlain: false },
  { source: '\\b', isPlain: false },
  { source: '[[:alpha:]]', isPlain: false },
  { source: '', isPlain: false },
  { source: '^', isPlain: false },
  // What is wrong, in RE2's words.
  { source: '[z-a]', isPlain: false },
  { source: 'a{2,1}', isPlain: false },
  { source: 'a**', isPlain: false },
])('$source', ({ source, isPlain }) => {
  expect(plainRegexp(source) !== undefined).toBe(isPlain);
});

test('long texts and those that are not ASCII are left to RE2', () => {
  const longest = (source: string): number => plainRegexp(source)?.maxLength ?? 0;
  expect(['a{3}', 'a+', 'a+b?', 'a+b{1,2}c*'].map(longest)).toEqual([2 ** 24, 2 ** 12, 2 ** 8, 2 ** 6]);
  const expression = compileRegexp('[^a-z]');
  expect(expression.replaceAll('é-b', '<$0>')).toBe('<é><->b');
  expect(expression.replaceAll('e-b', '<$0>')).toBe('e<->b');
  const start = 'a'.repeat(200_000);
  expect(compileRegexp('a+b').test(start)).toBe(false);
});
