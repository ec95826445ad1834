import type { NamespacedName, ObjectRef } from '../support/index.ts';

/** Who carries out what is asked, and why. Shown before anything happens. */
export type Actor =
  | { readonly kind: 'flux'; readonly reason: string }
  | { readonly kind: 'fairlead'; readonly reason: string }
  | { readonly kind: 'nobody'; readonly reason: string };

/** Which cluster it is, and who acts there. */
export interface ClusterInfo {
  readonly context: string;
  readonly server: string;
  /** As `kubectl version` prints it: `v1.36.3`. */
  readonly kubernetesVersion: string;
  readonly actor: Actor;
  /** True where HelmRelease objects can be stored: the CRD is there. */
  readonly hasFluxKinds: boolean;
}

/** One thing that would happen to one object. */
export interface ObjectChange {
  readonly object: ObjectRef;
  readonly change: 'create' | 'update' | 'delete' | 'adopt' | 'none';
  /** Unified diff of the YAML, secrets masked; empty for `none`. */
  readonly diff: string;
  /** Why this one needs care: holds data, foreign owner, cluster-wide. */
  readonly warning?: string;
}

export type PlannedAction =
  | 'install'
  | 'upgrade'
  | 'test'
  | 'unlock'
  | 'correct-drift'
  /** Remediations of a release that failed. */
  | 'rollback'
  | 'uninstall'
  /** Flux is asked to reconcile; what it then does is its to say. */
  | 'ask'
  | 'none';

/** What a reconcile of one release would do, without doing it. */
export interface ReleasePlan {
  readonly release: NamespacedName & { readonly releaseName: string; readonly targetNamespace: string };
  readonly action: PlannedAction;
  /** Why, in helm-controller's words where it has them. */
  readonly reason: string;
  readonly chart: { readonly name: string; readonly version: string; readonly from: string };
  readonly previous?: { readonly revision: number; readonly chartVersion: string };
  readonly changes: readonly ObjectChange[];
  readonly hooks: readonly { readonly object: ObjectRef; readonly events: readonly string[] }[];
  readonly warnings: readonly string[];
  /** Why it may not be done; then nothing of it runs. */
  readonly refused?: string;
  /** What the user can say that takes the refusal away: objects may be taken over, or the release's name typed. */
  readonly needs?: 'adoption' | 'typed-name';
  /** Why nobody can say what would be done: the chart cannot be had or rendered, or the cluster does not answer. */
  readonly failed?: string;
}

/** What a reconcile would do, release by release. */
export interface Plan {
  readonly version: 1;
  /** Absent when planned without a cluster: then everything is a first install. */
  readonly cluster?: ClusterInfo;
  /** In the order they would run: dependencies first. */
  readonly releases: readonly ReleasePlan[];
  /** Of all that was decided on: what is confirmed is this and nothing else. */
  readonly digest: string;
}
