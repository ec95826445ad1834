/**
 * `npm run parity -- DIR… [--values-from-ci] [--vary N [--seed N]]`: renders every chart below the folders with the real
 * Helm and with ours, lists what differs, and prints for each folder how much is the same. Exit code 1 where anything
 * differs. With `--vary` each chart is rendered with N more values that are other than its own here and there.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { buildRenderWorker } from '../support/renderWorker.ts';
import { startOracle } from '../support/oracle.ts';
import { findCharts, type ParityCase } from './charts.ts';
import { judge } from './judge.ts';
import { addTo, isGood, newTally, showTallies, type Tally } from './tally.ts';
import { varyValues } from './vary.ts';

const { values, positionals } = parseArgs({
  options: {
    'values-from-ci': { type: 'boolean' },
    vary: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
  },
  allowPositionals: true,
});
if (positionals.length === 0) {
  console.error('usage: npm run parity -- DIR… [--values-from-ci] [--vary N [--seed N]]');
  process.exit(2);
}

const [oracle, renderWorker] = await Promise.all([startOracle(), buildRenderWorker()]);
const varied = await mkdtemp(path.join(os.tmpdir(), 'fairlead-parity-'));
const tallies = new Map<string, Tally>();
for (const folder of positionals) {
  const root = path.resolve(folder);
  const tally = newTally();
  tallies.set(folder, tally);
  for await (const one of casesBelow(root)) {
    const judgement = await judge(one, { oracle, renderWorker });
    addTo(tally, judgement);
    if (judgement.verdict === 'different') {
      const name = [path.join(folder, path.relative(root, one.folder)), one.valuesFile ?? ''].join(' ').trimEnd();
      console.log(`${name}: Helm ${judgement.helm} it, ours differs\n${judgement.detail}`);
    }
  }
}
await oracle.close();
await rm(path.dirname(renderWorker), { recursive: true, force: true });
console.log(showTallies(tallies));
if ([...tallies.values()].every(isGood)) {
  await rm(varied, { recursive: true, force: true });
} else {
  if (Number(values.vary) > 0) {
    console.log(`values that were made up stay in ${varied}`);
  }
  process.exitCode = 1;
}

async function* casesBelow(root: string): AsyncGenerator<ParityCase> {
  for (const one of await findCharts(root, { valuesFromCi: values['values-from-ci'] === true })) {
    yield one;
    if (one.valuesFile === undefined) {
      yield* await varyValues(one, { count: Number(values.vary), seed: Number(values.seed), folder: varied });
    }
  }
}
