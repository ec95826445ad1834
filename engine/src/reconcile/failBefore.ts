import {
  formatDurationMs,
  type HelmRelease,
  type HelmReleaseStatus,
  setCondition,
  timeoutMsOf,
  withoutCondition,
} from '../flux/index.ts';
import type { Abortable, Clock, NamespacedName } from '../support/index.ts';
import { readRequests } from './counters.ts';
import * as messages from './messages.ts';
import type { Outcome, ProgressEvent } from './outcome.ts';
import type { StatusStore } from './statusStore.ts';

/** What kept a release from being acted on. */
export type Prevented =
  /** What it comes from is not there: its dependencies, source or values. */
  | { readonly kind: 'prerequisite'; readonly reason: PrerequisiteReason; readonly message: string }
  /** Its chart does not render: then helm-controller counts a failed install or upgrade, and Helm stores nothing. */
  | {
      readonly kind: 'render';
      readonly verb: 'install' | 'upgrade';
      readonly target: NamespacedName;
      readonly chartName: string;
      readonly chartVersion: string;
      readonly configDigest: string;
      readonly cause: string;
    };

export type PrerequisiteReason =
  'DependencyNotReady' | 'SourceNotReady' | 'ArtifactFailed' | 'AccessDenied' | 'ValuesError';

interface FailOptions extends Abortable {
  readonly clock: Clock;
  readonly onEvent: (event: ProgressEvent) => void;
}

/** How long until the next try. @see helm-controller v1.6 --requeue-dependency */
const retryMs = 30_000;

/**
 * Records that a release could not even be begun.
 *
 * @see helm-controller v1.6 internal/controller/helmrelease_controller.go, reconcileRelease
 */
export async function failBefore(
  helmRelease: HelmRelease,
  prevented: Prevented,
  store: StatusStore,
  { signal, clock, onEvent }: FailOptions,
): Promise<Outcome> {
  const { metadata } = helmRelease;
  const release = { namespace: metadata.namespace, name: metadata.name };
  const { status, generation } = await store.load({ signal });
  const options = { generation, now: clock.now() };
  const { reason, message, progress } = describe(prevented, helmRelease);
  let conditions = withoutCondition(status.conditions, 'Stalled');
  conditions = setCondition(
    conditions,
    { type: 'Reconciling', status: 'True', reason: 'Progressing', message: progress },
    options,
  );
  if (prevented.kind === 'render') {
    conditions = setCondition(conditions, { type: 'Released', status: 'False', reason, message }, options);
  }
  conditions = setCondition(conditions, { type: 'Ready', status: 'False', reason, message }, options);
  const { handled } = readRequests(metadata.annotations, status);
  const next: HelmReleaseStatus = { ...status, ...handled, ...attemptOf(prevented, status, generation), conditions };
  await store.save(next, { signal });
  onEvent({ release, severity: 'error', reason, message });
  return { kind: 'requeue', release, afterMs: retryMs, reason, message };
}

function describe(
  prevented: Prevented,
  release: HelmRelease,
): {
  readonly reason: string;
  readonly message: string;
  readonly progress: string;
} {
  if (prevented.kind === 'prerequisite') {
    const { reason, message } = prevented;
    return { reason, message, progress: 'Fulfilling prerequisites' };
  }
  const { verb, target, cause } = prevented;
  return {
    reason: verb === 'install' ? 'InstallFailed' : 'UpgradeFailed',
    message: messages.failed(verb, target, prevented, cause),
    progress: `Running '${verb}' action with timeout of ${formatDurationMs(timeoutMsOf(release, verb))}`,
  };
}

/** Nothing was stored, so no retry is used up. */
function attemptOf(prevented: Prevented, { failures = 0 }: HelmReleaseStatus, generation: number): HelmReleaseStatus {
  return prevented.kind === 'prerequisite'
    ? {}
    : {
        failures: failures + 1,
        lastAttemptedGeneration: generation,
        lastAttemptedRevision: prevented.chartVersion,
        lastAttemptedConfigDigest: prevented.configDigest,
        lastAttemptedReleaseAction: prevented.verb,
      };
}
