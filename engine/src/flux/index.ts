/**
 * Flux's objects, and what they mean before anything is fetched: types, names, defaults, references, values.
 * Follows helm-controller v1.6 and source-controller v1.9 (Flux 2.9), and fluxcd/pkg chartutil v1.27 for values.
 * Left out: what the API server checks (the schemas say that), ExternalArtifact, Flux Kustomizations.
 */
export type { Bucket, BucketSpec } from './api/bucket.ts';
export type { GitInclude, GitReference, GitRepository, GitRepositorySpec } from './api/gitRepository.ts';
export type { HelmChart, HelmChartSpec } from './api/helmChart.ts';
export type {
  ActionStrategy,
  ApplyMode,
  CommonMetadata,
  CrdsPolicy,
  CrossNamespaceReference,
  DependencyReference,
  DriftDetection,
  HealthCheck,
  HelmChartTemplate,
  HelmChartTemplateSpec,
  HelmRelease,
  HelmReleaseSpec,
  HelmReleaseStatus,
  Install,
  InstallRemediation,
  KubeConfigReference,
  KustomizeImage,
  KustomizePatch,
  PostRenderer,
  PostRenderStrategy,
  ReconcileStrategy,
  ReleaseAction,
  Rollback,
  Selector,
  Snapshot,
  Test,
  TestHookStatus,
  Uninstall,
  Upgrade,
  UpgradeRemediation,
  ValuesReference,
} from './api/helmRelease.ts';
export type { HelmRepository, HelmRepositorySpec } from './api/helmRepository.ts';
export type {
  Artifact,
  FluxObject,
  LocalReference,
  NamespacedMeta,
  SourceAccess,
  SourceStatus,
  StatusCondition,
  Verification,
} from './api/meta.ts';
export type { LayerSelector, OciReference, OciRepository, OciRepositorySpec } from './api/ociRepository.ts';
export { helmGroup, parseHelmRelease, type ParseOptions, parseSource, type Source, sourceGroup } from './api/parse.ts';
export {
  type ConditionOptions,
  getCondition,
  type NewCondition,
  sameConditions,
  setCondition,
  withoutCondition,
} from './conditions.ts';
export {
  helmChartNameOf,
  maxHistoryOf,
  releaseNameOf,
  releaseNamespaceOf,
  shortenName,
  storageNamespaceOf,
  type TimedAction,
  timeoutMsOf,
} from './defaults.ts';
export { commonMetadataDigest, configDigest, postRenderersDigest } from './digests.ts';
export { durationMs, formatDurationMs } from './duration.ts';
export { FluxError, type FluxErrorCode } from './errors.ts';
export {
  type Manifest,
  type ManifestProblem,
  type Place,
  type Places,
  readManifests,
  type ReadOptions,
} from './manifest.ts';
export { type ObjectQuery, type ObjectSet, objectSet } from './objectSet.ts';
export { type ChartReference, chartReferenceOf, crossNamespaceRefusal, nameOf, type SourceReference } from './refs.ts';
export { type ComposedValues, type ComposeOptions, composeValues, type UnknownValues } from './values.ts';
export { type ValuesData, valuesDataOf, type ValuesLookup, valuesLookup, type ValuesQuery } from './valuesData.ts';
