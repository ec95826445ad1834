import { defaultCapabilities, loadDirectory } from '@fairlead/engine/chart';
import type { Chart } from '@fairlead/engine/chart';
import { decodeJson, type GoMap, isMap, newMap } from '@fairlead/engine/gostd';
import { filesNow, type RenderWorker } from '@fairlead/engine/node';
import { newRenderCache, renderChart, type Rendered, type RenderRequest, traceLines } from '@fairlead/engine/render';
import { limits } from '@fairlead/engine/support';
import type { JsonObject } from '../support/oracleCases.ts';
import { median } from './statistics.ts';

/** Medians, in milliseconds. */
export interface OurTimes {
  /** A chart that is kept; everything from the user's values to the texts of the files. */
  readonly warmMs: number;
  /** The same, asked of the thread that the editor asks. */
  readonly workerMs: number;
  /** As `warmMs`, with a trace, and who wrote each line of one file. */
  readonly tracedMs: number;
  /** Reading the folder, parsing, rendering; nothing of the chart is kept. */
  readonly coldMs: number;
  /** As `coldMs`, with a trace, and who wrote each line of one file. */
  readonly tracedColdMs: number;
}

export const releaseName = 'release';

const signal = new AbortController().signal;
const capabilities = defaultCapabilities({ apiVersions: [] });

export function loadChart(folder: string): Promise<Chart> {
  return loadDirectory(folder, { files: filesNow, signal, positions: false });
}

export function requestFor(chart: Chart, values: JsonObject): RenderRequest {
  return {
    chart,
    values: valuesFrom(values),
    release: { name: releaseName, namespace: 'default', isInstall: true, isUpgrade: false, revision: 1 },
    capabilities,
    world: {
      now: () => Date.now(),
      randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
      timeZone: 'UTC',
    },
    lookup: { get: () => undefined },
    skipSchemaValidation: false,
    limits: { maxBytes: limits.maxRenderBytes, maxMs: limits.maxRenderMs },
  };
}

function valuesFrom(values: JsonObject): GoMap {
  const map = decodeJson(JSON.stringify(values));
  return isMap(map) ? map : newMap();
}

export interface TimeOptions {
  readonly worker: RenderWorker;
  /**
   * For renders that are not timed, after which V8 has compiled what runs often: an editor renders again and again.
   * None of these is timed, since what a template makes of a value may be kept.
   */
  readonly warmUps: readonly JsonObject[];
}

/** Renders a chart once with each of the values, in each way. */
export async function timeOurs(
  folder: string,
  values: readonly JsonObject[],
  { worker, warmUps }: TimeOptions,
): Promise<OurTimes> {
  const chart = await loadChart(folder);
  const requests = [...warmUps, ...values].map((one) => requestFor(chart, one));
  const skip = warmUps.length;
  // What is kept of values must not be found by another way of rendering them.
  const [cache, tracedCache] = [newRenderCache(), newRenderCache()];
  const [warmMs, tracedMs] = await mediansMs(requests, skip, [
    (request) => renderChart({ ...request, cache }),
    (request) => traced({ ...request, cache: tracedCache }),
  ]);
  const [workerMs] = await mediansMs(requests, skip, [(request) => worker.render(request, { signal })]);
  const cold = async (one: JsonObject): Promise<RenderRequest> => {
    // Functions and the drafts of JSON Schema are not the chart's; what is compiled of a schema goes with its bytes.
    const { parsed, named, flows } = newRenderCache();
    return { ...requestFor(await loadChart(folder), one), cache: { ...cache, parsed, named, flows } };
  };
  const [coldMs, tracedColdMs] = await mediansMs([...warmUps, ...values], skip, [
    async (one) => renderChart(await cold(one)),
    async (one) => traced(await cold(one)),
  ]);
  return { warmMs, tracedMs, workerMs, coldMs, tracedColdMs };
}

/** What it takes to show who wrote the lines of a file. */
function traced(request: RenderRequest): Rendered {
  const rendered = renderChart({ ...request, trace: true });
  const { trace, files } = rendered;
  const [name, text] = [...files].find(([, one]) => one.trim() !== '') ?? [];
  if (trace !== undefined && name !== undefined && text !== undefined) {
    traceLines(trace, name, text);
  }
  return rendered;
}

type Way<T> = (item: T) => Rendered | Promise<Rendered>;

/** How long each way takes, by turns. */
async function mediansMs<T, const Ways extends readonly Way<T>[]>(
  items: readonly T[],
  skip: number,
  ways: Ways,
): Promise<{ readonly [Index in keyof Ways]: number }> {
  const times = ways.map((): number[] => []);
  for (const item of items) {
    for (const [i, way] of ways.entries()) {
      const start = performance.now();
      await way(item);
      times[i]?.push(performance.now() - start);
    }
  }
  return times.map((list) => median(list.slice(skip))) as { [Index in keyof Ways]: number }; // one for each way
}
