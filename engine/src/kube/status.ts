import type { KubeObject } from '../support/index.ts';
import { groupOf } from './object.ts';

/** How far an object is. @see sigs.k8s.io/cli-utils pkg/kstatus/status */
export type Progress = 'Current' | 'InProgress' | 'Failed' | 'Terminating';

export interface ObjectStatus {
  readonly status: Progress;
  readonly message: string;
}

type Json = Readonly<Record<string, unknown>>;

/** What an object's own status says of it. Objects that say nothing are current as soon as they are there. */
export function objectStatus(object: KubeObject): ObjectStatus {
  if (object.metadata.deletionTimestamp !== undefined) {
    return { status: 'Terminating', message: 'Resource scheduled for deletion' };
  }
  const status = record(object['status']);
  const observed = number(status['observedGeneration']);
  const { generation } = object.metadata;
  if (observed !== undefined && generation !== undefined && observed !== generation) {
    return working(`${object.kind} generation is ${generation}, but latest observed generation is ${observed}`);
  }
  const stalled = condition(status, 'Stalled');
  if (stalled?.status === 'True') {
    return failed(stalled.message);
  }
  const reconciling = condition(status, 'Reconciling');
  if (reconciling?.status === 'True') {
    return working(reconciling.message);
  }
  return knownKinds.get(`${groupOf(object.apiVersion)}/${object.kind}`)?.(object, status) ?? genericStatus(status);
}

const knownKinds: ReadonlyMap<string, (object: KubeObject, status: Json) => ObjectStatus> = new Map([
  ['apps/Deployment', deployment],
  ['apps/StatefulSet', statefulSet],
  ['apps/DaemonSet', daemonSet],
  ['apps/ReplicaSet', replicaSet],
  ['batch/Job', job],
  ['/Pod', pod],
  ['/Service', service],
  ['/PersistentVolumeClaim', volumeClaim],
  ['apiextensions.k8s.io/CustomResourceDefinition', definition],
]);

function genericStatus(status: Json): ObjectStatus {
  const ready = condition(status, 'Ready');
  if (ready === undefined || ready.status === 'True') {
    return current('Resource is current');
  }
  return working(ready.message);
}

function deployment(object: KubeObject, status: Json): ObjectStatus {
  const spec = record(object['spec']);
  const wanted = number(spec['replicas']) ?? 1;
  const replicas = number(status['replicas']) ?? 0;
  const updated = number(status['updatedReplicas']) ?? 0;
  const ready = number(status['readyReplicas']) ?? 0;
  const available = number(status['availableReplicas']) ?? 0;
  const progressing = condition(status, 'Progressing');
  if (progressing?.reason === 'ProgressDeadlineExceeded') {
    return failed('Progress deadline exceeded');
  }
  if (status['observedGeneration'] === undefined) {
    return working('Deployment has not been observed yet');
  }
  if (replicas < wanted) {
    return working(`Replicas: ${replicas}/${wanted}`);
  }
  if (updated < wanted) {
    return working(`Updated: ${updated}/${wanted}`);
  }
  if (replicas > wanted) {
    return working(`Pending termination: ${replicas - wanted}`);
  }
  if (available < updated) {
    return working(`Available: ${available}/${updated}`);
  }
  if (ready < wanted) {
    return working(`Ready: ${ready}/${wanted}`);
  }
  const isAvailable = condition(status, 'Available');
  if (progressing !== undefined && progressing.status !== 'True') {
    return working('ReplicaSet not Available');
  }
  return isAvailable !== undefined && isAvailable.status !== 'True'
    ? working('Deployment not Available')
    : current(`Deployment is available. Replicas: ${replicas}`);
}

function statefulSet(object: KubeObject, status: Json): ObjectStatus {
  const spec = record(object['spec']);
  const strategy = record(spec['updateStrategy']);
  if (strategy['type'] === 'OnDelete') {
    return current('StatefulSet is using the ondelete update strategy');
  }
  const wanted = number(spec['replicas']) ?? 1;
  const replicas = number(status['replicas']) ?? 0;
  const ready = number(status['readyReplicas']) ?? 0;
  const updated = number(status['updatedReplicas']) ?? 0;
  if (replicas < wanted) {
    return working(`Replicas: ${replicas}/${wanted}`);
  }
  if (ready < wanted) {
    return working(`Ready: ${ready}/${wanted}`);
  }
  const partition = number(record(strategy['rollingUpdate'])['partition']) ?? 0;
  if (partition > 0) {
    return updated < wanted - partition
      ? working(`updated: ${updated}/${wanted - partition}`)
      : current(`Partition rollout complete. updated: ${updated}`);
  }
  return status['currentRevision'] === status['updateRevision']
    ? current(`All replicas scheduled as expected. Replicas: ${replicas}`)
    : working('Waiting for pods to be updated');
}

