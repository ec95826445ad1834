import { type HelmRelease, parseHelmRelease, sourceGroup } from '../flux/index.ts';
import { isKubeError, type KubeClient } from '../kube/index.ts';
import type { Abortable, KubeObject, NamespacedName } from '../support/index.ts';

export const helmReleaseApi = 'helm.toolkit.fluxcd.io/v2';
const sourceApi = `${sourceGroup}/v1`;
const sourceKinds = ['HelmRepository', 'OCIRepository', 'GitRepository', 'Bucket', 'HelmChart'] as const;

/** A HelmRelease of the cluster, and the object that it was read from. */
export interface LiveRelease {
  readonly release: HelmRelease;
  readonly object: KubeObject;
}

/** @throws KubeError `not-found` */
export async function getHelmRelease(
  client: KubeClient,
  { namespace, name }: NamespacedName,
  options: Abortable,
): Promise<LiveRelease> {
  const object = await client.get({ apiVersion: helmReleaseApi, kind: 'HelmRelease', namespace, name }, options);
  return { object, release: parseHelmRelease(object, { defaultNamespace: namespace }) };
}

/** Objects of a kind. Nothing, and a sentence in `gaps`, where they may not be read; nothing where there is no such kind. */
export async function listReadable(
  client: KubeClient,
  of: { readonly apiVersion: string; readonly kind: string; readonly namespace?: string },
  gaps: string[],
  options: Abortable,
): Promise<readonly KubeObject[]> {
  try {
    return await client.list(of, options);
  } catch (error) {
    if (isKubeError(error, 'forbidden')) {
      gaps.push(error.message);
      return [];
    }
    if (isKubeError(error, 'no-kind')) {
      return [];
    }
    throw error;
  }
}

export async function listSources(
  client: KubeClient,
  gaps: string[],
  options: Abortable,
): Promise<readonly KubeObject[]> {
  const lists = await Promise.all(
    sourceKinds.map((kind) => listReadable(client, { apiVersion: sourceApi, kind }, gaps, options)),
  );
  return lists.flat();
}
