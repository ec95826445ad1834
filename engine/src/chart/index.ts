/**
 * Charts as Helm 4.3.1 loads them (pkg/chart/v2 with its loader, pkg/chart/common, pkg/strvals, pkg/ignore): files to
 * charts, values coalesced through them, dependencies switched on and off, values held against schemas.
 * Nothing is changed in place but maps that a caller hands over for it. Archives are read, not written.
 * Left out: chart API version v3, provenance files, and fetching (source/ does that).
 */
export { defaultCapabilities, parseKubeVersion } from './capabilities.ts';
export type { Capabilities, HelmVersion, KubeVersion } from './capabilities.ts';
export {
  checkDependencies,
  checkIfInstallable,
  checkKubeVersion,
  isCompatibleRange,
  validateReleaseName,
} from './check.ts';
export { ChartError } from './errors.ts';
export type { ChartErrorCode, ChartErrorOptions, SchemaProblem } from './errors.ts';
export { loadArchiveFiles } from './loader/archive.ts';
export { loadDirectory, readDirectory } from './loader/directory.ts';
export type { LoadDirectoryOptions } from './loader/directory.ts';
export { isIgnored, parseIgnoreRules } from './loader/ignore.ts';
export type { IgnoreRule } from './loader/ignore.ts';
export { loadArchive, loadFiles } from './loader/load.ts';
export type { LoadOptions } from './loader/load.ts';
export { loadChartFile } from './loader/file.ts';
export { matchPath } from './match.ts';
export { SchemaCache, validateAgainstSchema } from './values/schema.ts';
export type { ValidateOptions } from './values/schema.ts';
export { boolReader, decodeStruct, mapReader, pointerReader, stringReader, structReader } from './struct.ts';
export type { Reader, ReadStruct } from './struct.ts';
export { chartCrds, chartFullPath, isRootChart } from './types.ts';
export type { Chart, ChartCrd, ChartFile, ChartLock, ChartMetadata, Dependency, Maintainer } from './types.ts';
export { coalesceValues, copyMap, mergeTables, mergeValues } from './values/coalesce.ts';
export type { CoalesceOptions } from './values/coalesce.ts';
export { processDependencies } from './values/dependencies.ts';
export { loadValues, mergeMaps } from './values/load.ts';
export type { RecordOrigins } from './values/load.ts';
export { parseStrvals } from './values/strvals.ts';
export type { StrvalsMode, StrvalsOptions } from './values/strvals.ts';
export { tableAt, valueAt } from './values/table.ts';
export type { Found } from './values/table.ts';
