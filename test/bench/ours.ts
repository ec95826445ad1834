import { defaultCapabilities, loadDirectory } from '@fairlead/engine/chart';
import type { Chart } from '@fairlead/engine/chart';
import { decodeJson, type GoMap, isMap, newMap } from '@fairlead/engine/gostd';
import { filesNow, type RenderWorker } from '@fairlead/engine/node';
import { newRenderCache, renderChart, type Rendered, type RenderRequest } from '@fairlead/engine/render';
import { limits } from '@fairlead/engine/support';
import type { JsonObject } from '../support/oracleCases.ts';
import { median } from './statistics.ts';

/** Medians, in milliseconds. */
export interface OurTimes {
  /** A chart that is kept; everything from the user's values to the texts of the files. */
  readonly warmMs: number;
  /** The same, asked of the thread that the editor asks. */
  readonly workerMs: number;
  /** Reading the folder, parsing, rendering; nothing of the chart is kept. */
  readonly coldMs: number;
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
  const cache = newRenderCache();
  const requests = [...warmUps, ...values].map((one) => requestFor(chart, one));
  const skip = warmUps.length;
  return {
    warmMs: await medianMs(requests, skip, (request) => renderChart({ ...request, cache })),
    workerMs: await medianMs(requests, skip, (request) => worker.render(request, { signal })),
    coldMs: await medianMs([...warmUps, ...values], skip, async (one) => {
      // Functions and the drafts of JSON Schema are not the chart's; what is compiled of a schema goes with its bytes.
      const fresh = { ...cache, parsed: newRenderCache().parsed };
      return renderChart({ ...requestFor(await loadChart(folder), one), cache: fresh });
    }),
  };
}

async function medianMs<T>(
  items: readonly T[],
  skip: number,
  run: (item: T) => Rendered | Promise<Rendered>,
): Promise<number> {
  const times: number[] = [];
  for (const item of items) {
    const start = performance.now();
    await run(item);
    times.push(performance.now() - start);
  }
  return median(times.slice(skip));
}
