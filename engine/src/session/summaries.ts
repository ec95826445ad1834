import {
  configDigest,
  getCondition,
  type HelmRelease,
  type HelmReleaseStatus,
  releaseNameOf,
  releaseNamespaceOf,
  storageNamespaceOf,
} from '../flux/index.ts';
import type { Release } from '../release/index.ts';
import type { StoredRelease } from '../storage/index.ts';
import type { KubeObject } from '../support/index.ts';
import type { Condition, HistoryEntry, ReleaseSummary, SourceSummary } from './types.ts';

/** A HelmRelease and, where one is stored, the newest revision of its release. */
export function summarizeHelmRelease(
  release: HelmRelease,
  status: HelmReleaseStatus,
  stored: Release | undefined,
): ReleaseSummary {
  const { spec, metadata } = release;
  const conditions = status.conditions ?? [];
  const ready = getCondition(conditions, 'Ready');
  const stalled = getCondition(conditions, 'Stalled');
  const message = stalled?.message ?? ready?.message ?? stored?.info.description;
  const source = spec.chartRef ?? spec.chart?.spec.sourceRef;
  return {
    kind: 'HelmRelease',
    namespace: metadata.namespace,
    name: metadata.name,
    releaseName: releaseNameOf(release),
    targetNamespace: releaseNamespaceOf(release),
    storageNamespace: storageNamespaceOf(release),
    ...(stored === undefined ? {} : storedFacts(stored)),
    suspended: spec.suspend === true,
    ...(ready === undefined ? {} : { ready: ready.status }),
    conditions: conditions.map((condition): Condition => ({ ...condition })),
    ...(message === undefined ? {} : { message }),
    ...(source === undefined
      ? {}
      : { source: { kind: source.kind, namespace: source.namespace ?? metadata.namespace, name: source.name } }),
  };
}

/** A release that no HelmRelease is behind. */
export function summarizePlainRelease({ storageNamespace, release: stored }: StoredRelease): ReleaseSummary {
  return {
    kind: 'HelmOnly',
    namespace: storageNamespace,
    name: stored.name,
    releaseName: stored.name,
    targetNamespace: stored.namespace,
    storageNamespace,
    ...storedFacts(stored),
    suspended: false,
    conditions: [],
    message: stored.info.description,
  };
}

type StoredFacts = Pick<ReleaseSummary, 'revision' | 'status' | 'chart' | 'chartVersion' | 'appVersion' | 'updated'>;

function storedFacts({ version, info, chart }: Release): StoredFacts {
  const { name, version: chartVersion, appVersion } = chart.metadata;
  return {
    revision: version,
    status: info.status,
    chart: name,
    chartVersion,
    ...(appVersion === '' ? {} : { appVersion }),
    updated: info.lastDeployed,
  };
}

export function historyEntry({ version, info, chart, config }: Release): HistoryEntry {
  const { name, version: chartVersion, appVersion } = chart.metadata;
  return {
    revision: version,
    updated: info.lastDeployed,
    status: info.status,
    chart: name,
    chartVersion,
    ...(appVersion === '' ? {} : { appVersion }),
    description: info.description,
    configDigest: configDigest(config),
  };
}

/** What a source in the cluster says about itself; the API server keeps to the CRD, and a field that is not there is left out. */
export function summarizeSource(object: KubeObject): SourceSummary {
  const spec = (object['spec'] ?? {}) as { url?: string; endpoint?: string; suspend?: boolean };
  const status = (object['status'] ?? {}) as {
    artifact?: { revision?: string };
    conditions?: HelmReleaseStatus['conditions'];
  };
  const ready = getCondition(status.conditions, 'Ready');
  const revision = status.artifact?.revision;
  return {
    kind: object.kind,
    namespace: object.metadata.namespace ?? '',
    name: object.metadata.name,
    url: spec.url ?? spec.endpoint ?? '',
    ...(revision === undefined ? {} : { revision }),
    ...(ready === undefined ? {} : { ready: ready.status, message: ready.message }),
    suspended: spec.suspend === true,
  };
}
