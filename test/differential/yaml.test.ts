import { readFileSync } from 'node:fs';
import type { Value } from '@fairlead/engine/gostd';
import { expect, test } from 'vitest';
import { readAsReal, verdictOf, yamlRead, yamlWrite } from '../fuzz/kinds/yaml.ts';
import { expectSame } from '../support/compare.ts';
import { expectSameAsReal } from '../support/sameAs.ts';
import { seed, useOracle } from '../support/useOracle.ts';

const oracle = useOracle();

test('texts are read, or refused in the same words', async () => {
  await expectSameAsReal(yamlRead, oracle, { seed, count: 16_000, maxRefused: 0.8 });
});

test('values are written alike', async () => {
  await expectSameAsReal(yamlWrite, oracle, { seed, count: 8_000, maxRefused: 0.1 });
});

/** The rows of a golden file that say what the real thing makes of a text. */
interface GoldenRow {
  readonly text: string;
  /** Go itself answers now so and now so: keys of other kinds become one text, in the order of its map. */
  readonly goVaries?: boolean;
  readonly want?: Value;
  readonly wantError?: string;
  readonly strict?: { readonly want?: Value; readonly wantError?: string };
}

test.for([{ strict: false }, { strict: true }])(
  'the golden rows are what the real thing says, strict: $strict',
  async ({ strict }) => {
    const file = readFileSync(new URL('../golden/yaml/load.json', import.meta.url), 'utf8');
    const rows = (JSON.parse(file) as { readonly cases: readonly GoldenRow[] }).cases; // a wrong row fails below
    const cases = rows.filter(({ goVaries }) => goVaries !== true);
    expect(cases.length).toBeGreaterThan(0);
    const wants = cases.map((row) => (strict ? (row.strict ?? row) : row));
    expectSame(
      cases,
      wants.map(({ want, wantError }) => verdictOf(wantError === undefined ? { result: want } : { error: wantError })),
      await readAsReal(
        oracle,
        cases.map(({ text }) => ({ text, strict })),
      ),
    );
  },
);
