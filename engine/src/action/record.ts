import type { Hook, Release, ReleaseStatus, StoredChart } from '../release/index.ts';
import type { GoMap } from '../gostd/index.ts';

/** What an install or upgrade makes a revision of. */
export interface ReleaseContent {
  readonly name: string;
  /** Of the objects. */
  readonly namespace: string;
  readonly chart: StoredChart;
  readonly config: GoMap;
  readonly manifest: string;
  readonly hooks: readonly Hook[];
  readonly notes: string;
  /** CRDs of the chart, which are applied before and never deleted. */
  readonly crds: readonly { readonly name: string; readonly text: string }[];
}

/** A new revision before anything was done. */
export function newRecord(
  content: ReleaseContent,
  revision: {
    readonly version: number;
    readonly firstDeployed: string;
    readonly now: string;
    readonly status: ReleaseStatus;
    readonly description: string;
  },
): Release {
  return {
    name: content.name,
    namespace: content.namespace,
    version: revision.version,
    info: {
      firstDeployed: revision.firstDeployed,
      lastDeployed: revision.now,
      description: revision.description,
      status: revision.status,
      notes: content.notes,
    },
    chart: content.chart,
    config: content.config,
    manifest: content.manifest,
    hooks: content.hooks.map((hook) => ({ ...hook, lastRun: { phase: '' } })),
    applyMethod: 'ssa',
    labels: {},
  };
}

/** A release with another status. */
export function withStatus(
  release: Release,
  status: ReleaseStatus,
  description: string = release.info.description,
): Release {
  return { ...release, info: { ...release.info, status, description } };
}

/** Milliseconds since 1970 as Helm writes times: RFC 3339 with fractions. */
export function rfc3339(ms: number): string {
  return new Date(ms).toISOString();
}
