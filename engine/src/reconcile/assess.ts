import type { DesiredRelease } from '../desired/index.ts';
import { commonMetadataDigest, type HelmRelease, type HelmReleaseStatus, postRenderersDigest } from '../flux/index.ts';
import type { Release } from '../release/index.ts';
import { mustResetFailures, readRequests } from './counters.ts';
import { type Decision, nextAction, type Remediation } from './decide.ts';
import { latestOf } from './observe.ts';
import { reconcileSettings } from './settings.ts';
import { newestFirst } from './snapshot.ts';
import { determineReleaseState, type ReleaseState } from './state.ts';

/** What a release is to be, and by which object. */
export interface Wanted {
  readonly release: HelmRelease;
  readonly desired: DesiredRelease;
}

/** One try to bring a release to what is wanted. */
export interface Attempt {
  /** With this try noted, and failures of earlier ones forgotten where they say nothing about it. */
  readonly status: HelmReleaseStatus;
  /** Of the spec. */
  readonly generation: number;
  /** The generation that was dealt with before. */
  readonly observedGeneration: number | undefined;
  /** Whether an annotation forces an upgrade. */
  readonly forced: boolean;
}

/** Begins a try: handles annotations, resets counters, notes what is attempted. Pure. */
export function beginAttempt(
  { release, desired }: Wanted,
  { status, generation }: { readonly status: HelmReleaseStatus; readonly generation: number },
): Attempt {
  const requests = readRequests(release.metadata.annotations, status);
  const { version: chartVersion } = desired.chart.metadata;
  const { configDigest } = desired;
  const reset = requests.reset || mustResetFailures(status, { generation, chartVersion, configDigest });
  const { failures: _failures, installFailures: _install, upgradeFailures: _upgrade, ...rest } = status;
  const { ociDigest } = desired.resolved;
  return {
    generation,
    observedGeneration: status.observedGeneration,
    forced: requests.force,
    status: {
      ...(reset ? rest : status),
      ...requests.handled,
      storageNamespace: desired.storageNamespace,
      lastAttemptedGeneration: generation,
      lastAttemptedRevision: chartVersion,
      ...(ociDigest === undefined ? {} : { lastAttemptedRevisionDigest: ociDigest }),
      lastAttemptedConfigDigest: configDigest,
    },
  };
}

/** What state a release is in, and what is to be done next. Pure: a plan and a run ask the same. */
export function assess(
  { release, desired }: Wanted,
  { status, generation, observedGeneration, forced }: Attempt,
  latest: Release | undefined,
): { readonly state: ReleaseState; readonly decision: Decision } {
  const { spec } = release;
  const settings = reconcileSettings(release);
  const history = newestFirst(status.history ?? []);
  const last = lastAction(status);
  const remediations = { install: remediationOf(settings.install), upgrade: remediationOf(settings.upgrade) };
  const state = determineReleaseState({
    latest: latestOf(latest, desired.resolved.ociDigest),
    history,
    wanted: {
      chartName: desired.chart.metadata.name,
      chartVersion: desired.chart.metadata.version,
      configDigest: desired.configDigest,
    },
    generationChanged: generation !== observedGeneration,
    postRenderersChanged: postRenderersDigest(spec.postRenderers) !== (status.observedPostRenderersDigest ?? ''),
    commonMetadataChanged: commonMetadataDigest(spec.commonMetadata) !== (status.observedCommonMetadataDigest ?? ''),
    tests: { enabled: settings.test.enabled, failuresIgnored: settings.test.failuresIgnored },
    hasActiveRemediation: last !== undefined && remediations[last] !== undefined,
  });
  const decision = nextAction({
    state,
    history,
    lastAction: last,
    installFailures: status.installFailures ?? 0,
    upgradeFailures: status.upgradeFailures ?? 0,
    ...remediations,
    force: forced,
  });
  return { state, decision };
}

/** The remediation of an action; none where failures are only retried. */
function remediationOf(settings: {
  readonly retryMs: number | undefined;
  readonly remediation: Remediation;
}): Remediation | undefined {
  return settings.retryMs === undefined ? settings.remediation : undefined;
}

export function lastAction({ lastAttemptedReleaseAction }: HelmReleaseStatus): 'install' | 'upgrade' | undefined {
  return lastAttemptedReleaseAction === 'install' || lastAttemptedReleaseAction === 'upgrade'
    ? lastAttemptedReleaseAction
    : undefined;
}
