import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../support/index.ts';

/** The machine's clock. */
export const nodeClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, { signal }) => {
    try {
      await setTimeout(ms, undefined, { signal });
    } catch (error) {
      // Node says only that it was aborted; the signal knows why.
      signal.throwIfAborted();
      throw error;
    }
  },
};
