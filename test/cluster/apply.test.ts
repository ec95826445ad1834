import { applyObjects, diffText, isKubeError, previewApply, refOf, remnantsOf } from '@fairlead/engine/kube';
import type { KubeObject } from '@fairlead/engine/support';
import { expect, test } from 'vitest';
import { aConfigMap, useCluster } from '../support/cluster.ts';

/** Objects applied, and shown before they are. */
const cluster = useCluster();
const { client, signal } = cluster;

test('another manager is a conflict that names it, and force takes over', async () => {
  const namespace = await cluster.namespace();
  const object = aConfigMap(namespace, 'shared', { color: 'blue' });
  await applyObjects(client, [object], { fieldManager: 'helm-controller', force: true, signal });
  const changed = aConfigMap(namespace, 'shared', { color: 'red' });
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
  const first = aConfigMap(namespace, 'a', { n: '1' });
  await applyObjects(client, [first], { fieldManager: 'helm', force: false, signal });
  const applied = await applyObjects(client, [first, aConfigMap(namespace, 'b', { n: '1' })], {
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
  const failing = applyObjects(client, [aConfigMap(namespace, 'c', {}), wrong, aConfigMap(namespace, 'd', {})], {
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
  expect(await client.find(refOf(aConfigMap(namespace, 'd', {})), { signal })).toBeUndefined();
});

test('a preview as the owner shows what goes; as another it would hide it', async () => {
  const namespace = await cluster.namespace();
  const old = aConfigMap(namespace, 'settings', { keep: '1', drop: '2' });
  const next = aConfigMap(namespace, 'settings', { keep: '1', added: '3' });
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
  const lost = await previewApply(client, aConfigMap('not-there-yet', 'a', { n: '1' }), options);
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
