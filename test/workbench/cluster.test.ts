import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openConsent } from '../../engine/src/node/consent.ts';
import type { PracticeCluster } from '../../scripts/cluster/cluster.ts';
import type { DemoServers } from '../../scripts/servers/demo.ts';
import { reconcileInPractice } from '../../scripts/start/cluster.ts';
import { demoRepository, Fairlead } from '../../scripts/start/fairlead.ts';
import { root } from '../../scripts/support/run.ts';
import { serveDemoCopy } from '../support/demoCopy.ts';
import { type Desk, openDesk } from '../support/workbench.ts';

/** What a person does with the demo's releases in the practice cluster. */
let state: string;
let servers: DemoServers;
let cluster: PracticeCluster;
let desk: Desk;

beforeAll(async () => {
  state = await mkdtemp(path.join(os.tmpdir(), 'fairlead-desk-cluster-'));
  const workspace = path.join(state, 'fleet');
  servers = await serveDemoCopy(workspace);
  const configFolder = path.join(state, 'config');
  const consent = await openConsent({ configFolder, allowHosts: [] });
  await consent.allow([servers.repositoryHost, servers.registryHost]);
  const fairlead = new Fairlead({ configFolder, signal: AbortSignal.timeout(300_000), repository: workspace });
  cluster = await reconcileInPractice(fairlead, path.join(state, 'cluster'));
  // A second revision to go back from.
  const store = path.join(workspace, 'apps', 'store.yaml');
  await writeFile(store, (await readFile(store, 'utf8')).replace('replicaCount: 2', 'replicaCount: 3'));
  const where = ['--context', cluster.context, '--kubeconfig', cluster.kubeconfigPath];
  await fairlead.run(['reconcile', store, ...fairlead.sources, ...where, '--yes']);
  desk = await openDesk({
    workspace,
    pictures: path.join(root, 'dist', 'pictures'),
    settings: {
      'fairlead.kubeconfig': cluster.kubeconfigPath,
      'fairlead.sources.local': { [demoRepository]: workspace },
    },
    env: { FAIRLEAD_CONFIG: configFolder },
  });
});

afterAll(async () => {
  await desk.close();
  await cluster.stop();
  await servers.close();
  await rm(state, { recursive: true, force: true });
});

test('no cluster is contacted before one is selected', async () => {
  const { page } = desk;
  await page.locator('.activitybar .action-label[aria-label^="Fairlead"]').click();
  await page.getByText('No cluster is selected for this workspace').waitFor();
  await desk.picture('welcome');
});

test('the tree shows releases with history, resources and conditions', async () => {
  const { page } = desk;
  await desk.command('Fairlead: Select Cluster');
  await desk.pick('practice');
  await desk.treeRow('store').waitFor();
  await desk.expand('store');
  await desk.expand('History');
  await desk.treeRow('v1').waitFor();
  await desk.expand('Resources');
  await desk.treeRow('Deployment/store').waitFor();
  await desk.expand('Conditions');
  await desk.treeRow('Released').waitFor();
  await desk.open('apps/store.yaml');
  await page.locator('.view-lines', { hasText: 'store-credentials' }).waitFor();
  await desk.picture('tree');
  await page.locator('.tab.active .tab-actions .action-label').click();
  expect(await desk.treeRow('web').count()).toBeGreaterThan(0);
});

test('a rollback names context, namespace, release and revision before it runs', async () => {
  const { page } = desk;
  await desk.command('Fairlead: Roll Back');
  await desk.pick('store');
  await desk.pick('v1');
  const dialog = page.locator('.monaco-dialog-box');
  await dialog.getByText('Roll back shop/store to revision 1?').waitFor();
  const text = await dialog.innerText();
  expect(text).toContain('Cluster: practice');
  expect(text).toContain('Namespace: shop');
  expect(text).toContain('Release: store');
  expect(text).toContain('Revision: 2 → 1');
  await desk.picture('rollback');
  await dialog.getByRole('button', { name: 'Roll Back' }).click();
  await page.locator('.notification-toast', { hasText: 'rolled back to revision 1 as revision 3' }).waitFor();
  await desk.clearNotifications();
  await desk.treeRow('v3').waitFor();
});

test('what was suspended is resumed, and a reconcile is confirmed by its plan', async () => {
  const { page } = desk;
  await desk.command('Fairlead: Resume');
  await desk.pick('store');
  const dialog = page.locator('.monaco-dialog-box');
  await dialog.getByRole('button', { name: 'Resume' }).click();
  await page.locator('.notification-toast', { hasText: 'resumed' }).waitFor();
  await desk.clearNotifications();
  await desk.command('Fairlead: Reconcile');
  await desk.pick('store');
  await dialog.getByText('Reconcile shop/store?').waitFor();
  expect(await dialog.innerText()).toContain('chart store 1.2.0');
  await desk.picture('reconcile');
  await dialog.getByRole('button', { name: 'Reconcile' }).click();
  await page.locator('.notification-toast', { hasText: 'Helm upgrade succeeded for release shop/store.v4' }).waitFor();
  await desk.clearNotifications();
});

test('manifest and values are shown without secrets', async () => {
  const { page } = desk;
  await desk.command('Fairlead: Show Manifest');
  await desk.pick('store');
  await page.locator('.view-lines', { hasText: 'kind: Secret' }).waitFor();
  await desk.picture('manifest');
  expect(await page.locator('.editor-instance .view-lines').first().innerText()).not.toContain('not-a-real-password');
  await desk.command('Fairlead: Show Values');
  await desk.pick('store');
  await page.locator('.view-lines', { hasText: 'currency' }).waitFor();
  const values = await page.locator('.editor-instance .view-lines').first().innerText();
  expect(values).toContain('•••');
  expect(values).not.toContain('not-a-real-password');
});
