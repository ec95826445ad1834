import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { HelmReleaseSpec } from '@fairlead/engine/flux';
import { deleteObject, managersOf, refOf, waitForDeleted } from '@fairlead/engine/kube';
import type { ClusterSession, ProgressEvent } from '@fairlead/engine/session';
import type { KubeObject, NamespacedName } from '@fairlead/engine/support';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Rule, useCluster } from '../support/cluster.ts';
import { conditionLines, configMap, deployment, helmReleaseApi, useLab } from '../support/clusterReleases.ts';

const cluster = useCluster();
const { client, signal } = cluster;
const lab = useLab(cluster);
const quiet = { signal, onEvent: (): void => undefined };
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'fairlead-files-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

function refOfRelease({ namespace, name }: NamespacedName) {
  return { apiVersion: helmReleaseApi, kind: 'HelmRelease', namespace, name };
}

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

test('shows releases, history, objects, manifest, values and sources', async () => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  await lab.put(web, '1.0.0', { values: { greeting: 'one', objects: [deployment('app')] } });
  await lab.reconcile(web);
  await lab.put(web, '1.1.0', { values: { greeting: 'two' } });
  await lab.reconcile(web);
  await lab.helm('install', 'plain', lab.chart('1.0.0'), '-n', namespace);
  const session = await lab.session();
  const { releases, gaps, cluster: info } = await session.status({ signal, namespace });
  expect(gaps).toEqual([]);
  expect(info).toMatchObject({ kubernetesVersion: 'v1.36.3', hasFluxKinds: true, actor: { kind: 'fairlead' } });
  expect(releases).toMatchObject([
    {
      kind: 'HelmOnly',
      namespace,
      name: 'plain',
      revision: 1,
      status: 'deployed',
      chart: 'probe',
      chartVersion: '1.0.0',
    },
    {
      kind: 'HelmRelease',
      namespace,
      name: 'web',
      revision: 2,
      status: 'deployed',
      chartVersion: '1.1.0',
      appVersion: '7',
      ready: 'True',
      suspended: false,
      message: `Helm upgrade succeeded for release ${namespace}/web.v2 with chart probe@1.1.0`,
      source: { kind: 'GitRepository', namespace, name: 'charts' },
    },
  ]);
  const { history } = await session.history(web, { signal });
  const shown = JSON.parse(await lab.helm('history', 'web', '-n', namespace, '-o', 'json')) as readonly object[];
  expect(shown).toMatchObject(
    history.map(({ revision, status, chart, chartVersion, appVersion, description }) => ({
      revision,
      status,
      chart: `${chart}-${chartVersion}`,
      app_version: appVersion,
      description,
    })),
  );
  expect(await session.resources(web, { signal })).toMatchObject([
    { kind: 'ConfigMap', namespace, name: 'web-config', status: 'Current' },
  ]);
  expect(await session.manifest(web, { signal, revision: 1 })).toContain('  greeting: one\n');
  expect(await session.manifest(web, { signal })).toContain('  greeting: two\n');
  expect(await session.values(web, { signal })).toBe('greeting: two\n');
  expect((await session.sources({ signal })).filter((source) => source.namespace === namespace)).toMatchObject([
    { kind: 'GitRepository', name: 'charts', url: 'https://git.example.com/charts.git', suspended: false },
  ]);
  await expect(session.history({ namespace, name: 'none' }, { signal })).rejects.toMatchObject({ code: 'no-release' });
});

test('what came from a Secret is shown nowhere', async () => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  const planted = 'planted-5ecret-value';
  const metadata = { namespace, name: 'values' };
  const stringData = { 'values.yaml': `greeting: ${planted}\n` };
  await client.create({ apiVersion: 'v1', kind: 'Secret', metadata, stringData }, { fieldManager: 'author', signal });
  const own = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'own' }, stringData: { token: 'planted-token' } };
  const spec: Partial<HelmReleaseSpec> = {
    valuesFrom: [{ kind: 'Secret', name: 'values' }],
    values: { objects: [own] },
  };
  await lab.put(web, '1.0.0', spec);
  const { plan, outcome, events } = await lab.reconcile(web);
  expect(outcome.kind).toBe('ready');
  expect(await lab.data(namespace, 'web-config')).toMatchObject({ greeting: planted });
  const session = await lab.session();
  const shown = JSON.stringify([
    plan,
    outcome,
    events,
    await session.manifest(web, { signal }),
    await session.values(web, { signal }),
    await session.status({ signal, namespace }),
    await session.history(web, { signal }),
    await lab.status(web),
  ]);
  expect(shown).not.toContain(planted);
  expect(shown).not.toContain(Buffer.from(planted).toString('base64'));
  // What stands in the clear in the HelmRelease is no secret there; as the data of a Secret it is masked.
  const masked = JSON.stringify([plan, await session.manifest(web, { signal })]);
  expect(masked).not.toContain('planted-token');
  expect(masked).toContain('token: ');
});

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
  const file = await writeReleases('differs.yaml', [releaseOf(web, { values: { greeting: 'written' } })]);
  await besideFlux(async () => {
    const session = await lab.session();
    const plan = await session.plan({ kind: 'files', paths: [file] }, quiet);
    expect(plan.releases[0]?.refused).toContain('the file differs from the cluster');
    expect(plan.releases[0]?.refused).toContain('-    greeting: live\n+    greeting: written');
    const outcomes = await session.reconcile({ kind: 'files', paths: [file] }, { ...quiet, planDigest: plan.digest });
    expect(outcomes).toMatchObject([{ kind: 'refused' }]);
  });
});

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

