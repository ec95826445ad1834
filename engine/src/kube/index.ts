/**
 * Objects of a cluster: typed requests over a transport, server-side apply, how far an object is (kstatus), waiting,
 * differences, who acts in this cluster, and a Lease per release.
 * Follows fluxcd/pkg/ssa and sigs.k8s.io/cli-utils kstatus. It keeps no cache but of which kinds there are.
 */
export { findFlux, type FluxSigns } from './actor.ts';
export { type ApplyOptions, type DeleteOptions, KubeClient, type ListOptions } from './client.ts';
export { comparable, objectDiff } from './diff.ts';
export type { Resource } from './discovery.ts';
export { isNotFound, KubeError, type KubeErrorCode } from './errors.ts';
export { type ClusterIdentity, readIdentity } from './identity.ts';
export { acquireLease, type HeldLease, type LeaseOptions } from './lease.ts';
export { asKubeObject, groupOf, identityOf, nameOf, refOf, withMetadata } from './object.ts';
export { jobEnd, type ObjectStatus, objectStatus, type Progress } from './status.ts';
export type { KubeAnswer, KubeRequest, KubeTransport } from './transport.ts';
export { waitForDeleted, waitForReady, type WaitOptions } from './wait.ts';
