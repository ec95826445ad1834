import type { Snapshot } from '../flux/index.ts';
import { fullReleaseName, versionedChartName } from './snapshot.ts';

/** Messages in helm-controller's words. @see helm-controller v1.6 internal/reconcile, the fmt… constants */

type Verb = 'install' | 'upgrade';

export function succeeded(verb: Verb, snapshot: Snapshot): string {
  return `Helm ${verb} succeeded for release ${fullReleaseName(snapshot)} with chart ${versionedChartName(snapshot)}`;
}

/** A release that failed is named without its revision: it may have none. */
export function failed(
  verb: Verb,
  release: { readonly namespace: string; readonly name: string },
  chart: Pick<Snapshot, 'chartName' | 'chartVersion'>,
  cause: string,
): string {
  return `Helm ${verb} failed for release ${release.namespace}/${release.name} with chart ${versionedChartName(chart)}: ${cause}`;
}

export function testSucceeded(snapshot: Snapshot): string {
  const count = Object.keys(snapshot.testHooks ?? {}).length;
  const what = count === 0 ? 'no test hooks' : `${count} test hook${count === 1 ? '' : 's'} completed successfully`;
  return `Helm test succeeded for release ${fullReleaseName(snapshot)} with chart ${versionedChartName(snapshot)}: ${what}`;
}

export function testFailed(snapshot: Snapshot, cause: string): string {
  return `Helm test failed for release ${fullReleaseName(snapshot)} with chart ${versionedChartName(snapshot)}: ${cause}`;
}

export function awaitingTests(snapshot: Snapshot): string {
  return `Release ${fullReleaseName(snapshot)} with chart ${versionedChartName(snapshot)} is awaiting tests`;
}

/** Names the release that was gone back to. */
export function rollbackSucceeded(snapshot: Snapshot): string {
  return `Helm rollback to previous release ${fullReleaseName(snapshot)} with chart ${versionedChartName(snapshot)} succeeded`;
}

export function rollbackFailed(snapshot: Snapshot, cause: string): string {
  return `Helm rollback to previous release ${fullReleaseName(snapshot)} with chart ${versionedChartName(snapshot)} failed: ${cause}`;
}

export function remediatedByUninstall(snapshot: Snapshot): string {
  return `Helm uninstall remediation for release ${fullReleaseName(snapshot)} with chart ${versionedChartName(snapshot)} succeeded`;
}

export function uninstalled(snapshot: Snapshot): string {
  return `Helm uninstall succeeded for release ${fullReleaseName(snapshot)} with chart ${versionedChartName(snapshot)}`;
}

export function uninstallRemediationFailed(snapshot: Snapshot, cause: string): string {
  return `Helm uninstall remediation for release ${fullReleaseName(snapshot)} with chart ${versionedChartName(snapshot)} failed: ${cause}`;
}

export function unlocked(snapshot: Snapshot, status: string): string {
  return `Unlocked Helm release ${fullReleaseName(snapshot)} with chart ${versionedChartName(snapshot)} in ${status} state`;
}

export function drifted(snapshot: Snapshot, lines: readonly string[]): string {
  return `Cluster state of release ${fullReleaseName(snapshot)} has drifted from the desired state:\n${lines.join('\n')}`;
}

export function driftCorrected(snapshot: Snapshot, lines: readonly string[]): string {
  return `Cluster state of release ${fullReleaseName(snapshot)} has been corrected:\n${lines.join('\n')}`;
}
