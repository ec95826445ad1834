import type { Abortable } from '../support/index.ts';

/** Work that several wait for at once is done once. */
export interface SharedWork<T> {
  /**
   * Waits for the work of this key, which `start` begins unless it is under way. One who gives up stops waiting; when
   * nobody waits any more, the work is broken off.
   */
  join(key: string, start: (signal: AbortSignal) => Promise<T>, options: Abortable): Promise<T>;
}

interface Job<T> {
  readonly result: Promise<T>;
  readonly controller: AbortController;
  waiting: number;
}

export function sharedWork<T>(): SharedWork<T> {
  const jobs = new Map<string, Job<T>>();

  const begin = (key: string, start: (signal: AbortSignal) => Promise<T>): Job<T> => {
    const controller = new AbortController();
    const job: Job<T> = { result: start(controller.signal), controller, waiting: 0 };
    jobs.set(key, job);
    return job;
  };

  return {
    join: async (key, start, { signal }) => {
      signal.throwIfAborted();
      const job = jobs.get(key) ?? begin(key, start);
      job.waiting++;
      try {
        return await orAborted(job.result, signal);
      } finally {
        job.waiting--;
        if (jobs.get(key) === job) {
          // Done, or the others still wait.
          if (job.waiting === 0) {
            jobs.delete(key);
            job.controller.abort();
          }
        }
      }
    },
  };
}

function orAborted<T>(result: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      // What it was aborted with goes on as it is.
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', stop, { once: true });
    result.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', stop);
    });
  });
}
