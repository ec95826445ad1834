import type { KubeClient } from '@fairlead/engine/kube';
import { LeaseError, readLease, withLease } from '@fairlead/engine/kube';
import { expect, test } from 'vitest';
import { useCluster } from '../support/cluster.ts';
import { manualClock } from '../support/manualClock.ts';

const cluster = useCluster();
const { client, signal } = cluster;

const leaseOf = (namespace: string) => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  namespace,
  name: 'fairlead.v1.web',
});

test('only one acts on a release at a time, and lets go when it is done', async () => {
  const namespace = await cluster.namespace();
  const options = { namespace, releaseName: 'web', durationMs: 30_000, signal };
  const result = await withLease(client, { ...options, holder: 'one' }, async () => {
    expect(await readLease(cluster.newClient(), options)).toMatchObject({ kind: 'held', holder: 'one' });
    const second = withLease(cluster.newClient(), { ...options, holder: 'two' }, () => Promise.resolve('never'));
    await expect(second).rejects.toMatchObject({
      name: 'LeaseError',
      code: 'held',
      holder: 'one',
      message: `release ${namespace}/web is being acted on by one`,
    });
    return 'done';
  });
  expect(result).toBe('done');
  expect(await client.find(leaseOf(namespace), { signal })).toBeUndefined();
  expect(await withLease(client, { ...options, holder: 'two' }, () => Promise.resolve('next'))).toBe('next');
});

test('of two that begin at once, one is refused', async () => {
  const namespace = await cluster.namespace();
  const options = { namespace, releaseName: 'web', durationMs: 30_000, signal };
  const gate = Promise.withResolvers<undefined>();
  const runs = ['one', 'two'].map((holder) =>
    withLease(cluster.newClient(), { ...options, holder }, () => gate.promise),
  );
  await expect(Promise.race(runs)).rejects.toMatchObject({ code: 'held' });
  gate.resolve(undefined);
  const settled = await Promise.allSettled(runs);
  expect(settled.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
});

test('lets go when the work fails', async () => {
  const namespace = await cluster.namespace();
  const options = { namespace, releaseName: 'web', holder: 'one', durationMs: 30_000, signal };
  await expect(withLease(client, options, () => Promise.reject(new Error('the work failed')))).rejects.toThrow(
    'the work failed',
  );
  expect(await readLease(client, options)).toEqual({ kind: 'free' });
});

test('a run that is cancelled holds its lock until it has ended', async () => {
  const namespace = await cluster.namespace();
  const cancel = new AbortController();
  const options = { namespace, releaseName: 'web', holder: 'one', durationMs: 30_000, signal: cancel.signal };
  const run = withLease(client, options, async (working) => {
    cancel.abort(new Error('cancelled by the user'));
    expect(working.aborted).toBe(true);
    expect(await readLease(client, { ...options, signal })).toMatchObject({ kind: 'held', holder: 'one' });
    working.throwIfAborted();
  });
  await expect(run).rejects.toThrow('cancelled by the user');
  expect(await readLease(client, { ...options, signal })).toEqual({ kind: 'free' });
});

test('takes over what a killed run held, once it expired', async () => {
  const namespace = await cluster.namespace();
  const options = { namespace, releaseName: 'web', durationMs: 1000, signal };
  const stamp = (ms: number): string => new Date(ms).toISOString().replace('Z', '000Z');
  const { name } = leaseOf(namespace);
  const spec = { holderIdentity: 'killed', leaseDurationSeconds: 30, renewTime: stamp(Date.now() - 20_000) };
  const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { namespace, name }, spec };
  const created = await client.create(lease, { fieldManager: 'fairlead', signal });
  const attempt = withLease(client, { ...options, holder: 'two' }, () => Promise.resolve('too early'));
  await expect(attempt).rejects.toMatchObject({ code: 'held', holder: 'killed' });

  const longAgo = { ...created, spec: { ...spec, renewTime: stamp(Date.now() - 60_000) } };
  await client.update(longAgo, { fieldManager: 'fairlead', signal });
  expect(await readLease(client, options)).toMatchObject({ kind: 'expired', holder: 'killed' });
  await withLease(client, { ...options, holder: 'two' }, async () => {
    expect((await client.get(leaseOf(namespace), { signal }))['spec']).toMatchObject({
      holderIdentity: 'two',
      leaseTransitions: 1,
    });
  });
});

test('is renewed while the work goes on, and stops the work when it is lost', async () => {
  const namespace = await cluster.namespace();
  const clock = manualClock({ startMs: Date.now(), eager: false });
  const own = cluster.newClient(clock);
  const options = { namespace, releaseName: 'web', holder: 'one', durationMs: 30_000, signal };
  const readVersion = async (): Promise<string | undefined> =>
    (await client.get(leaseOf(namespace), { signal })).metadata.resourceVersion;
  const run = withLease(own, options, async (working) => {
    const first = await readVersion();
    await clock.advance(10_000);
    await expect.poll(readVersion).not.toBe(first);

    // Somebody deletes it: the next renewal finds that it is lost.
    await client.delete(leaseOf(namespace), { propagation: 'background', signal });
    const aborted = new Promise((resolve) => {
      working.addEventListener('abort', () => {
        resolve(working.reason);
      });
    });
    await expect
      .poll(async () => {
        await clock.advance(10_000);
        return working.aborted;
      })
      .toBe(true);
    const reason = await aborted;
    expect(reason).toBeInstanceOf(LeaseError);
    expect(reason).toMatchObject({ code: 'lost' });
    working.throwIfAborted();
  });
  await expect(run).rejects.toMatchObject({ code: 'lost' });
});

test('without the right to Leases nothing runs', async () => {
  const namespace = await cluster.namespace();
  const user = await cluster.userWith([{ apiGroups: ['*'], resources: ['secrets', 'configmaps'], verbs: ['*'] }], {
    namespace,
  });
  let ran = false;
  const attempt = withLease(user, { namespace, releaseName: 'web', holder: 'one', durationMs: 1000, signal }, () => {
    ran = true;
    return Promise.resolve();
  });
  await expect(attempt).rejects.toMatchObject({ code: 'refused' });
  expect(ran).toBe(false);
});

test('what may not be deleted is emptied', async () => {
  const namespace = await cluster.namespace();
  const user: KubeClient = await cluster.userWith(
    [{ apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get', 'create', 'update'] }],
    { namespace },
  );
  const options = { namespace, releaseName: 'web', holder: 'one', durationMs: 30_000, signal };
  await withLease(user, options, () => Promise.resolve());
  expect((await client.get(leaseOf(namespace), { signal }))['spec']).toMatchObject({ holderIdentity: '' });
  expect(await withLease(user, { ...options, holder: 'two' }, () => Promise.resolve('again'))).toBe('again');
});
