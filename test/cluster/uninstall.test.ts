import { isKubeError } from '@fairlead/engine/kube';
import type { Approvals, Outcome } from '@fairlead/engine/session';
import type { NamespacedName } from '@fairlead/engine/support';
import { expect, test } from 'vitest';
import { useCluster } from '../support/cluster.ts';
import {
  conditionLines,
  configMap,
  helmReleaseApi,
  historyLines,
  hook,
  podHook,
  useLab,
} from '../support/clusterReleases.ts';

const cluster = useCluster();
const { client, signal } = cluster;
const lab = useLab(cluster);

async function uninstall(of: NamespacedName, approvals: Approvals = {}): Promise<{ outcome: Outcome; said: string[] }> {
  const session = await lab.session();
  const said: string[] = [];
  const onEvent = ({ message }: { readonly message: string }): void => void said.push(message);
  return { outcome: await session.uninstall(of, { ...approvals, signal, onEvent }), said };
}

test('removes objects, hooks in order, records and state; keeps what is to be kept', async () => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  const objects = [
    configMap('kept', { annotations: { 'helm.sh/resource-policy': 'keep' } }),
    hook('before', 'pre-delete', { policy: 'hook-succeeded' }),
    podHook('after', 'post-delete', { policy: 'hook-succeeded' }),
  ];
  await lab.put(web, '1.0.0', { values: { objects } });
  await lab.reconcile(web);
  const { outcome, said } = await uninstall(web);
  expect(outcome).toMatchObject({
    kind: 'done',
    message: `uninstalled revision 1; kept: ConfigMap/${namespace}/kept. The HelmRelease stays, suspended: take it out of Git too`,
  });
  expect(said.filter((line) => line.startsWith('running '))).toEqual([
    'running pre-delete hook ConfigMap before',
    'running post-delete hook Pod after',
  ]);
  expect(await lab.data(namespace, 'web-config')).toBeUndefined();
  expect(await lab.data(namespace, 'kept')).toBeDefined();
  expect(await lab.stored(web)).toEqual([]);
  expect(historyLines(await lab.status(web))).toEqual([]);
  expect(conditionLines(await lab.status(web))).toContain('Ready=False UninstallSucceeded');
  const secrets = await client.list({ apiVersion: 'v1', kind: 'Secret', namespace }, { signal });
  expect(secrets).toEqual([]);
  const leases = await client.list({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace }, { signal });
  expect(leases).toEqual([]);
  const list = JSON.parse(await lab.helm('list', '-n', namespace, '-o', 'json')) as readonly object[];
  expect(list).toEqual([]);
});

test('keepHistory leaves a record that Helm shows as uninstalled, and the next reconcile installs anew', async () => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  const spec = { uninstall: { keepHistory: true } };
  await lab.put(web, '1.0.0', spec);
  await lab.reconcile(web);
  await uninstall(web);
  const shown = JSON.parse(await lab.helm('history', 'web', '-n', namespace, '-o', 'json')) as readonly object[];
  expect(shown).toMatchObject([{ revision: 1, status: 'uninstalled', description: 'Uninstallation complete' }]);
  const status = await lab.status(web);
  expect(conditionLines(status)).toEqual(['Ready=False UninstallSucceeded', 'Released=False UninstallSucceeded']);
  expect(historyLines(status)).toEqual(['1 uninstalled 1.0.0 uninstall']);
  expect(status.inventory).toBeUndefined();
  const session = await lab.session();
  await session.resume(web, { signal, onEvent: () => undefined });
  expect((await lab.reconcile(web)).outcome).toMatchObject({ kind: 'ready', revision: 2 });
  expect(await lab.storedLines(web)).toEqual(['1 uninstalled Uninstallation complete', '2 deployed Install complete']);
});

