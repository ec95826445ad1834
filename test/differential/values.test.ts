import { loadValues } from '@fairlead/engine/chart';
import fc from 'fast-check';
import { test } from 'vitest';
import { coalesce } from '../fuzz/kinds/coalesce.ts';
import { strvals } from '../fuzz/kinds/strvals.ts';
import { expectSame, outcomeOf } from '../support/compare.ts';
import { expectSameAsReal } from '../support/sameAs.ts';
import { typedOf } from '../support/typed.ts';
import { valuesTexts } from '../support/valuesCases.ts';
import { seed, useOracle } from '../support/useOracle.ts';

const oracle = useOracle();

test('--set and its like', async () => {
  // Many paths lead through what is there already and is no map.
  await expectSameAsReal(strvals, oracle, { seed, count: 12_000, maxRefused: 0.8 });
});

test('values files of several documents', async () => {
  const texts = fc.sample(valuesTexts(), { numRuns: 2000, seed });
  const answers = await oracle.askAll(texts.map((text) => ({ op: 'valuesLoad', text }) as const));
  expectSame(
    texts,
    texts.map((text) => outcomeOf(() => typedOf(loadValues(text)))),
    answers.map((answer) => ('error' in answer ? { error: answer.error } : { result: answer.typed })),
  );
});

test('values through a chart and those below it', async () => {
  await expectSameAsReal(coalesce, oracle, { seed, count: 5_000, maxRefused: 0.7 });
});
