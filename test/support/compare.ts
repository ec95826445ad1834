import { expect } from 'vitest';
import { canonical } from './outcome.ts';

export { goMap, type Outcome, outcomeOf } from './outcome.ts';

/** Expects that all outcomes are the oracle's; names the inputs of the first few that are not. */
export function expectSame(inputs: readonly unknown[], have: readonly unknown[], want: readonly unknown[]): void {
  expect([have.length, want.length]).toEqual([inputs.length, inputs.length]);
  const differing = inputs.flatMap((input, i) => {
    const pair = { have: canonical(have[i]), want: canonical(want[i]) };
    return pair.have === pair.want ? [] : [{ input: JSON.stringify(input), ...pair }];
  });
  expect(differing.slice(0, 4), `${differing.length} of ${inputs.length} differ`).toEqual([]);
}
