import { ActionError, install } from '@fairlead/engine/action';
import { KubeClient, type KubeTransport } from '@fairlead/engine/kube';
import type { ProgressEvent } from '@fairlead/engine/session';
import { secretsDriver, Storage } from '@fairlead/engine/storage';
import type { NamespacedName } from '@fairlead/engine/support';
import { expect, test } from 'vitest';
import { nodeClock } from '../../engine/src/node/clock.ts';
import { type Rule, useCluster } from '../support/cluster.ts';
import { conditionLines, configMap, deployment, useLab } from '../support/clusterReleases.ts';

const cluster = useCluster();
const { client, signal } = cluster;
const lab = useLab(cluster);

async function change(namespace: string, greeting: string): Promise<void> {
  const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'web-config' };
  await client.patch(ref, { data: { greeting } }, { type: 'merge', fieldManager: 'somebody', signal });
}

test('drift is corrected, changed and removed objects alike, and the plan says so', async () => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  await lab.put(web, '1.0.0', { driftDetection: { mode: 'enabled' }, values: { objects: [configMap('other')] } });
  await lab.reconcile(web);
  await change(namespace, 'drifted');
  await client.delete(
    { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'other' },
    { propagation: 'background', signal },
  );
  const { plan, outcome, events } = await lab.reconcile(web);
  expect(plan.releases[0]?.action).toBe('correct-drift');
  expect(outcome).toMatchObject({ kind: 'ready', revision: 1 });
  expect(await lab.data(namespace, 'web-config')).toMatchObject({ greeting: 'hello' });
  expect(await lab.data(namespace, 'other')).toBeDefined();
  const said = events.map(({ message }) => message).join('\n');
  expect(said).toContain(`ConfigMap/${namespace}/web-config changed (0 additions, 1 changes, 0 removals)`);
  expect(said).toContain(`ConfigMap/${namespace}/other removed`);
  expect(conditionLines(await lab.status(web))).toContain('Drifted=False NoDriftDetected');
});

test('drift is only told where it is to be told, but for fields that are ignored', async () => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  const ignore = [{ paths: ['/spec/replicas'], target: { kind: 'Deployment' } }];
  const app = deployment('app');
  await lab.put(web, '1.0.0', { driftDetection: { mode: 'warn', ignore }, values: { objects: [app] } });
  await lab.reconcile(web);
  const ref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'app' };
  await client.patch(ref, { spec: { replicas: 2 } }, { type: 'merge', fieldManager: 'somebody', signal });
  await lab.reconcile(web);
  expect(conditionLines(await lab.status(web))).toContain('Drifted=False NoDriftDetected');
  await change(namespace, 'drifted');
  await lab.reconcile(web);
  expect(conditionLines(await lab.status(web))).toContain('Drifted=True DriftDetected');
  expect(await lab.data(namespace, 'web-config')).toMatchObject({ greeting: 'drifted' });
});

test('without drift detection nothing is looked for, and the plan warns', async () => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  await lab.put(web, '1.0.0');
  await lab.reconcile(web);
  await change(namespace, 'drifted');
  const { plan } = await lab.reconcile(web);
  expect(plan.releases[0]).toMatchObject({
    action: 'none',
    warnings: [expect.stringContaining('1 object differs from what the chart renders') as string],
  });
  expect(await lab.data(namespace, 'web-config')).toMatchObject({ greeting: 'drifted' });
});

/** A revision that a run left pending, as if it was killed. */
async function leavePending(of: NamespacedName, by: string): Promise<void> {
  const [release] = await lab.stored(of);
  if (release === undefined) {
    throw new Error('nothing is stored');
  }
  const driver = secretsDriver({ client, namespace: of.namespace, clock: nodeClock, fieldManager: by, log: silent });
  const info = { ...release.info, status: 'pending-upgrade', description: 'Preparing upgrade' } as const;
  const lastDeployed = new Date().toISOString();
  await new Storage(driver).create(
    { ...release, version: 2, info: { ...info, lastDeployed } },
    { maxHistory: 0, signal },
  );
}

async function leaveLease({ namespace, name }: NamespacedName, renewedMs: number): Promise<void> {
  const stamp = new Date(renewedMs).toISOString().replace('Z', '000Z');
  const lease = {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { namespace, name: `fairlead.v1.${name}` },
    spec: { holderIdentity: 'killed', leaseDurationSeconds: 30, renewTime: stamp },
  };
  await client.create(lease, { fieldManager: 'fairlead', signal });
}

