import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../support/index.ts';

/** The machine's clock. */
export const nodeClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, { signal }) => {
    await setTimeout(ms, undefined, { signal });
  },
};
