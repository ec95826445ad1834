/**
 * What helm-controller's reconciler does (v1.6, internal/reconcile), as decisions and one loop over actions.
 */
export { atomicRelease, type AtomicReleaseInput } from './atomicRelease.ts';
export type { Outcome, ProgressEvent } from './outcome.ts';
export type { Actor, ClusterInfo, ObjectChange, Plan, PlannedAction, ReleasePlan } from './report.ts';
export { objectStatusStore, secretStatusStore, type StatusStore } from './statusStore.ts';
