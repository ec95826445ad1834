/**
 * What helm-controller's reconciler does (v1.6, internal/reconcile), as decisions and one loop over actions.
 */
export { atomicRelease, type AtomicReleaseInput } from './atomicRelease.ts';
export { assess, type Attempt, beginAttempt, type Wanted } from './assess.ts';
export { requestAnnotations } from './counters.ts';
export { failBefore, type Prevented } from './failBefore.ts';
export type { Action, Decision } from './decide.ts';
export type { Outcome, ProgressEvent } from './outcome.ts';
export { recordUninstalled } from './recordUninstalled.ts';
export type { Actor, ClusterInfo, ObjectChange, Plan, PlannedAction, ReleasePlan } from './report.ts';
export { reconcileSettings, type ReconcileSettings } from './settings.ts';
export { objectStatusStore, secretStatusStore, type StatusStore } from './statusStore.ts';
