import {
  type Chart,
  checkKubeVersion,
  ChartError,
  type CoalesceOptions,
  coalesceValues,
  copyMap,
  processDependencies,
  SchemaCache,
  validateAgainstSchema,
} from '../chart/index.ts';
import { type GoMap, newMap, sortStrings } from '../gostd/index.ts';
import {
  execute,
  Flows,
  GoError,
  type NamedPath,
  namedValues,
  ParsedTexts,
  ropeSink,
  type RunLimits,
  stringSink,
  TemplateError,
  type TemplatePosition,
  TemplateSet,
} from '../gotemplate/index.ts';
import { allTemplates, isPartial, type Renderable, releaseValue } from './context.ts';
import { RenderError, type RenderErrorPlace, type TemplatePlace } from './errors.ts';
import { cleanupParseError, reformatExecError } from './errorText.ts';
import { HelmFunctions, withoutNoValue } from './funcs.ts';
import { RenderTracer } from './trace/renderTracer.ts';
import type { RenderCache, Rendered, RenderRequest, RenderState } from './types.ts';
import { capabilitiesValue, newValues } from './values.ts';

/** A chart and values as templates will see them. */
export interface Prepared {
  readonly chart: Chart;
  readonly values: GoMap;
  readonly warnings: readonly string[];
}

/** Its charts are known by the bytes of their files, and forgotten with them. */
export function newRenderCache(): RenderCache {
  return {
    parsed: new ParsedTexts(),
    schemas: new SchemaCache(),
    functions: new HelmFunctions(),
    named: new WeakMap(),
    flows: new WeakMap(),
  };
}

/**
 * Renders a chart as Helm does: dependencies, values, schema, then every template. A function of its request and
 * nothing else; synchronous.
 *
 * @throws ChartError, RenderError, with Helm's message
 * @see helm v4.3.1 pkg/action/install.go, RunWithContext, and pkg/action/action.go, renderResources
 */
export function renderChart(request: RenderRequest): Rendered {
  const { chart, values, ...prepared } = prepareRender(request);
  const warnings = [...prepared.warnings];
  const cache = request.cache ?? newRenderCache();
  if (!request.skipSchemaValidation) {
    validateAgainstSchema(chart, values, { cache: cache.schemas, onWarning: (warning) => warnings.push(warning) });
  }
  checkKubeVersion(chart, request.capabilities);
  // Templates may change their values; what they were given stays.
  const rendered = renderTemplates(chart, copyMap(values, request.origins), { ...request, cache });
  return { chart, values, warnings, ...rendered };
}

/**
 * The part of a render that no template has a say in: dependencies switched on and off, values coalesced.
 *
 * @throws ChartError
 */
export function prepareRender(request: Pick<RenderRequest, 'chart' | 'values' | 'release' | 'origins'>): Prepared {
  const warnings: string[] = [];
  const { origins } = request;
  const options: CoalesceOptions = {
    onWarning: (warning) => {
      warnings.push(warning);
    },
    ...(origins === undefined ? {} : { origins }),
  };
  const chart = withDependencies(request, options);
  return { chart, values: coalesceValues(chart, request.values, options), warnings };
}

function withDependencies(
  request: Pick<RenderRequest, 'chart' | 'values' | 'release'>,
  options: CoalesceOptions,
): Chart {
  try {
    return processDependencies(request.chart, request.values, options);
  } catch (error) {
    // Helm's install says what it was doing, its upgrade does not; only installs are revision 1.
    if (error instanceof ChartError && request.release.revision === 1) {
      throw error.withPrefix('chart dependencies processing failed: ');
    }
    throw error;
  }
}

/** @see helm v4.3.1 pkg/engine/engine.go, render */
function renderTemplates(
  chart: Chart,
  values: GoMap,
  request: RenderRequest & { readonly cache: RenderCache },
): Pick<Rendered, 'files' | 'missingLookups' | 'trace'> {
  const { world, limits, lookup, cache } = request;
  const templates = allTemplates(chart, values, {
    release: releaseValue(request.release),
    capabilities: capabilitiesValue(request.capabilities),
    origins: request.origins,
  });
  const state: RenderState = { lookup, missing: new Map(), included: new Map() };
  const set = new TemplateSet({
    funcs: cache.functions.for(world, state),
    missingKey: 'zero',
    parsed: cache.parsed,
  });
  const names = sortTemplates(templates.keys());
  for (const name of names) {
    limits.onTemplate?.(name);
    parseTemplate(set, name, templates);
  }
  const tracer =
    request.trace === true ? tracerOf(templates.values(), { values, chart: request.chart, cache }) : undefined;
  const files = new Map<string, string>();
  const deadlineMs = world.now() + limits.maxMs;
  let bytesLeft = limits.maxBytes;
  for (const name of names) {
    const template = templates.get(name);
    if (template === undefined || isPartial(name)) {
      continue;
    }
    limits.onTemplate?.(name);
    const text = executeTemplate(set, template, {
      state,
      tracer,
      limits: {
        maxBytes: bytesLeft,
        reasonToStop: () =>
          limits.reasonToStop?.() ?? (world.now() > deadlineMs ? `it takes longer than ${limits.maxMs} ms` : undefined),
      },
    });
    bytesLeft -= text.length;
    files.set(name, withoutNoValue(text));
  }
  const missingLookups = [...state.missing.values()];
  if (tracer === undefined) {
    return { files, missingLookups };
  }
  const charts = new Map([...templates.values()].map(({ valuesPath }) => [valuesPath.join('\0'), valuesPath]));
  const named = namedIn(set, names, request);
  return { files, missingLookups, trace: tracer.result({ charts: [...charts.values()], named }) };
}

