import { cleanPath } from '../gostd/index.ts';
import {
  type HelmChartSpec,
  type HelmRepository,
  nameOf,
  type ObjectSet,
  type OciRepository,
  parseSource,
  type Source,
  sourceGroup,
  type ValuesLookup,
} from '../flux/index.ts';
import { type Abortable, redact } from '../support/index.ts';
import { bucketFolder } from './bucketFolder.ts';
import {
  changesValues,
  type ChartContent,
  contentOfArchive,
  mergeValuesFiles,
  withChartYaml,
  withValues,
} from './chartContent.ts';
import { connectRegistry, isRegistry } from './connect.ts';
import type { RemoteCharts } from './dependency.ts';
import { SourceError } from './errors.ts';
import { buildFolderChart } from './folderChart.ts';
import { gitFolder } from './gitRepository.ts';
import { indexChart, type IndexChart } from './indexChart.ts';
import { fetchHelmChart, fetchOciArtifact, fetchTags } from './oci.ts';
import { versionWithDigest, withMetadata } from './ociVersion.ts';
import { contentOfLayer } from './layer.ts';
import { type Verdict, verifyArtifact } from './verify.ts';
import { chooseVersion, parseVersion } from './version.ts';
import { chartUrl, helmVersions } from './versions.ts';
import type { SourceFolder } from './workingCopy.ts';
import type { FetchOptions, SourceWorld } from './world.ts';

export interface ChartRequest {
  /** What the release refers to: with `chart` the source of its template, else its OCIRepository or HelmChart. */
  readonly source: Source;
  /** The HelmChart that `spec.chart` stands for; absent where the release has a `chartRef`. */
  readonly template?: HelmChartSpec;
  /** `metadata.generation` of that HelmChart in the cluster; 1 where it is not known. */
  readonly generation: number;
  /** Sources that a HelmChart or a chart's dependencies lead to. */
  readonly objects: ObjectSet;
  readonly lookup: ValuesLookup;
  /** Absolute path in the working copy where the objects were read. */
  readonly near?: string;
}

/** A chart as Flux would take it now. */
export interface ResolvedChart extends ChartContent {
  readonly name: string;
  /** Of Chart.yaml, with what Flux puts behind the `+`. */
  readonly version: string;
  /** What helm-controller notes as `lastAttemptedRevisionDigest`; only charts from an OCIRepository have one. */
  readonly ociDigest?: string;
  /** Where it came from, for people. */
  readonly from: string;
  readonly warnings: readonly string[];
  /** Why it may be looked at and not applied. */
  readonly refusals: readonly string[];
}

/**
 * Picks the version that Flux would pick and fetches the chart.
 *
 * @throws SourceError
 */
export async function resolveChart(
  request: ChartRequest,
  world: SourceWorld,
  options: FetchOptions,
): Promise<ResolvedChart> {
  try {
    return await chartOf(request, world, options);
  } catch (error) {
    // A URL alone does not say in which file to look.
    throw error instanceof SourceError && error.url !== undefined ? error.of(nameOf(request.source)) : error;
  }
}

