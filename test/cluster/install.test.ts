import { deleteObject } from '@fairlead/engine/kube';
import { expect, test } from 'vitest';
import { useCluster } from '../support/cluster.ts';
import {
  conditionLines,
  configMap,
  deployment,
  historyLines,
  labProbeCrd,
  refusedService,
  useLab,
} from '../support/clusterReleases.ts';

const cluster = useCluster();
const { client, signal } = cluster;
const lab = useLab(cluster);

test('real Helm reads the release that an install made, and continues it', async () => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  await lab.put(web, '1.0.0', { values: { greeting: 'hi', objects: [deployment('app')] } });
  const { plan, outcome } = await lab.reconcile(web);
  expect(plan.releases).toMatchObject([{ action: 'install', changes: [{ change: 'create' }, { change: 'create' }] }]);
  expect(outcome).toEqual({
    kind: 'ready',
    release: web,
    revision: 1,
    message: `Helm install succeeded for release ${namespace}/web.v1 with chart probe@1.0.0`,
  });
  const at = ['--namespace', namespace];
  const list: unknown = JSON.parse(await lab.helm('list', '-A', '--filter', '^web$', '-o', 'json'));
  expect(list).toContainEqual({
    name: 'web',
    namespace,
    revision: '1',
    updated: expect.any(String) as string,
    status: 'deployed',
    chart: 'probe-1.0.0',
    app_version: '7',
  });
  expect(JSON.parse(await lab.helm('history', 'web', ...at, '-o', 'json'))).toMatchObject([
    { revision: 1, status: 'deployed', chart: 'probe-1.0.0', description: 'Install complete' },
  ]);
  expect(JSON.parse(await lab.helm('get', 'values', 'web', ...at, '-o', 'json'))).toMatchObject({ greeting: 'hi' });
  const [stored] = await lab.stored(web);
  expect(await lab.helm('get', 'manifest', 'web', ...at)).toBe(`${stored?.manifest ?? ''}\n`);
  expect(await lab.helm('get', 'notes', 'web', ...at)).toContain('Say hi');
  expect(await lab.data(namespace, 'web-config')).toEqual({ greeting: 'hi', chart: '1.0.0', revision: '1' });

  // Flux's objects are another manager's than Helm's own: without force Helm stops, as it does at Flux's.
  const refused = await cluster.helm('uninstall', 'web', ...at, '--dry-run');
  expect(refused.code).toBe(0);
  await lab.helm('uninstall', 'web', ...at);
  expect(await lab.stored(web)).toEqual([]);
  expect(await lab.data(namespace, 'web-config')).toBeUndefined();
});

test('objects, owners and status are as helm-controller makes them', async () => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  await lab.put(web, '1.0.0');
  await lab.reconcile(web);
  const object = await client.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'web-config' }, { signal });
  expect(object.metadata).toMatchObject({
    labels: {
      'app.kubernetes.io/managed-by': 'Helm',
      'helm.toolkit.fluxcd.io/name': 'web',
      'helm.toolkit.fluxcd.io/namespace': namespace,
    },
    annotations: { 'meta.helm.sh/release-name': 'web', 'meta.helm.sh/release-namespace': namespace },
  });
  const { managedFields } = object.metadata as { readonly managedFields?: readonly object[] };
  expect(managedFields).toMatchObject([{ manager: 'helm-controller', operation: 'Apply' }]);
  const status = await lab.status(web);
  expect(conditionLines(status)).toEqual(['Ready=True InstallSucceeded', 'Released=True InstallSucceeded']);
  expect(historyLines(status)).toEqual(['1 deployed 1.0.0 install']);
  const digest = expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string;
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string;
  expect(status).toMatchObject({
    observedGeneration: 1,
    storageNamespace: namespace,
    lastAttemptedGeneration: 1,
    lastAttemptedRevision: '1.0.0',
    lastAttemptedReleaseAction: 'install',
    lastAttemptedConfigDigest: digest,
    inventory: { entries: [{ id: `${namespace}_web-config__ConfigMap`, v: 'v1' }] },
    history: [
      {
        apiVersion: 'v2',
        digest,
        name: 'web',
        namespace,
        chartName: 'probe',
        appVersion: '7',
        configDigest: digest,
        firstDeployed: time,
        lastDeployed: time,
      },
    ],
  });
  expect(status.failures).toBeUndefined();
});

