import { expect, test } from 'vitest';
import { inAnyOrder } from '../support/anyOrder.ts';
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

test.for([
  { name: 'both random', text: '{a: zz, fixed: here, b: zz}', want: true },
  { name: 'another byte between', text: '{a: zz, fixed: Here, b: zz}', want: false },
  { name: 'one of another class', text: '{a: zz, fixed: here, b: ZZ}', want: false },
])('two random values in one line, $name: $want', ({ text, want }) => {
  expect(equalsButForRandom(text, ['{a: x7, fixed: here, b: 9w}', '{a: 2q, fixed: here, b: m4}'])).toBe(want);
});

test.for([
  { name: 'as short as theirs', text: 'k: LS0tabcd', want: true },
  { name: 'as long as theirs', text: 'k: LS0tabcdefgh', want: true },
  { name: 'shorter', text: 'k: LS0tabc', want: false },
  { name: 'longer', text: 'k: LS0tabcdefghi', want: false },
  { name: 'another start', text: 'k: MS0tabcd', want: false },
  { name: 'another class', text: 'k: LS0tab-d', want: false },
])('where lengths differ between runs of Helm, $name: $want', ({ text, want }) => {
  expect(equalsButForRandom(text, ['k: LS0tQUJD', 'k: LS0tZm9vYmFy'])).toBe(want);
});

test.for([
  {
    name: 'lines beside each other',
    text: "Error:\na:\n- at '/x': y\n- at '': 'anyOf' failed\n  - at '': two\n  - at '': one\nb:\n- at '': z",
    want: true,
  },
  {
    name: 'a line of another chart',
    text: "Error:\na:\n- at '/x': y\nb:\n- at '': 'anyOf' failed\n  - at '': one\n  - at '': two\n- at '': z",
    want: false,
  },
])('errors that Helm lists in any order, $name: $want', ({ text, want }) => {
  const helm = "Error:\na:\n- at '': 'anyOf' failed\n  - at '': one\n  - at '': two\n- at '/x': y\nb:\n- at '': z";
  expect(inAnyOrder(text) === inAnyOrder(helm)).toBe(want);
});
