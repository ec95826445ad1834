import { expect, test } from 'vitest';
import { compileGlob } from './glob.ts';

const paths = [
  ...['app.yaml', 'config/app.yaml', 'config/x/app.yaml', 'config/x/y/app.yaml', 'x/a.yaml', 'a/b', 'b/a'],
  ...['a', 'aa', 'aba', 'a.yml', 'a.yaml', 'b.yaml', 'c.yaml', 'é', 'aé', 'éa'],
];

/** What github.com/gobwas/glob v0.2.3 matches; undefined where it takes the pattern for none. */
const cases: readonly (readonly [pattern: string, matched: string | undefined])[] = [
  // One slash is enough for both ends.
  ['config/**/app.yaml', 'config/app.yaml config/x/app.yaml config/x/y/app.yaml'],
  ['config/**/*.yaml', 'config/x/app.yaml config/x/y/app.yaml'],
  ['config/*/app.yaml', 'config/x/app.yaml'],
  ['**/app.yaml', 'config/app.yaml config/x/app.yaml config/x/y/app.yaml'],
  ['a**a', 'a aa aba'],
  ['a*a', 'aa aba'],
  ['{a,b}.yaml', 'a.yaml b.yaml'],
  ['a.{yml,yaml}', 'a.yml a.yaml'],
  ['{a,{b,c}}.yaml', 'a.yaml b.yaml c.yaml'],
  ['{a,b}*', 'app.yaml a aa aba a.yml a.yaml b.yaml aé'],
  // Alternatives of unknown length in front of more.
  ['{x/a,b}.yaml', 'x/a.yaml b.yaml'],
  ['{config/*,x}/*.yaml', 'x/a.yaml'],
  ['{a,b}{a,b}', 'aa'],
  ['{a,}', 'a'],
  ['{a', 'a'],
  ['a}', ''],
  ['a,b', ''],
  ['?a', 'aa'],
  ['[!a]?', 'éa'],
  ['[!ab][!ab]', 'aa aé éa'],
  ['*{a,é}', 'a aa aba é aé éa'],
  ['\\a', 'a'],
  ['\\', ''],
  ['', ''],
  ['[a', undefined],
  ['[]a]', undefined],
  ['[z-a]', undefined],
];

test.for(cases)('%s', ([pattern, matched]) => {
  const matches = compileGlob(pattern);
  expect(matches && paths.filter(matches).join(' ')).toBe(matched);
});

test('alternatives with nothing left for them', () => {
  expect(() => compileGlob('a{,b}*')?.('a')).not.toThrow();
  expect(() => compileGlob('a{,}*')?.('a')).toThrow('runtime error: slice bounds out of range [:2] with length 1');
});
