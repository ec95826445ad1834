import { expect, test } from 'vitest';
import { useCluster } from '../support/cluster.ts';
import {
  conditionLines,
  deployment,
  helmReleaseApi,
  historyLines,
  podHook,
  refusedService,
  useLab,
} from '../support/clusterReleases.ts';

const cluster = useCluster();
const { client, signal } = cluster;
const lab = useLab(cluster);

/** Number, and status. */
async function revisions(of: { readonly namespace: string; readonly name: string }): Promise<readonly string[]> {
  return (await lab.stored(of)).map(({ version, info }) => `${String(version)} ${info.status}`);
}

test('a failed upgrade is rolled back and tried again as often as it is to be', async () => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  await lab.put(web, '1.0.0');
  await lab.reconcile(web);
  const upgrade = { remediation: { retries: 1 } };
  await lab.put(web, '1.1.0', { upgrade, values: { greeting: 'bad', objects: [refusedService] } });
  const { outcome, events } = await lab.reconcile(web);
  expect(outcome).toMatchObject({
    kind: 'stalled',
    reason: 'RetriesExceeded',
    message: 'Failed to upgrade after 2 attempt(s)',
  });
  expect(events.map(({ reason }) => reason).filter((reason) => reason !== 'Progressing')).toEqual([
    'UpgradeFailed',
    'RollbackSucceeded',
    'UpgradeFailed',
    'RollbackSucceeded',
    'RetriesExceeded',
  ]);
  expect(await revisions(web)).toEqual(['1 superseded', '2 failed', '3 superseded', '4 failed', '5 deployed']);
  expect((await lab.stored(web)).at(-1)?.info.description).toBe('Rollback to 3');
  expect(await lab.data(namespace, 'web-config')).toMatchObject({ greeting: 'hello', chart: '1.0.0' });
  const status = await lab.status(web);
  expect(conditionLines(status)).toEqual([
    'Ready=False RollbackSucceeded',
    'Released=False UpgradeFailed',
    'Remediated=True RollbackSucceeded',
    'Stalled=True RetriesExceeded',
  ]);
  expect(status.conditions?.find(({ type }) => type === 'Remediated')?.message).toBe(
    `Helm rollback to previous release ${namespace}/web.v3 with chart probe@1.0.0 succeeded`,
  );
  expect(status).toMatchObject({ failures: 2, upgradeFailures: 2 });

  // Nothing more is tried until the spec changes.
  expect((await lab.reconcile(web)).outcome).toMatchObject({ kind: 'stalled', reason: 'RetriesExceeded' });
  expect((await revisions(web)).length).toBe(5);
  await lab.put(web, '1.1.0', { upgrade, values: { greeting: 'mended' } });
  expect((await lab.reconcile(web)).outcome).toMatchObject({ kind: 'ready', revision: 6 });
  const mended = await lab.status(web);
  expect(conditionLines(mended)).toEqual(['Ready=True UpgradeSucceeded', 'Released=True UpgradeSucceeded']);
  expect(mended.upgradeFailures).toBeUndefined();
  expect(await revisions(web)).toEqual(['2 failed', '3 superseded', '4 failed', '5 superseded', '6 deployed']);
});

test('the last failure stays as it is where it is not to be remediated', async () => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  await lab.put(web, '1.0.0');
  await lab.reconcile(web);
  const upgrade = { remediation: { retries: 1, remediateLastFailure: false } };
  await lab.put(web, '1.1.0', { upgrade, values: { objects: [refusedService] } });
  expect((await lab.reconcile(web)).outcome).toMatchObject({ message: 'Failed to upgrade after 2 attempt(s)' });
  expect(await revisions(web)).toEqual(['1 superseded', '2 failed', '3 deployed', '4 failed']);
  expect(historyLines(await lab.status(web))[0]).toBe('4 failed 1.1.0 upgrade');
});

test('a failed install is uninstalled and tried again', async () => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  const install = { remediation: { retries: 1 } };
  await lab.put(web, '1.0.0', { install, values: { objects: [refusedService] } });
  const { outcome, events } = await lab.reconcile(web);
  expect(outcome).toMatchObject({ kind: 'stalled', message: 'Failed to install after 2 attempt(s)' });
  expect(events.map(({ reason }) => reason).filter((reason) => reason !== 'Progressing')).toEqual([
    'InstallFailed',
    'UninstallSucceeded',
    'InstallFailed',
    'RetriesExceeded',
  ]);
  expect((await lab.status(web)).installFailures).toBe(2);
  expect(await revisions(web)).toEqual(['1 failed']);
});

test('remediateLastFailure takes the last failed install away too', async () => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  const install = { remediation: { retries: 0, remediateLastFailure: true } };
  await lab.put(web, '1.0.0', { install, values: { objects: [refusedService] } });
  expect((await lab.reconcile(web)).outcome).toMatchObject({ kind: 'stalled', reason: 'RetriesExceeded' });
  expect(await lab.stored(web)).toEqual([]);
  expect(await lab.data(namespace, 'web-config')).toBeUndefined();
  expect(conditionLines(await lab.status(web))).toContain('Remediated=True UninstallSucceeded');
});

