import type { ClusterInfo, Outcome, Plan, ProgressEvent } from '../reconcile/index.ts';
import type { LookupKey } from '../render/index.ts';
import type { Credentials, Log, NamespacedName, ObjectRef, Position } from '../support/index.ts';

/**
 * What the editor and the command line see of a cluster: plain data only, so that it crosses a worker, a process or
 * `-o json` as it is. `version` fields name the JSON form; a field is added freely, never changed or taken away.
 */

/** As helm prints them. */
export type ReleaseStatus =
  | 'unknown'
  | 'deployed'
  | 'uninstalled'
  | 'superseded'
  | 'failed'
  | 'uninstalling'
  | 'pending-install'
  | 'pending-upgrade'
  | 'pending-rollback';

export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime: string;
  readonly observedGeneration?: number;
}

/** One release: a HelmRelease with what Helm stored for it, or a plain Helm release without one. */
export interface ReleaseSummary {
  readonly kind: 'HelmRelease' | 'HelmOnly';
  /** Of the HelmRelease, or the storage namespace and name of the Helm release. */
  readonly namespace: string;
  readonly name: string;
  readonly releaseName: string;
  readonly targetNamespace: string;
  readonly storageNamespace: string;
  /** Newest revision in storage; absent when nothing is stored. */
  readonly revision?: number;
  readonly status?: ReleaseStatus;
  readonly chart?: string;
  readonly chartVersion?: string;
  readonly appVersion?: string;
  /** RFC 3339. */
  readonly updated?: string;
  readonly suspended: boolean;
  /** `True`, `False`, `Unknown` of the Ready condition; absent where there is none. */
  readonly ready?: 'True' | 'False' | 'Unknown';
  readonly conditions: readonly Condition[];
  /** The one sentence worth reading: Stalled's message, else Ready's, else Helm's description. */
  readonly message?: string;
  readonly source?: { readonly kind: string; readonly namespace: string; readonly name: string };
}

export interface StatusReport {
  readonly version: 1;
  readonly cluster: ClusterInfo;
  readonly releases: readonly ReleaseSummary[];
  /** What could not be read, a sentence each: rights are often for some namespaces only. */
  readonly gaps: readonly string[];
}

export interface HistoryEntry {
  readonly revision: number;
  /** RFC 3339. */
  readonly updated: string;
  readonly status: ReleaseStatus;
  readonly chart: string;
  readonly chartVersion: string;
  readonly appVersion?: string;
  readonly description: string;
  readonly configDigest: string;
}

export interface HistoryReport {
  readonly version: 1;
  readonly release: NamespacedName & { readonly releaseName: string };
  /** Oldest first, as `helm history`. */
  readonly history: readonly HistoryEntry[];
}

/** An object that a release owns, and how it is. */
export interface OwnedResource extends ObjectRef {
  readonly status: 'Current' | 'InProgress' | 'Failed' | 'Terminating' | 'NotFound' | 'Unknown';
  readonly message: string;
}

/** A Flux source in the cluster. */
export interface SourceSummary {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly url: string;
  readonly revision?: string;
  readonly ready?: 'True' | 'False' | 'Unknown';
  readonly message?: string;
  readonly suspended: boolean;
}

/** A HelmRelease or source as somebody wrote it, with its place. */
export interface WrittenObject {
  readonly object: unknown;
  readonly file: string;
  readonly position: Position;
}

/** What to act on: files of the working copy, or something in the cluster. */
export type Target =
  | { readonly kind: 'files'; readonly paths: readonly string[] }
  | { readonly kind: 'name'; readonly namespace: string; readonly name: string };

export interface OperationOptions {
  readonly signal: AbortSignal;
  readonly onEvent: (event: ProgressEvent) => void;
}

/** What the user confirmed beyond a plan as a whole. */
export interface Approvals {
  /** Objects that are there already may be taken over. */
  readonly adopts?: boolean;
  /** Names of releases that the user typed: what holds data may be deleted with them. */
  readonly typedNames?: readonly string[];
}

