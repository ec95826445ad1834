import {
  applyObjects,
  deleteObject,
  diffText,
  isKubeError,
  lossesOf,
  previewApply,
  refOf,
  remnantsOf,
  serverIdentity,
  waitForDeleted,
  waitForReady,
  waitMessage,
} from '@fairlead/engine/kube';
import type { KubeObject } from '@fairlead/engine/support';
import { expect, test } from 'vitest';
import { useCluster } from '../support/cluster.ts';

const cluster = useCluster();
const { client, signal } = cluster;

function configMap(namespace: string, name: string, data: Readonly<Record<string, string>>): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name }, data };
}

function deployment(namespace: string, name: string, annotations: Readonly<Record<string, string>> = {}): KubeObject {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace, name },
    spec: {
      selector: { matchLabels: labels },
      progressDeadlineSeconds: 1,
      template: { metadata: { labels, annotations }, spec: { containers: [{ name: 'main', image: 'app:1' }] } },
    },
  };
}

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
  const objects = Array.from({ length: 7 }, (_, index) => configMap(namespace, `page-${String(index)}`, { big: 'x' }));
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

test('another manager is a conflict that names it, and force takes over', async () => {
  const namespace = await cluster.namespace();
  const object = configMap(namespace, 'shared', { color: 'blue' });
  await applyObjects(client, [object], { fieldManager: 'helm-controller', force: true, signal });
  const changed = configMap(namespace, 'shared', { color: 'red' });
  const refused = client.apply(changed, { fieldManager: 'helm', force: false, signal });
  await expect(refused).rejects.toMatchObject({
    code: 'apply-conflict',
    status: 409,
    conflicts: [{ field: '.data.color', manager: 'helm-controller' }],
  });
  const [applied] = await applyObjects(client, [changed], { fieldManager: 'helm', force: true, signal });
  expect(applied).toMatchObject({ change: 'configured', after: { data: { color: 'red' } } });
});

test('tells created, configured and unchanged apart, in order, and what a failure left behind', async () => {
  const namespace = await cluster.namespace();
  const first = configMap(namespace, 'a', { n: '1' });
  await applyObjects(client, [first], { fieldManager: 'helm', force: false, signal });
  const applied = await applyObjects(client, [first, configMap(namespace, 'b', { n: '1' })], {
    fieldManager: 'helm',
    force: false,
    signal,
  });
  expect(applied.map(({ ref, change }) => `${ref.name} ${change}`)).toEqual(['a unchanged', 'b created']);

  const seen: string[] = [];
  const wrong: KubeObject = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace, name: 'wrong' },
    spec: { replica: 1 },
  };
  const failing = applyObjects(client, [configMap(namespace, 'c', {}), wrong, configMap(namespace, 'd', {})], {
    fieldManager: 'helm',
    force: false,
    signal,
    onApplied: ({ ref, change }) => seen.push(`${ref.name} ${change}`),
  });
  await expect(failing).rejects.toMatchObject({
    code: 'invalid',
    message: expect.stringContaining('.spec.replica') as string,
  });
  expect(seen).toEqual(['c created']);
  expect(await client.find(refOf(configMap(namespace, 'd', {})), { signal })).toBeUndefined();
});

test('a preview as the owner shows what goes; as another it would hide it', async () => {
  const namespace = await cluster.namespace();
  const old = configMap(namespace, 'settings', { keep: '1', drop: '2' });
  const next = configMap(namespace, 'settings', { keep: '1', added: '3' });
  await applyObjects(client, [old], { fieldManager: 'helm-controller', force: true, signal });

  const asOwner = await previewApply(client, next, { fieldManager: 'helm-controller', force: true, signal });
  expect(asOwner.change).toBe('update');
  expect(asOwner.fields).toEqual([
    { pointer: '/data/drop', change: 'remove', before: '2', after: undefined },
    { pointer: '/data/added', change: 'add', before: undefined, after: '3' },
  ]);
  expect(diffText({ before: asOwner.live, after: asOwner.merged }, { secrets: [] })).toContain('-  drop: "2"\n');

  const asAnother = await previewApply(client, next, { fieldManager: 'helm', force: true, signal });
  expect(asAnother.fields.map(({ pointer }) => pointer)).toEqual(['/data/added']);

  // What was previewed is what applying does, and a preview stores nothing.
  expect((await client.get(refOf(old), { signal }))['data']).toEqual({ keep: '1', drop: '2' });
  const manifests = { previous: [old], desired: [next] };
  const byAnother = await applyObjects(client, [next], { fieldManager: 'helm', force: true, signal });
  expect(remnantsOf(byAnother, manifests)).toEqual([{ ref: refOf(next), fields: ['/data/drop'] }]);
  const byOwner = await applyObjects(client, [next], { fieldManager: 'helm-controller', force: true, signal });
  expect(byOwner[0]?.after['data']).toEqual({ keep: '1', added: '3' });
  expect(remnantsOf(byOwner, manifests)).toEqual([]);
  const again = await previewApply(client, next, { fieldManager: 'helm-controller', force: true, signal });
  expect(again).toMatchObject({ change: 'none', fields: [] });
});

test('previews objects whose namespace or kind is not there yet as unchecked', async () => {
  const options = { fieldManager: 'helm', force: false, signal };
  const lost = await previewApply(client, configMap('not-there-yet', 'a', { n: '1' }), options);
  expect(lost).toMatchObject({ change: 'create', unchecked: 'namespace not-there-yet is not there yet' });
  const unknown: KubeObject = { apiVersion: 'example.com/v1', kind: 'Unknown', metadata: { name: 'a' } };
  expect(await previewApply(client, unknown, options)).toMatchObject({
    change: 'create',
    unchecked: 'the cluster does not know this kind yet',
  });
});

