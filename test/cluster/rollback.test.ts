import { KubeClient, type KubeTransport, managersOf } from '@fairlead/engine/kube';
import type { Outcome } from '@fairlead/engine/session';
import { expect, test } from 'vitest';
import { nodeClock } from '../../engine/src/node/clock.ts';
import { useCluster } from '../support/cluster.ts';
import { configMap, deployment, helmReleaseApi, useLab } from '../support/clusterReleases.ts';

const cluster = useCluster();
const { client, signal } = cluster;
const lab = useLab(cluster);

interface Of {
  readonly namespace: string;
  readonly name: string;
}

async function rollback(of: Of, to: number): Promise<Outcome> {
  const session = await lab.session();
  return await session.rollback(of, { to, signal, onEvent: () => undefined });
}

async function twoRevisions(): Promise<Of> {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  await lab.put(web, '1.0.0', { values: { greeting: 'one', objects: [configMap('first')] } });
  await lab.reconcile(web);
  await lab.put(web, '1.1.0', { values: { greeting: 'two', objects: [configMap('second')] } });
  await lab.reconcile(web);
  return web;
}

test('goes back to an older revision, suspends the HelmRelease, and Helm sees a rollback', async () => {
  const web = await twoRevisions();
  expect(await rollback(web, 1)).toEqual({
    kind: 'done',
    release: web,
    message:
      'rolled back to revision 1 as revision 3. The HelmRelease is suspended; resuming it upgrades to its spec again and drops the history before it',
  });
  expect(await lab.data(web.namespace, 'web-config')).toMatchObject({ greeting: 'one', chart: '1.0.0' });
  expect(await lab.data(web.namespace, 'first')).toBeDefined();
  expect(await lab.data(web.namespace, 'second')).toBeUndefined();
  expect(await lab.storedLines(web)).toEqual([
    '1 superseded Install complete',
    '2 superseded Upgrade complete',
    '3 deployed Rollback to 1',
  ]);
  const shown = JSON.parse(await lab.helm('history', 'web', '-n', web.namespace, '-o', 'json')) as readonly object[];
  expect(shown.at(-1)).toMatchObject({ revision: 3, description: 'Rollback to 1', chart: 'probe-1.0.0' });
  expect(JSON.parse(await lab.helm('get', 'metadata', 'web', '-n', web.namespace, '-o', 'json'))).toMatchObject({
    revision: 3,
    status: 'deployed',
  });

  const object = await client.get({ apiVersion: helmReleaseApi, kind: 'HelmRelease', ...web }, { signal });
  expect(object['spec']).toMatchObject({ suspend: true });
  expect(managersOf(object, 'spec', 'suspend')).toEqual(['fairlead']);
  // Nothing brings it back while it is suspended; resumed, its spec holds again.
  expect((await lab.reconcile(web)).outcome).toMatchObject({ kind: 'refused' });
  const session = await lab.session();
  expect(await session.resume(web, { signal, onEvent: () => undefined })).toMatchObject({ kind: 'done' });
  expect((await lab.reconcile(web)).outcome).toMatchObject({ kind: 'ready', revision: 4 });
  expect(await lab.data(web.namespace, 'web-config')).toMatchObject({ greeting: 'two' });
});

test('real Helm rolls a release of ours back with its own conflict flag', async () => {
  const web = await twoRevisions();
  await lab.helm('rollback', 'web', '1', '-n', web.namespace, '--force-conflicts');
  expect(await lab.data(web.namespace, 'web-config')).toMatchObject({ greeting: 'one' });
  expect((await lab.stored(web)).at(-1)).toMatchObject({ version: 3, info: { rollbackRevision: 1 } });
});

test('a release that real Helm went on with is rolled back by ours', async () => {
  const web = await twoRevisions();
  await lab.helm('rollback', 'web', '1', '-n', web.namespace, '--force-conflicts');
  expect(await rollback(web, 2)).toMatchObject({ kind: 'done' });
  expect(await lab.data(web.namespace, 'web-config')).toMatchObject({ greeting: 'two' });
  expect((await lab.stored(web)).map(({ version, info }) => `${String(version)} ${info.status}`)).toEqual([
    '1 superseded',
    '2 superseded',
    '3 superseded',
    '4 deployed',
  ]);
  await lab.helm('rollback', 'web', '3', '-n', web.namespace, '--force-conflicts');
  expect(await lab.data(web.namespace, 'web-config')).toMatchObject({ greeting: 'one' });
});

test('the newest revision is refused, and nothing is suspended', async () => {
  const web = await twoRevisions();
  expect(await rollback(web, 2)).toMatchObject({ kind: 'refused', reason: 'SameRevision' });
  const object = await client.get({ apiVersion: helmReleaseApi, kind: 'HelmRelease', ...web }, { signal });
  expect(object['spec']).not.toHaveProperty('suspend');
});

