/** Releases as Helm keeps them. @see helm v4.3.1 pkg/release/v1 */
import type { ChartFile, ChartLock, ChartMetadata } from '../chart/index.ts';
import type { GoMap } from '../gostd/index.ts';

/** @see helm v4.3.1 pkg/release/common/status.go */
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

/** Whether another operation is, or was, in the middle of its work. */
export function isPending(status: ReleaseStatus): boolean {
  return status === 'pending-install' || status === 'pending-upgrade' || status === 'pending-rollback';
}

/** One revision of a release. @see helm v4.3.1 pkg/release/v1/release.go, Release */
export interface Release {
  readonly name: string;
  readonly namespace: string;
  /** The revision, from 1. */
  readonly version: number;
  readonly info: ReleaseInfo;
  readonly chart: StoredChart;
  /** The user's values, without the chart's defaults. */
  readonly config: GoMap;
  /** Everything but hooks, as `assembleManifest` writes it. */
  readonly manifest: string;
  readonly hooks: readonly Hook[];
  /** Server-side or client-side; empty in releases of Helm 3, which means client-side. */
  readonly applyMethod: 'ssa' | 'csa' | '';
  /** Of the user; kept on the Secret, not in it. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Times are RFC 3339. @see helm v4.3.1 pkg/release/v1/info.go, Info */
export interface ReleaseInfo {
  readonly firstDeployed: string;
  readonly lastDeployed: string;
  readonly deleted?: string;
  readonly description: string;
  readonly status: ReleaseStatus;
  readonly notes: string;
  /** The revision that a rollback went back to. */
  readonly rollbackRevision?: number;
}

/** The part of a chart that a release keeps; the charts below it are lost but for what they rendered. */
export interface StoredChart {
  readonly metadata: ChartMetadata;
  readonly lock?: ChartLock;
  readonly templates: readonly ChartFile[];
  readonly values: GoMap;
  readonly schema?: Uint8Array;
  readonly files: readonly ChartFile[];
  readonly modTime?: string;
  readonly schemaModTime?: string;
}

/** @see helm v4.3.1 pkg/release/v1/hook.go, HookEvent */
export type HookEvent =
  | 'pre-install'
  | 'post-install'
  | 'pre-delete'
  | 'post-delete'
  | 'pre-upgrade'
  | 'post-upgrade'
  | 'pre-rollback'
  | 'post-rollback'
  | 'test';

export type HookPhase = 'Unknown' | 'Running' | 'Succeeded' | 'Failed' | '';

/** Times are RFC 3339. */
export interface HookExecution {
  readonly startedAt?: string;
  readonly completedAt?: string;
  readonly phase: HookPhase;
}

/** An object that Helm creates at some point of an operation. @see helm v4.3.1 pkg/release/v1/hook.go, Hook */
export interface Hook {
  readonly name: string;
  readonly kind: string;
  /** The template that wrote it. */
  readonly path: string;
  readonly manifest: string;
  readonly events: readonly HookEvent[];
  readonly lastRun: HookExecution;
  readonly weight: number;
  /** `before-hook-creation`, `hook-succeeded`, `hook-failed`, or whatever the chart wrote, in lower case. */
  readonly deletePolicies: readonly string[];
  /** `hook-succeeded`, `hook-failed`, or whatever the chart wrote, in lower case. */
  readonly outputLogPolicies: readonly string[];
}

/** One document of a rendered file. @see helm v4.3.1 pkg/release/v1/util/manifest_sorter.go, Manifest */
export interface Manifest {
  /** The template that wrote it. */
  readonly path: string;
  readonly content: string;
  readonly head: ManifestHead;
}

/** What Helm itself reads of an object. @see helm v4.3.1 pkg/release/v1/util/manifest.go, SimpleHead */
export interface ManifestHead {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly annotations: Readonly<Record<string, string>> } | undefined;
}
