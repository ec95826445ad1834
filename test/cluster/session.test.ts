import type { HelmReleaseSpec } from '@fairlead/engine/flux';
import { expect, test } from 'vitest';
import { type Rule, useCluster } from '../support/cluster.ts';
import { configMap, deployment, helmReleaseApi, refOfRelease, useLab } from '../support/clusterReleases.ts';

/** What a session shows of the releases in a cluster, and what it leaves to them. */
const cluster = useCluster();
const { client, signal } = cluster;
const lab = useLab(cluster);
const quiet = { signal, onEvent: (): void => undefined };

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
  const secret = { apiVersion: 'v1', kind: 'Secret', namespace, name: 'values' };
  const lookedUp = await session.lookup(secret, { signal });
  expect(lookedUp).toMatchObject({ kind: 'Secret', metadata, data: { 'values.yaml': expect.any(String) as string } });
  const shown = JSON.stringify([
    lookedUp,
    await session.lookup({ ...secret, name: '' }, { signal }),
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