/** Everything that can be asked of the selected cluster. One object per context; every call may reject with an EngineError. */
export interface ClusterSession {
  info(options: { readonly signal: AbortSignal }): Promise<ClusterInfo>;
  status(options: { readonly signal: AbortSignal; readonly namespace?: string }): Promise<StatusReport>;
  sources(options: { readonly signal: AbortSignal }): Promise<readonly SourceSummary[]>;
  /** The cluster's own schemas of Flux's kinds, in the form of those in `schemas/`. */
  schemas(options: { readonly signal: AbortSignal }): Promise<readonly object[]>;
  /**
   * What a chart that is only looked at would find: an object, a list where `name` is empty, an empty object where there
   * is none. Instead of the data of Secrets there are placeholders.
   */
  lookup(key: LookupKey, options: { readonly signal: AbortSignal }): Promise<object>;
  history(release: NamespacedName, options: { readonly signal: AbortSignal }): Promise<HistoryReport>;
  resources(release: NamespacedName, options: { readonly signal: AbortSignal }): Promise<readonly OwnedResource[]>;
  /** Manifest of a revision as Helm stored it, Secrets' data masked. Newest without `revision`. */
  manifest(
    release: NamespacedName,
    options: { readonly signal: AbortSignal; readonly revision?: number },
  ): Promise<string>;
  /** Values of a revision as YAML, what came from Secrets masked. */
  values(
    release: NamespacedName,
    options: { readonly signal: AbortSignal; readonly revision?: number },
  ): Promise<string>;
  plan(target: Target, options: OperationOptions & Approvals): Promise<Plan>;
  /** Runs exactly the plan with this digest, or refuses. */
  reconcile(
    target: Target,
    options: OperationOptions & Approvals & { readonly planDigest: string },
  ): Promise<readonly Outcome[]>;
  rollback(release: NamespacedName, options: OperationOptions & { readonly to: number }): Promise<Outcome>;
  suspend(release: NamespacedName, options: OperationOptions): Promise<Outcome>;
  resume(release: NamespacedName, options: OperationOptions): Promise<Outcome>;
  /** Refuses with reason `NameNotTyped` where what holds data would go and the release's name was not typed. */
  uninstall(release: NamespacedName, options: OperationOptions & Approvals): Promise<Outcome>;
  close(): Promise<void>;
}

/** A context of a kubeconfig. Reading them runs no credential plugin. */
export interface KubeContext {
  readonly name: string;
  readonly server: string;
  /** Of the context, `default` where it names none. */
  readonly namespace: string;
  readonly isCurrent: boolean;
}

/** A cluster in which the user lets Fairlead's own engine act, pinned so that another one under its name does not count. */
export interface Enrolment {
  readonly context: string;
  readonly server: string;
  readonly caDigest: string;
  /** uid of namespace kube-system. */
  readonly clusterUid: string;
  /** Whether status and finalizers of HelmRelease objects may be written: the practice cluster, or turned on by the user. */
  readonly writesStatus: boolean;
}

export interface OpenOptions {
  /** A kubeconfig file; the usual places where absent. It is read and never written. */
  readonly kubeconfig?: string;
  readonly context: string;
  /** Path of the render worker's bundle. */
  readonly renderWorker: string;
  /** Where enrolments, consent and cached charts are kept. */
  readonly configFolder: string;
  readonly cacheFolder: string;
  /** Hosts that may be asked, beside those the user allowed before. */
  readonly allowHosts: readonly string[];
  /** Folders that stand for Git repositories, by URL. */
  readonly localSources: Readonly<Record<string, string>>;
  /** Of Fairlead, as servers see it. */
  readonly version: string;
  /** False in the extension host, which looks after proxies itself. */
  readonly usesProxyVariables: boolean;
  readonly log: Log;
  /** Logins that an editor keeps. */
  readonly ownLogins?: Credentials;
}

/** The bundle that holds the cluster half. It is heavy, so it is loaded at the first use. */
export interface ClusterModule {
  listContexts(kubeconfig: string | undefined): readonly KubeContext[];
  openClusterSession(options: OpenOptions): Promise<ClusterSession>;
  /** Reads the cluster's identity and records that Fairlead may act there. */
  enrol(options: OpenOptions & { readonly writesStatus: boolean; readonly signal: AbortSignal }): Promise<Enrolment>;
}
