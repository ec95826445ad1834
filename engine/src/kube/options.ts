import type { Abortable, Clock, KubeObject } from '../support/index.ts';

export interface KubeClientOptions {
  readonly clock: Clock;
  /** Whom every request is made as; absent for the kubeconfig's own user. */
  readonly impersonate?: Impersonation;
}

/** A user to act as. The API server adds the groups of a service account by itself. */
export interface Impersonation {
  /** `system:serviceaccount:NAMESPACE:NAME` for a service account. */
  readonly user: string;
}

/** Which objects: of one kind, in one namespace or in all. */
export interface KindRef {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
}

export interface ListOptions extends Abortable {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Only what names and labels objects: no spec, no data. */
  readonly metadataOnly?: boolean;
  /** Objects asked for at once. */
  readonly pageSize?: number;
}

export interface WriteOptions extends Abortable {
  readonly fieldManager: string;
  /** Checked and admitted as if, and not stored. */
  readonly dryRun?: boolean;
  /** `status` and others. */
  readonly subresource?: string;
}

export interface ApplyOptions extends WriteOptions {
  /** Whether fields that another manager owns are taken over. */
  readonly force: boolean;
}

export interface PatchOptions extends WriteOptions {
  readonly type: 'merge' | 'json' | 'strategic';
}

export interface DeleteOptions extends Abortable {
  readonly propagation: 'background' | 'foreground' | 'orphan';
  /** Only this very object: `conflict` for another of its name. */
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly dryRun?: boolean;
}

/** What applying did to an object. */
export interface Applied {
  readonly object: KubeObject;
  /** Whether it was not there before. */
  readonly created: boolean;
}

export interface WatchEvent {
  readonly type: 'added' | 'modified' | 'deleted';
  readonly object: KubeObject;
}

/** What somebody may do, as a Role says it. */
export interface Permission {
  readonly verb: string;
  readonly group: string;
  /** Plural: `leases`. */
  readonly resource: string;
  readonly namespace?: string;
  readonly name?: string;
}
