import {
  applyObjects,
  deleteObject,
  lossesOf,
  refOf,
  serverIdentity,
  waitForDeleted,
  waitForReady,
} from '@fairlead/engine/kube';
import type { KubeObject } from '@fairlead/engine/support';
import { expect, test } from 'vitest';
import { aConfigMap, useCluster } from '../support/cluster.ts';

const cluster = useCluster();
const { client, signal } = cluster;

test('knows version, kinds and who the cluster is', async () => {
  expect(await client.serverVersion({ signal })).toBe('v1.36.3');
  const discovery = await client.discovery({ signal });
  expect(discovery.apiVersions).toEqual(expect.arrayContaining(['v1', 'apps/v1', 'apps/v1/Deployment', 'v1/Pod']));
  expect(discovery.find('helm.toolkit.fluxcd.io/v2', 'HelmRelease')).toMatchObject({
    plural: 'helmreleases',
    namespaced: true,
    subresources: ['status'],
  });
  const identity = await serverIdentity(client, { signal });
  expect(identity).toMatchObject({
    server: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+$/) as string,
    caDigest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string,
    clusterUid: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
  });
});

test('finds a kind that was made after discovery was read', async () => {
  const late = cluster.newClient();
  const group = `late-${String(process.pid)}.example.com`;
  expect((await late.discovery({ signal })).find(`${group}/v1`, 'Late')).toBeUndefined();
  await expect(late.kind(`${group}/v1`, 'Late', { signal })).rejects.toMatchObject({
    code: 'no-kind',
    message: `no matches for kind "Late" in version "${group}/v1"`,
  });
  const crd: KubeObject = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `lates.${group}` },
    spec: {
      group,
      scope: 'Cluster',
      names: { kind: 'Late', plural: 'lates' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
    },
  };
  await applyObjects(late, [crd], { fieldManager: 'helm', force: false, signal });
  const rules = { jobs: 'completed', pods: 'ready' } as const;
  const wait = { timeoutMs: 30_000, pollMs: 50, failFast: true, rules, signal };
  expect(await waitForReady(late, [refOf(crd)], wait)).toEqual({ kind: 'ready' });
  await expect
    .poll(() => late.kind(`${group}/v1`, 'Late', { signal }).catch(() => undefined))
    .toMatchObject({ plural: 'lates' });

  const one: KubeObject = { apiVersion: `${group}/v1`, kind: 'Late', metadata: { name: 'one' } };
  await applyObjects(late, [one], { fieldManager: 'helm', force: false, signal });
  expect(await lossesOf(late, [refOf(crd)], { signal })).toEqual([
    { ref: refOf(crd), kind: 'custom-resources', count: 1 },
  ]);
  expect(await deleteObject(late, refOf(crd), { propagation: 'background', signal })).toBe(true);
  expect(await waitForDeleted(late, [{ ref: refOf(crd) }], { timeoutMs: 30_000, pollMs: 50, signal })).toEqual([]);
});

test('lists page by page', async () => {
  const namespace = await cluster.namespace();
  const objects = Array.from({ length: 7 }, (_, index) => aConfigMap(namespace, `page-${String(index)}`, { big: 'x' }));
  await applyObjects(client, objects, { fieldManager: 'helm', force: false, signal });
  const of = { apiVersion: 'v1', kind: 'ConfigMap', namespace };
  const fieldSelector = 'metadata.name!=kube-root-ca.crt';
  const listed = await client.list(of, { signal, pageSize: 2, fieldSelector });
  expect(listed.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual(
    objects.map(({ metadata }) => `ConfigMap ${metadata.name}`),
  );
  const names = await client.list(of, { signal, pageSize: 3, fieldSelector, metadataOnly: true });
  expect(names.map((object) => [object.metadata.name, object['data']])).toEqual(
    objects.map(({ metadata }) => [metadata.name, undefined]),
  );
  expect(await client.count({ apiVersion: 'v1', kind: 'ConfigMap', namespace }, { signal })).toBeGreaterThanOrEqual(7);
});

test('refuses to overwrite what changed since it was read', async () => {
  const namespace = await cluster.namespace();
  const created = await client.create(aConfigMap(namespace, 'a', { n: '1' }), { fieldManager: 'helm', signal });
  await client.update({ ...created, data: { n: '2' } }, { fieldManager: 'helm', signal });
  const stale = client.update({ ...created, data: { n: '3' } }, { fieldManager: 'helm', signal });
  await expect(stale).rejects.toMatchObject({ code: 'conflict' });
  const { resourceVersion } = created.metadata;
  const patch = { metadata: { resourceVersion }, data: { n: '4' } };
  const stalePatch = client.patch(refOf(created), patch, { type: 'merge', fieldManager: 'helm', signal });
  await expect(stalePatch).rejects.toMatchObject({ code: 'conflict' });
});

test('watches changes until it is told to stop', async () => {
  const namespace = await cluster.namespace();
  const start = await client.create(aConfigMap(namespace, 'watched', { n: '0' }), { fieldManager: 'helm', signal });
  const stop = new AbortController();
  const watched: string[] = [];
  const watching = (async () => {
    const of = { apiVersion: 'v1', kind: 'ConfigMap', namespace };
    const resourceVersion = start.metadata.resourceVersion ?? '';
    const fieldSelector = 'metadata.name=watched';
    for await (const event of client.watch(of, { signal: stop.signal, resourceVersion, fieldSelector })) {
      watched.push(`${event.type} ${JSON.stringify(event.object['data'])}`);
      if (event.type === 'deleted') {
        stop.abort(new Error('seen enough'));
      }
    }
  })();
  // It may end while the deletion below is still being answered: its end is awaited from here on.
  const ended = expect(watching).rejects.toThrow('seen enough');
  await client.apply(aConfigMap(namespace, 'watched', { n: '1' }), { fieldManager: 'helm', force: true, signal });
  await client.delete(refOf(start), { propagation: 'background', signal });
  await ended;
  expect(watched).toEqual(['modified {"n":"1"}', 'deleted {"n":"1"}']);
});

test('says what may not be done, and by whom', async () => {
  const namespace = await cluster.namespace();
  const reader = await cluster.userWith([{ apiGroups: [''], resources: ['configmaps'], verbs: ['get'] }], {
    namespace,
  });
  const object = aConfigMap(namespace, 'a', {});
  await client.create(object, { fieldManager: 'helm', signal });
  expect((await reader.get(refOf(object), { signal })).metadata.name).toBe('a');
  const refused = reader.apply(object, { fieldManager: 'helm', force: true, signal });
  await expect(refused).rejects.toMatchObject({
    code: 'forbidden',
    message: expect.stringMatching(
      /^configmaps "a" is forbidden: User "user-[0-9a-f]+" cannot patch resource/,
    ) as string,
  });
  await expect(serverIdentity(reader, { signal })).rejects.toMatchObject({ code: 'forbidden' });
  const may = { group: '', resource: 'configmaps', namespace };
  expect(await reader.can({ ...may, verb: 'get' }, { signal })).toBe(true);
  expect(await reader.can({ ...may, verb: 'patch' }, { signal })).toBe(false);
  expect(await client.can({ ...may, verb: 'patch' }, { signal })).toBe(true);
});

test('stops at once when it is cancelled', async () => {
  const controller = new AbortController();
  controller.abort(new Error('cancelled by the user'));
  await expect(client.get({ apiVersion: 'v1', kind: 'Namespace', name: 'default' }, controller)).rejects.toThrow(
    'cancelled by the user',
  );
});
