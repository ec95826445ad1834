import {
  type HelmRelease,
  type HelmReleaseStatus,
  parseHelmRelease,
  releaseNameOf,
  storageNamespaceOf,
} from '../flux/index.ts';
import { isKubeError } from '../kube/index.ts';
import type { ClusterInfo } from '../reconcile/index.ts';
import type { StoredRelease } from '../storage/index.ts';
import { type Abortable, type KubeObject, messageOf, type NamespacedName } from '../support/index.ts';
import { type SessionContext, statusStoreOf, storageIn } from './context.ts';
import { keyOf } from './dependencies.ts';
import { helmReleaseApi, listReadable } from './readCluster.ts';
import { summarizeHelmRelease, summarizePlainRelease } from './summaries.ts';
import type { ReleaseSummary, StatusReport } from './types.ts';

interface ReportOptions extends Abortable {
  /** Only this one. */
  readonly namespace?: string;
}

/** Every release of the cluster: its HelmReleases with what is stored for them, then those that helm alone knows. */
export async function statusReport(
  context: SessionContext,
  info: ClusterInfo,
  options: ReportOptions,
): Promise<StatusReport> {
  const gaps: string[] = [];
  const within = options.namespace === undefined ? {} : { namespace: options.namespace };
  const of = { apiVersion: helmReleaseApi, kind: 'HelmRelease', ...within };
  const [objects, stored] = await Promise.all([
    listReadable(context.client, of, gaps, options),
    storedReleases(context, gaps, options),
  ]);
  const left = new Map(stored.map((each) => [`${each.storageNamespace}/${each.release.name}`, each]));
  const releases: ReleaseSummary[] = [];
  for (const object of objects) {
    const release = parsed(object, gaps);
    if (release === undefined) {
      continue;
    }
    const storage = { namespace: storageNamespaceOf(release), name: releaseNameOf(release) };
    const key = keyOf(storage);
    const found = left.get(key)?.release;
    left.delete(key);
    const status = await statusOf(context, release, { info, object, storage }, options);
    releases.push(summarizeHelmRelease(release, status, found));
  }
  releases.push(...[...left.values()].map(summarizePlainRelease));
  const byName = (a: ReleaseSummary, b: ReleaseSummary): number => (keyOf(a) < keyOf(b) ? -1 : 1);
  return { version: 1, cluster: info, releases: releases.sort(byName), gaps };
}

function parsed(object: KubeObject, gaps: string[]): HelmRelease | undefined {
  try {
    return parseHelmRelease(object, { defaultNamespace: 'default' });
  } catch (error) {
    // An older API's object, or one from before a field was checked: the others are still worth showing.
    gaps.push(`HelmRelease ${object.metadata.namespace ?? ''}/${object.metadata.name}: ${messageOf(error)}`);
    return undefined;
  }
}

async function storedReleases(
  context: SessionContext,
  gaps: string[],
  options: ReportOptions,
): Promise<readonly StoredRelease[]> {
  try {
    return await storageIn(context, options.namespace).newest(options);
  } catch (error) {
    if (isKubeError(error, 'forbidden')) {
      gaps.push(error.message);
      return [];
    }
    throw error;
  }
}

/** Its own status; where Fairlead acts and may not write there, what it keeps beside the release. */
async function statusOf(
  context: SessionContext,
  release: HelmRelease,
  {
    info,
    object,
    storage,
  }: { readonly info: ClusterInfo; readonly object: KubeObject; readonly storage: NamespacedName },
  options: Abortable,
): Promise<HelmReleaseStatus> {
  const own = release.status ?? {};
  if (own.conditions !== undefined || info.actor.kind !== 'fairlead') {
    return own;
  }
  return (await statusStoreOf(context, release, { live: object, storage }).load(options)).status;
}