test('an install that the API server refuses is recorded as Helm records it', async () => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  await lab.put(web, '1.0.0', { values: { objects: [refusedService] } });
  const { outcome } = await lab.reconcile(web);
  expect(outcome).toMatchObject({
    kind: 'stalled',
    reason: 'RetriesExceeded',
    message: 'Failed to install after 1 attempt(s)',
  });
  const status = await lab.status(web);
  expect(conditionLines(status)).toEqual([
    'Ready=False InstallFailed',
    'Released=False InstallFailed',
    'Stalled=True RetriesExceeded',
  ]);
  expect(historyLines(status)).toEqual(['1 failed 1.0.0 install']);
  expect(status).toMatchObject({ failures: 1, installFailures: 1 });
  const { info } = (await lab.stored(web))[0] ?? {};
  expect(info?.description).toMatch(/^Release "web" failed: .*Invalid value: 99999/);
  // Helm says the same of the same chart, but for its own manager.
  const [line] = JSON.parse(await lab.helm('history', 'web', '-n', namespace, '-o', 'json')) as readonly object[];
  expect(line).toMatchObject({ revision: 1, status: 'failed', description: info?.description });
});

test('the next try of a failed install is an upgrade that supersedes it', async () => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  await lab.put(web, '1.0.0', { values: { objects: [refusedService] } });
  await lab.reconcile(web);
  await lab.put(web, '1.0.0', { values: { greeting: 'mended' } });
  expect((await lab.reconcile(web)).outcome).toMatchObject({ kind: 'ready', revision: 2 });
  expect((await lab.storedLines(web)).map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
    '1 superseded',
    '2 deployed',
  ]);
});

test('an install that does not become ready in time fails, and one that is not waited for does not', async () => {
  const namespace = await lab.namespace();
  const [stuck, free] = [
    { namespace, name: 'stuck' },
    { namespace, name: 'free' },
  ];
  await lab.put(stuck, '1.0.0', { timeout: '1s', values: { objects: [deployment('app', { stuck: true })] } });
  await lab.reconcile(stuck);
  expect((await lab.stored(stuck))[0]?.info).toMatchObject({
    status: 'failed',
    description: `Release "stuck" failed: timeout waiting for: [Deployment/${namespace}/app status: 'InProgress']`,
  });
  await lab.put(free, '1.0.0', {
    install: { disableWait: true },
    values: { objects: [deployment('other', { stuck: true })] },
  });
  expect((await lab.reconcile(free)).outcome).toMatchObject({ kind: 'ready', revision: 1 });
});

test('makes the target namespace when it is asked to, and only then', async () => {
  const namespace = await lab.namespace();
  const target = `${namespace}-target`;
  const web = { namespace, name: 'web' };
  const values = {};
  await lab.put(web, '1.0.0', { targetNamespace: target, storageNamespace: namespace, values });
  const refused = await lab.reconcile(web);
  expect(refused.outcome).toMatchObject({
    kind: 'refused',
    message: `namespace ${target} is not in the cluster: create it first`,
  });
  const install = { createNamespace: true };
  await lab.put(web, '1.0.0', { targetNamespace: target, storageNamespace: namespace, install, values });
  expect((await lab.reconcile(web)).outcome.kind).toBe('ready');
  // Named after both namespaces, as Flux does.
  const releaseName = `${target}-web`;
  expect(await lab.data(target, `${releaseName}-config`)).toMatchObject({ greeting: 'hello' });
  expect((await lab.stored({ namespace, name: releaseName }))[0]).toMatchObject({ namespace: target });
  const made = { apiVersion: 'v1', kind: 'Namespace', name: target };
  expect((await client.get(made, { signal })).metadata.labels).toMatchObject({ name: target });
  await deleteObject(client, made, { propagation: 'background', signal });
});

