import { type HelmRelease, releaseNamespaceOf, storageNamespaceOf } from '../flux/index.ts';
import { isKubeError, type KubeClient } from '../kube/index.ts';
import type { Actor } from '../reconcile/index.ts';
import type { Abortable } from '../support/index.ts';
import type { Gathered } from './gather.ts';
import type { Target } from './types.ts';

/** A namespace that has to be there before a release can be stored or installed, and is not. */
export async function missingNamespace(
  client: KubeClient,
  release: HelmRelease,
  options: Abortable,
): Promise<string | undefined> {
  const target = releaseNamespaceOf(release);
  const created = release.spec.install?.createNamespace === true && release.spec.targetNamespace !== undefined;
  for (const namespace of new Set([storageNamespaceOf(release), ...(created ? [] : [target])])) {
    try {
      await client.get({ apiVersion: 'v1', kind: 'Namespace', name: namespace }, options);
    } catch (error) {
      if (isKubeError(error, 'not-found')) {
        return `namespace ${namespace} is not in the cluster: create it first`;
      }
      // Rights to a namespace often leave out the namespace itself.
      if (!isKubeError(error, 'forbidden')) {
        throw error;
      }
    }
  }
  return undefined;
}

/** Why this release may not be acted on from here. */
export function refusalOf({ release, live, difference }: Gathered, actor: Actor, target: Target): string | undefined {
  const { spec, metadata } = release;
  const name = `HelmRelease ${metadata.namespace}/${metadata.name}`;
  if (actor.kind === 'nobody') {
    return actor.reason;
  }
  if (actor.kind === 'flux' && target.kind === 'files') {
    if (live === undefined) {
      return `${actor.reason}, and ${name} is not in the cluster: commit and push it, and let Flux bring it there`;
    }
    if (difference !== '') {
      return `${actor.reason}, and the file differs from the cluster's ${name}: commit and push it, or reconcile ${metadata.namespace}/${metadata.name} as it is there\n${difference.trimEnd()}`;
    }
  }
  if (spec.suspend === true) {
    return `${name} is suspended: resume it first`;
  }
  if (actor.kind === 'fairlead' && spec.kubeConfig !== undefined) {
    return 'spec.kubeConfig: acting in another cluster is not supported yet';
  }
  if (actor.kind === 'fairlead' && spec.serviceAccountName !== undefined) {
    return 'spec.serviceAccountName: acting as a service account is not supported yet';
  }
  return undefined;
}
