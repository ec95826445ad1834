import { expect, test } from 'vitest';
import { equalsButForRandom } from './mask.ts';

const runs = ['name: a-x7k2p\nport: 80\n', 'name: a-q9wz1\nport: 80\n', 'name: a-m3n4b\nport: 80\n'];

test.for([
  { name: 'other random letters', text: 'name: a-aaaaa\nport: 80\n', want: true },
  { name: 'what a run of Helm printed', text: 'name: a-x7k2p\nport: 80\n', want: true },
  { name: 'another length', text: 'name: a-aaaa\nport: 80\n', want: false },
  { name: 'another class', text: 'name: a-AAAA+\nport: 80\n', want: false },
  { name: 'another byte beside it', text: 'name: b-aaaaa\nport: 80\n', want: false },
  { name: 'another byte elsewhere', text: 'name: a-aaaaa\nport: 81\n', want: false },
  { name: 'a line more', text: 'name: a-aaaaa\nport: 80\n\n', want: false },
])('$name: $want', ({ text, want }) => {
  expect(equalsButForRandom(text, runs)).toBe(want);
});

test('where Helm always prints the same, nothing is masked', () => {
  expect(equalsButForRandom('a: 1\n', ['a: 1\n', 'a: 1\n'])).toBe(true);
  expect(equalsButForRandom('a: 2\n', ['a: 1\n', 'a: 1\n'])).toBe(false);
});

test('where lengths differ between runs of Helm, ours may have any', () => {
  expect(equalsButForRandom('k: abc\n', ['k: a\n', 'k: bcd\n'])).toBe(true);
});