function daemonSet(_object: KubeObject, status: Json): ObjectStatus {
  const wanted = number(status['desiredNumberScheduled']);
  if (wanted === undefined) {
    return working('No desiredNumberScheduled');
  }
  const counts = [
    ['Current', 'currentNumberScheduled'],
    ['Updated', 'updatedNumberScheduled'],
    ['Available', 'numberAvailable'],
    ['Ready', 'numberReady'],
  ] as const;
  for (const [word, field] of counts) {
    const count = number(status[field]) ?? 0;
    if (count < wanted) {
      return working(`${word}: ${count}/${wanted}`);
    }
  }
  return current(`All replicas scheduled as expected. Replicas: ${wanted}`);
}

function replicaSet(object: KubeObject, status: Json): ObjectStatus {
  const wanted = number(record(object['spec'])['replicas']) ?? 1;
  const ready = number(status['readyReplicas']) ?? 0;
  const available = number(status['availableReplicas']) ?? 0;
  return ready < wanted || available < wanted
    ? working(`Ready: ${Math.min(ready, available)}/${wanted}`)
    : current(`ReplicaSet is available. Replicas: ${wanted}`);
}

function job(object: KubeObject, status: Json): ObjectStatus {
  const wanted = number(record(object['spec'])['completions']) ?? 1;
  const failure = condition(status, 'Failed');
  if (failure?.status === 'True') {
    return failed(`Job Failed. failed: ${number(status['failed']) ?? 0}/${wanted}`);
  }
  if (condition(status, 'Complete')?.status === 'True') {
    return current(`Job Completed. succeeded: ${number(status['succeeded']) ?? 0}/${wanted}`);
  }
  // A Job counts as there once it runs; whoever wants its end looks at `jobEnd`.
  return status['startTime'] === undefined ? working('Job not started') : current('Job in progress');
}

/** Whether a Job ended, and how; undefined while it runs and for other kinds. */
export function jobEnd(object: KubeObject): 'succeeded' | 'failed' | undefined {
  const status = record(object['status']);
  if (condition(status, 'Failed')?.status === 'True') {
    return 'failed';
  }
  return condition(status, 'Complete')?.status === 'True' ? 'succeeded' : undefined;
}

function pod(_object: KubeObject, status: Json): ObjectStatus {
  switch (status['phase']) {
    case 'Succeeded':
      return current('Pod has completed successfully');
    case 'Failed':
      return failed(`Pod has failed: ${podReason(status)}`);
    case 'Running':
      return condition(status, 'Ready')?.status === 'True'
        ? current('Pod is Ready')
        : working(`Pod is running but is not Ready: ${podReason(status)}`);
    default: {
      const scheduled = condition(status, 'PodScheduled');
      return working(
        scheduled?.reason === 'Unschedulable'
          ? 'Pod could not be scheduled'
          : `Pod is in the Pending phase: ${podReason(status)}`,
      );
    }
  }
}

/** Why a container waits or ended: what a person needs to know. */
function podReason(status: Json): string {
  const containers = Array.isArray(status['containerStatuses']) ? status['containerStatuses'] : [];
  for (const container of containers) {
    const state = record(record(container)['state']);
    const waiting = record(state['waiting']);
    const terminated = record(state['terminated']);
    const reason = waiting['reason'] ?? terminated['reason'];
    if (typeof reason === 'string') {
      const message = waiting['message'] ?? terminated['message'];
      return typeof message === 'string' && message !== '' ? `${reason}, ${message}` : reason;
    }
  }
  return typeof status['reason'] === 'string' ? status['reason'] : 'no reason given';
}

function service(object: KubeObject): ObjectStatus {
  const spec = record(object['spec']);
  if (spec['type'] === 'LoadBalancer' && (spec['clusterIP'] === undefined || spec['clusterIP'] === '')) {
    return working('ClusterIP not set. Service type: LoadBalancer');
  }
  return current('Service is ready');
}

function volumeClaim(_object: KubeObject, status: Json): ObjectStatus {
  return status['phase'] === 'Bound'
    ? current('PVC is Bound')
    : working(`PVC is not Bound. phase: ${text(status['phase']) || 'unknown'}`);
}

function definition(_object: KubeObject, status: Json): ObjectStatus {
  const names = condition(status, 'NamesAccepted');
  if (names?.status === 'False') {
    return failed(names.message);
  }
  return condition(status, 'Established')?.status === 'True'
    ? current('CRD is established')
    : working('Install in progress');
}

function current(message: string): ObjectStatus {
  return { status: 'Current', message };
}

function working(message: string): ObjectStatus {
  return { status: 'InProgress', message };
}

function failed(message: string): ObjectStatus {
  return { status: 'Failed', message };
}

interface StatusCondition {
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

function condition(status: Json, type: string): StatusCondition | undefined {
  const list = Array.isArray(status['conditions']) ? status['conditions'] : [];
  const found = list.map(record).find((candidate) => candidate['type'] === type);
  return found === undefined
    ? undefined
    : { status: String(found['status']), reason: text(found['reason']), message: text(found['message']) };
}

function record(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {}; // any object can be read by key
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
