import { expect, test } from 'vitest';
import { objectSet, readManifests } from './index.ts';

const read = (text: string): ReturnType<typeof readManifests> =>
  readManifests(text, { file: 'a.yaml', dialect: 'kustomize' });

test('objects of all documents come with their places; what is no object is left out', () => {
  const { manifests } = read(`# a comment
apiVersion: v1
kind: ConfigMap
metadata: {name: one}
---
just: values
---
---
apiVersion: v1
kind: Secret
metadata:
  name: two
  namespace: apps
`);
  expect(
    manifests.map(({ object, documentIndex, position }) => [object.metadata.name, documentIndex, position.line]),
  ).toEqual([
    ['one', 0, 1],
    ['two', 3, 8],
  ]);
});

test('the items of a List are objects of their own', () => {
  const { manifests } = read(`apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}
- {apiVersion: v1, kind: Secret, metadata: {name: b}}
- nonsense
`);
  expect(manifests.map(({ object }) => object.kind)).toEqual(['ConfigMap', 'Secret']);
});

test('what passes through kustomize keeps yes as a text', () => {
  const text = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {on: yes}\n';
  expect(read(text).manifests[0]?.object['data']).toEqual({ on: 'yes' });
  const direct = readManifests(text, { file: 'a.yaml', dialect: 'kubernetes' });
  expect(direct.manifests[0]?.object['data']).toEqual({ true: true });
});

test.for([
  { name: 'broken', text: 'apiVersion: v1\nkind: A\nmetadata: {name: a\n' },
  { name: 'a key twice', text: 'apiVersion: v1\nkind: A\nmetadata: {name: a}\nkind: B\n' },
])('a file that nobody would apply has a problem and no objects: $name', ({ text }) => {
  const { manifests, problem } = read(`apiVersion: v1\nkind: Fine\nmetadata: {name: fine}\n---\n${text}`);
  expect(manifests).toEqual([]);
  expect(problem?.file).toBe('a.yaml');
  expect(problem?.message).not.toBe('');
});

test('objects are found by kind, namespace and name, and by group where it is said', () => {
  const objects = objectSet(
    read(`apiVersion: v1
kind: Secret
metadata: {name: a, namespace: one}
---
apiVersion: v1
kind: Secret
metadata: {name: a}
---
apiVersion: example.com/v1
kind: Secret
metadata: {name: b, namespace: one}
---
apiVersion: v1
kind: Secret
metadata: {name: a, namespace: one, labels: {second: "true"}}
`).manifests,
  );
  const find = (name: string, namespace: string, group?: string): number | undefined =>
    objects.find({ kind: 'Secret', namespace, name, ...(group !== undefined && { group }) })?.documentIndex;
  expect(find('a', 'one')).toBe(0);
  // One without a namespace is wherever its applier puts it.
  expect(find('a', 'two')).toBe(1);
  expect(find('b', 'one')).toBe(2);
  expect(find('b', 'one', '')).toBeUndefined();
  expect(find('b', 'two')).toBeUndefined();
  expect(objects.duplicates.map(({ documentIndex }) => documentIndex)).toEqual([3]);
  expect(objects.ofKind('Secret', '')).toHaveLength(2);
});