async function chartOf(request: ChartRequest, world: SourceWorld, options: FetchOptions): Promise<ResolvedChart> {
  const { source, template } = request;
  switch (source.kind) {
    case 'OCIRepository':
      return ociRepositoryChart(source, request, world, options);
    case 'HelmChart': {
      const { metadata, spec } = source;
      const { kind, name } = spec.sourceRef;
      const manifest = request.objects.find({ kind, group: sourceGroup, namespace: metadata.namespace, name });
      if (manifest === undefined) {
        throw new SourceError('not-found', `${nameOf(source)}: there is no ${kind} ${metadata.namespace}/${name}`);
      }
      const found = parseSource(manifest.object, { defaultNamespace: metadata.namespace });
      if (found.kind === 'HelmChart' || found.kind === 'OCIRepository') {
        throw new SourceError('unsupported', `${nameOf(source)}: ${found.kind} is no source of a HelmChart`);
      }
      const generation = metadata.generation ?? request.generation;
      return chartOf({ ...request, source: found, template: spec, generation }, world, options);
    }
    case 'HelmRepository':
      return repositoryChart(source, expectTemplate(template, source), request, { world, options });
    case 'GitRepository': {
      const spec = expectTemplate(template, source);
      const { objects, lookup, near } = request;
      const place = { source, objects, lookup, ...(near !== undefined && { near }) };
      const folder = await gitFolder(place, world, options);
      return folderChart(folder, spec, request, { world, options });
    }
    case 'Bucket': {
      const spec = expectTemplate(template, source);
      const folder = await bucketFolder({ source, lookup: request.lookup }, world, options);
      return folderChart(folder, spec, request, { world, options });
    }
  }
}

interface Context {
  readonly world: SourceWorld;
  readonly options: FetchOptions;
}

async function folderChart(
  folder: SourceFolder,
  spec: HelmChartSpec,
  request: ChartRequest,
  context: Context,
): Promise<ResolvedChart> {
  const { source, generation } = request;
  const remote = remoteCharts(request, source.metadata.namespace, context);
  const content = await buildFolderChart({ folder, spec, generation, remote }, context.options);
  return resolved(content, source, {
    from: `${spec.chart} of ${redact(folder.from)} at ${folder.revision}`,
    warnings: folder.warnings,
    refusals:
      source.kind === 'GitRepository' && source.spec.verify !== undefined
        ? ['spec.verify asks for commit signatures, which cannot be verified here']
        : [],
  });
}

async function repositoryChart(
  source: HelmRepository,
  spec: HelmChartSpec,
  request: ChartRequest,
  { world, options }: Context,
): Promise<ResolvedChart> {
  const fetched = isRegistry(source)
    ? await registryChart(source, spec, request.lookup, { world, options })
    : await indexChart(source, spec, request.lookup, { world, options });
  const { valuesFiles } = spec;
  let { content } = fetched;
  if (changesValues(valuesFiles)) {
    const { chart } = content;
    const values = await mergeValuesFiles({
      paths: valuesFiles,
      ignoreMissing: spec.ignoreMissingValuesFiles === true,
      read: (path) => {
        const name = cleanPath(path);
        const files = name === 'values.yaml' ? chart.raw : chart.files;
        return Promise.resolve(files.find((file) => file.name === name)?.data);
      },
    });
    const version = withMetadata(fetched.version, String(request.generation));
    content = withChartYaml(withValues(content, values), { version });
  }
  return resolved(content, source, {
    warnings: fetched.warnings,
    ...judged(`${spec.chart} ${fetched.version} of ${redact(source.spec.url)}`, fetched.verdict),
  });
}

/** @see fluxcd/source-controller v1.9 internal/helm/repository/oci_chart_repository.go, getChartVersion */
async function registryChart(
  source: HelmRepository,
  { chart, version = '', verify: verification }: Pick<HelmChartSpec, 'chart' | 'version' | 'verify'>,
  lookup: ValuesLookup,
  { world, options }: Context,
): Promise<IndexChart> {
  const url = chartUrl(source.spec.url, chart);
  const { to: registry, warnings } = await connectRegistry(source, url, lookup, { ...world, ...options });
  const isExact = parseVersion(version) !== undefined;
  const offered = isExact ? [] : helmVersions((await fetchTags({ registry, url }, world, options)).tags);
  const chosen = isExact
    ? version
    : chooseVersion(
        offered.map((tag) => ({ version: tag })),
        version,
        { chart },
      ).version;
  const reference = { tag: chosen.replaceAll('+', '_') };
  const { layer, digest } = await fetchHelmChart({ url, registry, reference }, world, options);
  const { namespace } = source.metadata;
  return {
    content: contentOfArchive(layer),
    version: chosen,
    warnings,
    ...(verification && {
      verdict: await verifyArtifact({ verification, namespace, lookup, url, digest, registry }, world, options),
    }),
  };
}