test('objects of somebody else are taken over only when that is said', async () => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  const metadata = { namespace, name: 'web-config' };
  const theirs = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { greeting: 'theirs' } };
  await client.create(theirs, { fieldManager: 'somebody', signal });
  await lab.put(web, '1.0.0');
  const refused = await lab.reconcile(web);
  expect(refused.plan.releases[0]).toMatchObject({ needs: 'adoption', changes: [{ change: 'adopt' }] });
  expect(refused.outcome).toMatchObject({ kind: 'refused' });
  expect(await lab.data(namespace, 'web-config')).toEqual({ greeting: 'theirs' });
  expect(await lab.stored(web)).toEqual([]);
  expect((await lab.reconcile(web, { adopts: true })).outcome.kind).toBe('ready');
  expect(await lab.data(namespace, 'web-config')).toMatchObject({ greeting: 'hello' });
});

test('disableTakeOwnership refuses what belongs to nobody, in Helm’s words', async () => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  const metadata = { namespace, name: 'web-config' };
  await client.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata }, { fieldManager: 'somebody', signal });
  await lab.put(web, '1.0.0', { install: { disableTakeOwnership: true } });
  const { outcome } = await lab.reconcile(web, { adopts: true });
  expect(outcome.kind === 'ready' ? '' : outcome.message).toContain(
    `ConfigMap "web-config" in namespace "${namespace}" exists and cannot be imported into the current release: invalid ownership metadata; label validation error: missing key "app.kubernetes.io/managed-by": must be set to "Helm"`,
  );
  expect(await lab.stored(web)).toEqual([]);
});

const crd = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', name: labProbeCrd };

async function crdDescription(): Promise<string | undefined> {
  const found = await client.find(crd, { signal });
  return /"description":"(of [^"]+)"/.exec(JSON.stringify(found ?? {}))?.[1];
}

test('definitions are made, left or replaced as the policy says, and stay', async () => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  const probe = { apiVersion: 'lab.example.com/v1', kind: 'LabProbe', metadata: { name: 'one' } };
  await lab.put(web, '2.0.0', { install: { crds: 'Skip' } });
  expect((await lab.reconcile(web)).outcome.kind).toBe('ready');
  expect(await crdDescription()).toBeUndefined();

  // A custom resource beside its definition.
  await lab.put(web, '2.0.0', { upgrade: { crds: 'Create' }, values: { objects: [probe] } });
  expect((await lab.reconcile(web)).outcome).toMatchObject({ kind: 'ready', revision: 2 });
  expect(await crdDescription()).toBe('of 2.0.0');
  await lab.put(web, '2.1.0', { upgrade: { crds: 'Create' }, values: { objects: [probe] } });
  expect((await lab.reconcile(web)).outcome).toMatchObject({ kind: 'ready', revision: 3 });
  expect(await crdDescription()).toBe('of 2.0.0');
  await lab.put(web, '2.1.0', { upgrade: { crds: 'CreateReplace' }, values: { objects: [probe], greeting: 'x' } });
  expect((await lab.reconcile(web)).outcome).toMatchObject({ kind: 'ready', revision: 4 });
  expect(await crdDescription()).toBe('of 2.1.0');

  const session = await lab.session();
  const removed = await session.uninstall(web, { signal, onEvent: () => undefined });
  expect(removed).toMatchObject({ kind: 'done' });
  expect(await crdDescription()).toBe('of 2.1.0');
  await deleteObject(client, crd, { propagation: 'background', signal });
});

test('a chart that does not render stores nothing and is not retried', async () => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  await lab.put(web, '1.0.0', { values: { fails: 'no good', objects: [configMap('more')] } });
  const { plan, outcome } = await lab.reconcile(web);
  expect(plan.releases[0]?.failed).toContain('no good');
  expect(outcome).toMatchObject({ kind: 'requeue', reason: 'InstallFailed' });
  expect(await lab.stored(web)).toEqual([]);
  const status = await lab.status(web);
  expect(conditionLines(status)).toContain('Ready=False InstallFailed');
  expect(status.conditions?.find(({ type }) => type === 'Reconciling')?.message).toBe(
    "Running 'install' action with timeout of 20s",
  );
  expect(status.failures).toBe(1);
  expect(status.installFailures).toBeUndefined();
});
