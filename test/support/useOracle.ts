import { afterAll, beforeAll } from 'vitest';
import { type Oracle, type RunningOracle, startOracle } from './oracle.ts';

/** What tests draw with: random, and the same in every run; FAIRLEAD_SEED=N tries others, and `npm run fuzz` many more. */
export const seed = Number(process.env['FAIRLEAD_SEED'] ?? 20_261_121);

/** The oracle, which runs while the tests of a file do; called at the file's top. */
export function useOracle(): Oracle {
  let started: RunningOracle | undefined;
  const oracle = (): RunningOracle => {
    if (started === undefined) {
      throw new Error('the oracle answers once the tests run');
    }
    return started;
  };
  beforeAll(async () => {
    started = await startOracle();
  });
  afterAll(() => started?.close());
  return { ask: (given) => oracle().ask(given), askAll: (given) => oracle().askAll(given) };
}
