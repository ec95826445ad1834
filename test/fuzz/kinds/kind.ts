import fc from 'fast-check';
import type { Oracle } from '../../support/oracle.ts';
import { canonical } from '../../support/outcome.ts';

/** One thing that our code and the real one are asked alike, with inputs made up from a seed. */
export interface Kind {
  /** `template`, or `yaml/read`: where a fuzz run is asked for `yaml`, it takes all of them. */
  readonly name: string;
  /** Asks both about as many inputs as wished; the same seed makes the same ones. */
  compare(oracle: Oracle, options: { readonly seed: number; readonly count: number }): Promise<Comparison>;
  /** The smallest input found that differs, from the one at an index of a run of this seed. */
  smallest(oracle: Oracle, at: { readonly seed: number; readonly index: number }): Promise<Difference>;
}

export interface Comparison {
  readonly differences: readonly (Difference & { readonly index: number })[];
  /** How many inputs the real thing refused: too many, and the comparison means little. */
  readonly refused: number;
  /** How many the real thing answered in two ways itself, where ours was neither: nothing to hold ours to. */
  readonly varied: number;
}

export interface Difference {
  readonly input: string;
  /** Ours, as JSON. */
  readonly have: string;
  /** The real thing's, as JSON. */
  readonly want: string;
}

export interface KindDefinition<Case> {
  readonly name: string;
  readonly cases: fc.Arbitrary<Case>;
  /** The case for people to read, and to make a golden row of; itself where it is not given. */
  readonly show?: (given: Case) => unknown;
  /** What the real thing makes of the cases, in order: an object with `error` where it refuses one. */
  readonly want: (oracle: Oracle, cases: readonly Case[]) => Promise<readonly unknown[]>;
  /** What ours makes of one; the case must stay as it is. */
  readonly have: (given: Case) => unknown;
}

/** How often a shrinking step may ask both: enough for cases of a screenful. */
const maxShrinkSteps = 4000;

export function defineKind<Case>(definition: KindDefinition<Case>): Kind {
  const { name, cases } = definition;
  return {
    name,
    compare: async (oracle, { seed, count }) => {
      const given = fc.sample(cases, { numRuns: count, seed });
      const asked = definition.want(oracle, given);
      const have = given.map((one) => definition.have(one));
      const want = await asked;
      const suspects = given.flatMap((one, index) => {
        const difference = differenceOf(definition, one, { have: have[index], want: want[index] });
        return difference === undefined ? [] : [{ index, one, ...difference }];
      });
      const again = await definition.want(
        oracle,
        suspects.map(({ one }) => one),
      );
      const differences = suspects
        .filter((suspect, i) => isFirm(suspect.want, canonical(again[i])))
        .map(({ one: _, ...difference }) => difference);
      return {
        differences,
        refused: want.filter(isRefusal).length,
        varied: suspects.length - differences.length,
      };
    },
    smallest: async (oracle, { seed, index }) => {
      let least: Difference | undefined;
      let steps = 0;
      const property = fc.asyncProperty(cases, async (one) => {
        steps++;
        if (steps > maxShrinkSteps) {
          return true;
        }
        const [want, again] = await definition.want(oracle, [one, one]);
        const difference = differenceOf(definition, one, { have: definition.have(one), want });
        const isReal = difference !== undefined && isFirm(canonical(want), canonical(again));
        least = isReal ? difference : least;
        return !isReal;
      });
      await fc.check(property, { seed, path: String(index), numRuns: 1 });
      if (least === undefined) {
        throw new Error(`${name}: input ${index} of seed ${seed} differs in a run, but not by itself`);
      }
      return least;
    },
  };
}

/** Whether the real thing always answers so: an address can have other digits, and as many as break a line elsewhere. */
function isFirm(want: string, again: string): boolean {
  return want === again && !want.includes(someAddress);
}

const someAddress = '0x…';

/** Where things lie in memory, as pointers print, is another place every time. */
export function withoutAddresses(output: string): string {
  return output.replaceAll(/\b0x[0-9a-f]{9,12}\b/g, someAddress);
}

function differenceOf<Case>(
  { show }: KindDefinition<Case>,
  given: Case,
  both: { readonly have: unknown; readonly want: unknown },
): Difference | undefined {
  const have = canonical(both.have);
  const want = canonical(both.want);
  return have === want ? undefined : { input: JSON.stringify(show === undefined ? given : show(given)), have, want };
}

function isRefusal(want: unknown): boolean {
  return typeof want === 'object' && want !== null && 'error' in want;
}
