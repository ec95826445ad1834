import { deleteObject, managersOf, refOf, waitForDeleted } from '@fairlead/engine/kube';
import type { ProgressEvent } from '@fairlead/engine/session';
import type { KubeObject, NamespacedName } from '@fairlead/engine/support';
import { expect, test } from 'vitest';
import { useCluster } from '../support/cluster.ts';
import { refOfRelease, releaseObject, useLab } from '../support/clusterReleases.ts';

/** Who acts where a cluster is not enrolled, Flux is installed, or the status is not ours: and what is written then. */
const cluster = useCluster();
const { client, signal } = cluster;
const lab = useLab(cluster);
const quiet = { signal, onEvent: (): void => undefined };

test('in a cluster that was not enrolled, or is not the one that was, nothing is done', async () => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  await lab.put(web, '1.0.0');
  const swapped = { clusterUid: '00000000-0000-0000-0000-000000000000' };
  for (const enrolment of ['nobody', swapped, { caDigest: 'sha256:00' }, { server: 'https://other' }] as const) {
    const session = await lab.session({ enrolment });
    const { plan, outcome } = await lab.reconcile(web, { session });
    expect(plan.cluster?.actor.kind).toBe('nobody');
    expect(outcome).toMatchObject({ kind: 'refused' });
    for (const change of [session.suspend(web, quiet), session.resume(web, quiet)]) {
      expect(await change).toMatchObject({ kind: 'refused', reason: 'NotEnrolled' });
    }
  }
  expect(await lab.stored(web)).toEqual([]);
  expect(fieldsOf(await client.get(refOfRelease(web), { signal }), 'fairlead')).toEqual([]);
});

test('where Flux is installed, even scaled down, only an annotation and spec.suspend are written', async () => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  await lab.put(web, '1.0.0', { timeout: '10s' });
  await besideFlux(async () => {
    const session = await lab.session();
    expect((await session.info({ signal })).actor.kind).toBe('flux');
    const target = { kind: 'name', ...web } as const;
    const plan = await session.plan(target, quiet);
    expect(plan.releases[0]).toMatchObject({ action: 'ask' });
    // As helm-controller answers.
    const answers: Promise<unknown>[] = [];
    const onEvent = ({ reason }: ProgressEvent): void => {
      if (reason === 'Requested') {
        answers.push(answerAsFlux(web));
      }
    };
    const outcomes = await session.reconcile(target, { signal, onEvent, planDigest: plan.digest });
    expect(outcomes).toEqual([{ kind: 'ready', release: web, revision: 7, message: 'all is well' }]);
    await Promise.all(answers);
    expect(await session.suspend(web, quiet)).toMatchObject({ kind: 'done' });
    const object = await client.get(refOfRelease(web), { signal });
    expect(fieldsOf(object, 'fairlead')).toEqual(['metadata annotations', 'spec suspend']);
    expect(managersOf(object, 'metadata', 'annotations', 'reconcile.fluxcd.io/requestedAt')).toEqual(['fairlead']);
    expect(await session.resume(web, quiet)).toMatchObject({ kind: 'done' });
    expect(await session.uninstall(web, quiet).catch((error: unknown) => error)).toMatchObject({ code: 'not-stored' });
  });
  expect(await lab.stored(web)).toEqual([]);
  const secrets = await client.list({ apiVersion: 'v1', kind: 'Secret', namespace }, { signal });
  const leases = await client.list({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace }, { signal });
  expect([...secrets, ...leases]).toEqual([]);
});

test('a release that Fairlead made is not uninstalled by it any more once Flux is there', async () => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  await lab.put(web, '1.0.0');
  await lab.reconcile(web);
  await besideFlux(async () => {
    const session = await lab.session();
    expect(await session.uninstall(web, quiet)).toMatchObject({ kind: 'refused', reason: 'FluxActs' });
  });
  expect(await lab.storedLines(web)).toEqual(['1 deployed Install complete']);
});