test('a revision that came in between is not rolled over', async () => {
  const web = await twoRevisions();
  const { transport } = client;
  let isBefore = true;
  const request: KubeTransport['request'] = async (asked, options) => {
    if (isBefore && asked.method === 'POST' && asked.path.endsWith('/leases')) {
      isBefore = false;
      await lab.helm('rollback', 'web', '2', '-n', web.namespace, '--force-conflicts');
    }
    return await transport.request(asked, options);
  };
  const { server, caDigest } = transport;
  const slow = { server, caDigest, request, stream: transport.stream.bind(transport), close: () => undefined };
  const session = await lab.session({ client: new KubeClient(slow, { clock: nodeClock }) });
  expect(await session.rollback(web, { to: 1, signal, onEvent: () => undefined })).toMatchObject({
    kind: 'stalled',
    reason: 'RollbackFailed',
    message: 'revision 3 came in between: look at it first',
  });
  expect((await lab.stored(web)).length).toBe(3);
});

test('a revision that is not there is said to be missing', async () => {
  const web = await twoRevisions();
  await expect(rollback(web, 9)).rejects.toMatchObject({ name: 'SessionError', code: 'no-revision' });
});

test('is refused where kustomize-controller owns spec.suspend, which would undo it', async () => {
  const web = await twoRevisions();
  const object = { apiVersion: helmReleaseApi, kind: 'HelmRelease', metadata: web, spec: { suspend: false } };
  await client.apply(object, { fieldManager: 'kustomize-controller', force: true, signal });
  expect(await rollback(web, 1)).toMatchObject({ kind: 'refused', reason: 'NotSuspended' });
  expect((await lab.stored(web)).length).toBe(2);
});

test('is refused in a cluster that was not enrolled', async () => {
  const web = await twoRevisions();
  const session = await lab.session({ enrolment: 'nobody' });
  const outcome = await session.rollback(web, { to: 1, signal, onEvent: () => undefined });
  expect(outcome).toMatchObject({ kind: 'refused', reason: 'NotAllowed' });
  expect((await lab.stored(web)).length).toBe(2);
});

test('what does not become ready after a rollback is a failed revision, and the one before stays as it was', async () => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  const spec = { rollback: { timeout: '2s' }, install: { disableWait: true } };
  await lab.put(web, '1.0.0', { ...spec, values: { objects: [deployment('web', { stuck: true })] } });
  await lab.reconcile(web);
  await lab.put(web, '1.1.0', spec);
  await lab.reconcile(web);
  expect(await rollback(web, 1)).toMatchObject({ kind: 'stalled', reason: 'RollbackFailed' });
  expect(await lab.storedLines(web)).toEqual([
    '1 superseded Install complete',
    '2 deployed Upgrade complete',
    `3 failed Release "web" failed: timeout waiting for: [Deployment/${namespace}/web status: 'InProgress']`,
  ]);
});

test('a release of the helm program is rolled back as that program has it', async () => {
  const namespace = await lab.namespace();
  const plain = { namespace, name: 'plain' };
  const at = ['-n', namespace];
  await lab.helm('install', 'plain', lab.chart('1.0.0'), ...at, '--set', 'greeting=one');
  await lab.helm('upgrade', 'plain', lab.chart('1.1.0'), ...at, '--set', 'greeting=two');
  expect(await rollback(plain, 1)).toEqual({
    kind: 'done',
    release: plain,
    message: 'rolled back to revision 1 as revision 3',
  });
  expect(await lab.data(namespace, 'plain-config')).toMatchObject({ greeting: 'one' });
  const object = await client.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'plain-config' }, { signal });
  expect(managersOf(object, 'data', 'greeting')).toEqual(['helm']);
  // Helm goes on without a word of conflicts.
  await lab.helm('upgrade', 'plain', lab.chart('1.1.0'), ...at, '--set', 'greeting=three');
  expect(await lab.storedLines(plain)).toEqual([
    '1 superseded Install complete',
    '2 superseded Upgrade complete',
    '3 superseded Rollback to 1',
    '4 deployed Upgrade complete',
  ]);
});

test('objects that are labelled for a HelmRelease which is not here are not rolled back', async () => {
  const web = await twoRevisions();
  const ref = { apiVersion: helmReleaseApi, kind: 'HelmRelease', ...web };
  await client.delete(ref, { propagation: 'background', signal });
  expect(await rollback(web, 1)).toMatchObject({
    kind: 'refused',
    reason: 'NotAllowed',
    message: expect.stringContaining(`belongs to HelmRelease ${web.namespace}/web`) as string,
  });
  expect((await lab.stored(web)).length).toBe(2);
});
