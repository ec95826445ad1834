import type { ClusterSession } from '@fairlead/engine/session';
import { expect, test } from 'vitest';
import { useCluster } from '../support/cluster.ts';
import { conditionLines, helmReleaseApi, releaseObject, useLab } from '../support/clusterReleases.ts';

/** Several releases at once: from files, and in the order of their dependencies. */
const cluster = useCluster();
const { client, signal } = cluster;
const lab = useLab(cluster);
const quiet = { signal, onEvent: (): void => undefined };

test('files are reconciled without a push, dependencies first', async () => {
  const namespace = await lab.namespace();
  const file = await lab.file('order.yaml', [
    releaseObject({ namespace, name: 'front' }, '1.0.0', { dependsOn: [{ name: 'back' }] }),
    releaseObject({ namespace, name: 'back' }, '1.0.0', { dependsOn: [{ name: 'store' }] }),
    releaseObject({ namespace, name: 'store' }, '1.0.0'),
  ]);
  const session = await lab.session();
  const { plan, lines } = await reconcileFile(session, file);
  expect(plan.releases.map(({ release }) => release.name)).toEqual(['store', 'back', 'front']);
  expect(lines).toEqual(['store ready', 'back ready', 'front ready']);
  // No HelmRelease is made of a file, and the next plan finds nothing to do.
  expect(await client.list({ apiVersion: helmReleaseApi, kind: 'HelmRelease', namespace }, { signal })).toEqual([]);
  const again = await session.plan({ kind: 'files', paths: [file] }, quiet);
  expect(again.releases.map(({ action }) => action)).toEqual(['none', 'none', 'none']);
});

test('what depends on a release that fails waits; the others go on', async () => {
  const namespace = await lab.namespace();
  const bad = { values: { fails: 'no' } };
  const file = await lab.file('waits.yaml', [
    releaseObject({ namespace, name: 'front' }, '1.0.0', { dependsOn: [{ name: 'back' }] }),
    releaseObject({ namespace, name: 'back' }, '1.0.0', bad),
    releaseObject({ namespace, name: 'free' }, '1.0.0'),
    releaseObject({ namespace, name: 'lost' }, '1.0.0', { dependsOn: [{ name: 'nowhere' }] }),
  ]);
  const { lines } = await reconcileFile(await lab.session(), file);
  expect([...lines].sort()).toEqual(['back requeue', 'free ready', 'front requeue', 'lost requeue']);
  expect(await lab.data(namespace, 'front-config')).toBeUndefined();
});

test('a dependency that is not ready is said in helm-controller’s words', async () => {
  const namespace = await lab.namespace();
  const [front, back] = [
    { namespace, name: 'front' },
    { namespace, name: 'back' },
  ];
  await lab.put(back, '1.0.0');
  await lab.put(front, '1.0.0', { dependsOn: [{ name: 'back' }] });
  expect((await lab.reconcile(front)).outcome).toMatchObject({
    kind: 'requeue',
    reason: 'DependencyNotReady',
    message: `dependency '${namespace}/back' is not ready`,
  });
  expect(conditionLines(await lab.status(front))).toContain('Ready=False DependencyNotReady');
  await lab.reconcile(back);
  expect((await lab.reconcile(front)).outcome).toMatchObject({ kind: 'ready', revision: 1 });
});

async function reconcileFile(
  session: ClusterSession,
  file: string,
): Promise<{ readonly plan: Awaited<ReturnType<ClusterSession['plan']>>; readonly lines: readonly string[] }> {
  const target = { kind: 'files', paths: [file] } as const;
  const plan = await session.plan(target, quiet);
  const outcomes = await session.reconcile(target, { ...quiet, planDigest: plan.digest });
  return { plan, lines: outcomes.map(({ kind, release }) => `${release.name} ${kind}`) };
}
