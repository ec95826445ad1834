/**
 * One cluster: requests with retries and limits, discovery, server-side apply, what it would change, what became of it,
 * waiting for it, deleting it; who acts on a cluster's releases, which cluster it is, and a lock for each release.
 * After fluxcd/pkg ssa and fluxcd/cli-utils v1.2.2 kstatus; requests as k8s.io/client-go v0.36 makes them.
 * Left out: client-side apply and moving its managed fields, informers, and the network itself (node/kubeTransport.ts).
 */
export { findActingFlux, fluxOwnerOf } from './actor.ts';
export type { FindActingFluxOptions, FluxEvidence, FluxPresence } from './actor.ts';
export { applyObjects, remnantsOf } from './apply.ts';
export type { AppliedObject, ApplyFailure, ApplyObjectsOptions, Remnant } from './apply.ts';
export { KubeClient } from './client.ts';
export type {
  Applied,
  ApplyOptions,
  DeleteOptions,
  Impersonation,
  KindRef,
  KubeClientOptions,
  ListOptions,
  PatchOptions,
  Permission,
  WatchEvent,
  WriteOptions,
} from './options.ts';
export { fieldChanges, leftBehind } from './compare.ts';
export type { FieldChange } from './compare.ts';
export { deleteObject, lossesOf } from './delete.ts';
export type { Loss } from './delete.ts';
export { diffText, previewApply, withoutServerFields } from './diff.ts';
export type { DiffTextOptions, ObjectPreview, PreviewOptions } from './diff.ts';
export type { Discovery, KindInfo } from './discovery.ts';
export { connectionReset, errorOfResponse, isKubeError, KubeError } from './errors.ts';
export type { FieldConflict, KubeErrorCode, KubeErrorDetails } from './errors.ts';
export { isSameServer, serverIdentity } from './identity.ts';
export type { ServerIdentity } from './identity.ts';
export { LeaseError, readLease, withLease } from './lease.ts';
export type { LeaseErrorCode, LeaseOptions, LeaseState } from './lease.ts';
export { managersOf } from './managers.ts';
export { maskSecrets } from './mask.ts';
export { describeRef, isKubeObject, isSecret, ownManager, ownNameFor, refKey, refOf, refText } from './object.ts';
export { inParallel } from './parallel.ts';
export { objectStatus } from './status.ts';
export type { ObjectStatus, StatusKind, StatusRules } from './status.ts';
export { toValue, toYaml } from './toYaml.ts';
export type { KubeRequest, KubeResponse, KubeTransport, TransportOptions } from './transport.ts';
export { lookAll, waitForDeleted, waitForReady, waitMessage } from './wait.ts';
export type { DeletedRef, WaitedObject, WaitForDeletedOptions, WaitOptions, WaitResult } from './wait.ts';
