// The render worker's own bundle: renders charts in a thread that may be stopped at any time.
import { parentPort } from 'node:worker_threads';
import { answerJob, type WireChart } from '../render/index.ts';
import type { FromWorker, ToWorker } from './renderWorker.ts';

const charts = new Map<number, WireChart>();

function answer(message: ToWorker): FromWorker | undefined {
  switch (message.kind) {
    case 'chart':
      charts.set(message.chart, message.content);
      return undefined;
    case 'forget':
      charts.delete(message.chart);
      return undefined;
    case 'job': {
      const chart = charts.get(message.chart);
      if (chart === undefined) {
        throw new Error('a job came before its chart');
      }
      return { id: message.id, answer: answerJob(chart, message.job) };
    }
  }
}

parentPort?.on('message', (message: ToWorker) => {
  const reply = answer(message);
  if (reply !== undefined) {
    parentPort?.postMessage(reply);
  }
});
