import type { Snapshot } from '../flux/index.ts';
import type { Release } from '../release/index.ts';
import { correctDrift, findDrift } from './drift.ts';
import * as messages from './messages.ts';
import { type Run, tell } from './run.ts';

/** Notes that a release is in sync: drift is looked for, and corrected where that is wanted. Returns its revision. */
export async function confirmInSync(run: Run, latest: Release | undefined): Promise<number> {
  const { draft } = run;
  draft.trimHistory();
  const [current] = draft.history;
  if (current !== undefined && latest !== undefined) {
    await lookForDrift(run, latest, current);
    settle(run, current);
  }
  return current?.version ?? 0;
}

/** @see helm-controller v1.6 internal/reconcile/correct_cluster_drift.go, Reconcile */
async function lookForDrift(run: Run, latest: Release, current: Snapshot): Promise<void> {
  const { config, release, settings, draft, signal } = run;
  if (settings.drift === 'disabled') {
    draft.dropConditions('Drifted');
    return;
  }
  const options = { signal, fieldManager: config.fieldManager };
  const drifts = await findDrift(latest, release.spec.driftDetection?.ignore, config.client, options);
  if (drifts.length > 0) {
    const lines = drifts.map(({ line }) => line);
    const found = { reason: 'DriftDetected', message: messages.drifted(current, lines) };
    tell(run, 'warning', found);
    if (settings.drift === 'warn') {
      draft.condition({ type: 'Drifted', status: 'True', ...found });
      return;
    }
    const corrected = await correctDrift(drifts, config.client, options);
    tell(run, 'info', { reason: 'DriftCorrected', message: messages.driftCorrected(current, corrected) });
  }
  const message = 'No drift detected against the cluster state';
  draft.condition({ type: 'Drifted', status: 'False', reason: 'NoDriftDetected', message });
}

/** A release that is in sync was remediated or failed in earlier runs at most: what it says now is that it succeeded. */
function settle({ draft }: Run, current: Snapshot): void {
  draft.dropConditions('Remediated');
  if (!draft.isTrue('Released')) {
    const verb = current.version === 1 ? 'install' : 'upgrade';
    const reason = verb === 'install' ? 'InstallSucceeded' : 'UpgradeSucceeded';
    draft.condition({ type: 'Released', status: 'True', reason, message: messages.succeeded(verb, current) });
  }
}
