import type { KubeClient } from './client.ts';

/** What tells one cluster from another, whatever its context is called. */
export interface ClusterIdentity {
  readonly server: string;
  readonly caDigest: string;
  /** uid of namespace kube-system. */
  readonly clusterUid: string;
}

/** Reads who a cluster is. `undefined` where the uid may not be read: then it cannot be recognised. */
export async function readIdentity(client: KubeClient, signal: AbortSignal): Promise<ClusterIdentity | undefined> {
  const namespace = await client.get({ apiVersion: 'v1', kind: 'Namespace', name: 'kube-system' }, { signal });
  const clusterUid = namespace?.metadata.uid;
  return clusterUid === undefined ? undefined : { server: client.server, caDigest: client.caDigest, clusterUid };
}