test('shows no value of a Secret, in a diff or in an error', async () => {
  const namespace = await cluster.namespace();
  const secret = (data: Readonly<Record<string, string>>): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace, name: 'login' },
    immutable: true,
    data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')])),
  });
  const options = { fieldManager: 'helm', force: false, signal };
  await applyObjects(client, [secret({ user: 'hunter', password: 'planted-one' })], options);
  const live = await client.get(refOf(secret({})), { signal });
  const diff = diffText(
    { before: live, after: secret({ user: 'hunter', password: 'planted-two', token: 'planted-three' }) },
    { secrets: [] },
  );
  expect(diff).toContain('password: ••• (before)');
  expect(diff).toContain('password: ••• (after)');
  expect(diff).toContain('+  token: •••');
  const failure = await client.apply(secret({ password: 'planted-four' }), options).catch((error: unknown) => error);
  expect(isKubeError(failure, 'invalid')).toBe(true);
  for (const text of [diff, String(failure), JSON.stringify(failure)]) {
    for (const word of [
      'planted',
      'hunter',
      ...['planted-one', 'planted-four'].map((value) => Buffer.from(value).toString('base64').slice(0, 8)),
    ]) {
      expect(text).not.toContain(word);
    }
  }
});

test('waits for objects, names those that fail, and those that are late', async () => {
  const namespace = await cluster.namespace();
  const good = deployment(namespace, 'good');
  const bad = deployment(namespace, 'bad', { 'practice.fairlead.dev/outcome': 'fail' });
  const late = deployment(namespace, 'late', { 'practice.fairlead.dev/outcome': 'pending' });
  const job = (name: string, annotations: Readonly<Record<string, string>>): KubeObject => ({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { namespace, name },
    spec: {
      backoffLimit: 0,
      template: {
        metadata: { annotations },
        spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'job:1' }] },
      },
    },
  });
  const done = job('done', {});
  const fails = job('fails', { 'practice.fairlead.dev/outcome': 'fail' });
  await applyObjects(client, [good, bad, late, done, fails], { fieldManager: 'helm', force: false, signal });
  const options = {
    pollMs: 50,
    timeoutMs: 30_000,
    failFast: true,
    rules: { jobs: 'completed', pods: 'ready' } as const,
    signal,
  };
  expect(await waitForReady(client, [good, done].map(refOf), options)).toEqual({ kind: 'ready' });

  const failed = await waitForReady(client, [refOf(good), refOf(fails)], options);
  expect(failed).toMatchObject({ kind: 'failed', objects: [{ message: 'Job Failed. failed: 1/1' }] });
  expect(failed.kind === 'ready' ? '' : waitMessage(failed)).toBe(
    `failed early due to stalled resources: [Job/${namespace}/fails status: 'Failed']`,
  );
  expect(await waitForReady(client, [refOf(bad)], options)).toMatchObject({
    kind: 'failed',
    objects: [{ status: 'Failed', message: 'Progress deadline exceeded' }],
  });

  const timeout = await waitForReady(client, [refOf(late)], { ...options, timeoutMs: 200, failFast: false });
  expect(timeout.kind === 'ready' ? '' : waitMessage(timeout)).toMatch(
    new RegExp(`^timeout waiting for: \\[Deployment/${namespace}/late status: '(InProgress|Failed)'\\]$`),
  );
});

test('deletes this very object, and only it', async () => {
  const namespace = await cluster.namespace();
  const object = configMap(namespace, 'a', {});
  const created = await client.create(object, { fieldManager: 'helm', signal });
  const options = { propagation: 'background', signal } as const;
  const wrongUid = { ...options, uid: '00000000-0000-0000-0000-000000000000' };
  expect(await deleteObject(client, refOf(object), wrongUid)).toBe(false);
  await expect(client.create(object, { fieldManager: 'helm', signal })).rejects.toMatchObject({
    code: 'already-exists',
  });
  const uid = created.metadata.uid ?? '';
  expect(await deleteObject(client, refOf(object), { ...options, uid })).toBe(true);
  expect(await waitForDeleted(client, [{ ref: refOf(object), uid }], { timeoutMs: 5000, pollMs: 20, signal })).toEqual(
    [],
  );
  expect(await deleteObject(client, refOf(object), options)).toBe(false);
  await expect(client.get(refOf(object), { signal })).rejects.toMatchObject({
    code: 'not-found',
    message: 'configmaps "a" not found',
  });
});

test('refuses to overwrite what changed since it was read', async () => {
  const namespace = await cluster.namespace();
  const created = await client.create(configMap(namespace, 'a', { n: '1' }), { fieldManager: 'helm', signal });
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
  const start = await client.create(configMap(namespace, 'watched', { n: '0' }), { fieldManager: 'helm', signal });
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
  await client.apply(configMap(namespace, 'watched', { n: '1' }), { fieldManager: 'helm', force: true, signal });
  await client.delete(refOf(start), { propagation: 'background', signal });
  await ended;
  expect(watched).toEqual(['modified {"n":"1"}', 'deleted {"n":"1"}']);
});

test('says what may not be done, and by whom', async () => {
  const namespace = await cluster.namespace();
  const reader = await cluster.userWith([{ apiGroups: [''], resources: ['configmaps'], verbs: ['get'] }], {
    namespace,
  });
  const object = configMap(namespace, 'a', {});
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
