import { ActionError, install, upgrade } from '../action/index.ts';
import type { Release } from '../release/index.ts';
import { messageOf } from '../support/index.ts';
import { contentOf } from './content.ts';
import { inventoryOf } from './inventory.ts';
import * as messages from './messages.ts';
import { observe } from './observe.ts';
import { recordRevision } from './recordRevision.ts';
import { conclude, type Run } from './run.ts';

type Verb = 'install' | 'upgrade';

/** How long until the next try of what failed before Helm had stored anything. */
const afterNothingStoredMs = 60_000;

/**
 * Makes a new revision of a release and notes in the status how that went. Returns how many milliseconds to wait before
 * the next try, when it must wait.
 *
 * @see helm-controller v1.6 internal/reconcile/install.go and upgrade.go, Reconcile
 */
export async function installOrUpgrade(run: Run, verb: Verb): Promise<number | undefined> {
  const { config, draft, signal } = run;
  const started = config.clock.now();
  draft.set({ lastAttemptedReleaseAction: verb });
  let waitMs: number | undefined;
  try {
    await succeed(run, verb, await make(run, verb));
  } catch (error) {
    if (!(error instanceof ActionError) && signal.aborted) {
      throw error;
    }
    waitMs = fail(run, verb, error);
  }
  draft.set({ lastAttemptedReleaseActionDuration: `${String((config.clock.now() - started) / 1000)}s` });
  return waitMs;
}

async function make({ desired, config, settings, signal }: Run, verb: Verb): Promise<Release> {
  const options = { signal, ...settings[verb], maxHistory: settings.maxHistory };
  return verb === 'install'
    ? await install(contentOf(desired), config, { ...options, createNamespace: settings.install.createNamespace })
    : await upgrade(contentOf(desired), config, { ...options, cleanupOnFail: settings.upgrade.cleanupOnFail });
}

async function succeed(run: Run, verb: Verb, made: Release): Promise<void> {
  const { desired, settings, draft } = run;
  const snapshot = observe(made, verb, desired.resolved.ociDigest);
  await recordRevision(run, snapshot, { keepsActions: false });
  draft.dropConditions('Remediated', 'TestSuccess');
  if (settings.test.enabled) {
    const message = messages.awaitingTests(snapshot);
    draft.condition({ type: 'TestSuccess', status: 'Unknown', reason: 'AwaitingTests', message });
  }
  conclude(run, 'info', {
    type: 'Released',
    status: 'True',
    reason: verb === 'install' ? 'InstallSucceeded' : 'UpgradeSucceeded',
    message: messages.succeeded(verb, snapshot),
  });
  draft.set({ inventory: inventoryOf(desired, desired.crds) });
  if (settings[verb].retryMs !== undefined) {
    draft.clearFailures();
  }
}

function fail(run: Run, verb: Verb, error: unknown): number | undefined {
  const { desired, settings, draft } = run;
  const stored = error instanceof ActionError ? error.release : undefined;
  if (stored !== undefined) {
    draft.record(observe(stored, verb, desired.resolved.ociDigest));
    draft.set({ inventory: inventoryOf(desired, desired.crds) });
  }
  draft.dropConditions('Remediated', 'TestSuccess');
  const { name: chartName, version: chartVersion } = desired.chart.metadata;
  const release = { namespace: desired.namespace, name: desired.releaseName };
  conclude(run, 'error', {
    type: 'Released',
    status: 'False',
    reason: verb === 'install' ? 'InstallFailed' : 'UpgradeFailed',
    message: messages.failed(verb, release, { chartName, chartVersion }, messageOf(error)),
  });
  // Only an attempt that changed the release counts against its retries.
  draft.countFailure(stored === undefined ? undefined : verb);
  return settings[verb].retryMs ?? (stored === undefined ? afterNothingStoredMs : undefined);
}
