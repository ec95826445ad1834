import { type HelmRelease, releaseNameOf, releaseNamespaceOf, storageNamespaceOf } from '../flux/index.ts';
import { isKubeError } from '../kube/index.ts';
import type { Release } from '../release/index.ts';
import type { Storage } from '../storage/index.ts';
import type { Abortable, KubeObject, NamespacedName } from '../support/index.ts';
import { SessionError, type SessionContext, storageIn } from './context.ts';
import { getHelmRelease } from './readCluster.ts';

/** A release in the cluster, found by the name of its HelmRelease, else by its own. */
export interface Located {
  /** What it was asked for by. */
  readonly name: NamespacedName;
  readonly releaseName: string;
  /** Of its objects. */
  readonly targetNamespace: string;
  readonly storageNamespace: string;
  /** The HelmRelease behind it; absent for one that the helm program made. */
  readonly owner?: { readonly release: HelmRelease; readonly object: KubeObject };
  readonly storage: Storage;
}

/** @throws SessionError `no-release` where there is neither a HelmRelease nor a Helm release of this name */
export async function locate(
  context: SessionContext,
  { namespace, name }: NamespacedName,
  options: Abortable,
): Promise<Located> {
  const owner = await findOwner(context, { namespace, name }, options);
  if (owner !== undefined) {
    const storageNamespace = storageNamespaceOf(owner.release);
    return {
      name: { namespace, name },
      releaseName: releaseNameOf(owner.release),
      targetNamespace: releaseNamespaceOf(owner.release),
      storageNamespace,
      owner,
      storage: storageIn(context, storageNamespace),
    };
  }
  const storage = storageIn(context, namespace);
  const last = await storage.last(name, options);
  if (last === undefined) {
    throw new SessionError('no-release', `there is neither a HelmRelease nor a Helm release ${namespace}/${name}`);
  }
  return {
    name: { namespace, name },
    releaseName: name,
    targetNamespace: last.namespace,
    storageNamespace: namespace,
    storage,
  };
}

async function findOwner(
  { client }: SessionContext,
  name: NamespacedName,
  options: Abortable,
): Promise<Located['owner']> {
  try {
    return await getHelmRelease(client, name, options);
  } catch (error) {
    if (isKubeError(error, 'not-found', 'no-kind')) {
      return undefined;
    }
    throw error;
  }
}

/** A stored revision, the newest without a number. @throws SessionError `not-stored`, `no-revision` */
export async function revisionOf(
  { storage, releaseName, storageNamespace }: Located,
  revision: number | undefined,
  options: Abortable,
): Promise<Release> {
  const history = await storage.history(releaseName, options);
  const newest = history.at(-1);
  if (newest === undefined) {
    throw new SessionError('not-stored', `${storageNamespace}/${releaseName} is not installed`);
  }
  const found = revision === undefined ? newest : history.find(({ version }) => version === revision);
  if (found === undefined) {
    throw new SessionError('no-revision', `${storageNamespace}/${releaseName} has no revision ${String(revision)}`);
  }
  return found;
}
