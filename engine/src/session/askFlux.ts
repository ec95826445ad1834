import {
  durationMs,
  formatDurationMs,
  getCondition,
  type HelmRelease,
  type HelmReleaseStatus,
  timeoutMsOf,
} from '../flux/index.ts';
import { ownManager, refOf } from '../kube/index.ts';
import { type Outcome, type ProgressEvent, requestAnnotations } from '../reconcile/index.ts';
import type { Abortable } from '../support/index.ts';
import type { SessionContext } from './context.ts';

interface AskOptions extends Abortable {
  readonly onEvent: (event: ProgressEvent) => void;
}

/** Asks helm-controller to reconcile, by its annotation and nothing else, and waits for what it says. */
export async function askToReconcile(
  { client, pollMs }: SessionContext,
  release: HelmRelease,
  { signal, onEvent }: AskOptions,
): Promise<Outcome> {
  const { namespace, name } = release.metadata;
  const ref = refOf({ ...release, metadata: { namespace, name } });
  const token = new Date(client.serverNow()).toISOString();
  const patch = { metadata: { annotations: { [requestAnnotations.requestedAt]: token } } };
  await client.patch(ref, patch, { type: 'merge', fieldManager: ownManager, signal });
  onEvent({
    release: { namespace, name },
    severity: 'info',
    reason: 'Requested',
    message: 'asked helm-controller to reconcile',
  });
  const timeoutMs = timeoutMsOf(release, 'upgrade');
  const deadlineMs = client.clock.now() + timeoutMs;
  for (;;) {
    const live = await client.get(ref, { signal });
    // The API server keeps to the CRD.
    const status = (live['status'] ?? {}) as HelmReleaseStatus;
    const outcome = status.lastHandledReconcileAt === token ? outcomeOf(release, status) : undefined;
    if (outcome !== undefined) {
      return outcome;
    }
    if (client.clock.now() >= deadlineMs) {
      return {
        kind: 'asked',
        release: { namespace, name },
        message: `helm-controller was asked and has not finished after ${formatDurationMs(timeoutMs)}; it goes on by itself`,
      };
    }
    await client.clock.sleep(pollMs, { signal });
  }
}

/** What helm-controller says; undefined while it is at work. */
function outcomeOf({ metadata, spec }: HelmRelease, status: HelmReleaseStatus): Outcome | undefined {
  const release = { namespace: metadata.namespace, name: metadata.name };
  const { conditions, history } = status;
  const ready = getCondition(conditions, 'Ready');
  const stalled = getCondition(conditions, 'Stalled');
  if (stalled?.status === 'True') {
    return { kind: 'stalled', release, reason: stalled.reason, message: stalled.message };
  }
  if (ready === undefined || ready.status === 'Unknown' || getCondition(conditions, 'Reconciling') !== undefined) {
    return undefined;
  }
  return ready.status === 'True'
    ? { kind: 'ready', release, revision: history?.[0]?.version ?? 0, message: ready.message }
    : {
        kind: 'requeue',
        release,
        afterMs: durationMs(spec.interval, 'spec.interval'),
        reason: ready.reason,
        message: ready.message,
      };
}
