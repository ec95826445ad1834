import { expect, test } from 'vitest';
import { useCluster } from '../support/cluster.ts';
import {
  conditionLines,
  configMap,
  historyLines,
  podHook,
  refOfRelease,
  refusedService,
  useLab,
} from '../support/clusterReleases.ts';

const cluster = useCluster();
const { client, signal } = cluster;
const lab = useLab(cluster);

test('an upgrade changes what changed, removes what is no more, keeps what is to be kept', async () => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  const kept = configMap('kept', { annotations: { 'helm.sh/resource-policy': 'keep' } });
  await lab.put(web, '1.0.0', { values: { objects: [configMap('old'), kept] } });
  await lab.reconcile(web);
  await lab.put(web, '1.1.0', { values: { greeting: 'hey', objects: [configMap('new')] } });
  const { plan, outcome } = await lab.reconcile(web);
  expect(plan.releases[0]).toMatchObject({
    action: 'upgrade',
    reason: "chart version changed from '1.0.0' to '1.1.0'",
    previous: { revision: 1, chartVersion: '1.0.0' },
  });
  const changes = plan.releases[0]?.changes.map(({ object, change }) => `${change} ${object.name}`);
  expect(changes).toEqual(['update web-config', 'create new', 'delete old']);
  expect(outcome).toMatchObject({
    kind: 'ready',
    revision: 2,
    message: `Helm upgrade succeeded for release ${namespace}/web.v2 with chart probe@1.1.0`,
  });
  const there = await Promise.all(
    ['old', 'new', 'kept'].map(async (name) => (await lab.data(namespace, name)) !== undefined),
  );
  expect(there).toEqual([false, true, true]);
  expect(await lab.data(namespace, 'web-config')).toEqual({ greeting: 'hey', chart: '1.1.0', revision: '2' });
  expect(await lab.storedLines(web)).toEqual(['1 superseded Install complete', '2 deployed Upgrade complete']);
  const [first, second] = await lab.stored(web);
  expect(second?.info.firstDeployed).toBe(first?.info.firstDeployed);
  const history = JSON.parse(await lab.helm('history', 'web', '-n', namespace, '-o', 'json')) as readonly object[];
  expect(history).toMatchObject([
    { revision: 1, status: 'superseded', chart: 'probe-1.0.0' },
    { revision: 2, status: 'deployed', chart: 'probe-1.1.0' },
  ]);
});

test('what was reconciled needs nothing more, and nothing is written', async () => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  await lab.put(web, '1.0.0');
  await lab.reconcile(web);
  const secret = { apiVersion: 'v1', kind: 'Secret', namespace, name: 'sh.helm.release.v1.web.v1' };
  const map = { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'web-config' };
  const versions = async (): Promise<readonly unknown[]> =>
    await Promise.all([secret, map].map(async (ref) => (await client.get(ref, { signal })).metadata.resourceVersion));
  const before = await versions();
  const { plan, outcome } = await lab.reconcile(web);
  expect(plan.releases[0]).toMatchObject({ action: 'none', reason: 'release is in sync', changes: [] });
  expect(outcome).toMatchObject({ kind: 'ready', revision: 1 });
  expect(await versions()).toEqual(before);
});

test('keeps no more revisions than maxHistory says, and never loses the deployed one', async () => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  for (const greeting of ['a', 'b', 'c', 'd']) {
    await lab.put(web, '1.0.0', { maxHistory: 2, values: { greeting } });
    await lab.reconcile(web);
  }
  expect(await lab.storedLines(web)).toEqual(['3 superseded Upgrade complete', '4 deployed Upgrade complete']);
  for (const greeting of ['e', 'f', 'g']) {
    await lab.put(web, '1.0.0', { maxHistory: 2, values: { greeting, objects: [refusedService] } });
    await lab.reconcile(web);
  }
  const lines = (await lab.storedLines(web)).map((line) => line.split(' ').slice(0, 2).join(' '));
  expect(lines).toEqual(['4 deployed', '7 failed']);
});

