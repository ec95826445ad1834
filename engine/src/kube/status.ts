import { intAt, type JsonRecord, type KubeObject, recordAt, recordsAt, textAt } from '../support/index.ts';
import { groupOf } from './object.ts';

export type StatusKind = 'Current' | 'InProgress' | 'Failed' | 'Terminating' | 'NotFound' | 'Unknown';

/** How an object is, and why, in kstatus's words. */
export interface ObjectStatus {
  readonly status: StatusKind;
  readonly message: string;
}

export interface StatusRules {
  /** Whether a Job is good once it started, or once it is complete. */
  readonly jobs: 'started' | 'completed';
  /** Whether a Pod is good once it is ready, or once it ended well, as for hooks. */
  readonly pods: 'ready' | 'completed';
  /** Milliseconds since 1970: a Pod has a while to be scheduled. */
  readonly nowMs: number;
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

/**
 * Whether what an object asks for has happened. Pure.
 *
 * @see github.com/fluxcd/cli-utils v1.2.2 pkg/kstatus/status/status.go, Compute
 * @see helm v4.3.1 internal/statusreaders, for Jobs and Pods that are to complete
 */
export function objectStatus(object: KubeObject, rules: StatusRules): ObjectStatus {
  const kind = `${groupOf(object.apiVersion)}/${object.kind}`;
  // What is to complete is judged by that alone.
  if (kind === 'batch/Job' && rules.jobs === 'completed') {
    return completedJob(object);
  }
  if (kind === '/Pod' && rules.pods === 'completed') {
    return completedPod(object);
  }
  const generic = genericStatus(object);
  if (generic !== undefined) {
    return generic;
  }
  const rule = rulesOfKinds[kind];
  return rule === undefined ? readyCondition(object) : rule(object, rules);
}

const rulesOfKinds: Readonly<Record<string, (object: KubeObject, rules: StatusRules) => ObjectStatus>> = {
  '/Service': serviceStatus,
  '/Pod': podStatus,
  '/Secret': always,
  '/ConfigMap': always,
  '/PersistentVolumeClaim': claimStatus,
  'apps/StatefulSet': statefulSetStatus,
  'apps/DaemonSet': daemonSetStatus,
  'apps/Deployment': deploymentStatus,
  'apps/ReplicaSet': replicaSetStatus,
  'batch/CronJob': always,
  'batch/Job': startedJob,
  'policy/PodDisruptionBudget': () => current('AllowedDisruptions has been computed.'),
  'apiextensions.k8s.io/CustomResourceDefinition': definitionStatus,
};

function genericStatus(object: KubeObject): ObjectStatus | undefined {
  const { deletionTimestamp, generation } = object.metadata;
  if (deletionTimestamp !== undefined && deletionTimestamp !== '') {
    return { status: 'Terminating', message: 'Resource scheduled for deletion' };
  }
  const observed = intAt(object, 'status', 'observedGeneration');
  if (generation !== undefined && observed !== undefined && observed !== generation) {
    return inProgress(`${object.kind} generation is ${generation}, but latest observed generation is ${observed}`);
  }
  for (const condition of conditionsOf(object)) {
    if (condition.status === 'True' && condition.type === 'Reconciling') {
      return inProgress(condition.message);
    }
    if (condition.status === 'True' && condition.type === 'Stalled') {
      return failed(condition.message);
    }
  }
  return undefined;
}

/** For kinds that are not known: a Ready condition says it, and without one there is nothing to wait for. */
function readyCondition(object: KubeObject): ObjectStatus {
  for (const { type, status, message } of conditionsOf(object)) {
    if (type === 'Ready' && status === 'True') {
      return current('Resource is Ready');
    }
    if (type === 'Ready' && (status === 'False' || status === 'Unknown')) {
      return inProgress(message);
    }
  }
  return current('Resource is current');
}

function always(): ObjectStatus {
  return current('Resource is always ready');
}

function serviceStatus(object: KubeObject): ObjectStatus {
  return textAt(object, 'spec', 'type') === 'LoadBalancer' && (textAt(object, 'spec', 'clusterIP') ?? '') === ''
    ? inProgress('ClusterIP not set. Service type: LoadBalancer')
    : current('Service is ready');
}

/** How long a Pod may stay unscheduled before it counts as failed. @see kstatus status/core.go, ScheduleWindow */
const scheduleWindowMs = 15_000;

function podStatus(object: KubeObject, { nowMs }: StatusRules): ObjectStatus {
  const phase = textAt(object, 'status', 'phase') ?? '';
  switch (phase) {
    case 'Succeeded':
      return current('Pod has completed successfully');
    case 'Failed':
      return current('Pod has completed, but not successfully');
    case 'Running': {
      if (conditionsOf(object).some(({ type, status }) => type === 'Ready' && status === 'True')) {
        return current('Pod is Ready');
      }
      const looping = recordsAt(object, 'status', 'containerStatuses')
        .filter((container) => textAt(container, 'state', 'waiting', 'reason') === 'CrashLoopBackOff')
        .map((container) => textAt(container, 'name') ?? '');
      return looping.length > 0
        ? failed(`Containers in CrashLoop state: ${looping.join(',')}`)
        : inProgress('Pod is running but is not Ready');
    }
    case 'Pending': {
      const scheduled = conditionsOf(object).find(({ type, status }) => type === 'PodScheduled' && status === 'False');
      if (scheduled?.reason !== 'Unschedulable') {
        return inProgress('Pod is in the Pending phase');
      }
      const createdMs = Date.parse(object.metadata.creationTimestamp ?? '');
      return nowMs - scheduleWindowMs < createdMs
        ? inProgress('Pod has not been scheduled')
        : failed('Pod could not be scheduled');
    }
    case '':
      return inProgress('Pod phase not available');
    default:
      return { status: 'Unknown', message: `unknown phase ${phase}` };
  }
}

function completedPod(object: KubeObject): ObjectStatus {
  switch (textAt(object, 'status', 'phase')) {
    case 'Succeeded':
      return current(`pod ${object.metadata.name} succeeded`);
    case 'Failed':
      return failed(`pod ${object.metadata.name} failed`);
    default:
      return inProgress('Pod in progress');
  }
}

function claimStatus(object: KubeObject): ObjectStatus {
  const phase = textAt(object, 'status', 'phase') ?? 'unknown';
  return phase === 'Bound' ? current('PVC is Bound') : inProgress(`PVC is not Bound. phase: ${phase}`);
}

function deploymentStatus(object: KubeObject): ObjectStatus {
  // Without a deadline the controller never says that it is done progressing.
  const deadline = intAt(object, 'spec', 'progressDeadlineSeconds') ?? noDeadline;
  let isProgressing = deadline === noDeadline;
  let isAvailable = false;
  for (const { type, status, reason } of conditionsOf(object)) {
    if (type === 'Progressing' && reason === 'ProgressDeadlineExceeded') {
      return failed('Progress deadline exceeded');
    }
    isProgressing ||= type === 'Progressing' && status === 'True' && reason === 'NewReplicaSetAvailable';
    isAvailable ||= type === 'Available' && status === 'True';
  }
  const wanted = intAt(object, 'spec', 'replicas') ?? 1;
  const { replicas, updatedReplicas, readyReplicas, availableReplicas } = counts(object);
  if (wanted > replicas) {
    return inProgress(`Replicas: ${replicas}/${wanted}`);
  }
  if (wanted > updatedReplicas) {
    return inProgress(`Updated: ${updatedReplicas}/${wanted}`);
  }
  if (replicas > wanted) {
    return inProgress(`Pending termination: ${replicas - wanted}`);
  }
  if (updatedReplicas > availableReplicas) {
    return inProgress(`Available: ${availableReplicas}/${updatedReplicas}`);
  }
  if (wanted > readyReplicas) {
    return inProgress(`Ready: ${readyReplicas}/${wanted}`);
  }
  if (!isProgressing) {
    return inProgress('ReplicaSet not Available');
  }
  if (!isAvailable) {
    return inProgress('Deployment not Available');
  }
  return current(`Deployment is available. Replicas: ${replicas}`);
}

/** The largest int32, which Kubernetes takes as "never". */
const noDeadline = 2 ** 31 - 1;

function replicaSetStatus(object: KubeObject): ObjectStatus {
  if (conditionsOf(object).some(({ type, status }) => type === 'ReplicaFailure' && status === 'True')) {
    return inProgress('Replica Failure condition. Check Pods');
  }
  const wanted = intAt(object, 'spec', 'replicas') ?? 1;
  const { replicas, readyReplicas, availableReplicas, fullyLabeledReplicas } = counts(object);
  if (wanted > fullyLabeledReplicas) {
    return inProgress(`Labelled: ${fullyLabeledReplicas}/${wanted}`);
  }
  if (wanted > availableReplicas) {
    return inProgress(`Available: ${availableReplicas}/${wanted}`);
  }
  if (wanted > readyReplicas) {
    return inProgress(`Ready: ${readyReplicas}/${wanted}`);
  }
  if (replicas > wanted) {
    return inProgress(`Pending termination: ${replicas - wanted}`);
  }
  return current(`ReplicaSet is available. Replicas: ${replicas}`);
}

function statefulSetStatus(object: KubeObject): ObjectStatus {
  if (textAt(object, 'spec', 'updateStrategy', 'type') === 'OnDelete') {
    return current('StatefulSet is using the ondelete update strategy');
  }
  const wanted = intAt(object, 'spec', 'replicas') ?? 1;
  const { replicas, readyReplicas, currentReplicas, updatedReplicas } = counts(object);
  if (wanted > replicas) {
    return inProgress(`Replicas: ${replicas}/${wanted}`);
  }
  if (wanted > readyReplicas) {
    return inProgress(`Ready: ${readyReplicas}/${wanted}`);
  }
  if (replicas > wanted) {
    return inProgress(`Pending termination: ${replicas - wanted}`);
  }
  const partition = intAt(object, 'spec', 'updateStrategy', 'rollingUpdate', 'partition') ?? -1;
  if (partition !== -1) {
    return updatedReplicas < wanted - partition
      ? inProgress(`updated: ${updatedReplicas}/${wanted - partition}`)
      : current(`Partition rollout complete. updated: ${updatedReplicas}`);
  }
  if (wanted > currentReplicas) {
    return inProgress(`current: ${currentReplicas}/${wanted}`);
  }
  const revision = (name: string): string => textAt(object, 'status', name) ?? '';
  return revision('currentRevision') === revision('updateRevision')
    ? current(`All replicas scheduled as expected. Replicas: ${replicas}`)
    : inProgress('Waiting for updated revision to match current');
}

function daemonSetStatus(object: KubeObject): ObjectStatus {
  if (object.metadata.generation === undefined) {
    return inProgress(`${object.kind} metadata.generation not found`);
  }
  if (intAt(object, 'status', 'observedGeneration') === undefined) {
    return inProgress(`${object.kind} status.observedGeneration not found`);
  }
  const wanted = intAt(object, 'status', 'desiredNumberScheduled') ?? -1;
  if (wanted === -1) {
    return inProgress('Missing .status.desiredNumberScheduled');
  }
  const steps = [
    ['Current', 'currentNumberScheduled'],
    ['Updated', 'updatedNumberScheduled'],
    ['Available', 'numberAvailable'],
    ['Ready', 'numberReady'],
  ] as const;
  for (const [word, field] of steps) {
    const count = intAt(object, 'status', field) ?? 0;
    if (wanted > count) {
      return inProgress(`${word}: ${count}/${wanted}`);
    }
  }
  return current(`All replicas scheduled as expected. Replicas: ${wanted}`);
}

interface JobFacts {
  readonly ended: ObjectStatus | undefined;
  readonly succeeded: number;
  readonly failed: number;
}

function jobFacts(object: KubeObject): JobFacts {
  const parallelism = intAt(object, 'spec', 'parallelism') ?? 1;
  const completions = intAt(object, 'spec', 'completions') ?? parallelism;
  const succeeded = intAt(object, 'status', 'succeeded') ?? 0;
  const failures = intAt(object, 'status', 'failed') ?? 0;
  const end = conditionsOf(object).find(
    ({ type, status }) => status === 'True' && (type === 'Complete' || type === 'Failed'),
  );
  const endings: Readonly<Record<string, ObjectStatus>> = {
    Complete: current(`Job Completed. succeeded: ${succeeded}/${completions}`),
    Failed: failed(`Job Failed. failed: ${failures}/${completions}`),
  };
  return { ended: endings[end?.type ?? ''], succeeded, failed: failures };
}

function startedJob(object: KubeObject): ObjectStatus {
  const { ended, succeeded, failed: failures } = jobFacts(object);
  if (ended !== undefined) {
    return ended;
  }
  const active = intAt(object, 'status', 'active') ?? 0;
  return (textAt(object, 'status', 'startTime') ?? '') === ''
    ? inProgress('Job not started')
    : current(`Job in progress. success:${succeeded}, active: ${active}, failed: ${failures}`);
}

function completedJob(object: KubeObject): ObjectStatus {
  return jobFacts(object).ended ?? inProgress('Job in progress');
}

function definitionStatus(object: KubeObject): ObjectStatus {
  for (const { type, status, reason, message } of conditionsOf(object)) {
    if (type === 'NamesAccepted' && status === 'False') {
      return failed(message);
    }
    if (type === 'Established' && status === 'False' && reason !== 'Installing') {
      return failed(message);
    }
    if (type === 'Established' && status === 'True') {
      return current('CRD is established');
    }
  }
  return inProgress('Install in progress');
}

function conditionsOf(object: KubeObject): readonly Condition[] {
  return recordsAt(object, 'status', 'conditions').map((condition) => ({
    type: textAt(condition, 'type') ?? '',
    status: textAt(condition, 'status') ?? '',
    reason: textAt(condition, 'reason') ?? '',
    message: textAt(condition, 'message') ?? '',
  }));
}

interface Counts {
  readonly replicas: number;
  readonly updatedReplicas: number;
  readonly readyReplicas: number;
  readonly availableReplicas: number;
  readonly currentReplicas: number;
  readonly fullyLabeledReplicas: number;
}

function counts(object: KubeObject): Counts {
  const status: JsonRecord = recordAt(object, 'status');
  const count = (name: keyof Counts): number => intAt(status, name) ?? 0;
  return {
    replicas: count('replicas'),
    updatedReplicas: count('updatedReplicas'),
    readyReplicas: count('readyReplicas'),
    availableReplicas: count('availableReplicas'),
    currentReplicas: count('currentReplicas'),
    fullyLabeledReplicas: count('fullyLabeledReplicas'),
  };
}

function current(message: string): ObjectStatus {
  return { status: 'Current', message };
}

function inProgress(message: string): ObjectStatus {
  return { status: 'InProgress', message };
}

function failed(message: string): ObjectStatus {
  return { status: 'Failed', message };
}
