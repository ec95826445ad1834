/**
 * One session with one cluster: what the editor and the command line ask of it, as plain data.
 */
export type {
  Actor,
  ClusterInfo,
  ClusterModule,
  ClusterSession,
  Condition,
  Enrolment,
  HistoryEntry,
  HistoryReport,
  KubeContext,
  ObjectChange,
  OpenOptions,
  OperationOptions,
  Outcome,
  OwnedResource,
  Plan,
  PlannedAction,
  ProgressEvent,
  ReleasePlan,
  ReleaseStatus,
  ReleaseSummary,
  SourceSummary,
  StatusReport,
  Target,
  WrittenObject,
} from './types.ts';
