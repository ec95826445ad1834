import { applyObjects, deleteObject, refOf, waitForDeleted, waitForReady, waitMessage } from '@fairlead/engine/kube';
import type { KubeObject } from '@fairlead/engine/support';
import { expect, test } from 'vitest';
import { aConfigMap, useCluster } from '../support/cluster.ts';

/** Objects waited for until they are ready, or gone. */
const cluster = useCluster();
const { client, signal } = cluster;

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
  const object = aConfigMap(namespace, 'a', {});
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
