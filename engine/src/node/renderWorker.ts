import { createHash } from 'node:crypto';
import { serialize } from 'node:v8';
import { Worker } from 'node:worker_threads';
import type { Chart } from '../chart/index.ts';
import {
  chartToWire,
  jobFrom,
  type LookupKey,
  prepareBeside,
  RenderError,
  type Rendered,
  renderedFrom,
  type RenderRequest,
  type WireAnswer,
  type WireJob,
} from '../render/index.ts';
import type { Abortable } from '../support/index.ts';
import { newPlace, readPlace } from './renderPlace.ts';
import { renderStopped } from './renderStopped.ts';

/** What goes to the worker. A chart is named by its digest. */
export type ToWorker =
  /** `content` is a serialized `WireChart`. */
  | { readonly kind: 'chart'; readonly chart: string; readonly content: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'forget'; readonly chart: string }
  | { readonly kind: 'job'; readonly id: number; readonly chart: string; readonly job: WireJob };

/** What comes back. */
export interface FromWorker {
  readonly id: number;
  readonly answer: WireAnswer;
}

export interface RenderWorkerOptions {
  /** Path of the worker's bundle, `dist/renderWorker.cjs`. */
  readonly path: string;
  /** MiB of memory that renders may take. */
  readonly maxMemoryMb: number;
}

/** What the worker is started with. */
export interface RenderWorkerData {
  readonly maxMemoryMb: number;
  /** Where the worker says which template it is at. */
  readonly place: Uint8Array<SharedArrayBuffer>;
}

/** Charts that stay with the worker, parsed, so that another render of one costs the rendering alone. */
const maxCharts = 16;
/** Templates that include themselves a thousand times, which Helm allows, need this much stack. */
const stackMb = 64;
/** How much longer than a render's own limit we wait before the worker is stopped. */
const graceMs = 1_000;

/**
 * Renders in a thread of its own, one request after the other. A render that takes too long or too much memory is
 * stopped with the thread; the next one starts another.
 */
export class RenderWorker {
  readonly #options: RenderWorkerOptions;
  #thread: RenderThread | undefined;
  /** One after the other, so that a limit counts one render's time. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: RenderWorkerOptions) {
    this.#options = options;
  }

  /** Starts the thread before there is something to render, for those who read a chart meanwhile. */
  start(): void {
    this.#running();
  }

  /**
   * As `renderChart`, elsewhere.
   *
   * @throws ChartError, RenderError; the signal's reason when cancelled
   */
  render(request: RenderRequest, options: Abortable): Promise<Rendered> {
    const rendered = this.#queue.then(() => this.#render(request, options));
    this.#queue = rendered.catch(() => undefined);
    return rendered;
  }

  async #render(request: RenderRequest, { signal }: Abortable): Promise<Rendered> {
    const asked = new Map<string, LookupKey>();
    let prepared: ReturnType<typeof prepareBeside>;
    for (;;) {
      signal.throwIfAborted();
      const thread = this.#running();
      const answering = thread.run(request.chart, jobFrom(request, [...asked.values()]), { signal });
      // It is awaited below, unless there is a bug in between.
      answering.catch(() => undefined);
      // While the worker renders.
      prepared ??= prepareBeside(request);
      const answer = await answering;
      // A render that failed may have failed for want of an answer only.
      const missing = answer.kind === 'chart-error' ? [] : answer.missing;
      const more = missing.filter((key) => isAnswered(request, key, asked));
      if (more.length === 0) {
        return renderedFrom(request, prepared, answer);
      }
      for (const key of more) {
        asked.set(JSON.stringify(key), key);
      }
    }
  }

  async close(): Promise<void> {
    const thread = this.#thread;
    this.#thread = undefined;
    await thread?.stop(new RenderError('limit', 'the renderer was closed'));
  }

  #running(): RenderThread {
    if (this.#thread === undefined || this.#thread.isStopped) {
      this.#thread = new RenderThread(this.#options);
    }
    return this.#thread;
  }
}

