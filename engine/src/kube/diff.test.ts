import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type KubeObject, valueAtPointer } from '../support/index.ts';
import { diffText, fieldChanges, leftBehind, maskSecrets, withoutServerFields } from './index.ts';

function configMap(data: Readonly<Record<string, unknown>>, metadata: object = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'ns', ...metadata }, data };
}

const changes: { name: string; before: unknown; after: unknown; want: readonly string[] }[] = [
  { name: 'equal', before: { a: [1, { b: null }] }, after: { a: [1, { b: null }] }, want: [] },
  { name: 'another order of keys', before: { a: 1, b: 2 }, after: { b: 2, a: 1 }, want: [] },
  { name: 'added', before: {}, after: { a: { b: 1 } }, want: ['add /a'] },
  { name: 'removed', before: { a: { b: 1 } }, after: { a: {} }, want: ['remove /a/b'] },
  { name: 'replaced', before: { a: 1 }, after: { a: '1' }, want: ['replace /a'] },
  { name: 'within a list', before: { a: [{ b: 1 }, 2] }, after: { a: [{ b: 2 }, 2] }, want: ['replace /a/0/b'] },
  { name: 'a list of another length', before: { a: [1, 2] }, after: { a: [1] }, want: ['replace /a'] },
  { name: 'null is a value', before: { a: null }, after: {}, want: ['remove /a'] },
  { name: 'keys with slashes', before: {}, after: { 'a/b~c': 1 }, want: ['add /a~1b~0c'] },
  { name: 'a list that became a map', before: { a: [] }, after: { a: {} }, want: ['replace /a'] },
  { name: 'a key of every object', before: {}, after: { constructor: 1 }, want: ['add /constructor'] },
];

test.for(changes)('changes: $name', ({ before, after, want }) => {
  expect(fieldChanges(before, after).map(({ change, pointer }) => `${change} ${pointer}`)).toEqual(want);
});

test('what changes says is what differs', () => {
  fc.assert(
    fc.property(fc.object({ maxDepth: 3, maxKeys: 4 }), fc.object({ maxDepth: 3, maxKeys: 4 }), (a, b) => {
      const before: unknown = JSON.parse(JSON.stringify(a));
      const after: unknown = JSON.parse(JSON.stringify(b));
      expect(fieldChanges(before, before)).toEqual([]);
      for (const change of fieldChanges(before, after)) {
        expect(valueAtPointer(before, change.pointer)).toEqual(change.before);
        expect(valueAtPointer(after, change.pointer)).toEqual(change.after);
      }
    }),
  );
});

test('what is left behind: fields of the old manifest that the new one has not and the cluster still has', () => {
  const previous = { spec: { replicas: 2, gone: 1, changed: 1, template: { a: 1 } } };
  const desired = { spec: { template: {} } };
  const live = { spec: { replicas: 2, changed: 5, template: { a: 1, defaulted: true } } };
  expect(leftBehind({ previous, desired, live })).toEqual(['/spec/replicas', '/spec/template/a']);
});

describe('a diff', () => {
  test('is a unified one of YAML, with whole numbers as such', () => {
    const before = configMap({ a: 'x', big: 3_000_000 });
    const after = configMap({ a: 'y', big: 3_000_000 });
    expect(diffText({ before, after }, { secrets: [] })).toBe(
      [
        '--- ConfigMap/ns/a',
        '+++ ConfigMap/ns/a',
        '@@ -1,6 +1,6 @@',
        ' apiVersion: v1',
        ' data:',
        '-  a: x',
        '+  a: "y"',
        '   big: 3000000',
        ' kind: ConfigMap',
        ' metadata:',
        '',
      ].join('\n'),
    );
  });

  test('is empty where nothing differs', () => {
    expect(diffText({ before: configMap({}), after: configMap({}) }, { secrets: [] })).toBe('');
    expect(diffText({ before: undefined, after: undefined }, { secrets: [] })).toBe('');
  });

  test('shows what is created and what goes as a whole', () => {
    const added = diffText({ before: undefined, after: configMap({ a: '1' }) }, { secrets: [] });
    expect(added).toContain('+  a: "1"');
    expect(diffText({ before: configMap({ a: '1' }), after: undefined }, { secrets: [] })).toContain('-  a: "1"');
  });
});

describe('secrets', () => {
  const secret = (data: object, more: object = {}): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'a', ...more },
    data,
  });

  test('data of Secrets says whether it changed and nothing else', () => {
    const before = secret({ same: 'planted1', changed: 'planted2', gone: 'planted3' });
    const after = { ...secret({ same: 'planted1', changed: 'planted4' }), stringData: { more: 'planted5' } };
    const masked = maskSecrets({ before, after }, []);
    expect(masked.before?.['data']).toEqual({ same: '•••', changed: '••• (before)', gone: '•••' });
    expect(masked.after?.['data']).toEqual({ same: '•••', changed: '••• (after)' });
    expect(masked.after?.['stringData']).toEqual({ more: '•••' });
    expect(diffText({ before, after }, { secrets: [] })).not.toContain('planted');
  });

  test("kubectl's copy of what was applied is one too", () => {
    const copy = { 'kubectl.kubernetes.io/last-applied-configuration': '{"data":{"a":"planted"}}', other: 'kept' };
    const { after } = maskSecrets({ before: undefined, after: secret({}, { annotations: copy }) }, []);
    expect(after?.metadata.annotations).toEqual({
      'kubectl.kubernetes.io/last-applied-configuration': '•••',
      other: 'kept',
    });
  });

  test('data that is no map shows nothing', () => {
    expect(maskSecrets({ before: undefined, after: { ...secret({}), data: 'planted' } }, []).after?.['data']).toBe(
      '•••',
    );
  });

  test('texts that came from Secrets are masked wherever they stand, the longest first', () => {
    const object = configMap(
      { url: 'https://user:planted@host', list: ['planted-long', { planted: 'x' }], port: 4711, on: true },
      { annotations: { note: 'planted' } },
    );
    const { after } = maskSecrets({ before: undefined, after: object }, ['planted', 'planted-long', '4711', '']);
    expect(after?.['data']).toEqual({
      url: 'https://user:•••@host',
      list: ['•••', { '•••': 'x' }],
      port: '•••',
      on: true,
    });
    expect(after?.metadata).toEqual({ name: 'a', namespace: 'ns', annotations: { note: '•••' } });
  });
});

test('what the API server writes for itself is left out', () => {
  const object: KubeObject = {
    ...configMap(
      { a: '1' },
      { uid: 'u', resourceVersion: '1', generation: 2, creationTimestamp: 't', managedFields: [] },
    ),
    status: { x: 1 },
  };
  expect(withoutServerFields({ ...object, metadata: { ...object.metadata, labels: { l: '1' } } })).toEqual(
    configMap({ a: '1' }, { labels: { l: '1' } }),
  );
});
