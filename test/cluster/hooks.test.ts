import { expect, test } from 'vitest';
import { useCluster } from '../support/cluster.ts';
import { hook, podHook, useLab } from '../support/clusterReleases.ts';

/** Hooks of an install: their order, what is left of them, and what a failed one means. */
const cluster = useCluster();
const { client, signal } = cluster;
const lab = useLab(cluster);

test('hooks run in order of weight and name, and go by their policies', async () => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  const objects = [
    hook('late', 'pre-install', { weight: 5 }),
    hook('early', 'pre-install,pre-upgrade', { weight: -5, policy: 'hook-succeeded' }),
    podHook('job', 'post-install', { policy: 'before-hook-creation,hook-succeeded' }),
    hook('never', 'pre-delete'),
    hook('b', 'pre-install'),
    hook('a', 'pre-install'),
  ];
  await lab.put(web, '1.0.0', { values: { objects } });
  const { events } = await lab.reconcile(web);
  const ran = events.flatMap(({ message }) => /^running \S+ hook \S+ (\S+)$/.exec(message)?.[1] ?? []);
  expect(ran).toEqual(['early', 'a', 'b', 'late', 'job']);
  const there = await Promise.all(
    ['early', 'a', 'b', 'late', 'never'].map(async (name) => (await lab.data(namespace, name)) !== undefined),
  );
  expect(there).toEqual([false, true, true, true, false]);
  expect(await client.find({ apiVersion: 'v1', kind: 'Pod', namespace, name: 'job' }, { signal })).toBeUndefined();
  const [release] = await lab.stored(web);
  expect(Object.fromEntries((release?.hooks ?? []).map(({ name, lastRun }) => [name, lastRun.phase]))).toEqual({
    early: 'Succeeded',
    a: 'Succeeded',
    b: 'Succeeded',
    late: 'Succeeded',
    job: 'Succeeded',
    never: '',
  });
  const printed = await lab.helm('get', 'hooks', 'web', '--namespace', namespace);
  expect(printed).toContain('name: early');
});

test('a hook’s Job that the cluster removes when it is done counts as done', async () => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  const pod = { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'app:1' }] } };
  const metadata = { name: 'migrate', annotations: { 'helm.sh/hook': 'pre-install' } };
  const job = { apiVersion: 'batch/v1', kind: 'Job', metadata, spec: { ttlSecondsAfterFinished: 0, template: pod } };
  // Long enough between two looks for it to be gone.
  const session = await lab.session({ pollMs: 3_000 });
  await lab.put(web, '1.0.0', { values: { objects: [job] } });
  const { outcome } = await lab.reconcile(web, { session });
  expect(outcome).toMatchObject({ kind: 'ready', revision: 1 });
  const left = await client.find({ apiVersion: 'batch/v1', kind: 'Job', namespace, name: 'migrate' }, { signal });
  expect(left).toBeUndefined();
});

test('a hook that is there from before is made anew', async () => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  const old = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name: 'before' }, data: { from: 'old' } };
  const { metadata } = await client.create(old, { fieldManager: 'somebody', signal });
  await lab.put(web, '1.0.0', { values: { objects: [hook('before', 'pre-install')] } });
  expect((await lab.reconcile(web)).outcome.kind).toBe('ready');
  const made = await client.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'before' }, { signal });
  expect(made.metadata.uid).not.toBe(metadata.uid);
});

test('a failed hook fails the install before any object is made, and is recorded', async () => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  const objects = [
    podHook('check', 'pre-install', { outcome: 'fail', policy: 'hook-failed' }),
    hook('good', 'pre-install', { weight: -1, policy: 'hook-succeeded' }),
  ];
  await lab.put(web, '1.0.0', { timeout: '2s', values: { objects } });
  const { outcome } = await lab.reconcile(web);
  expect(outcome).toMatchObject({ kind: 'stalled', reason: 'RetriesExceeded' });
  expect(await lab.data(namespace, 'web-config')).toBeUndefined();
  expect(await lab.data(namespace, 'good')).toBeUndefined();
  expect(await client.find({ apiVersion: 'v1', kind: 'Pod', namespace, name: 'check' }, { signal })).toBeUndefined();
  const [release] = await lab.stored(web);
  expect(release?.info.status).toBe('failed');
  expect(release?.info.description).toMatch(/^Release "web" failed: failed pre-install: /);
  expect(release?.hooks.map(({ name, lastRun }) => `${name} ${lastRun.phase}`).sort()).toEqual([
    'check Failed',
    'good Succeeded',
  ]);
});
