import { ActionError, rollback, uninstall } from '../action/index.ts';
import type { Snapshot } from '../flux/index.ts';
import type { Release } from '../release/index.ts';
import { inventoryOf } from './inventory.ts';
import * as messages from './messages.ts';
import { observe } from './observe.ts';
import { recordRevision } from './recordRevision.ts';
import { conclude, type Run } from './run.ts';

/**
 * Goes back to a revision that was good and notes in the status how that went.
 *
 * @see helm-controller v1.6 internal/reconcile/rollback_remediation.go, Reconcile
 */
export async function rollBack(run: Run, to: Snapshot): Promise<void> {
  const { config, desired, settings, draft, signal } = run;
  const { ociDigest } = desired.resolved;
  const options = { signal, ...settings.rollback, to: to.version, maxHistory: settings.maxHistory };
  try {
    const made = await rollback(desired.releaseName, config, options);
    await recordRevision(run, observe(made, 'rollback', ociDigest), { keepsActions: true });
    draft.set({ inventory: inventoryOf(made, desired.crds) });
    const message = messages.rollbackSucceeded(to);
    conclude(run, 'info', { type: 'Remediated', status: 'True', reason: 'RollbackSucceeded', message });
  } catch (error) {
    if (!(error instanceof ActionError)) {
      throw error;
    }
    if (error.release !== undefined) {
      draft.record(observe(error.release, 'rollback', ociDigest));
    }
    const message = messages.rollbackFailed(to, error.message);
    conclude(run, 'error', { type: 'Remediated', status: 'False', reason: 'RollbackFailed', message });
    draft.countFailure(undefined);
  }
}

/**
 * Uninstalls a release whose last action failed and notes in the status how that went.
 *
 * @see helm-controller v1.6 internal/reconcile/uninstall_remediation.go, Reconcile
 */
export async function uninstallFailed(run: Run, latest: Release | undefined): Promise<void> {
  const { config, desired, settings, draft, signal } = run;
  const [current, ...older] = draft.history;
  if (latest === undefined || current === undefined) {
    return;
  }
  const options = { signal, ...settings.uninstall, disableWaitForJobs: false };
  try {
    const { release } = await uninstall(desired.releaseName, config, options);
    const snapshot = observe(release, 'uninstall-remediation', desired.resolved.ociDigest);
    // What is not in storage any more is not in the history either.
    draft.set({ history: settings.uninstall.keepHistory ? [snapshot, ...older] : [] });
    const message = messages.remediatedByUninstall(snapshot);
    conclude(run, 'info', { type: 'Remediated', status: 'True', reason: 'UninstallSucceeded', message });
  } catch (error) {
    if (!(error instanceof ActionError)) {
      throw error;
    }
    const message = messages.uninstallRemediationFailed(current, error.message);
    conclude(run, 'error', { type: 'Remediated', status: 'False', reason: 'UninstallFailed', message });
    draft.countFailure(undefined);
  }
}
