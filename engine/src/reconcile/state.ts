import type { Snapshot } from '../flux/index.ts';
import { hasBeenTested, hasTestInPhase } from './snapshot.ts';

/** The newest release in storage, as far as the state depends on it. */
export interface LatestRelease {
  readonly version: number;
  readonly status: string;
  readonly chartName: string;
  readonly chartVersion: string;
  /** Of the release object; compared with the snapshot's. */
  readonly digest: string;
}

export interface StateInput {
  /** Undefined when storage has none. */
  readonly latest: LatestRelease | undefined;
  /** Newest first. */
  readonly history: readonly Snapshot[];
  readonly wanted: { readonly chartName: string; readonly chartVersion: string; readonly configDigest: string };
  /** What changed in the spec since it was last observed: only then a changed digest counts. */
  readonly generationChanged: boolean;
  readonly postRenderersChanged: boolean;
  readonly commonMetadataChanged: boolean;
  readonly tests: { readonly enabled: boolean; readonly failuresIgnored: boolean };
  /** Whether a failed test would be remediated: the last action has a remediation. */
  readonly hasActiveRemediation: boolean;
}

export type ReleaseState =
  | { readonly kind: 'absent'; readonly reason: string }
  | { readonly kind: 'locked'; readonly status: string; readonly reason: string }
  | { readonly kind: 'unmanaged'; readonly reason: string }
  | { readonly kind: 'outOfSync'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'untested'; readonly reason: string }
  | { readonly kind: 'inSync'; readonly reason: string }
  /** A status that nothing should be done to: it needs a person. */
  | { readonly kind: 'unexpected'; readonly reason: string };

/**
 * Decides which state a release is in. Pure. Drift is looked at afterwards, and only when this says `inSync`.
 * @see helm-controller v1.6 internal/reconcile/state.go, DetermineReleaseState
 */
export function determineReleaseState(input: StateInput): ReleaseState {
  const { latest, history } = input;
  const newest = history[0];
  if (latest === undefined) {
    return { kind: 'absent', reason: 'no release in storage for object' };
  }
  if (latest.status.startsWith('pending-')) {
    return { kind: 'locked', status: latest.status, reason: `release with status '${latest.status}'` };
  }
  if (newest === undefined) {
    return latest.status === 'uninstalled'
      ? { kind: 'absent', reason: 'found uninstalled release in storage' }
      : { kind: 'unmanaged', reason: 'found existing release in storage' };
  }
  const mismatch = differsFromRecord(latest, newest);
  if (mismatch !== undefined) {
    return { kind: 'unmanaged', reason: mismatch };
  }
  switch (latest.status) {
    case 'failed':
      return { kind: 'failed', reason: 'release is in a failed state' };
    case 'uninstalled':
      return { kind: 'absent', reason: 'found uninstalled release in storage' };
    case 'deployed':
      return stateOfDeployed(input, newest);
    default:
      return { kind: 'unexpected', reason: `unable to determine state for release with status '${latest.status}'` };
  }
}

/** Why the stored release is not the one we recorded. Old records have digests that cannot be compared. */
function differsFromRecord(latest: LatestRelease, newest: Snapshot): string | undefined {
  if (latest.version !== newest.version) {
    return `release object not managed by object: revision ${latest.version} is not the recorded ${newest.version}`;
  }
  return newest.apiVersion === 'v2' && newest.digest !== latest.digest
    ? 'release object not managed by object: it was changed since it was recorded'
    : undefined;
}

function stateOfDeployed(input: StateInput, newest: Snapshot): ReleaseState {
  const { wanted, tests } = input;
  if (newest.chartName !== wanted.chartName) {
    return { kind: 'outOfSync', reason: `chart name changed from '${newest.chartName}' to '${wanted.chartName}'` };
  }
  if (newest.chartVersion !== wanted.chartVersion) {
    return {
      kind: 'outOfSync',
      reason: `chart version changed from '${newest.chartVersion}' to '${wanted.chartVersion}'`,
    };
  }
  if (newest.configDigest !== wanted.configDigest) {
    return { kind: 'outOfSync', reason: 'values changed' };
  }
  if (input.generationChanged && input.postRenderersChanged) {
    return { kind: 'outOfSync', reason: 'post renderers changed' };
  }
  if (input.generationChanged && input.commonMetadataChanged) {
    return { kind: 'outOfSync', reason: 'common metadata changed' };
  }
  if (tests.enabled && !hasBeenTested(newest)) {
    return { kind: 'untested', reason: 'release has not been tested' };
  }
  if (tests.enabled && hasTestInPhase(newest, 'Failed') && !tests.failuresIgnored && input.hasActiveRemediation) {
    return { kind: 'failed', reason: 'release has test in failed phase' };
  }
  return { kind: 'inSync', reason: 'release is in sync' };
}
