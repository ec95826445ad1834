import path from 'node:path';
import { type Chart, coalesceValues, loadFiles, validateAgainstSchema } from '@fairlead/engine/chart';
import { toBytes } from '@fairlead/engine/gostd';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inAnyOrder } from '../support/anyOrder.ts';
import { expectSame, goMap, outcomeOf } from '../support/compare.ts';
import { chartFiles } from '../support/oracle.ts';
import type { JsonObject } from '../support/oracleCases.ts';
import { oddSchemas, schemaCases } from '../support/schemaCases.ts';
import { seed, useOracle } from '../support/useOracle.ts';

/** FAIRLEAD_CASES=N draws more. */
const numRuns = Number(process.env['FAIRLEAD_CASES'] ?? 2000);

const oracle = useOracle();

test(`${numRuns} schemas of all drafts (FAIRLEAD_SEED=${seed})`, async () => {
  const samples = fc.sample(schemaCases(), { numRuns, seed });
  const want = await expectSameWords(samples.map((one) => ({ ...one, schema: JSON.stringify(one.schema) })));
  // Enough of each kind: values that fit, values that do not, and schemas that are none.
  const shares = [want.filter((text) => text === ''), want.filter((text) => text.includes('metaschema'))];
  for (const share of [...shares, want.filter((text) => /^- at /m.test(text))]) {
    expect(share.length).toBeGreaterThan(numRuns / 25);
  }
});

test('schemas that are none, or that lead elsewhere', async () => {
  await expectSameWords(oddSchemas.map((schema) => ({ schema, values: { a: 1, b: 'text', c: { d: [1, 2] } } })));
});

test('schemas of charts below, which find what the chart above sets, and global', async () => {
  const count = Math.ceil(numRuns / 8);
  const samples = fc.sample(fc.tuple(schemaCases(), schemaCases(), schemaCases()), { numRuns: count, seed: seed + 1 });
  const want = await expectSameWords(
    samples.map(([top, low, deep]) => ({
      schema: JSON.stringify(top.schema),
      files: {
        ...below('charts/low', low.schema),
        ...below('charts/low/charts/deep', deep.schema),
        'values.yaml': JSON.stringify({ low: low.values, global: { zone: 'x' } }),
      },
      values: { ...top.values, low: { deep: deep.values } },
    })),
  );
  expect(want.filter((text) => /^low:$/m.test(text) && /^deep:$/m.test(text)).length).toBeGreaterThan(count / 25);
});

function below(folder: string, schema: JsonObject): Record<string, string> {
  return {
    [`${folder}/Chart.yaml`]: `apiVersion: v2\nname: ${path.basename(folder)}\nversion: 1.0.0\n`,
    [`${folder}/values.schema.json`]: JSON.stringify(schema),
  };
}

interface TextCase {
  /** The file's text. */
  readonly schema: string;
  /** Others of the chart. */
  readonly files?: Readonly<Record<string, string>>;
  readonly values: JsonObject;
}

/** Holds ours against Helm's words; gives Helm's. */
async function expectSameWords(samples: readonly TextCase[]): Promise<string[]> {
  const answers = await oracle.askAll(
    samples.map((sample) => ({ op: 'render', files: chartFiles(filesOf(sample)), values: sample.values }) as const),
  );
  const want = answers.map((answer) => ('error' in answer ? answer.error : ''));
  const have = samples.map((sample) => {
    const outcome = outcomeOf(() => {
      const chart = chartOf(sample);
      validateAgainstSchema(chart, coalesceValues(chart, goMap(sample.values)));
    });
    return 'error' in outcome ? outcome.error : '';
  });
  const comparable = (text: string): string => inAnyOrder(apart(text));
  expectSame(samples, have.map(comparable), want.map(comparable));
  return want;
}

/** Behind a schema that is none Helm ends no line, so that the next chart's name is glued to the last failure. */
function apart(text: string): string {
  return text.replaceAll(/(?<=.)((?:low|deep):)$/gm, '\n$1');
}

function filesOf({ schema, files }: TextCase): Record<string, string> {
  return { 'Chart.yaml': 'apiVersion: v2\nname: top\nversion: 1.0.0\n', 'values.schema.json': schema, ...files };
}

function chartOf(sample: TextCase): Chart {
  return loadFiles(Object.entries(filesOf(sample)).map(([name, text]) => ({ name, data: toBytes(text) })));
}