interface Left {
  readonly name: string;
  readonly by: string;
  /** How long ago its lock was renewed; undefined without a lock. */
  readonly renewedMsAgo: number | undefined;
  readonly want: string;
}

const leftBehind: readonly Left[] = [
  { name: 'ours, its lock ran out', by: 'fairlead', renewedMsAgo: 60_000, want: 'recovered' },
  { name: 'ours, its lock is held', by: 'fairlead', renewedMsAgo: 1_000, want: 'killed is acting on it' },
  {
    name: 'ours, without a lock',
    by: 'fairlead',
    renewedMsAgo: undefined,
    want: 'another program may be acting on it',
  },
  { name: 'helm’s', by: 'helm', renewedMsAgo: undefined, want: 'another program may be acting on it' },
  {
    name: 'helm’s, beside a lock that ran out',
    by: 'helm',
    renewedMsAgo: 60_000,
    want: 'another program may be acting',
  },
];

test.for(leftBehind)('a pending revision: $name', async ({ by, renewedMsAgo, want }) => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  await lab.put(web, '1.0.0');
  await lab.reconcile(web);
  await leavePending(web, by);
  if (renewedMsAgo !== undefined) {
    await leaveLease(web, Date.now() - renewedMsAgo);
  }
  const { plan, outcome, events } = await lab.reconcile(web);
  const stored = (await lab.stored(web)).map(({ version, info }) => `${String(version)} ${info.status}`);
  if (want === 'recovered') {
    expect(outcome).toMatchObject({ kind: 'ready', revision: 3 });
    expect(stored).toEqual(['1 superseded', '2 failed', '3 deployed']);
    expect(events.map(({ reason }) => reason)).toContain('PendingRelease');
  } else {
    expect(plan.releases[0]?.refused).toContain(want);
    expect(outcome).toMatchObject({ kind: 'refused' });
    expect(stored).toEqual(['1 deployed', '2 pending-upgrade']);
  }
});

test('a held lock keeps a second run out, and it writes nothing', async () => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  await lab.put(web, '1.0.0');
  await leaveLease(web, Date.now());
  const { outcome } = await lab.reconcile(web);
  expect(outcome).toMatchObject({
    kind: 'refused',
    reason: 'Locked',
    message: `release ${namespace}/web is being acted on by killed`,
  });
  expect(await lab.stored(web)).toEqual([]);
  expect(await lab.status(web)).toEqual({ observedGeneration: -1 });
});

const every = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'];
/** Enough to find out that Flux does not run, and to act. */
const rights: readonly Rule[] = [
  { apiGroups: [''], resources: ['secrets', 'configmaps', 'namespaces'], verbs: every },
  { apiGroups: ['apps'], resources: ['deployments'], verbs: every },
  { apiGroups: ['helm.toolkit.fluxcd.io', 'source.toolkit.fluxcd.io'], resources: ['*'], verbs: every },
];

test('without the right to make Leases there is no run', async () => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  await lab.put(web, '1.0.0');
  const leases = { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get', 'list'] };
  const session = await lab.session({ client: await cluster.userWith([...rights, leases], {}) });
  const { outcome } = await lab.reconcile(web, { session });
  expect(outcome).toMatchObject({ kind: 'refused', reason: 'Locked' });
  expect(await lab.stored(web)).toEqual([]);
  expect(await lab.data(namespace, 'web-config')).toBeUndefined();
});

test('who may do no more than is needed can reconcile', async () => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  await lab.put(web, '1.0.0');
  const leases = { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: every };
  const session = await lab.session({ client: await cluster.userWith([...rights, leases], {}) });
  expect((await lab.reconcile(web, { session })).outcome).toMatchObject({ kind: 'ready', revision: 1 });
});

/** A transport that is as good as gone once `broken` is said. */
function breakable(): { readonly transport: KubeTransport; break(): void; mend(): void } {
  let isBroken = false;
  const { transport } = client;
  return {
    transport: {
      server: transport.server,
      caDigest: transport.caDigest,
      request: async (request, options) =>
        isBroken ? { status: 503, headers: {}, body: 'gone' } : await transport.request(request, options),
      stream: (request, options) => transport.stream(request, options),
      close: () => undefined,
    },
    break: () => {
      isBroken = true;
    },
    mend: () => {
      isBroken = false;
    },
  };
}

