import { afterAll, beforeAll, test } from 'vitest';
import { printf } from '../fuzz/kinds/printf.ts';
import { template } from '../fuzz/kinds/template.ts';
import { type Oracle, startOracle } from '../support/oracle.ts';
import { expectSameAsReal } from '../support/sameAs.ts';

/** Random, and the same in every run; FAIRLEAD_SEED=N tries others, and `npm run fuzz` many more. */
const seed = Number(process.env['FAIRLEAD_SEED'] ?? 20_261_121);

let oracle: Oracle;
beforeAll(async () => {
  oracle = await startOracle();
});
afterAll(async () => {
  await oracle.close();
});

test('templates run alike', async () => {
  await expectSameAsReal(template, oracle, { seed, count: 12_000, maxRefused: 0.7 });
});

test('printf prints alike', async () => {
  await expectSameAsReal(printf, oracle, { seed, count: 20_000, maxRefused: 0.1 });
});
