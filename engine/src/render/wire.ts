/**
 * Requests and results as plain data, for a render in another thread. What cannot cross is left here: `lookup` is
 * asked again and again until nothing is missing, random bytes grow from a seed, and origins are found by preparing
 * the same render on this side.
 */
import { createHash } from 'node:crypto';
import { type Chart, ChartError, type ChartMetadata } from '../chart/index.ts';
import { GoInt, type GoMap, isList, isMap, newMap, newNilMap, nilMap, type Value } from '../gostd/index.ts';
import { Origins } from '../support/index.ts';
import { type Prepared, prepareRender, renderChart } from './engine.ts';
import { RenderError, type RenderErrorCode, type RenderErrorPlace } from './errors.ts';
import { lookupText } from './lookupText.ts';
import type { RenderTrace } from './trace/trace.ts';
import type { LookupKey, Rendered, RenderLimits, RenderRequest } from './types.ts';

/** A value of a values file: int64 are bigint, maps are Maps, a nil map is an object. */
type WireValue = null | boolean | number | bigint | string | readonly WireValue[] | Map<string, WireValue> | WireNil;

interface WireNil {
  readonly nil: true;
}

/** A chart with the charts below it, less what no render needs. */
export interface WireChart extends Pick<Chart, 'templates' | 'files' | 'schema'> {
  /** With the imported values of each dependency in `imports`, since they are values too. */
  readonly metadata: ChartMetadata;
  readonly imports: readonly WireValue[];
  readonly wireValues: WireValue;
  readonly below: readonly WireChart[];
}

/** One render of a chart that was sent before. */
export interface WireJob extends Pick<RenderRequest, 'release' | 'capabilities' | 'skipSchemaValidation'> {
  readonly limits: Pick<RenderLimits, 'maxBytes' | 'maxMs'>;
  readonly trace: boolean;
  readonly wireValues: WireValue;
  readonly nowMs: number;
  readonly seed: Uint8Array;
  readonly timeZone: string;
  readonly answers: readonly (readonly [key: string, value: WireValue])[];
}

/** What came of it. */
export type WireAnswer =
  | {
      readonly kind: 'rendered';
      readonly files: ReadonlyMap<string, string>;
      readonly missing: readonly LookupKey[];
      readonly warnings: readonly string[];
      readonly trace: RenderTrace | undefined;
    }
  | ({ readonly kind: 'chart-error' } & Pick<ChartError, 'code' | 'message' | 'schemaProblems'>)
  | {
      readonly kind: 'render-error';
      readonly code: RenderErrorCode;
      readonly message: string;
      readonly place: RenderErrorPlace | undefined;
      /** What may have made it fail: templates got an empty map instead of these. */
      readonly missing: readonly LookupKey[];
    };

/** A chart as data that crosses threads; `chartFromWire` makes it a chart again. */
export function chartToWire({ metadata, templates, files, schema, values, dependencies }: Chart): WireChart {
  const wire = {
    metadata: withImports(metadata, () => []),
    imports: (metadata.dependencies ?? []).map(({ importValues }) => toWire(importValues)),
    templates,
    files,
    wireValues: toWire(values),
    below: dependencies.map(chartToWire),
  };
  return schema === undefined ? wire : { ...wire, schema };
}

/** The chart on the other side. */
export function chartFromWire({ metadata, imports, wireValues, below, ...rest }: WireChart): Chart {
  const chart: Chart = {
    ...rest,
    metadata: withImports(metadata, (index) => {
      const values = fromWire(imports[index] ?? []);
      return isList(values) ? values : [];
    }),
    values: mapFromWire(wireValues),
    raw: [],
    dependencies: below.map(chartFromWire),
    origins: new Origins(),
  };
  for (const dependency of chart.dependencies) {
    Object.assign(dependency, { parent: chart });
  }
  return chart;
}

function withImports(metadata: ChartMetadata, importsOf: (index: number) => readonly Value[]): ChartMetadata {
  const { dependencies } = metadata;
  return dependencies === undefined
    ? metadata
    : {
        ...metadata,
        dependencies: dependencies.map((one, index) => ({ ...one, importValues: importsOf(index) })),
      };
}

/** The job of a request, with answers to what it is known to look up. */
export function jobFrom(request: RenderRequest, known: readonly LookupKey[]): WireJob {
  const { values, lookup, world, release, capabilities, skipSchemaValidation, limits, trace = false } = request;
  return {
    release,
    trace,
    capabilities,
    skipSchemaValidation,
    limits: { maxBytes: limits.maxBytes, maxMs: limits.maxMs },
    wireValues: toWire(values),
    nowMs: world.now(),
    seed: world.randomBytes(32),
    timeZone: world.timeZone,
    answers: known.flatMap((key) => {
      const answer = lookup.get(key);
      return answer === undefined ? [] : [[lookupText(key), toWire(answer)] as const];
    }),
  };
}