test('a cluster that goes away in the middle leaves a pending revision, which the next run takes up', async () => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  const line = breakable();
  const session = await lab.session({ client: new KubeClient(line.transport, { clock: nodeClock }) });
  await lab.put(web, '1.0.0', { timeout: '2s', values: { objects: [deployment('app', { stuck: true })] } });
  const target = { kind: 'name', ...web } as const;
  const onEvent = ({ message }: ProgressEvent): void => {
    if (message.startsWith('waiting for ')) {
      line.break();
    }
  };
  const plan = await session.plan(target, { signal, onEvent });
  const failed = await session
    .reconcile(target, { signal, onEvent, planDigest: plan.digest })
    .catch((error: unknown) => error);
  expect(failed).toMatchObject({ name: 'KubeError', code: 'server', status: 503 });
  // Everything that was begun is on record: nothing is there that storage does not know of.
  expect((await lab.stored(web)).map(({ info }) => info.status)).toEqual(['pending-install']);
  expect(
    await client.find({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'app' }, { signal }),
  ).toBeDefined();

  // Its lock could not be let go of; it runs out.
  const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace, name: 'fairlead.v1.web' };
  const held = await client.get(lease, { signal });
  const spec = held['spec'] as Readonly<Record<string, unknown>>; // as the API server has it
  const renewTime = new Date(Date.now() - 120_000).toISOString().replace('Z', '000Z');
  await client.update({ ...held, spec: { ...spec, renewTime } }, { fieldManager: 'fairlead', signal });
  await lab.put(web, '1.0.0');
  expect((await lab.reconcile(web)).outcome).toMatchObject({ kind: 'ready', revision: 2 });
  expect((await lab.stored(web)).map(({ version, info }) => `${String(version)} ${info.status}`)).toEqual([
    '1 superseded',
    '2 deployed',
  ]);
});

test('a run that is cancelled records how far it came', async () => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  await lab.put(web, '1.0.0', { values: { objects: [deployment('app', { stuck: true })] } });
  const session = await lab.session();
  const cancel = new AbortController();
  const target = { kind: 'name', ...web } as const;
  const onEvent = ({ message }: ProgressEvent): void => {
    if (message.startsWith('waiting for ')) {
      cancel.abort(new Error('stopped by the user'));
    }
  };
  const plan = await session.plan(target, { signal, onEvent });
  await session
    .reconcile(target, { signal: cancel.signal, onEvent, planDigest: plan.digest })
    .catch((error: unknown) => error);
  expect(cancel.signal.aborted).toBe(true);
  expect((await lab.stored(web)).map(({ info }) => `${info.status} ${info.description}`)).toEqual([
    'failed Release "web" failed: stopped by the user',
  ]);
  const leases = await client.list({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace }, { signal });
  expect(leases).toEqual([]);
});

test('who finds the next revision stored by somebody else stops before any object is touched', async () => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  await lab.put(web, '1.0.0');
  await lab.reconcile(web);
  const [first] = await lab.stored(web);
  if (first === undefined) {
    throw new Error('nothing is stored');
  }
  const other = {
    ...first,
    name: 'late',
    version: 1,
    manifest: first.manifest.replaceAll('web-config', 'late-config'),
  };
  const driver = secretsDriver({ client, namespace, clock: nodeClock, fieldManager: 'fairlead', log: silent });
  // Between looking and storing, somebody else stores the revision.
  const racing: typeof driver = {
    ...driver,
    query: () => Promise.resolve([]),
  };
  await new Storage(driver).create(other, { maxHistory: 0, signal });
  const config = {
    client,
    storage: new Storage(racing),
    clock: nodeClock,
    fieldManager: 'helm-controller',
    forceConflicts: true,
    pollMs: 50,
    onProgress: () => undefined,
  };
  const content = { ...other, notes: '', crds: [] };
  const options = { timeoutMs: 1_000, disableHooks: false, disableWait: false, disableWaitForJobs: false };
  const refused = await install(content, config, {
    ...options,
    signal,
    crds: 'Skip',
    createNamespace: false,
    takesOwnership: true,
    maxHistory: 5,
  }).catch((error: unknown) => error);
  expect(refused).not.toBeInstanceOf(ActionError);
  expect(refused).toMatchObject({ name: 'StorageError', code: 'already-exists' });
  expect(await lab.data(namespace, 'late-config')).toBeUndefined();
});

const ignore = (): void => undefined;
const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };
