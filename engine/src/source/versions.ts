import type { HelmRepository, OciRepository, ValuesLookup } from '../flux/index.ts';
import { strictNewVersion, SemverError } from '../semver/index.ts';
import { connectHttp, connectRegistry, isRegistry } from './connect.ts';
import { SourceError } from './errors.ts';
import { fetchIndex, fetchIndexedChart } from './helmRepository.ts';
import { fetchTags, filterTags, translatesTags } from './oci.ts';
import { filterVersions, parseVersion, sortOffered } from './version.ts';
import type { FetchOptions, SourceWorld } from './world.ts';

/** A version of a chart that a source offers. */
export interface ChartVersion {
  readonly version: string;
  readonly appVersion?: string;
  /** RFC 3339. */
  readonly created?: string;
  readonly deprecated?: boolean;
}

export interface VersionList {
  /** Newest first. */
  readonly versions: readonly ChartVersion[];
  /** Milliseconds since 1970. */
  readonly fetchedAt: number;
  /** What is wrong with the source's list, and what was not used. */
  readonly warnings: readonly string[];
  /** Why this is the last list that was good, and not one of now. */
  readonly stale?: Error;
}

export interface VersionsRequest {
  readonly source: HelmRepository | OciRepository;
  /** In a HelmRepository; an OCIRepository is one chart. */
  readonly chart: string;
  readonly lookup: ValuesLookup;
}

/**
 * The versions of a chart.
 *
 * @throws SourceError
 */
export async function listVersions(
  { source, chart, lookup }: VersionsRequest,
  world: SourceWorld,
  options: FetchOptions,
): Promise<VersionList> {
  const { signal } = options;
  if (source.kind === 'OCIRepository') {
    const { to: registry, warnings } = await connectRegistry(source, source.spec.url, lookup, { ...world, signal });
    const { ref, layerSelector, url } = source.spec;
    const { tags, fetchedAt } = await fetchTags({ registry, url }, world, options);
    const translate = translatesTags(layerSelector);
    const offered = filterTags(tags, ref?.semverFilter).map((tag) => ({
      version: translate ? tag.replaceAll('_', '+') : tag,
    }));
    return {
      versions: sortOffered(offered.filter(({ version }) => parseVersion(version) !== undefined)),
      fetchedAt,
      warnings,
    };
  }
  if (isRegistry(source)) {
    const url = chartUrl(source.spec.url, chart);
    const { to: registry, warnings } = await connectRegistry(source, url, lookup, { ...world, signal });
    const { tags, fetchedAt } = await fetchTags({ registry, url }, world, options);
    return { versions: helmVersions(tags).map((version) => ({ version })), fetchedAt, warnings };
  }
  const { to: repository, warnings } = await connectHttp(source, lookup, world, { signal });
  const { entries, warnings: more, fetchedAt, stale } = await fetchIndexedChart(repository, chart, world, options);
  const versions = entries.map(({ version, appVersion, created, deprecated }) => ({
    version,
    ...(appVersion !== undefined && { appVersion }),
    ...(created !== undefined && { created }),
    ...(deprecated === true && { deprecated }),
  }));
  return { versions, fetchedAt, warnings: [...warnings, ...more], ...(stale && { stale }) };
}

/**
 * The charts of a repository over HTTP; a registry cannot say which it has.
 *
 * @throws SourceError code `unsupported` for a registry
 */
export async function listCharts(
  { source, lookup }: Pick<VersionsRequest, 'lookup'> & { readonly source: HelmRepository },
  world: SourceWorld,
  options: FetchOptions,
): Promise<readonly { readonly name: string; readonly description?: string }[]> {
  if (isRegistry(source)) {
    throw new SourceError('unsupported', `${source.spec.url}: a registry cannot list its charts`, {
      url: source.spec.url,
    });
  }
  const { to: repository } = await connectHttp(source, lookup, world, options);
  return (await fetchIndex(repository, world, options)).index.charts();
}

/**
 * The versions of a chart by the URL of its repository, `https://…` or `oci://…`, without any credentials but the
 * user's own; with `constraint` only those in its range.
 *
 * @throws SourceError code `invalid-version` for a range that does not parse, and all of `listVersions`
 */
export async function versionsOf(
  repositoryUrl: string,
  chart: string,
  { constraint, world, ...options }: FetchOptions & { readonly constraint?: string; readonly world: SourceWorld },
): Promise<VersionList> {
  // Before anything is fetched: a range that does not parse is a mistake whatever the repository holds.
  filterVersions([], constraint ?? '*');
  const type = repositoryUrl.startsWith('oci://') ? 'oci' : 'default';
  const source: HelmRepository = {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'HelmRepository',
    metadata: { name: chart, namespace: 'default' },
    spec: { url: repositoryUrl, type },
  };
  const list = await listVersions({ source, chart, lookup: () => undefined }, world, options);
  if (constraint === undefined) {
    return list;
  }
  const kept = new Set(
    filterVersions(
      list.versions.map(({ version }) => version),
      constraint,
    ),
  );
  return { ...list, versions: list.versions.filter(({ version }) => kept.has(version)) };
}

/**
 * Tags that are full versions, newest first, with `+` again where registries have `_`.
 *
 * @see helm v4.3.1 pkg/registry/client.go, Tags
 */
export function helmVersions(tags: readonly string[]): readonly string[] {
  const offered = tags.map((tag) => ({ version: tag.replaceAll('_', '+') })).filter(({ version }) => isStrict(version));
  return sortOffered(offered).map(({ version }) => version);
}

/** `oci://host/namespace` and a chart's name. */
export function chartUrl(repositoryUrl: string, chart: string): string {
  return `${repositoryUrl.replace(/\/+$/, '')}/${chart}`;
}

function isStrict(version: string): boolean {
  try {
    strictNewVersion(version);
    return true;
  } catch (error) {
    if (error instanceof SemverError) {
      return false;
    }
    throw error;
  }
}
