import type { Snapshot } from '../flux/index.ts';

/** `namespace/name.vN`, as messages name a release. */
export function fullReleaseName(snapshot: Snapshot): string {
  return `${snapshot.namespace}/${snapshot.name}.v${snapshot.version}`;
}

/** `chart@version`, as messages name a chart. */
export function versionedChartName(snapshot: Pick<Snapshot, 'chartName' | 'chartVersion'>): string {
  return `${snapshot.chartName}@${snapshot.chartVersion}`;
}

/** Whether the tests of this release ran to an end. */
export function hasBeenTested({ testHooks }: Snapshot): boolean {
  if (testHooks === undefined) {
    return false;
  }
  const phases = Object.values(testHooks).map((hook) => hook.phase);
  return phases.includes('Failed') || phases.every((phase) => phase === 'Succeeded');
}

/** Whether a test of this release ended in this phase. */
export function hasTestInPhase({ testHooks }: Snapshot, phase: string): boolean {
  return Object.values(testHooks ?? {}).some((hook) => hook.phase === phase);
}

/**
 * The newest release below `current` that was good: deployed or superseded, and no failed test unless those are ignored.
 * @see helm-controller v1.6 api/v2/snapshot_types.go, Snapshots.Previous
 */
export function previousGood(
  history: readonly Snapshot[],
  { ignoreTests }: { readonly ignoreTests: boolean },
): Snapshot | undefined {
  return newestFirst(history)
    .slice(1)
    .find(
      (snapshot) =>
        (snapshot.status === 'deployed' || snapshot.status === 'superseded') &&
        (ignoreTests || !hasTestInPhase(snapshot, 'Failed')),
    );
}

/** How many releases are kept when none of the older ones is good. */
const maxKept = 5;

/**
 * What stays of the history: everything down to the previous good release; without one, the newest five.
 * @see helm-controller v1.6 api/v2/snapshot_types.go, Snapshots.Truncate
 */
export function truncateHistory(
  history: readonly Snapshot[],
  { ignoreTests }: { readonly ignoreTests: boolean },
): readonly Snapshot[] {
  const sorted = newestFirst(history);
  const previous = previousGood(sorted, { ignoreTests });
  return previous === undefined ? sorted.slice(0, maxKept) : sorted.slice(0, sorted.indexOf(previous) + 1);
}

/** A history with its newest revision in front. */
export function newestFirst(history: readonly Snapshot[]): readonly Snapshot[] {
  return [...history].sort((a, b) => b.version - a.version);
}

/** A history with one more snapshot; the one of the same revision is replaced. Newest first. */
export function withSnapshot(history: readonly Snapshot[], snapshot: Snapshot): readonly Snapshot[] {
  return newestFirst([snapshot, ...history.filter(({ version }) => version !== snapshot.version)]);
}

/**
 * A history with the statuses that revisions have in storage by now. Of one whose status changed it may be noted no more
 * what made it: helm-controller forgets that after an upgrade and keeps it after a rollback.
 */
export function withStatuses(
  history: readonly Snapshot[],
  statuses: ReadonlyMap<number, string>,
  { keepsActions }: { readonly keepsActions: boolean },
): readonly Snapshot[] {
  return history.map((snapshot) => {
    const status = statuses.get(snapshot.version);
    if (status === undefined || status === snapshot.status) {
      return snapshot;
    }
    const { action: _action, ...rest } = snapshot;
    return { ...(keepsActions ? snapshot : rest), status };
  });
}