test('strategy uninstall takes a failed upgrade away with everything before it', async () => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  await lab.put(web, '1.0.0');
  await lab.reconcile(web);
  const upgrade = { remediation: { retries: 1, strategy: 'uninstall' } } as const;
  await lab.put(web, '1.1.0', { upgrade, values: { objects: [refusedService] } });
  const { outcome, events } = await lab.reconcile(web);
  expect(outcome.kind).toBe('stalled');
  expect(events.map(({ reason }) => reason).filter((reason) => reason !== 'Progressing')).toEqual([
    'UpgradeFailed',
    'UninstallSucceeded',
    'InstallFailed',
    'RetriesExceeded',
  ]);
});

test('RetryOnFailure remediates nothing and says when it tries again', async () => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  const strategy = { name: 'RetryOnFailure', retryInterval: '3m' } as const;
  await lab.put(web, '1.0.0', { install: { strategy }, values: { objects: [refusedService] } });
  expect((await lab.reconcile(web)).outcome).toMatchObject({ kind: 'requeue', afterMs: 180_000 });
  expect(await revisions(web)).toEqual(['1 failed']);
});

test('tests run after the release, are recorded where Helm sees them, and count', async () => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  const values = { objects: [podHook('probe', 'test')] };
  await lab.put(web, '1.0.0', { test: { enable: true }, values });
  const { outcome } = await lab.reconcile(web);
  expect(outcome).toMatchObject({
    kind: 'ready',
    message: `Helm test succeeded for release ${namespace}/web.v1 with chart probe@1.0.0: 1 test hook completed successfully`,
  });
  const status = await lab.status(web);
  expect(conditionLines(status)).toEqual([
    'Ready=True TestSucceeded',
    'Released=True InstallSucceeded',
    'TestSuccess=True TestSucceeded',
  ]);
  expect(status.history?.[0]?.testHooks).toMatchObject({ probe: { phase: 'Succeeded' } });
  const shown = await lab.helm('status', 'web', '-n', namespace);
  expect(shown).toMatch(/TEST SUITE:\s+probe[\s\S]*Phase:\s+Succeeded/);
  // Tested once.
  const again = await lab.reconcile(web);
  expect(again.plan.releases[0]?.action).toBe('none');
});

test('a test that fails is remediated, unless failures are ignored', async () => {
  const namespace = await lab.namespace();
  const [strict, lax] = [
    { namespace, name: 'strict' },
    { namespace, name: 'lax' },
  ];
  const values = (name: string): object => ({ objects: [podHook(name, 'test', { outcome: 'fail' })] });
  await lab.put(strict, '1.0.0');
  await lab.reconcile(strict);
  const upgrade = { remediation: { retries: 0, remediateLastFailure: true } };
  await lab.put(strict, '1.1.0', { test: { enable: true, timeout: '1s' }, upgrade, values: values('a') });
  expect((await lab.reconcile(strict)).outcome).toMatchObject({ kind: 'stalled' });
  expect(await revisions(strict)).toEqual(['1 superseded', '2 superseded', '3 deployed']);
  expect(await lab.data(namespace, 'strict-config')).toMatchObject({ chart: '1.0.0' });

  const ignored = { enable: true, timeout: '1s', ignoreFailures: true };
  await lab.put(lax, '1.0.0', { test: ignored, values: values('b') });
  expect((await lab.reconcile(lax)).outcome).toMatchObject({ kind: 'ready', revision: 1 });
  expect(conditionLines(await lab.status(lax))).toEqual([
    'Ready=True InstallSucceeded',
    'Released=True InstallSucceeded',
    'TestSuccess=False TestFailed',
  ]);
});

test('without a good revision to go back to it says so', async () => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  await lab.put(web, '1.0.0', { values: { objects: [refusedService] } });
  await lab.reconcile(web);
  const upgrade = { remediation: { retries: 2 } };
  await lab.put(web, '1.0.0', { upgrade, values: { greeting: 'x', objects: [refusedService] } });
  expect((await lab.reconcile(web)).outcome).toMatchObject({
    kind: 'stalled',
    reason: 'MissingRollbackTarget',
    message: 'Failed to perform remediation: missing target release for rollback',
  });
});

test('a reset annotation forgets the failures', async () => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  const spec = { timeout: '1s', values: { objects: [deployment('app', { stuck: true })] } };
  await lab.put(web, '1.0.0', spec);
  expect((await lab.reconcile(web)).outcome.kind).toBe('stalled');
  const annotations = { 'reconcile.fluxcd.io/requestedAt': 'now', 'reconcile.fluxcd.io/resetAt': 'now' };
  const ref = { apiVersion: helmReleaseApi, kind: 'HelmRelease', ...web };
  await client.patch(ref, { metadata: { annotations } }, { type: 'merge', fieldManager: 'author', signal });
  const { plan } = await lab.reconcile(web);
  expect(plan.releases[0]?.action).toBe('upgrade');
  expect(await lab.status(web)).toMatchObject({ lastHandledResetAt: 'now', lastAttemptedReleaseAction: 'upgrade' });
});