/** A HelmRelease as a file has it. */
function releaseOf({ namespace, name }: NamespacedName, spec: Partial<HelmReleaseSpec> = {}): object {
  const chart = { chart: './1.0.0', sourceRef: { kind: 'GitRepository', name: 'charts' } };
  return {
    apiVersion: helmReleaseApi,
    kind: 'HelmRelease',
    metadata: { namespace, name },
    spec: { interval: '10m', timeout: '20s', chart: { spec: chart }, ...spec },
  };
}

async function writeReleases(name: string, objects: readonly object[]): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, objects.map((object) => `---\n${JSON.stringify(object)}\n`).join(''));
  return file;
}

async function reconcileFile(
  session: ClusterSession,
  file: string,
): Promise<{ readonly plan: Awaited<ReturnType<ClusterSession['plan']>>; readonly lines: readonly string[] }> {
  const target = { kind: 'files', paths: [file] } as const;
  const plan = await session.plan(target, quiet);
  const outcomes = await session.reconcile(target, { ...quiet, planDigest: plan.digest });
  return { plan, lines: outcomes.map(({ kind, release }) => `${release.name} ${kind}`) };
}

test('files are reconciled without a push, dependencies first', async () => {
  const namespace = await lab.namespace();
  const file = await writeReleases('order.yaml', [
    releaseOf({ namespace, name: 'front' }, { dependsOn: [{ name: 'back' }] }),
    releaseOf({ namespace, name: 'back' }, { dependsOn: [{ name: 'store' }] }),
    releaseOf({ namespace, name: 'store' }),
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
  const file = await writeReleases('waits.yaml', [
    releaseOf({ namespace, name: 'front' }, { dependsOn: [{ name: 'back' }] }),
    releaseOf({ namespace, name: 'back' }, bad),
    releaseOf({ namespace, name: 'free' }),
    releaseOf({ namespace, name: 'lost' }, { dependsOn: [{ name: 'nowhere' }] }),
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

const read = (apiGroups: readonly string[], resources: readonly string[]): Rule => ({
  apiGroups,
  resources,
  verbs: ['get', 'list'],
});

test('what may not be read is a gap, and what may be is shown', async () => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  await lab.put(web, '1.0.0');
  await lab.reconcile(web);
  const user = await cluster.userWith([read(['helm.toolkit.fluxcd.io'], ['helmreleases'])], { namespace });
  const session = await lab.session({ client: user });
  const report = await session.status({ signal, namespace });
  expect(report.releases).toMatchObject([{ name: 'web', ready: 'True' }]);
  expect(report.gaps.join('\n')).toContain('secrets');
  // Who may not look for Flux may not act: it might be there.
  expect(report.cluster.actor.kind).toBe('flux');
  const everywhere = await session.status({ signal });
  expect(everywhere.releases).toEqual([]);
  expect(everywhere.gaps.length).toBeGreaterThanOrEqual(2);
});

test('suspending twice is no harm, and is refused where kustomize-controller would undo it', async () => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  await lab.put(web, '1.0.0', { values: { objects: [configMap('more')] } });
  const session = await lab.session();
  expect(await session.suspend(web, quiet)).toMatchObject({ kind: 'done' });
  expect(await session.suspend(web, quiet)).toMatchObject({ kind: 'done', message: 'it was suspended already' });
  expect(await session.resume(web, quiet)).toMatchObject({ kind: 'done' });
  expect((await client.get(refOfRelease(web), { signal }))['spec']).not.toHaveProperty('suspend');
  const object = { apiVersion: helmReleaseApi, kind: 'HelmRelease', metadata: web, spec: { suspend: false } };
  await client.apply(object, { fieldManager: 'kustomize-controller', force: true, signal });
  expect(await session.suspend(web, quiet)).toMatchObject({ kind: 'refused', reason: 'OwnedByKustomization' });
});
