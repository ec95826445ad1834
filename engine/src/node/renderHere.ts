import process from 'node:process';
import { Script } from 'node:vm';
import { renderChart, type Rendered, RenderError, type RenderRequest } from '../render/index.ts';
import type { Abortable } from '../support/index.ts';
import { renderStopped } from './renderStopped.ts';
import { RenderWorker, type RenderWorkerOptions } from './renderWorker.ts';

/**
 * A render in this thread, for a process that does nothing else: starting another costs more than rendering most
 * charts. Time ends it as it ends the worker's; one that outgrows the memory or the stack of this thread is made again
 * by the worker, which has more of both. Tracing is left to the worker.
 *
 * @throws ChartError, RenderError; the signal's reason when cancelled
 */
export async function renderHere(request: RenderRequest, options: RenderWorkerOptions & Abortable): Promise<Rendered> {
  options.signal.throwIfAborted();
  const rendered = request.trace === true ? undefined : renderWithin(request);
  if (rendered !== undefined) {
    return rendered;
  }
  const worker = new RenderWorker(options);
  try {
    return await worker.render(request, options);
  } finally {
    await worker.close();
  }
}

/** A quarter of the smallest heap that Node starts with on a machine of today. */
const maxHeapBytes = 256 * 1024 * 1024;
/** How much longer than a render's own limit it may be stuck where it does not look at the clock. */
const graceMs = 1_000;

/** Undefined where this thread is too small for it, and where the worker shall say which limit it exceeds. */
function renderWithin(request: RenderRequest): Rendered | undefined {
  const { limits, world } = request;
  // The render's own clock: loading Node's finer one takes a millisecond.
  const startMs = world.now();
  const reasonToStop = (): string | undefined =>
    process.memoryUsage().heapUsed > maxHeapBytes ? 'the render needs more memory than this thread has' : undefined;
  let template = '';
  const onTemplate = (name: string): void => {
    template = name;
  };
  try {
    return stoppedAfter(limits.maxMs + graceMs, () =>
      renderChart({ ...request, limits: { ...limits, reasonToStop, onTemplate } }),
    );
  } catch (error) {
    if (isTimeout(error)) {
      throw renderStopped(template, `it takes longer than ${String(limits.maxMs)} ms`);
    }
    const isLimit = isStackOverflow(error) || (error instanceof RenderError && error.code === 'limit');
    if (isLimit && world.now() - startMs < limits.maxMs) {
      return undefined;
    }
    throw error;
  }
}

const hook: unique symbol = Symbol.for('fairlead.run');

/** Runs something that is stopped after so many milliseconds wherever it is: a script is the one thing Node can stop. */
function stoppedAfter<T>(timeoutMs: number, run: () => T): T {
  let result: { readonly value: T } | undefined;
  Object.defineProperty(globalThis, hook, {
    configurable: true,
    value: () => {
      result = { value: run() };
    },
  });
  try {
    new Script(`globalThis[Symbol.for('fairlead.run')]()`).runInThisContext({ timeout: timeoutMs });
  } finally {
    Reflect.deleteProperty(globalThis, hook);
  }
  if (result === undefined) {
    throw new Error('the script ran something else');
  }
  return result.value;
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}

function isStackOverflow(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof RangeError && /call stack/i.test(at.message)) {
      return true;
    }
  }
  return false;
}
