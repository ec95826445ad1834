import { loadValues, parseStrvals } from '@fairlead/engine/chart';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { coalesce } from '../fuzz/kinds/coalesce.ts';
import { expectSame, goMap, outcomeOf } from '../support/compare.ts';
import { type Oracle, startOracle } from '../support/oracle.ts';
import { expectSameAsReal } from '../support/sameAs.ts';
import { typedOf } from '../support/typed.ts';
import { someStrvals, valuesTexts } from '../support/valuesCases.ts';

/** Random, and the same in every run; FAIRLEAD_SEED=N tries others. */
const seed = Number(process.env['FAIRLEAD_SEED'] ?? 20_261_121);

let oracle: Oracle;
beforeAll(async () => {
  oracle = await startOracle();
});
afterAll(async () => {
  await oracle.close();
});

describe('--set and its like', () => {
  const into = { d: true, l: [1, { x: 1 }], m: { n: 2 }, n: null };
  test.for([
    { kind: 'set', mode: 'typed' },
    { kind: 'string', mode: 'string' },
    { kind: 'json', mode: 'json' },
    { kind: 'literal', mode: 'literal' },
  ] as const)('$kind', async ({ kind, mode }) => {
    const texts = fc.sample(someStrvals(kind), { numRuns: 3000, seed });
    const answers = await oracle.askAll(texts.map((text) => ({ op: 'strvals', kind, text, into }) as const));
    const have = texts.map((text) => {
      const values = goMap(into);
      return outcomeOf(() => {
        parseStrvals(text, values, { mode });
        return typedOf(values);
      });
    });
    expectSame(
      texts,
      have,
      answers.map((answer) => ('error' in answer ? { error: answer.error } : { result: answer.typed })),
    );
    // Many paths lead through what is there already and is no map: enough must be left that do not.
    expect(have.filter((outcome) => 'result' in outcome).length).toBeGreaterThan(texts.length / 5);
  });
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
  await expectSameAsReal(coalesce, oracle, { seed, count: 7_500, maxRefused: 0.8 });
});
