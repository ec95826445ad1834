import { type Capabilities, type Chart, type ChartCrd, chartCrds } from '../chart/index.ts';
import {
  chartReferenceOf,
  composeValues,
  type ComposedValues,
  configDigest,
  crossNamespaceRefusal,
  FluxError,
  type HelmRelease,
  type Manifest,
  nameOf,
  type ObjectSet,
  parseSource,
  releaseNameOf,
  releaseNamespaceOf,
  sourceGroup,
  storageNamespaceOf,
  type Source,
  type UnknownValues,
  type ValuesLookup,
  valuesLookup,
} from '../flux/index.ts';
import type { GoMap } from '../gostd/index.ts';
import { assembleManifest, type Hook, sortManifests } from '../release/index.ts';
import { type LookupKey, type Rendered, type RenderRequest, type RenderTrace, splitNotes } from '../render/index.ts';
import type { ChartRequest, FetchOptions, ResolvedChart } from '../source/index.ts';
import { type Abortable, type Environment, limits, type Origins } from '../support/index.ts';
import { type FetchLookup, lookupAnswers } from './lookups.ts';
import { postRender } from './postRender.ts';

/**
 * Renders a chart; in a worker where there is one. Every object that a template looks up must be asked for with
 * `request.lookup.get` before the promise settles, also when it rejects.
 */
export type Render = (request: RenderRequest, options: Abortable) => Promise<Rendered>;

/** Brings the chart that Flux would take now: `resolveChart`, or somebody who may use the network. @throws SourceError */
export type Resolve = (request: ChartRequest, options: FetchOptions) => Promise<ResolvedChart>;

/** What takes time, randomness, a worker or the network. */
export interface DesiredWorld {
  readonly environment: Pick<Environment, 'clock' | 'random'>;
  readonly render: Render;
  readonly resolve: Resolve;
}

/** A release with all that it comes from, and how it stands in its cluster. */
export interface DesiredInput {
  readonly release: HelmRelease;
  /** Where the release was written; absent when it was read from a cluster. */
  readonly manifest?: Manifest;
  /** Sources, and the ConfigMaps and Secrets unless `lookup` answers for them. */
  readonly objects: ObjectSet;
  /** Answers for ConfigMaps and Secrets, values and credentials alike; from `objects` when absent. */
  readonly lookup?: ValuesLookup;
  /** Absolute path in the working copy that the objects were read from. */
  readonly near?: string;
  readonly capabilities: Capabilities;
  /** What storage says: the revision that is next, and whether one is there. */
  readonly revision: number;
  readonly isUpgrade: boolean;
  /** `metadata.generation` of the generated HelmChart in the cluster. */
  readonly helmChartGeneration?: number;
  /** Whether a source in another namespace may be used: refused unless the controller's flags say otherwise. */
  readonly crossNamespace: 'allow' | 'refuse';
  /** Asks the cluster what templates look up. Without one, lookups find nothing and `unansweredLookups` names them. */
  readonly fetchLookup?: FetchLookup;
  /** Whether to say who wrote each line, from which values. */
  readonly trace?: boolean;
}

/** Who wrote what, in the files as the chart rendered them: before helm-controller writes its labels into each. */
export interface TracedFiles {
  readonly files: ReadonlyMap<string, string>;
  readonly trace: RenderTrace;
}

/** What a HelmRelease wants to be in the cluster. */
export interface DesiredRelease {
  readonly releaseName: string;
  readonly namespace: string;
  readonly storageNamespace: string;
  readonly source: Source;
  readonly resolved: ResolvedChart;
  /** The chart as Helm stores it with the release. */
  readonly chart: Chart;
  /** The release's values, without the chart's defaults. */
  readonly config: GoMap;
  /** `sha256:…`, as helm-controller notes it. */
  readonly configDigest: string;
  /** What templates saw as `.Values`. */
  readonly values: GoMap;
  /** Of `config` and `values`. */
  readonly origins: Origins;
  /** Everything but hooks, as Helm stores it. */
  readonly manifest: string;
  readonly hooks: readonly Hook[];
  readonly crds: readonly ChartCrd[];
  readonly notes: string;
  /** Values that only the cluster knows; the manifest has placeholders for them. */
  readonly unknown: readonly UnknownValues[];
  /** Lookups that were taken to find nothing. */
  readonly unansweredLookups: readonly LookupKey[];
  readonly warnings: readonly string[];
  /** Why it may be looked at and not applied. */
  readonly refusals: readonly string[];
  /** Texts that must not be shown. */
  readonly secrets: readonly string[];
  /** Where it was asked for. */
  readonly traced?: TracedFiles;
}

/** Renders until every lookup is answered; more rounds than this and a template makes up new ones each time. */
const maxLookupRounds = 10;

/**
 * Chart, values and manifest of a HelmRelease, by Flux's rules: the source is found, the version chosen, the chart
 * fetched, the values composed, the templates rendered and post-rendered.
 *
 * @throws FluxError, SourceError, ChartError, RenderError, ReleaseError; none holds text of a Secret that was not
 * rendered into it by the chart itself, so what a template says with `fail` must be redacted with the values' secrets
 */
