import { describe, expect, test } from 'vitest';
import { ChartError, isIgnored, matchPath, parseIgnoreRules } from '../index.ts';

describe('.helmignore', () => {
  const cases: { rule: string; path: string; folder?: boolean; want: boolean }[] = [
    { rule: 'a.txt', path: 'a.txt', want: true },
    { rule: 'a.txt', path: 'deep/in/a.txt', want: true },
    { rule: '*.bak', path: 'deep/x.bak', want: true },
    { rule: '/a.txt', path: 'a.txt', want: true },
    { rule: '/a.txt', path: 'deep/a.txt', want: false },
    { rule: 'deep/*.txt', path: 'deep/a.txt', want: true },
    { rule: 'deep/*.txt', path: 'x/deep/a.txt', want: false },
    { rule: 'deep/*.txt', path: 'deep/er/a.txt', want: false },
    { rule: 'docs/', path: 'docs', folder: true, want: true },
    { rule: 'docs/', path: 'docs', want: false },
    { rule: 'docs', path: 'docs', want: true },
    { rule: '  spaced.txt  ', path: 'spaced.txt', want: true },
    { rule: '# a.txt', path: 'a.txt', want: false },
    { rule: '', path: 'a.txt', want: false },
    { rule: '[a-c].txt', path: 'b.txt', want: true },
    { rule: '[^a-c].txt', path: 'b.txt', want: false },
    { rule: '\\*.txt', path: '*.txt', want: true },
    { rule: '\\*.txt', path: 'a.txt', want: false },
    // What a negated rule does not match is left out: everybody expects otherwise, and this is what Helm does.
    { rule: '!a.txt', path: 'a.txt', want: false },
    { rule: '!a.txt', path: 'b.txt', want: true },
    { rule: '!docs/', path: 'a.txt', want: true },
    // Helm's own rule.
    { rule: '', path: 'templates/.hidden', want: true },
    { rule: '', path: 'templates/.', want: false },
    { rule: '', path: 'other/.hidden', want: false },
  ];
  test.for(cases)('"$rule" against $path', ({ rule, path, folder = false, want }) => {
    expect(isIgnored(parseIgnoreRules(`\n${rule}\r\n`), path, folder)).toBe(want);
  });

  test('the first rule that matches decides', () => {
    const rules = parseIgnoreRules('*.txt\n!a.txt\n');
    expect([isIgnored(rules, 'a.txt', false), isIgnored(rules, 'a.md', false)]).toEqual([true, true]);
  });

  test.for([
    { rule: 'a/**', want: 'double-star (**) syntax is not supported' },
    { rule: '[a', want: 'syntax error in pattern' },
    { rule: 'a\\', want: 'syntax error in pattern' },
  ])('$rule is refused', ({ rule, want }) => {
    expect(() => parseIgnoreRules(rule)).toThrow(new ChartError('ignore', want));
  });
});

test.for([
  { name: 'a mark in front', text: '\ufeffa.txt', want: true },
  { name: 'two marks in front', text: '\ufeff\ufeffa.txt', want: false },
  { name: 'a mark in a later line', text: 'x\n\ufeffa.txt', want: false },
  { name: 'next lines around', text: '\u0085a.txt\u0085', want: true },
])('$name', ({ text, want }) => {
  expect(isIgnored(parseIgnoreRules(text), 'a.txt', false)).toBe(want);
});

test('lines have bounds', () => {
  expect(() => parseIgnoreRules('x'.repeat(65_535))).not.toThrow();
  expect(() => parseIgnoreRules('x'.repeat(65_536))).toThrow('bufio.Scanner: token too long');
});

describe('shell patterns', () => {
  const cases: { pattern: string; name: string; want: boolean | undefined }[] = [
    { pattern: '*', name: 'abc', want: true },
    { pattern: '*', name: 'a/c', want: false },
    { pattern: 'a*/b', name: 'aa/b', want: true },
    { pattern: 'a*b*c', name: 'axbxbc', want: true },
    { pattern: 'a*b*c', name: 'axbx', want: false },
    { pattern: 'a?c', name: 'abc', want: true },
    { pattern: 'a?c', name: 'a/c', want: false },
    { pattern: '[a-]', name: 'a', want: undefined },
    { pattern: '[]a]', name: 'a', want: undefined },
    { pattern: '[', name: 'a', want: undefined },
    { pattern: '[]', name: 'a', want: undefined },
    { pattern: '[^a]', name: 'é', want: true },
    { pattern: '[\\]]', name: ']', want: true },
    { pattern: 'a[', name: 'a', want: undefined },
    // A mistake behind the place where the name fails is not looked at.
    { pattern: 'b*[', name: 'a', want: false },
    { pattern: '', name: '', want: true },
    { pattern: '', name: 'a', want: false },
  ];
  test.for(cases)('$pattern against "$name"', ({ pattern, name, want }) => {
    expect(matchPath(pattern, name)).toBe(want);
  });
});
