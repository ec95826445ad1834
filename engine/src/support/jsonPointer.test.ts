import { expect, test } from 'vitest';
import { escapePointer, pointerKeys, pointerTo } from './index.ts';

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
