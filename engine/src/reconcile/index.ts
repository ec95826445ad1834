/**
 * What helm-controller's reconciler does (v1.6, internal/reconcile): looks at a release, decides, runs one action, notes
 * it in the status, and looks again.
 *
 * `assess` decides and touches nothing (`state`, `decide`); `atomicRelease` is the loop; `runAction` has a file for each
 * kind of action; `StatusDraft` is the status while it changes, and `statusStore` where it is kept.
 * Left out: the finalizer, the queue and notifications, which belong to a controller that runs all the time.
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
export { objectStatusStore, secretStatusStore, stateSecretRef, type StatusStore } from './statusStore.ts';
