import type { HelmReleaseSpec } from '@fairlead/engine/flux';
import { expect, test } from 'vitest';
import { useCluster } from '../support/cluster.ts';
import { useLab } from '../support/clusterReleases.ts';

/** What was planned is what runs, and what may not run is refused when it is planned. */
const cluster = useCluster();
const { client, signal } = cluster;
const lab = useLab(cluster);
const quiet = { signal, onEvent: (): void => undefined };

test('what changed since it was planned is refused, and a new plan runs', async () => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  await lab.put(web, '1.0.0');
  await lab.reconcile(web);
  await lab.put(web, '1.1.0');
  const session = await lab.session();
  const target = { kind: 'name', ...web } as const;
  const changes: readonly { readonly what: string; readonly change: () => Promise<unknown> }[] = [
    { what: 'the values', change: () => lab.put(web, '1.1.0', { values: { greeting: 'other' } }) },
    { what: 'the chart', change: () => lab.put(web, '2.0.0', { values: { greeting: 'other' } }) },
    {
      what: 'an object',
      change: () =>
        client.patch(
          { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'web-config' },
          { data: { more: 'x' } },
          { type: 'merge', fieldManager: 'somebody', signal },
        ),
    },
    {
      what: 'the release',
      change: () => lab.helm('rollback', 'web', '1', '-n', namespace, '--force-conflicts'),
    },
  ];
  for (const { what, change } of changes) {
    const plan = await session.plan(target, quiet);
    const before = await lab.storedLines(web);
    await change();
    const after = await lab.storedLines(web);
    const outcomes = await session.reconcile(target, { ...quiet, planDigest: plan.digest });
    expect([what, outcomes[0]]).toMatchObject([what, { kind: 'refused', reason: 'PlanChanged' }]);
    expect([what, await lab.storedLines(web)]).toEqual([what, after]);
    expect(before.length).toBeLessThanOrEqual(after.length);
  }
  const install = { crds: 'Skip' } as const;
  await lab.put(web, '1.1.0', { install });
  expect((await lab.reconcile(web, { session })).outcome).toMatchObject({ kind: 'ready' });
});

const identities: readonly { readonly name: string; readonly spec: Partial<HelmReleaseSpec>; readonly want: string }[] =
  [
    { name: 'serviceAccountName', spec: { serviceAccountName: 'deployer' }, want: 'spec.serviceAccountName' },
    { name: 'kubeConfig', spec: { kubeConfig: { secretRef: { name: 'remote' } } }, want: 'spec.kubeConfig' },
    { name: 'suspend', spec: { suspend: true }, want: 'is suspended' },
  ];

test.for(identities)('spec.$name is refused before anything is written', async ({ spec, want }) => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  await lab.put(web, '1.0.0', spec);
  const { plan, outcome } = await lab.reconcile(web);
  expect(plan.releases[0]?.refused).toContain(want);
  expect(outcome).toMatchObject({ kind: 'refused' });
  expect(await lab.stored(web)).toEqual([]);
});
