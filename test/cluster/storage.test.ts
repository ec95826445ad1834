import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { isKubeError } from '@fairlead/engine/kube';
import type { Release } from '@fairlead/engine/release';
import { secretsDriver, Storage } from '@fairlead/engine/storage';
import type { Log } from '@fairlead/engine/support';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nodeClock } from '../../engine/src/node/clock.ts';
import { useCluster } from '../support/cluster.ts';

const cluster = useCluster();
const { client, signal } = cluster;
let chart = '';

beforeAll(async () => {
  chart = await mkdtemp(path.join(os.tmpdir(), 'fairlead-chart-'));
  await mkdir(path.join(chart, 'templates'));
  await writeFile(path.join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: probe\nversion: 1.0.0\nappVersion: "7"\n');
  await writeFile(path.join(chart, 'values.yaml'), 'greeting: hello\n');
  await writeFile(path.join(chart, 'templates', 'NOTES.txt'), 'Say {{ .Values.greeting }}\n');
  await writeFile(
    path.join(chart, 'templates', 'config.yaml'),
    'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\ndata:\n  greeting: {{ .Values.greeting }}\n',
  );
});

afterAll(async () => {
  await rm(chart, { recursive: true, force: true });
});

function storageIn(namespace: string | undefined, warnings: string[] = []): Storage {
  const ignore = (): void => undefined;
  const log: Log = { debug: ignore, info: ignore, error: ignore, warn: (message) => warnings.push(message) };
  return new Storage(secretsDriver({ client, namespace, clock: nodeClock, fieldManager: 'helm', log }));
}

/** What real Helm prints with these arguments, which must succeed. */
async function helm(...args: readonly string[]): Promise<string> {
  const { code, output } = await cluster.helm(...args);
  expect({ code, complaint: code === 0 ? '' : output }).toEqual({ code: 0, complaint: '' });
  return output;
}

async function helmJson(...args: readonly string[]): Promise<unknown> {
  return JSON.parse(await helm(...args, '--output', 'json'));
}

function newest(releases: readonly Release[]): Release {
  const release = releases.at(-1);
  if (release === undefined) {
    throw new Error('no release is stored');
  }
  return release;
}

test('reads what real Helm stored', async () => {
  const namespace = await cluster.namespace();
  const at = ['--namespace', namespace];
  await helm('install', 'web', chart, ...at, '--set', 'greeting=hi,count=2', '--labels', 'team=red');
  await helm('upgrade', 'web', chart, ...at, '--reuse-values', '--set', 'greeting=hey');
  await helm('rollback', 'web', '1', ...at);
  const history = await storageIn(namespace).history('web', { signal });
  expect(history.map(({ version, info }) => `${String(version)} ${info.status} ${info.description}`)).toEqual([
    '1 superseded Install complete',
    '2 superseded Upgrade complete',
    '3 deployed Rollback to 1',
  ]);
  const last = newest(history);
  expect(last).toMatchObject({
    namespace,
    applyMethod: 'ssa',
    labels: { team: 'red' },
    config: { greeting: 'hi', count: 2 },
    chart: { metadata: { name: 'probe', version: '1.0.0', appVersion: '7' } },
  });
  expect(last.manifest).toBe(await helm('get', 'manifest', 'web', ...at).then((text) => text.replace(/\n$/, '')));
});

test('real Helm reads, continues and removes what we stored', async () => {
  const namespace = await cluster.namespace();
  const at = ['--namespace', namespace];
  await helm('install', 'template', chart, ...at);
  const storage = storageIn(namespace);
  const pattern = newest(await storage.history('template', { signal }));
  const ours: Release = {
    ...pattern,
    name: 'ours',
    manifest: pattern.manifest.replaceAll('name: template', 'name: ours'),
    labels: { team: 'blue' },
    info: { ...pattern.info, status: 'pending-install', description: 'Initial install underway' },
  };
  await storage.create(ours, { maxHistory: 0, signal });
  const secret = { apiVersion: 'v1', kind: 'Secret', namespace, name: 'sh.helm.release.v1.ours.v1' };
  const labels = { name: 'ours', owner: 'helm', status: 'pending-install', version: '1', team: 'blue' };
  const stamp = expect.stringMatching(/^\d{10}$/) as string;
  expect((await client.get(secret, { signal })).metadata.labels).toEqual({ ...labels, createdAt: stamp });

  const done: Release = { ...ours, info: { ...ours.info, status: 'deployed', description: 'Install complete' } };
  await storage.update(done, { signal });
  const updated = await client.get(secret, { signal });
  expect(updated.metadata.labels).toEqual({ ...labels, status: 'deployed', modifiedAt: stamp });
  expect(updated['type']).toBe('helm.sh/release.v1');

  expect(await helmJson('list', ...at, '--filter', 'ours')).toMatchObject([
    { name: 'ours', namespace, revision: '1', status: 'deployed', chart: 'probe-1.0.0', app_version: '7' },
  ]);
  expect(await helmJson('history', 'ours', ...at)).toMatchObject([{ revision: 1, description: 'Install complete' }]);
  expect(await helm('get', 'manifest', 'ours', ...at)).toBe(`${done.manifest}\n`);
  expect(await helm('get', 'notes', 'ours', ...at)).toContain('Say hello');
  await helm('upgrade', 'ours', chart, ...at, '--set', 'greeting=continued');
  const continued = newest(await storage.history('ours', { signal }));
  expect(continued).toMatchObject({ version: 2, labels: { team: 'blue' }, config: { greeting: 'continued' } });
  await helm('uninstall', 'ours', ...at);
  expect(await storage.history('ours', { signal })).toEqual([]);
});

test('of two that store one revision, one is stopped', async () => {
  const namespace = await cluster.namespace();
  await helm('install', 'web', chart, '--namespace', namespace);
  const storage = storageIn(namespace);
  const next = { ...newest(await storage.history('web', { signal })), version: 2 };
  const both = await Promise.allSettled([1, 2].map(() => storage.create(next, { maxHistory: 0, signal })));
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  const refused = both.find((one) => one.status === 'rejected');
  expect(refused?.reason).toMatchObject({ name: 'StorageError', code: 'already-exists' });
});

test('shows the newest of every release, of one namespace and of all', async () => {
  const namespaces = [await cluster.namespace(), await cluster.namespace()];
  for (const namespace of namespaces) {
    await helm('install', 'web', chart, '--namespace', namespace);
    await helm('upgrade', 'web', chart, '--namespace', namespace);
  }
  const [first = ''] = namespaces;
  const newestIn = async (namespace: string | undefined): Promise<readonly string[]> =>
    (await storageIn(namespace).newest({ signal }))
      .map(({ storageNamespace, release }) => `${storageNamespace} ${release.name} ${String(release.version)}`)
      .filter((line) => namespaces.some((one) => line.startsWith(one)))
      .sort();
  expect(await newestIn(first)).toEqual([`${first} web 2`]);
  expect(await newestIn(undefined)).toEqual(namespaces.map((namespace) => `${namespace} web 2`).sort());
});

test('leaves out what is no release, and says so without its content', async () => {
  const namespace = await cluster.namespace();
  await helm('install', 'web', chart, '--namespace', namespace);
  const labels = { owner: 'helm', name: 'web', status: 'deployed', version: '2' };
  const data = { release: Buffer.from('planted nonsense').toString('base64') };
  const name = 'sh.helm.release.v1.web.v2';
  const broken = { apiVersion: 'v1', kind: 'Secret', metadata: { namespace, name, labels }, data };
  await client.create(broken, { fieldManager: 'helm', signal });
  const warnings: string[] = [];
  const storage = storageIn(namespace, warnings);
  expect((await storage.history('web', { signal })).map(({ version }) => version)).toEqual([1]);
  expect(warnings).toEqual([expect.stringContaining(`release Secret ${namespace}/${name}: `)]);
  expect(warnings.join()).not.toContain('planted');
});

test('keeps the reason when it may not read', async () => {
  const namespace = await cluster.namespace();
  const user = await cluster.userWith([{ apiGroups: [''], resources: ['configmaps'], verbs: ['get'] }], { namespace });
  const ignore = (): void => undefined;
  const log: Log = { debug: ignore, info: ignore, warn: ignore, error: ignore };
  const storage = new Storage(secretsDriver({ client: user, namespace, clock: nodeClock, fieldManager: 'helm', log }));
  const refused = await storage.history('web', { signal }).catch((error: unknown) => error);
  expect(isKubeError(refused, 'forbidden')).toBe(true);
});