/** Does the job; on the other side. A bug is thrown, not answered. */
export function answerJob(
  chart: Chart,
  job: WireJob,
  {
    reasonToStop,
    onTemplate,
    cache,
  }: Required<Pick<RenderLimits, 'reasonToStop' | 'onTemplate'> & Pick<RenderRequest, 'cache'>>,
): WireAnswer {
  const { wireValues, nowMs, seed, timeZone, answers, limits, ...rest } = job;
  const known = new Map(answers.map(([key, value]) => [key, fromWire(value)]));
  try {
    const { files, missingLookups, warnings, trace } = renderChart({
      ...rest,
      limits: { ...limits, reasonToStop, onTemplate },
      chart,
      cache,
      values: mapFromWire(wireValues),
      lookup: { get: (key) => known.get(lookupText(key)) },
      world: { now: () => nowMs, randomBytes: seededBytes(seed), timeZone },
    });
    return { kind: 'rendered', files, missing: missingLookups, warnings, trace };
  } catch (error) {
    if (error instanceof ChartError) {
      const { code, message, schemaProblems } = error;
      return { kind: 'chart-error', code, message, schemaProblems };
    }
    if (error instanceof RenderError) {
      const { code, message, place, missingLookups } = error;
      return { kind: 'render-error', code, message, place, missing: missingLookups };
    }
    if (error instanceof RangeError) {
      const message = `rendering stopped: values or a schema nest too deeply (${error.message})`;
      return { kind: 'render-error', code: 'limit', message, place: undefined, missing: [] };
    }
    throw error;
  }
}

/** The part of a result that is made on this side; undefined where the other side will say what is wrong. */
export function prepareBeside(request: RenderRequest): Prepared | undefined {
  try {
    return prepareRender(request);
  } catch (error) {
    if (error instanceof ChartError) {
      return undefined;
    }
    throw error;
  }
}

/**
 * The result of a request from its answer.
 *
 * @throws ChartError, RenderError as `renderChart`
 */
export function renderedFrom(request: RenderRequest, prepared: Prepared | undefined, answer: WireAnswer): Rendered {
  switch (answer.kind) {
    case 'rendered': {
      const { chart, values } = prepared ?? prepareRender(request);
      const { files, missing, warnings, trace } = answer;
      return { chart, values, files, missingLookups: missing, warnings, ...(trace && { trace }) };
    }
    case 'chart-error':
      throw new ChartError(answer.code, answer.message, { schemaProblems: answer.schemaProblems });
    case 'render-error':
      throw new RenderError(answer.code, answer.message, { place: answer.place, missingLookups: answer.missing });
  }
}

/** Bytes that hang on the seed only. */
function seededBytes(seed: Uint8Array): (count: number) => Uint8Array {
  let block = 0;
  let left = new Uint8Array();
  return (count) => {
    const bytes = new Uint8Array(count);
    for (let filled = 0; filled < count;) {
      if (left.length === 0) {
        left = createHash('sha256').update(seed).update(String(block++)).digest();
      }
      const taken = left.subarray(0, count - filled);
      bytes.set(taken, filled);
      filled += taken.length;
      left = left.subarray(taken.length);
    }
    return bytes;
  };
}

function toWire(value: Value): WireValue {
  if (value === null || value === undefined) {
    return null;
  }
  if (isMap(value)) {
    return value[nilMap] === true
      ? { nil: true }
      : new Map(Object.entries(value).map(([key, item]) => [key, toWire(item)]));
  }
  if (isList(value)) {
    return value.map(toWire);
  }
  if (typeof value === 'object') {
    if (value instanceof GoInt && value.kind === 'int64') {
      return value.value;
    }
    throw new TypeError('values hold something that no values file can');
  }
  return value;
}

function fromWire(value: WireValue): Value {
  if (typeof value === 'bigint') {
    return new GoInt('int64', value);
  }
  if (value instanceof Map) {
    return newMap(Array.from(value, ([key, item]) => [key, fromWire(item)] as const));
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  if ('nil' in value) {
    return newNilMap();
  }
  return value.map(fromWire);
}

function mapFromWire(value: WireValue): GoMap {
  const map = fromWire(value);
  return isMap(map) ? map : newMap();
}