export async function desiredRelease(
  input: DesiredInput,
  world: DesiredWorld,
  options: FetchOptions,
): Promise<DesiredRelease> {
  const { release, manifest, objects, capabilities } = input;
  const lookup = input.lookup ?? valuesLookup(objects);
  const source = findSource(input);
  const composed = composeValues(release, { lookup, ...(manifest && { manifest }) });
  const resolved = await world.resolve(
    {
      source,
      ...(release.spec.chart && { template: release.spec.chart.spec }),
      generation: input.helmChartGeneration ?? 1,
      objects,
      lookup,
      ...(input.near !== undefined && { near: input.near }),
    },
    options,
  );
  const request = renderRequest(input, { composed, resolved, capabilities, world });
  const rendered = await renderAnswered(request, input, { world, options });
  const { notes, files } = splitNotes(rendered.chart, rendered.files);
  const { hooks, manifests } = sortManifests(postRender(files, release));
  return {
    releaseName: releaseNameOf(release),
    namespace: releaseNamespaceOf(release),
    storageNamespace: storageNamespaceOf(release),
    source,
    resolved,
    chart: rendered.chart,
    config: composed.values,
    configDigest: configDigest(composed.values),
    values: rendered.values,
    origins: composed.origins,
    manifest: assembleManifest(manifests),
    hooks,
    crds: chartCrds(rendered.chart),
    notes,
    unknown: composed.unknown,
    unansweredLookups: rendered.missingLookups,
    warnings: [...resolved.warnings, ...rendered.warnings],
    refusals: refusalsOf(input, { composed, resolved, rendered }),
    secrets: composed.secrets,
    ...(rendered.trace && { traced: { files: rendered.files, trace: rendered.trace } }),
  };
}

function findSource({ release, objects, crossNamespace }: DesiredInput): Source {
  const { source } = chartReferenceOf(release);
  const refusal = crossNamespaceRefusal(release, source);
  if (refusal !== undefined && crossNamespace === 'refuse') {
    throw new FluxError('access-denied', refusal, { object: nameOf(release) });
  }
  const found = objects.find({ ...source, group: sourceGroup });
  if (found === undefined) {
    throw new FluxError(
      'source-missing',
      `could not get Source object: there is no ${source.kind} ${source.namespace}/${source.name}`,
      { object: nameOf(release) },
    );
  }
  return parseSource(found.object, { defaultNamespace: source.namespace });
}

interface Parts {
  readonly composed: ComposedValues;
  readonly resolved: ResolvedChart;
}

function renderRequest(
  { release, revision, isUpgrade, trace }: DesiredInput,
  {
    composed,
    resolved,
    capabilities,
    world,
  }: Parts & Pick<DesiredInput, 'capabilities'> & { readonly world: DesiredWorld },
): Omit<RenderRequest, 'lookup'> {
  const { clock, random } = world.environment;
  const { install, upgrade } = release.spec;
  return {
    chart: resolved.chart,
    values: composed.values,
    origins: composed.origins,
    release: {
      name: releaseNameOf(release),
      namespace: releaseNamespaceOf(release),
      isInstall: !isUpgrade,
      isUpgrade,
      revision,
    },
    capabilities,
    // Controllers run in UTC.
    world: { now: () => clock.now(), randomBytes: (count) => random.bytes(count), timeZone: 'UTC' },
    skipSchemaValidation: (isUpgrade ? upgrade : install)?.disableSchemaValidation === true,
    limits: { maxBytes: limits.maxRenderBytes, maxMs: limits.maxRenderMs },
    ...(trace !== undefined && { trace }),
  };
}

/** A render that fails for want of an answer is tried again with it, as it would not have failed in the cluster. */
async function renderAnswered(
  request: Omit<RenderRequest, 'lookup'>,
  { fetchLookup }: DesiredInput,
  { world, options }: { readonly world: DesiredWorld; readonly options: Abortable },
): Promise<Rendered> {
  if (fetchLookup === undefined) {
    return world.render({ ...request, lookup: { get: () => undefined } }, options);
  }
  const lookup = lookupAnswers(fetchLookup);
  for (let round = 1; round < maxLookupRounds; round++) {
    try {
      const rendered = await world.render({ ...request, lookup }, options);
      if (!(await lookup.fetchMissing(options))) {
        return rendered;
      }
    } catch (error) {
      if (!(await lookup.fetchMissing(options))) {
        throw error;
      }
    }
  }
  return world.render({ ...request, lookup }, options);
}

function refusalsOf(
  { release, isUpgrade }: DesiredInput,
  { composed, resolved, rendered }: Parts & { readonly rendered: Rendered },
): readonly string[] {
  const { upgrade } = release.spec;
  return [
    ...resolved.refusals,
    ...composed.unknown.map(
      ({ reference, reason }) => `values of ${reference.kind} ${reference.name} are not known here: ${reason}`,
    ),
    ...(rendered.missingLookups.length > 0 ? ['the chart looks up objects of the cluster, which was not asked'] : []),
    ...(isUpgrade && upgrade?.preserveValues === true ? ['spec.upgrade.preserveValues is not supported yet'] : []),
  ];
}