test('an upgrade that fails leaves the older one deployed, and cleans up what it made when it is to', async () => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  await lab.put(web, '1.0.0');
  await lab.reconcile(web);
  const objects = [configMap('made'), podHook('after', 'post-upgrade', { outcome: 'fail' })];
  await lab.put(web, '1.1.0', { timeout: '1s', upgrade: { cleanupOnFail: true }, values: { objects } });
  const { outcome } = await lab.reconcile(web);
  expect(outcome).toMatchObject({ kind: 'stalled', message: 'Failed to upgrade after 1 attempt(s)' });
  expect(await lab.data(namespace, 'made')).toBeUndefined();
  expect(await lab.storedLines(web)).toEqual([
    '1 deployed Install complete',
    `2 failed Upgrade "web" failed: post-upgrade hooks failed: timeout waiting for: [Pod/${namespace}/after status: 'Failed']`,
  ]);
  expect(historyLines(await lab.status(web))).toEqual(['2 failed 1.1.0 upgrade', '1 deployed 1.0.0 install']);
  expect(conditionLines(await lab.status(web))).toEqual([
    'Ready=False UpgradeFailed',
    'Released=False UpgradeFailed',
    'Stalled=True RetriesExceeded',
  ]);
});

test('what Helm made of a release meanwhile is taken over by an upgrade, which starts the history anew', async () => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  await lab.put(web, '1.0.0');
  await lab.reconcile(web);
  await lab.helm('rollback', 'web', '1', '-n', namespace, '--force-conflicts');
  const { plan, outcome } = await lab.reconcile(web);
  expect(plan.releases[0]).toMatchObject({ action: 'upgrade' });
  expect(outcome).toMatchObject({ kind: 'ready', revision: 3 });
  expect(historyLines(await lab.status(web))).toEqual(['3 deployed 1.0.0 upgrade']);
});

test('real Helm upgrades a release of ours by force only, and ours goes on from there', async () => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  await lab.put(web, '1.0.0', { values: { greeting: 'ours' } });
  await lab.reconcile(web);
  const args = ['upgrade', 'web', lab.chart('1.1.0'), '-n', namespace, '--set', 'greeting=theirs'];
  const { code, output } = await cluster.helm(...args);
  expect(code).not.toBe(0);
  expect(output).toContain('conflicts with "helm-controller"');
  await lab.helm(...args, '--force-conflicts');
  expect(await lab.data(namespace, 'web-config')).toMatchObject({ greeting: 'theirs', chart: '1.1.0' });
  expect((await lab.reconcile(web)).outcome).toMatchObject({ kind: 'ready', revision: 4 });
  expect(await lab.data(namespace, 'web-config')).toMatchObject({ greeting: 'ours', chart: '1.0.0' });
  expect((await lab.storedLines(web)).map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
    '1 superseded',
    '2 failed',
    '3 superseded',
    '4 deployed',
  ]);
});

test('common metadata that change are an upgrade, once', async () => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  await lab.put(web, '1.0.0');
  await lab.reconcile(web);
  await lab.put(web, '1.0.0', { commonMetadata: { labels: { team: 'red' } } });
  expect((await lab.reconcile(web)).outcome).toMatchObject({ kind: 'ready', revision: 2 });
  const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'web-config' };
  expect((await client.get(ref, { signal })).metadata.labels).toMatchObject({ team: 'red' });
  expect((await lab.reconcile(web)).outcome).toMatchObject({ kind: 'ready', revision: 2 });
});

test('a force annotation upgrades once', async () => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  await lab.put(web, '1.0.0');
  await lab.reconcile(web);
  const annotations = { 'reconcile.fluxcd.io/requestedAt': 'now', 'reconcile.fluxcd.io/forceAt': 'now' };
  const options = { type: 'merge', fieldManager: 'author', signal } as const;
  await client.patch(refOfRelease(web), { metadata: { annotations } }, options);
  expect((await lab.reconcile(web)).outcome).toMatchObject({ kind: 'ready', revision: 2 });
  expect((await lab.reconcile(web)).outcome).toMatchObject({ kind: 'ready', revision: 2 });
  expect(await lab.status(web)).toMatchObject({ lastHandledReconcileAt: 'now', lastHandledForceAt: 'now' });
});
