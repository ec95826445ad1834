// The render worker's own bundle: renders charts in a thread that may be stopped at any time.
import { deserialize, getHeapStatistics } from 'node:v8';
import { parentPort, workerData } from 'node:worker_threads';
import type { Chart } from '../chart/index.ts';
import { answerJob, chartFromWire, newRenderCache, type WireChart } from '../render/index.ts';
import type { FromWorker, RenderWorkerData, ToWorker } from './renderWorker.ts';

const { maxMemoryMb } = workerData as RenderWorkerData; // what renderWorker.ts starts this thread with
const maxHeapBytes = maxMemoryMb * 1024 * 1024;

/** A heap that really runs full ends the whole process, not only this thread. */
function reasonToStop(): string | undefined {
  return getHeapStatistics().used_heap_size > maxHeapBytes
    ? `rendering the chart takes more than ${String(maxMemoryMb)} MiB of memory`
    : undefined;
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
      return { id: message.id, answer: answerJob(chart, message.job, { reasonToStop, cache }) };
    }
  }
}

parentPort?.on('message', (message: ToWorker) => {
  const reply = answer(message);
  if (reply !== undefined) {
    parentPort?.postMessage(reply);
  }
});