/** What templates name, which hangs on the templates alone. */
function namedIn(
  set: TemplateSet,
  names: readonly string[],
  { chart, cache }: Pick<RenderRequest, 'chart' | 'cache'>,
): readonly NamedPath[] {
  const templates = names.join('\n');
  const kept = cache?.named.get(chart);
  if (kept?.templates === templates) {
    return kept.named;
  }
  const named = namedValues(
    set,
    names.filter((name) => !isPartial(name)),
  );
  cache?.named.set(chart, { templates, named });
  return named;
}

/** A tracer that knows the values of all charts. */
function tracerOf(
  templates: Iterable<Renderable>,
  { values, chart, cache }: { readonly values: GoMap; readonly chart: Chart; readonly cache: RenderCache },
): RenderTracer {
  const kept = cache.flows.get(chart);
  const flows = kept === undefined || kept.isFull() ? new Flows() : kept;
  cache.flows.set(chart, flows);
  const tracer = new RenderTracer(flows);
  tracer.addValues(values);
  tracer.readDependencies(chart);
  const charts = new Map(Array.from(templates, ({ values: data, valuesPath }) => [data, valuesPath]));
  for (const [data, valuesPath] of charts) {
    tracer.addValuesBelow(data['Values'], valuesPath, values);
    tracer.addDependencies(data, valuesPath);
  }
  return tracer;
}

function parseTemplate(set: TemplateSet, name: string, templates: ReadonlyMap<string, Renderable>): void {
  try {
    set.parseFile(name, templates.get(name)?.file.data ?? new Uint8Array());
  } catch (error) {
    if (error instanceof TemplateError) {
      throw new RenderError('parse', cleanupParseError(name, error.message), { cause: error, place: placeOf(error) });
    }
    throw error;
  }
}

function executeTemplate(
  set: TemplateSet,
  { name, values, basePath, chart, valuesPath }: Renderable,
  {
    state,
    limits,
    tracer,
  }: { readonly state: RenderState; readonly limits: RunLimits; readonly tracer: RenderTracer | undefined },
): string {
  values['Template'] = newValues(
    newMap([
      ['Name', name],
      ['BasePath', basePath],
    ]),
  );
  const sink = tracer === undefined ? stringSink() : ropeSink();
  const trace = tracer && { tracer: tracer.tracer, control: tracer.switches(chart, valuesPath) };
  try {
    execute(set, name, values, sink, { limits, ...(trace && { trace }) });
  } catch (error) {
    throw error instanceof TemplateError ? executionError(name, error, state) : error;
  }
  const text = sink.text();
  tracer?.addFile(name, text, sink.written?.rope());
  return text;
}

function executionError(name: string, error: TemplateError, { missing }: RenderState): RenderError {
  const more = { cause: error, place: placeOf(error), missingLookups: [...missing.values()] };
  if (error.code === 'limit') {
    return new RenderError('limit', error.message, more);
  }
  const { message, isFailure } = reformatExecError(name, error);
  return new RenderError(isFailure ? 'fail' : 'execute', message, more);
}

/** The innermost place, with the calls that led to it. */
function placeOf(error: TemplateError): RenderErrorPlace {
  const calls: TemplatePlace[] = [];
  let innermost = error;
  for (;;) {
    calls.push(...innermost.callers.toReversed().map(templatePlace), templatePlace(innermost.position));
    const inner = innerOf(innermost);
    if (inner === undefined) {
      break;
    }
    innermost = inner;
  }
  return { ...templatePlace(innermost.position), calls: calls.slice(0, -1), nil: innermost.nil };
}

/** What a template failed with that a function executed; `tpl` has wrapped it. */
function innerOf({ cause }: TemplateError): TemplateError | undefined {
  const inner = cause instanceof GoError ? cause.cause : cause;
  return inner instanceof TemplateError ? inner : undefined;
}

function templatePlace({ template, line, column, character = column }: TemplatePosition): TemplatePlace {
  return { template, position: { line: line - 1, character } };
}

/** Deepest paths first, so that a chart above redefines what charts below define. @see sortTemplates */
function sortTemplates(names: Iterable<string>): string[] {
  const depths = new Map(Array.from(names, (name) => [name, name.split('/').length]));
  const depth = (name: string): number => depths.get(name) ?? 0;
  return sortStrings([...depths.keys()])
    .reverse()
    .sort((a, b) => depth(b) - depth(a));
}