async function ociRepositoryChart(
  source: OciRepository,
  { lookup }: ChartRequest,
  world: SourceWorld,
  options: FetchOptions,
): Promise<ResolvedChart> {
  const { url, ref = {}, layerSelector, ignore, verify: verification } = source.spec;
  const { to: registry, warnings } = await connectRegistry(source, url, lookup, { ...world, ...options });
  const artifact = await fetchOciArtifact({ url, registry, reference: ref, layer: layerSelector }, world, options);
  const content = contentOfLayer(artifact.layer, { operation: layerSelector?.operation ?? 'extract', ignore });
  const { version, digest } = versionWithDigest(content.chart.metadata.version, artifact.revision);
  const { namespace } = source.metadata;
  const verdict =
    verification &&
    (await verifyArtifact({ verification, namespace, lookup, url, digest: artifact.digest, registry }, world, options));
  return {
    ...resolved(withChartYaml(content, { version }), source, {
      warnings,
      ...judged(`${redact(url)} at ${artifact.revision}`, verdict),
    }),
    ociDigest: digest,
  };
}

/** Charts that a chart in a folder depends on, with the credentials of a HelmRepository of the same URL. */
function remoteCharts(request: ChartRequest, namespace: string, { world, options }: Context): RemoteCharts {
  return async ({ repository, name, version }, { signal }: Abortable) => {
    if (repository.startsWith('@') || repository.startsWith('alias:')) {
      throw new SourceError('unsupported', `aliased repository dependency is not supported: ${repository}`);
    }
    const same = (url: string): boolean => url.replace(/\/+$/, '') === repository.replace(/\/+$/, '');
    const known = request.objects
      .ofKind('HelmRepository', sourceGroup)
      .map(({ object }) => parseSource(object, { defaultNamespace: namespace }))
      .find(
        (source): source is HelmRepository =>
          source.kind === 'HelmRepository' && source.metadata.namespace === namespace && same(source.spec.url),
      );
    const isOci = repository.startsWith('oci://');
    const source: HelmRepository = known ?? {
      apiVersion: `${sourceGroup}/v1`,
      kind: 'HelmRepository',
      metadata: { name, namespace },
      spec: { url: repository, type: isOci ? 'oci' : 'default' },
    };
    const context = { world, options: { ...options, signal } };
    const fetched = isOci
      ? await registryChart(source, { chart: name, version }, request.lookup, context)
      : await indexChart(source, { chart: name, version }, request.lookup, context);
    return fetched.content;
  };
}

function resolved(
  content: ChartContent,
  source: Source,
  { from, warnings, refusals }: Pick<ResolvedChart, 'from' | 'warnings' | 'refusals'>,
): ResolvedChart {
  const { name, version } = content.chart.metadata;
  const suspended = source.kind !== 'HelmChart' && source.spec.suspend === true;
  return {
    ...content,
    name,
    version,
    from: `${from} (${nameOf(source)})`,
    warnings: suspended ? [...warnings, `${nameOf(source)} is suspended: Flux keeps what it fetched before`] : warnings,
    refusals,
  };
}

/** What must be verified and could not be is not applied. */
function judged(from: string, verdict: Verdict | undefined): Pick<ResolvedChart, 'from' | 'refusals'> {
  switch (verdict?.kind) {
    case undefined:
      return { from, refusals: [] };
    case 'verified':
      return { from: `${from}, signed by ${verdict.by}`, refusals: [] };
    case 'refused':
      return { from, refusals: [verdict.why] };
  }
}

function expectTemplate(template: HelmChartSpec | undefined, source: Source): HelmChartSpec {
  if (template === undefined) {
    throw new SourceError('unsupported', `${nameOf(source)} cannot be a chartRef`);
  }
  return template;
}
