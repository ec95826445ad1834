import { readObjects } from '../action/index.ts';
import type { DesiredRelease } from '../desired/index.ts';
import type { HelmReleaseStatus } from '../flux/index.ts';
import { fromBytes } from '../gostd/index.ts';
import type { Release } from '../release/index.ts';
import { splitApiVersion } from '../support/index.ts';

/** Kinds without a namespace that charts make; of any other kind an object without one is in the release's. */
const clusterKinds: ReadonlySet<string> = new Set([
  'APIService',
  'ClusterRole',
  'ClusterRoleBinding',
  'CSIDriver',
  'CustomResourceDefinition',
  'IngressClass',
  'MutatingWebhookConfiguration',
  'Namespace',
  'PersistentVolume',
  'PriorityClass',
  'RuntimeClass',
  'StorageClass',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'ValidatingWebhookConfiguration',
]);

/** What a release has in the cluster, definitions included. @see helm-controller v1.6 internal/inventory */
export function inventoryOf(
  { manifest, namespace: home }: Pick<Release, 'manifest' | 'namespace'>,
  crds: DesiredRelease['crds'],
): NonNullable<HelmReleaseStatus['inventory']> {
  const texts = [...crds.map(({ file }) => fromBytes(file.data)), manifest];
  const entries = texts.flatMap(readObjects).map(({ apiVersion, kind, metadata }) => {
    const { group, version } = splitApiVersion(apiVersion);
    const namespace = clusterKinds.has(kind) ? '' : (metadata.namespace ?? home);
    return { id: `${namespace}_${metadata.name}_${group}_${kind}`, v: version };
  });
  return { entries };
}
