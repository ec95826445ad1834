/**
 * Where charts come from: repositories over HTTP, registries, buckets, Git repositories, which the working copy may
 * stand for; which version Flux takes, and the chart as Flux packages it.
 * Follows source-controller v1.9 and, for the version of charts from registries, helm-controller v1.6.
 * Left out: signatures of commits, keys and logins that only a cluster has, the protocols of Azure's and Google's buckets.
 */
export {
  type AnswerProblem,
  type ChartAnswer,
  type ChartsAnswer,
  createSourceAnswers,
  type SourceAnswers,
  type SourceQuestion,
  type VersionsAnswer,
} from './answers.ts';
export { bucketFolder } from './bucketFolder.ts';
export { type ArtifactCache, type CacheNote, memoryCache } from './cache.ts';
export type { ChartContent } from './chartContent.ts';
export type { ChartQuestion, SecretFile } from './chartQuestion.ts';
export type { SourceAuth } from './credentials.ts';
export { type DockerConfigOptions, type DockerLogin, dockerServerName, loginOfDockerConfig } from './dockerConfig.ts';
export { SourceError, type SourceErrorCode, type SourceErrorData } from './errors.ts';
export { gitFolder, type GitFolderRequest } from './gitRepository.ts';
export { sameRepository } from './gitUrl.ts';
export { type IndexedChart, openIndex, type RepositoryIndex } from './helmIndex.ts';
export type { IndexEntry } from './indexEntry.ts';
export { resolveUrl } from './helmRepository.ts';
export { allPatterns, type IgnorePattern, isLeftOut, readIgnorePatterns } from './goIgnore.ts';
export { hostsOf } from './hosts.ts';
export { type IndexSlices, type Slice, sliceIndex } from './indexScan.ts';
export {
  type OciName,
  type OciRepositoryName,
  parseOciUrl,
  parseRepositoryUrl,
  usesPlainHttp,
} from './ociReference.ts';
export { versionWithDigest, withMetadata } from './ociVersion.ts';
export { openRegistry, type Referrer, type Registry, type RegistryManifest } from './registry.ts';
export type { RegistryOptions } from './registryConnection.ts';
export { type ChartRequest, resolveChart, type ResolvedChart } from './resolve.ts';
export { chooseTag, chooseVersion, filterVersions, type OfferedVersion } from './version.ts';
export { type KeptChart, openKeptChart } from './keptChart.ts';
export { type OpenIndexes, openIndexes } from './openIndexes.ts';
export {
  type ChartVersion,
  listCharts,
  listVersions,
  type VersionList,
  versionsOf,
  type VersionsRequest,
} from './versions.ts';
export { pathInside, type SourceFolder } from './workingCopy.ts';
export type { FetchOptions, RemoteSources, SourceWorld } from './world.ts';
