import { expect } from 'vitest';
import type { Kind } from '../fuzz/kinds/kind.ts';
import type { Oracle } from './oracle.ts';

/**
 * Expects that inputs of a kind come out as the real thing's; of those that do not, the first is made small.
 *
 * @param options.maxRefused share of the inputs that the real thing may refuse: more, and little is compared
 */
export async function expectSameAsReal(
  kind: Kind,
  oracle: Oracle,
  options: { readonly seed: number; readonly count: number; readonly maxRefused: number },
): Promise<void> {
  const { differences, refused } = await kind.compare(oracle, options);
  const [first] = differences;
  const smallest = first && (await kind.smallest(oracle, { seed: options.seed, index: first.index }));
  expect(smallest, `${differences.length} of ${options.count} differ`).toBeUndefined();
  expect(refused / options.count).toBeLessThan(options.maxRefused);
}