/** Whether the snapshot has an answer that the worker was not given yet. */
function isAnswered(request: RenderRequest, key: LookupKey, asked: ReadonlyMap<string, LookupKey>): boolean {
  return !asked.has(JSON.stringify(key)) && request.lookup.get(key) !== undefined;
}

interface Waiting {
  readonly resolve: (answer: WireAnswer) => void;
  readonly reject: (error: unknown) => void;
}

/** One thread, until it is stopped. */
class RenderThread {
  isStopped = false;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  /** Charts that the worker has, oldest first. */
  readonly #charts = new Set<string>();
  /** Of charts that were asked for before. */
  readonly #digests = new WeakMap<Chart, string>();
  readonly #place = newPlace();
  #lastId = 0;

  constructor({ path, maxMemoryMb }: RenderWorkerOptions) {
    const data: RenderWorkerData = { maxMemoryMb, place: this.#place };
    this.#worker = new Worker(path, {
      workerData: data,
      // V8 ends the process when it cannot get what it needs at its own limit, so the render stops itself long before.
      resourceLimits: { maxOldGenerationSizeMb: 3 * maxMemoryMb, stackSizeMb: stackMb },
    });
    this.#worker.unref();
    this.#worker.on('message', ({ id, answer }: FromWorker) => {
      this.#waiting.get(id)?.resolve(answer);
      this.#waiting.delete(id);
    });
    this.#worker.on('error', (error) => {
      this.#fail(isOutOfMemory(error) ? this.#stopped('it takes more memory than there is') : error);
    });
    this.#worker.on('exit', () => {
      this.#fail(new RenderError('limit', 'the renderer was stopped'));
    });
  }

  /** Ends the thread; a job that it is at fails with `reason`. */
  async stop(reason: unknown): Promise<void> {
    this.#fail(reason);
    await this.#worker.terminate();
  }

  async run(chart: Chart, job: WireJob, { signal }: Abortable): Promise<WireAnswer> {
    const { maxMs } = job.limits;
    const timer = setTimeout(
      () => void this.stop(this.#stopped(`it takes longer than ${String(maxMs)} ms`)),
      maxMs + graceMs,
    );
    const cancel = (): void => void this.stop(signal.reason);
    signal.addEventListener('abort', cancel, { once: true });
    // The process waits for the answer, and for nothing else of the worker.
    this.#worker.ref();
    try {
      return await new Promise<WireAnswer>((resolve, reject) => {
        const id = ++this.#lastId;
        this.#waiting.set(id, { resolve, reject });
        this.#post({ kind: 'job', id, chart: this.#sent(chart), job });
      });
    } finally {
      this.#worker.unref();
      clearTimeout(timer);
      signal.removeEventListener('abort', cancel);
    }
  }

  /** The digest of a chart, which the worker then has. */
  #sent(chart: Chart): string {
    let digest = this.#digests.get(chart);
    if (digest === undefined || !this.#charts.has(digest)) {
      const content = serialize(chartToWire(chart));
      digest = createHash('sha256').update(content).digest('hex');
      this.#digests.set(chart, digest);
      if (!this.#charts.has(digest)) {
        this.#post({ kind: 'chart', chart: digest, content });
      }
    }
    this.#charts.delete(digest);
    this.#charts.add(digest);
    for (const oldest of [...this.#charts].slice(0, -maxCharts)) {
      this.#charts.delete(oldest);
      this.#post({ kind: 'forget', chart: oldest });
    }
    return digest;
  }

  #stopped(reason: string): RenderError {
    return renderStopped(readPlace(this.#place), reason);
  }

  #post(message: ToWorker): void {
    this.#worker.postMessage(message, message.kind === 'chart' ? [message.content.buffer] : []);
  }

  #fail(error: unknown): void {
    this.isStopped = true;
    for (const { reject } of this.#waiting.values()) {
      reject(error);
    }
    this.#waiting.clear();
  }
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
}