test('what holds data goes only when the name of the release was typed', async () => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  const claim = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  };
  await lab.put(web, '1.0.0', { install: { disableWait: true }, values: { objects: [claim] } });
  await lab.reconcile(web);
  const ref = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name: 'data' };
  expect((await uninstall(web)).outcome).toMatchObject({
    kind: 'refused',
    reason: 'NameNotTyped',
    message: 'it deletes what holds data: PersistentVolumeClaim data with its data',
  });
  expect((await uninstall(web, { typedNames: ['other'] })).outcome).toMatchObject({ kind: 'refused' });
  expect(await client.find(ref, { signal })).toBeDefined();

  // An upgrade that takes it away asks the same.
  await lab.put(web, '1.0.0', { values: {}, upgrade: { disableWait: true } });
  const planned = await lab.reconcile(web);
  expect(planned.plan.releases[0]).toMatchObject({ needs: 'typed-name' });
  expect(planned.outcome).toMatchObject({ kind: 'refused' });
  expect(await client.find(ref, { signal })).toBeDefined();
  expect((await uninstall(web, { typedNames: ['web'] })).outcome).toMatchObject({ kind: 'done' });
  const gone = (await client.find(ref, { signal }))?.metadata as { readonly deletionTimestamp?: string } | undefined;
  expect(gone === undefined || gone.deletionTimestamp !== undefined).toBe(true);
});

test('an object that belongs to somebody else by now stays', async () => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  await lab.put(web, '1.0.0', { values: { objects: [configMap('moved')] } });
  await lab.reconcile(web);
  const patch = { metadata: { annotations: { 'meta.helm.sh/release-name': 'other' } } };
  const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'moved' };
  await client.patch(ref, patch, { type: 'merge', fieldManager: 'somebody', signal });
  const { outcome } = await uninstall(web);
  expect(outcome).toMatchObject({
    kind: 'done',
    message: expect.stringContaining(`kept: ConfigMap/${namespace}/moved`) as string,
  });
  expect(await lab.data(namespace, 'moved')).toBeDefined();
});

test('a failed hook stops the uninstall before any object goes, and is recorded', async () => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  const objects = [podHook('before', 'pre-delete', { outcome: 'fail' })];
  await lab.put(web, '1.0.0', { timeout: '1s', values: { objects } });
  await lab.reconcile(web);
  const { outcome } = await uninstall(web);
  expect(outcome).toMatchObject({ kind: 'stalled', reason: 'UninstallFailed' });
  expect(await lab.data(namespace, 'web-config')).toBeDefined();
  expect((await lab.stored(web)).at(-1)?.info.description).toContain('Pod/');
  // Asked once more without the hook, it goes.
  await lab.put(web, '1.0.0', { suspend: true, uninstall: { disableHooks: true }, values: { objects } });
  expect((await uninstall(web)).outcome).toMatchObject({ kind: 'done' });
});

test('a release that is not installed is said to be missing', async () => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  await lab.put(web, '1.0.0');
  await expect(uninstall(web)).rejects.toMatchObject({ code: 'not-stored' });
  await expect(uninstall({ namespace, name: 'other' })).rejects.toMatchObject({ code: 'no-release' });
});

test('without the right to delete nothing is half done unrecorded', async () => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  await lab.put(web, '1.0.0');
  await lab.reconcile(web);
  const every = ['get', 'list', 'watch', 'create', 'update', 'patch'];
  const user = await cluster.userWith(
    [
      { apiGroups: ['', 'helm.toolkit.fluxcd.io', 'apps'], resources: ['*'], verbs: every },
      { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: [...every, 'delete'] },
    ],
    {},
  );
  const session = await lab.session({ client: user });
  const outcome = await session
    .uninstall(web, { signal, onEvent: () => undefined })
    .catch((error: unknown) => (isKubeError(error, 'forbidden') ? 'forbidden' : error));
  expect(outcome).toMatchObject({ kind: 'stalled', reason: 'UninstallFailed' });
  expect(await lab.data(namespace, 'web-config')).toBeDefined();
  expect((await lab.stored(web)).at(-1)?.info.description).toContain('forbidden');
  const object = await client.get({ apiVersion: helmReleaseApi, kind: 'HelmRelease', ...web }, { signal });
  expect(object['spec']).toMatchObject({ suspend: true });
});

test('a release of the helm program goes as that program has it', async () => {
  const namespace = await lab.namespace();
  const plain = { namespace, name: 'plain' };
  await lab.helm('install', 'plain', lab.chart('1.0.0'), '-n', namespace);
  await lab.helm('upgrade', 'plain', lab.chart('1.1.0'), '-n', namespace);
  expect((await uninstall(plain)).outcome).toMatchObject({ kind: 'done', message: 'uninstalled revision 2' });
  expect(await lab.stored(plain)).toEqual([]);
  expect(await lab.data(namespace, 'plain-config')).toBeUndefined();
});
