/**
 * One session with one cluster: what the editor and the command line ask of it, as plain data.
 */
export { openSession, type SessionOptions } from './openSession.ts';
export { SessionError, type SessionErrorCode } from './context.ts';
export type {
  Actor,
  ClusterInfo,
  ObjectChange,
  Outcome,
  Plan,
  PlannedAction,
  ProgressEvent,
  ReleasePlan,
} from '../reconcile/index.ts';
export type {
  Approvals,
  ClusterModule,
  ClusterSession,
  Condition,
  Enrolment,
  HistoryEntry,
  HistoryReport,
  KubeContext,
  OpenOptions,
  OperationOptions,
  OwnedResource,
  ReleaseStatus,
  ReleaseSummary,
  SourceSummary,
  StatusReport,
  Target,
  WrittenObject,
} from './types.ts';