test('a file that differs from the cluster is refused where Flux acts, and the difference is shown', async () => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  await lab.put(web, '1.0.0', { values: { greeting: 'live' } });
  const file = await lab.file('differs.yaml', [releaseObject(web, '1.0.0', { values: { greeting: 'written' } })]);
  await besideFlux(async () => {
    const session = await lab.session();
    const plan = await session.plan({ kind: 'files', paths: [file] }, quiet);
    expect(plan.releases[0]?.refused).toContain('the file differs from the cluster');
    expect(plan.releases[0]?.refused).toContain('-    greeting: live\n+    greeting: written');
    const outcomes = await session.reconcile({ kind: 'files', paths: [file] }, { ...quiet, planDigest: plan.digest });
    expect(outcomes).toMatchObject([{ kind: 'refused' }]);
  });
});

test('without the right to the status, state is kept beside the release, and the object stays as its author wrote it', async () => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  await lab.put(web, '1.0.0');
  const session = await lab.session({ enrolment: { writesStatus: false } });
  expect((await lab.reconcile(web, { session })).outcome).toMatchObject({ kind: 'ready', revision: 1 });
  // It is known as ours again: no upgrade, and ready in the list.
  const again = await lab.reconcile(web, { session });
  expect(again.plan.releases[0]).toMatchObject({ action: 'none', reason: 'release is in sync' });
  const { releases } = await session.status({ signal, namespace });
  expect(releases).toMatchObject([{ name: 'web', ready: 'True', revision: 1 }]);
  const object = await client.get(refOfRelease(web), { signal });
  expect(fieldsOf(object, 'fairlead')).toEqual([]);
  expect(object.metadata).not.toHaveProperty('finalizers');
  expect(await lab.status(web)).toEqual({ observedGeneration: -1 });
  const state = { apiVersion: 'v1', kind: 'Secret', namespace, name: 'fairlead.v1.web' };
  expect((await client.get(state, { signal }))['type']).toBe('fairlead/state.v1');
});

/** Runs with a helm-controller that is installed and scaled down: it may be back at any time. */
async function besideFlux(run: () => Promise<void>): Promise<void> {
  const namespace = await cluster.namespace();
  const labels = { app: 'helm-controller' };
  const containers = [{ name: 'manager', image: 'ghcr.io/fluxcd/helm-controller:v1.6.3' }];
  const controller: KubeObject = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace, name: 'helm-controller' },
    spec: { replicas: 0, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
  };
  const ref = refOf(await client.create(controller, { fieldManager: 'author', signal }));
  try {
    await run();
  } finally {
    await deleteObject(client, ref, { propagation: 'background', signal });
    await waitForDeleted(client, [{ ref }], { timeoutMs: 10_000, pollMs: 20, signal });
  }
}

async function answerAsFlux(of: NamespacedName): Promise<void> {
  const object = await client.get(refOfRelease(of), { signal });
  const lastTransitionTime = new Date().toISOString();
  const status = {
    lastHandledReconcileAt: object.metadata.annotations?.['reconcile.fluxcd.io/requestedAt'],
    observedGeneration: object.metadata.generation,
    conditions: [
      { type: 'Ready', status: 'True', reason: 'UpgradeSucceeded', message: 'all is well', lastTransitionTime },
    ],
    history: [
      {
        ...{ digest: 'sha256:0', name: of.name, namespace: of.namespace, version: 7, status: 'deployed' },
        ...{ chartName: 'probe', chartVersion: '1.0.0', configDigest: 'sha256:0' },
        ...{ firstDeployed: lastTransitionTime, lastDeployed: lastTransitionTime },
      },
    ],
  };
  const options = { type: 'merge', subresource: 'status', fieldManager: 'helm-controller', signal } as const;
  await client.patch(refOfRelease(of), { status }, options);
}

/** What a manager wrote, as paths of two names, `spec suspend`; none where it wrote nothing. */
function fieldsOf(object: KubeObject, manager: string): readonly string[] {
  const { managedFields = [] } = object.metadata as {
    readonly managedFields?: readonly {
      readonly manager?: string;
      readonly fieldsV1?: Readonly<Record<string, object>>;
    }[];
  };
  return managedFields
    .filter((entry) => entry.manager === manager)
    .flatMap(({ fieldsV1 = {} }) =>
      Object.entries(fieldsV1).flatMap(([top, below]) => Object.keys(below).map((key) => `${top} ${key}`)),
    )
    .map((field) => field.replaceAll('f:', ''))
    .sort();
}
