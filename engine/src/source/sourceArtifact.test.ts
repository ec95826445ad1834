import { expect, test } from 'vitest';
import { filesInMemory, packArtifact, pathFromRoot, unpackArtifact } from './sourceArtifact.ts';

const signal = new AbortController().signal;
const files = new Map([
  ['b/ü\n.txt', new Uint8Array([0, 10, 255])],
  ['a.txt', new Uint8Array()],
]);

test('an artifact comes back as it was, whatever its files hold', () => {
  const packed = packArtifact({ revision: 'main@sha1:1', files });
  const unpacked = unpackArtifact(packed);
  expect(unpacked?.revision).toBe('main@sha1:1');
  expect([...(unpacked?.files ?? [])].map(([path, data]) => [path, [...data]])).toEqual([
    ['a.txt', []],
    ['b/ü\n.txt', [0, 10, 255]],
  ]);
  expect(packArtifact({ revision: 'main@sha1:1', files: new Map([...files].reverse()) })).toEqual(packed);
});

test.for([
  { name: 'nothing', text: '' },
  { name: 'no line', text: '{}' },
  { name: 'no JSON', text: 'PK\n' },
  { name: 'another shape', text: '{"revision":1,"files":[]}\n' },
  { name: 'files of another shape', text: '{"revision":"a","files":[{"path":"a"}]}\n' },
  { name: 'less than it says', text: '{"revision":"a","files":[["a",2]]}\nx' },
  { name: 'more than it says', text: '{"revision":"a","files":[["a",2]]}\nxyz' },
])('$name is no artifact', ({ text }) => {
  expect(unpackArtifact(new TextEncoder().encode(text))).toBeUndefined();
});

test('files in memory are listed, read and found by path', async () => {
  const memory = filesInMemory('/root', files);
  expect(await memory.list('/root', { signal })).toEqual([
    { name: 'a.txt', kind: 'file' },
    { name: 'b', kind: 'folder' },
  ]);
  expect(await memory.list('/root/a.txt', { signal })).toBeUndefined();
  expect(await memory.read('/root/b/ü\n.txt', { signal, maxBytes: 10 })).toEqual(new Uint8Array([0, 10, 255]));
  expect(await memory.read('/root/b', { signal, maxBytes: 10 })).toBeUndefined();
  expect(await memory.realPath('/root/b', { signal })).toBe('/root/b');
  expect(await memory.realPath('/other', { signal })).toBeUndefined();
});

test.for([
  ['', ''],
  ['.', ''],
  ['/a//b/', 'a/b'],
  ['a/../../b', 'b'],
  ['../../..', ''],
  ['a/./b\\c', 'a/b/c'],
] as const)('%s from the root is %s', ([path, want]) => {
  expect(pathFromRoot(path)).toBe(want);
});
