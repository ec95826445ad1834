import type { Abortable } from '../support/index.ts';
import type { KubeClient } from './client.ts';
import { KubeError } from './errors.ts';

/** Which cluster this is, so that another one under its name is noticed. */
export interface ServerIdentity {
  readonly server: string;
  /** Of the certificates that the server's is checked against. */
  readonly caDigest: string;
  /** uid of namespace kube-system, which no two clusters share. */
  readonly clusterUid: string;
}

/** @throws KubeError `forbidden` where namespace kube-system may not be read: then it is not known which cluster this is */
export async function serverIdentity(client: KubeClient, options: Abortable): Promise<ServerIdentity> {
  const namespace = await client.get({ apiVersion: 'v1', kind: 'Namespace', name: 'kube-system' }, options);
  const { uid } = namespace.metadata;
  if (uid === undefined) {
    throw new KubeError('server', 'get v1 Namespace kube-system: the answer has no uid');
  }
  return { server: client.transport.server, caDigest: client.transport.caDigest, clusterUid: uid };
}

/** Whether two answers of `serverIdentity` are of the same cluster. */
export function isSameServer(a: ServerIdentity, b: ServerIdentity): boolean {
  return a.server === b.server && a.caDigest === b.caDigest && a.clusterUid === b.clusterUid;
}
