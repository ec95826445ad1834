import { Buffer } from 'node:buffer';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { newMap } from '../gostd/index.ts';
import type { Release, ReleaseStatus } from '../release/index.ts';
import { limits } from '../support/index.ts';
import { decodeRelease, encodeRelease, memoryDriver, Storage, StorageError } from './index.ts';

/** Payloads that helm 4.3.1 stored, unpacked: install, rollback, a chart without anything, uninstall --keep-history. */
const folder = path.resolve(import.meta.dirname, '../../../test/golden/storage');
const golden = readdirSync(folder).map((name) => ({ name, json: readFileSync(path.join(folder, name), 'utf8') }));
const { signal } = new AbortController();

function unpacked(payload: string): string {
  return gunzipSync(Buffer.from(payload, 'base64')).toString('utf8');
}

test.for(golden)('$name is read and written byte for byte', ({ json }) => {
  const plain = Buffer.from(json).toString('base64');
  expect(unpacked(encodeRelease(decodeRelease(plain, {})))).toBe(json);
});

test('reads what a release is made of', () => {
  const { json } = golden.find(({ name }) => name === 'everything.json') ?? { json: '' };
  const release = decodeRelease(Buffer.from(json).toString('base64'), { team: 'x' });
  expect(release).toMatchObject({
    name: 'gold',
    namespace: 'default',
    version: 1,
    applyMethod: 'ssa',
    labels: { team: 'x' },
    info: { status: 'superseded', description: 'Install complete', notes: 'Thanks for gold <&>\n' },
    chart: { metadata: { name: 'gold', version: '1.2.3+build.4', appVersion: '7.0', kubeVersion: '>=1.20.0-0' } },
  });
  expect(release.config['nested']).toMatchObject({ deep: [1.25, -0.5, 1e20], 'key.with/odd': '\t' });
  expect(release.hooks.map(({ name, events, weight }) => ({ name, events, weight }))).toEqual([
    { name: 'gold-test', events: ['test'], weight: 0 },
    { name: 'gold-hook', events: ['pre-install', 'post-upgrade'], weight: -5 },
  ]);
  const blob = release.chart.files.find(({ name }) => name === 'blob.bin');
  expect(Buffer.from(blob?.data ?? []).toString('hex')).toBe('0001ff2062696e617279');
});

const texts: { name: string; payload: string; want?: Partial<Release>; wantError?: string }[] = [
  { name: 'JSON that was never compressed', payload: '{"name":"old","version":3}', want: { name: 'old', version: 3 } },
  {
    name: "Helm 3's empty times and missing apply method",
    payload: '{"name":"a","info":{"deleted":"","status":"deployed"}}',
    want: {
      applyMethod: '',
      info: { firstDeployed: '', lastDeployed: '', description: '', status: 'deployed', notes: '' },
    },
  },
  { name: 'fields of a later Helm', payload: '{"name":"a","later":{"x":1}}', want: { name: 'a' } },
  { name: 'what is no JSON', payload: 'nonsense', wantError: 'corrupt' },
];

test.for(texts)('reads $name', ({ payload, want, wantError }) => {
  const decode = (): Release => decodeRelease(Buffer.from(payload).toString('base64'), {});
  if (wantError === undefined) {
    expect(decode()).toMatchObject(want ?? {});
  } else {
    expect(decode).toThrow(expect.objectContaining({ name: 'StorageError', code: wantError }) as Error);
  }
});

test('does not unpack more than a cluster may answer', () => {
  const bomb = gzipSync(Buffer.alloc(limits.maxClusterBytes + 1), { level: 1 }).toString('base64');
  expect(() => decodeRelease(bomb, {})).toThrow(StorageError);
});

function release(version: number, status: ReleaseStatus, name = 'web'): Release {
  return {
    name,
    namespace: 'apps',
    version,
    info: { firstDeployed: '', lastDeployed: '', description: '', status, notes: '' },
    chart: {
      metadata: {
        ...{ name: 'c', home: '', sources: [], version: '1.0.0', description: '', keywords: [], maintainers: [] },
        ...{ icon: '', apiVersion: 'v2', condition: '', tags: '', appVersion: '', deprecated: false },
        ...{ kubeVersion: '', type: '' },
      },
      templates: [],
      values: newMap(),
      files: [],
    },
    config: newMap(),
    manifest: '',
    hooks: [],
    applyMethod: 'ssa',
    labels: {},
  };
}

const prunings: { name: string; stored: readonly ReleaseStatus[]; maxHistory: number; want: readonly number[] }[] = [
  { name: 'no limit keeps all', stored: ['superseded', 'superseded', 'deployed'], maxHistory: 0, want: [1, 2, 3, 4] },
  { name: 'room is left', stored: ['superseded', 'deployed'], maxHistory: 3, want: [1, 2, 3] },
  { name: 'the oldest goes', stored: ['superseded', 'superseded', 'deployed'], maxHistory: 3, want: [2, 3, 4] },
  {
    name: 'many go at once',
    stored: ['superseded', 'superseded', 'superseded', 'deployed'],
    maxHistory: 2,
    want: [4, 5],
  },
  { name: 'never the newest deployed', stored: ['deployed', 'failed', 'failed'], maxHistory: 2, want: [1, 4] },
  { name: 'not even for a limit of 1', stored: ['deployed', 'failed'], maxHistory: 1, want: [1, 3] },
  { name: 'an older deployed one may', stored: ['deployed', 'deployed', 'failed'], maxHistory: 3, want: [2, 3, 4] },
];

test.for(prunings)('pruning: $name', async ({ stored, maxHistory, want }) => {
  const storage = new Storage(memoryDriver(stored.map((status, index) => release(index + 1, status))));
  await storage.create(release(stored.length + 1, 'pending-upgrade'), { maxHistory, signal });
  expect((await storage.history('web', { signal })).map(({ version }) => version)).toEqual(want);
});

test('finds the newest, the deployed and each release’s newest', async () => {
  const storage = new Storage(
    memoryDriver([
      release(10, 'failed'),
      release(9, 'deployed'),
      release(2, 'deployed'),
      release(1, 'deployed', 'api'),
    ]),
  );
  expect((await storage.last('web', { signal }))?.version).toBe(10);
  expect((await storage.deployed('web', { signal }))?.version).toBe(9);
  expect(await storage.last('nothing', { signal })).toBeUndefined();
  expect(
    (await storage.newest({ signal })).map(({ release: { name, version } }) => `${name} ${String(version)}`).sort(),
  ).toEqual(['api 1', 'web 10']);
});

test('the same revision cannot be stored twice, nor one be updated that is not there', async () => {
  const storage = new Storage(memoryDriver([release(1, 'deployed')]));
  const twice = storage.create(release(1, 'pending-upgrade'), { maxHistory: 0, signal });
  await expect(twice).rejects.toMatchObject({ code: 'already-exists' });
  await expect(storage.update(release(2, 'failed'), { signal })).rejects.toMatchObject({ code: 'not-found' });
  await expect(storage.delete('web', 2, { signal })).rejects.toMatchObject({ code: 'not-found' });
});
