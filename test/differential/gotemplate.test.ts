import { fromBytes, sprintf } from '@fairlead/engine/gostd';
import { execute, stringSink, TemplateSet } from '@fairlead/engine/gotemplate';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectSame, outcomeOf } from '../support/compare.ts';
import { type Oracle, startOracle, textBytes } from '../support/oracle.ts';
import { printedValues, someFormats, someTemplates, templateData } from '../support/templateCases.ts';
import { typedOf } from '../support/typed.ts';

/** Random, and the same in every run; FAIRLEAD_SEED=N tries others. */
const seed = Number(process.env['FAIRLEAD_SEED'] ?? 20_261_121);
const limits = { maxBytes: 10_000_000, deadlineMs: Infinity, now: () => 0 };

let oracle: Oracle;
beforeAll(async () => {
  oracle = await startOracle();
});
afterAll(async () => {
  await oracle.close();
});

test.for(['default', 'zero', 'error'] as const)('templates run alike, missingkey=%s', async (missingkey) => {
  const data = templateData();
  const typed = typedOf(data);
  const texts = fc.sample(someTemplates(), { numRuns: 6000, seed });
  const answers = await oracle.askAll(texts.map((text) => ({ op: 'template', text, typed, missingkey }) as const));
  const have = texts.map((text) =>
    outcomeOf(() => {
      const set = new TemplateSet({ funcs: new Map(), missingKey: missingkey, name: 't' });
      set.parse('t', text);
      const sink = stringSink();
      execute(set, 't', data, sink, { limits });
      return sink.text();
    }),
  );
  expectSame(
    texts,
    have,
    answers.map((answer) =>
      'error' in answer ? { error: answer.error } : { result: fromBytes(textBytes(answer.output)) },
    ),
  );
  // Enough of them run for the comparison to mean something.
  expect(have.filter((outcome) => 'result' in outcome).length).toBeGreaterThan(texts.length / 5);
});

test('printf prints alike', async () => {
  const samples = fc.sample(fc.tuple(someFormats(), fc.array(printedValues(), { maxLength: 3 })), {
    numRuns: 20_000,
    seed,
  });
  const answers = await oracle.askAll(
    samples.map(([format, args]) => ({ op: 'fmt', format, args: args.map(typedOf) }) as const),
  );
  expectSame(
    samples.map(([format, args]) => [format, ...args.map(typedOf)]),
    samples.map(([format, args]) => sprintf(format, args)),
    answers.map((answer) => ('error' in answer ? answer : fromBytes(textBytes(answer.output)))),
  );
});
