// The render worker's own bundle: renders charts in a thread that may be stopped at any time.
import { deserialize, getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';
import type { Chart } from '../chart/index.ts';
import { answerJob, chartFromWire, newRenderCache, type WireChart, type WireJob } from '../render/index.ts';
import { writePlace } from './renderPlace.ts';
import type { FromWorker, RenderWorkerData, ToWorker } from './renderWorker.ts';

const { maxMemoryMb, place } = workerData as RenderWorkerData; // what renderWorker.ts starts this thread with
const maxHeapBytes = maxMemoryMb * 1024 * 1024;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void; // what the flag exposes

/** Collecting garbage takes a while where there is much that is none. */
const collectingPauseMs = 1_000;
let collectedMs = 0;

/** A heap that really runs full ends the whole process, not only this thread. */
function isHeapFull(nowMs: number): boolean {
  let used = getHeapStatistics().used_heap_size;
  if (used > maxHeapBytes && used < 2 * maxHeapBytes) {
    if (nowMs - collectedMs < collectingPauseMs) {
      return false;
    }
    // Much of it may be garbage that V8 did not have to collect yet.
    collectGarbage();
    collectedMs = nowMs;
    used = getHeapStatistics().used_heap_size;
  }
  return used > maxHeapBytes;
}

function reasonToStop({ maxMs }: WireJob['limits'], startMs: number): string | undefined {
  const nowMs = performance.now();
  if (nowMs - startMs > maxMs) {
    return `it takes longer than ${String(maxMs)} ms`;
  }
  return isHeapFull(nowMs) ? `it takes more than ${String(maxMemoryMb)} MiB of memory` : undefined;
}

const charts = new Map<string, Chart>();
const cache = newRenderCache();

function answer(message: ToWorker): FromWorker | undefined {
  switch (message.kind) {
    case 'chart':
      // What renderWorker.ts wrote.
      charts.set(message.chart, chartFromWire(deserialize(message.content) as WireChart));
      return undefined;
    case 'forget':
      charts.delete(message.chart);
      return undefined;
    case 'job': {
      const chart = charts.get(message.chart);
      if (chart === undefined) {
        throw new Error('a job came before its chart');
      }
      const startMs = performance.now();
      const limits = {
        reasonToStop: () => reasonToStop(message.job.limits, startMs),
        onTemplate: (template: string) => {
          writePlace(place, template);
        },
      };
      limits.onTemplate('');
      return { id: message.id, answer: answerJob(chart, message.job, { ...limits, cache }) };
    }
  }
}

parentPort?.on('message', (message: ToWorker) => {
  const reply = answer(message);
  if (reply !== undefined) {
    parentPort?.postMessage(reply);
  }
});
