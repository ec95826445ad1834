import { compareStrings } from '../gostd/index.ts';

/** Kinds in the order in which objects are created. @see helm v4.3.1 pkg/release/v1/util/kind_sorter.go, InstallOrder */
export const installOrder: readonly string[] = [
  'PriorityClass',
  'Namespace',
  'NetworkPolicy',
  'ResourceQuota',
  'LimitRange',
  'PodSecurityPolicy',
  'PodDisruptionBudget',
  'ServiceAccount',
  'Secret',
  'SecretList',
  'ConfigMap',
  'StorageClass',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'CustomResourceDefinition',
  'ClusterRole',
  'ClusterRoleList',
  'ClusterRoleBinding',
  'ClusterRoleBindingList',
  'Role',
  'RoleList',
  'RoleBinding',
  'RoleBindingList',
  'Service',
  'DaemonSet',
  'Pod',
  'ReplicationController',
  'ReplicaSet',
  'Deployment',
  'HorizontalPodAutoscaler',
  'StatefulSet',
  'Job',
  'CronJob',
  'IngressClass',
  'Ingress',
  'APIService',
  'MutatingWebhookConfiguration',
  'ValidatingWebhookConfiguration',
];

/** Kinds in the order in which objects are deleted. @see helm v4.3.1 pkg/release/v1/util/kind_sorter.go, UninstallOrder */
export const uninstallOrder: readonly string[] = [
  // Validation goes before mutation, so that webhooks do not block what follows.
  'ValidatingWebhookConfiguration',
  'MutatingWebhookConfiguration',
  'APIService',
  'Ingress',
  'IngressClass',
  'Service',
  'CronJob',
  'Job',
  'StatefulSet',
  'HorizontalPodAutoscaler',
  'Deployment',
  'ReplicaSet',
  'ReplicationController',
  'Pod',
  'DaemonSet',
  'RoleBindingList',
  'RoleBinding',
  'RoleList',
  'Role',
  'ClusterRoleBindingList',
  'ClusterRoleBinding',
  'ClusterRoleList',
  'ClusterRole',
  'CustomResourceDefinition',
  'PersistentVolumeClaim',
  'PersistentVolume',
  'StorageClass',
  'ConfigMap',
  'SecretList',
  'Secret',
  'ServiceAccount',
  'PodDisruptionBudget',
  'PodSecurityPolicy',
  'LimitRange',
  'ResourceQuota',
  'NetworkPolicy',
  'Namespace',
  'PriorityClass',
];

/**
 * The items in the order of their kinds; items of one kind stay in their order, kinds that Helm does not know come
 * last by name.
 *
 * @see helm v4.3.1 pkg/release/v1/util/kind_sorter.go, lessByKind
 */
export function sortByKind<T>(items: readonly T[], kindOf: (item: T) => string, order: readonly string[]): T[] {
  const places = new Map(order.map((kind, index) => [kind, index]));
  const placeOf = (kind: string): number => places.get(kind) ?? order.length;
  return [...items].sort((a, b) => {
    const [kindA, kindB] = [kindOf(a), kindOf(b)];
    const difference = placeOf(kindA) - placeOf(kindB);
    return difference === 0 && !places.has(kindA) ? compareStrings(kindA, kindB) : difference;
  });
}
