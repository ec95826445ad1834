import { expect, test } from 'vitest';
import { escapePointer, pointerKeys, pointerTo, valueAtPointer } from './index.ts';

test.for([
  { name: 'the top', keys: [], pointer: '' },
  { name: 'an empty key', keys: [''], pointer: '/' },
  { name: 'keys and indexes', keys: ['a', '0'], pointer: '/a/0' },
  { name: 'slashes and tildes', keys: ['helm.sh/hook', '~', '~1'], pointer: '/helm.sh~1hook/~0/~01' },
])('$name', ({ keys, pointer }) => {
  expect(pointerTo(keys)).toBe(pointer);
  expect(pointerKeys(pointer)).toEqual(keys);
  expect(keys.map((key) => `/${escapePointer(key)}`).join('')).toBe(pointer);
});

test('a pointer leads to what is there, and to nothing else', () => {
  const value = { a: [{ 'b/c': 1 }], text: 'x' };
  expect(valueAtPointer(value, '')).toBe(value);
  expect(['/a/0/b~1c', '/text'].map((pointer) => valueAtPointer(value, pointer))).toEqual([1, 'x']);
  for (const pointer of ['/a/1', '/a/0/d', '/text/length', '/a/length', '/toString']) {
    expect([pointer, valueAtPointer(value, pointer)]).toEqual([pointer, undefined]);
  }
});
