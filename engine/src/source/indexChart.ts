import type { HelmChartSpec, HelmRepository, ValuesLookup } from '../flux/index.ts';
import type { Abortable } from '../support/index.ts';
import type { ChartContent } from './chartContent.ts';
import { connectHttp } from './connect.ts';
import { fetchArchive, fetchIndexedChart } from './helmRepository.ts';
import type { Verdict } from './verify.ts';
import { chooseVersion } from './version.ts';
import type { FetchOptions, SourceWorld } from './world.ts';

export interface IndexChart {
  readonly content: ChartContent;
  readonly version: string;
  readonly warnings: readonly string[];
  /** Absent where no signature is asked for. */
  readonly verdict?: Verdict;
}

/**
 * The chart that a repository over HTTP has for a range of versions.
 *
 * @throws SourceError
 * @see fluxcd/source-controller v1.9 internal/chart/builder_remote.go, Build
 */
export async function indexChart(
  source: HelmRepository,
  { chart, version = '', verify }: Pick<HelmChartSpec, 'chart' | 'version' | 'verify'>,
  lookup: ValuesLookup,
  { world, options }: { readonly world: SourceWorld; readonly options: FetchOptions & Abortable },
): Promise<IndexChart> {
  const { to: repository, warnings } = await connectHttp(source, lookup, world, options);
  const { entries, warnings: ofIndex } = await fetchIndexedChart(repository, chart, world, options);
  const chosen = chooseVersion(entries, version, { chart });
  const { value: content, fetchedAt, stale } = await fetchArchive(repository, chosen, world, options);
  const promised = chosen.digest?.replace(/^sha256:/, '');
  const differs = promised !== undefined && `sha256:${promised}` !== content.digest;
  return {
    content,
    version: chosen.version,
    ...(verify && { verdict: { kind: 'refused', why: 'Flux verifies charts from registries only (oci://)' } }),
    warnings: [
      ...warnings,
      ...ofIndex,
      ...(stale ? [`${stale.message}; the archive of ${new Date(fetchedAt).toISOString()} stands`] : []),
      ...(differs
        ? [`the archive of ${chart} ${chosen.version} has another digest than the index says; Flux does not check it`]
        : []),
    ],
  };
}
