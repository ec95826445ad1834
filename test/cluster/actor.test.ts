import { deleteObject, findActingFlux, refOf, waitForDeleted } from '@fairlead/engine/kube';
import type { KubeObject } from '@fairlead/engine/support';
import { expect, test } from 'vitest';
import { type Rule, useCluster } from '../support/cluster.ts';

const cluster = useCluster();
const { client, signal } = cluster;

function controller(namespace: string, name: string, image: string, replicas: number): KubeObject {
  const labels = { run: name };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'manager', image }] } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace, name },
    spec: { replicas, selector: { matchLabels: labels }, template },
  };
}

function lease(namespace: string, name: string): KubeObject {
  return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { namespace, name }, spec: {} };
}

function labelled(namespace: string, name: string, labels: Readonly<Record<string, string>>): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name, labels } };
}

test('an empty cluster has no Flux', async () => {
  expect(await findActingFlux(client, { signal })).toEqual({ kind: 'absent' });
});

const signs: readonly {
  name: string;
  make: (namespace: string) => KubeObject;
  evidence: string;
}[] = [
  {
    name: 'a Lease in any namespace',
    make: (namespace) => lease(namespace, 'helm-controller-leader-election'),
    evidence: 'lease',
  },
  {
    name: "a shard's Lease",
    make: (namespace) => lease(namespace, 'helm-controller-leader-election-1ae5f0'),
    evidence: 'lease',
  },
  {
    name: 'a Deployment at 0 replicas',
    make: (namespace) => controller(namespace, 'helm-controller', 'ghcr.io/fluxcd/helm-controller:v1.6.3', 0),
    evidence: 'deployment',
  },
  {
    name: 'a shard from a mirror, by its image',
    make: (namespace) =>
      controller(namespace, 'shard-1', `mirror.example.com:5000/flux/helm-controller@sha256:${'0'.repeat(64)}`, 0),
    evidence: 'deployment',
  },
];

test.for(signs)('$name is Flux', async ({ make, evidence }) => {
  const namespace = await cluster.namespace();
  const object = await client.create(make(namespace), { fieldManager: 'fairlead-test', signal });
  const found = await findActingFlux(client, { signal });
  expect(found).toMatchObject({ kind: 'acting', evidence, reason: expect.stringContaining(`${namespace}/`) as string });
  const ref = refOf(object);
  await deleteObject(client, ref, { propagation: 'background', signal });
  await waitForDeleted(client, [{ ref }], { timeoutMs: 10_000, pollMs: 20, signal });
  expect(await findActingFlux(client, { signal })).toEqual({ kind: 'absent' });
});

test('other controllers and other images are not', async () => {
  const namespace = await cluster.namespace();
  for (const object of [
    lease(namespace, 'source-controller-leader-election'),
    controller(namespace, 'app', 'ghcr.io/example/helm-controller-ui:1', 0),
  ]) {
    await client.create(object, { fieldManager: 'fairlead-test', signal });
  }
  expect(await findActingFlux(client, { signal })).toEqual({ kind: 'absent' });
});

test('objects of another HelmRelease are its, whether the manifest or the cluster says so', async () => {
  const namespace = await cluster.namespace();
  const owner = { name: 'web', namespace: 'apps' };
  const own = labelled(namespace, 'own', {
    'helm.toolkit.fluxcd.io/name': 'web',
    'helm.toolkit.fluxcd.io/namespace': 'apps',
  });
  const foreign = labelled(namespace, 'foreign', {
    'helm.toolkit.fluxcd.io/name': 'web',
    'helm.toolkit.fluxcd.io/namespace': 'hub',
  });
  const plain = labelled(namespace, 'foreign', {});
  const find = (objects: readonly KubeObject[], withOwner = true) =>
    findActingFlux(client, { signal, release: { objects, ...(withOwner ? { owner } : {}) } });

  expect(await find([own])).toEqual({ kind: 'absent' });
  expect(await find([own], false)).toMatchObject({ kind: 'acting', evidence: 'owner-labels' });
  expect(await find([own, foreign])).toMatchObject({
    kind: 'acting',
    evidence: 'owner-labels',
    reason: `v1 ConfigMap ${namespace}/foreign belongs to HelmRelease hub/web`,
  });
  expect(await find([plain])).toEqual({ kind: 'absent' });
  await client.create(foreign, { fieldManager: 'fairlead-test', signal });
  expect(await find([plain])).toMatchObject({ kind: 'acting', evidence: 'owner-labels' });
});

const read = (apiGroups: readonly string[], resources: readonly string[]): Rule => ({
  apiGroups,
  resources,
  verbs: ['get', 'list'],
});
const leases = read(['coordination.k8s.io'], ['leases']);
const deployments = read(['apps'], ['deployments']);

const rights: readonly { name: string; rules: readonly Rule[]; everywhere: boolean; want: string }[] = [
  { name: 'may read nothing', rules: [read([''], ['secrets'])], everywhere: true, want: 'acting' },
  { name: 'may not list Leases', rules: [deployments], everywhere: true, want: 'acting' },
  { name: 'may not list Deployments', rules: [leases], everywhere: true, want: 'acting' },
  { name: 'may look into one namespace only', rules: [leases, deployments], everywhere: false, want: 'acting' },
  { name: 'may list both everywhere', rules: [leases, deployments], everywhere: true, want: 'absent' },
];

test.for(rights)('who $name finds: $want', async ({ rules, everywhere, want }) => {
  const namespace = await cluster.namespace();
  const user = await cluster.userWith(rules, everywhere ? {} : { namespace });
  const found = await findActingFlux(user, { signal });
  expect(found).toMatchObject(want === 'absent' ? { kind: 'absent' } : { kind: 'acting', evidence: 'unreadable' });
});

test('an object that may not be read may be anybody’s', async () => {
  const namespace = await cluster.namespace();
  const user = await cluster.userWith([leases, deployments], {});
  const object = labelled(namespace, 'hidden', {});
  expect(await findActingFlux(user, { signal, release: { objects: [object] } })).toMatchObject({
    kind: 'acting',
    evidence: 'unreadable',
  });
});
