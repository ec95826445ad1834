import type { Clock } from '@fairlead/engine/support';

export interface ManualClock extends Clock {
  /** Every time that somebody slept, in milliseconds. */
  readonly slept: readonly number[];
  /** Lets time pass, and wakes who slept until then. */
  advance(ms: number): Promise<void>;
}

/** A clock that stands still until it is told to go on; with `eager`, a sleep passes at once and moves it on. */
export function manualClock({ startMs, eager }: { readonly startMs: number; readonly eager: boolean }): ManualClock {
  let nowMs = startMs;
  const slept: number[] = [];
  let sleepers: { readonly untilMs: number; readonly wake: () => void }[] = [];
  return {
    slept,
    now: () => nowMs,
    sleep: (ms, { signal }) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted();
        slept.push(ms);
        if (eager) {
          nowMs += ms;
          resolve();
          return;
        }
        const onAbort = (): void => {
          reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
        };
        signal.addEventListener('abort', onAbort, { once: true });
        const wake = (): void => {
          signal.removeEventListener('abort', onAbort);
          resolve();
        };
        sleepers.push({ untilMs: nowMs + ms, wake });
      }),
    advance: async (ms) => {
      nowMs += ms;
      const due = sleepers.filter(({ untilMs }) => untilMs <= nowMs);
      sleepers = sleepers.filter(({ untilMs }) => untilMs > nowMs);
      for (const { wake } of due) {
        wake();
      }
      await Promise.resolve();
    },
  };
}
