import { test } from 'vitest';
import { printf } from '../fuzz/kinds/printf.ts';
import { template } from '../fuzz/kinds/template.ts';
import { expectSameAsReal } from '../support/sameAs.ts';
import { seed, useOracle } from '../support/useOracle.ts';

const oracle = useOracle();

test('templates run alike', async () => {
  await expectSameAsReal(template, oracle, { seed, count: 12_000, maxRefused: 0.7 });
});

test('printf prints alike', async () => {
  await expectSameAsReal(printf, oracle, { seed, count: 20_000, maxRefused: 0.1 });
});
