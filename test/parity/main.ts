/**
 * `npm run parity -- DIR… [--values-from-ci]`: renders every chart below the folders with the real Helm and with ours,
 * lists what differs, and prints for each folder how much is the same. Exit code 1 where anything differs.
 */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { buildRenderWorker } from '../support/fairlead.ts';
import { startOracle } from '../support/oracle.ts';
import { findCharts } from './charts.ts';
import { judge } from './judge.ts';
import { addTo, isGood, newTally, showTallies, type Tally } from './tally.ts';

const { values, positionals } = parseArgs({
  options: { 'values-from-ci': { type: 'boolean' } },
  allowPositionals: true,
});
if (positionals.length === 0) {
  console.error('usage: npm run parity -- DIR… [--values-from-ci]');
  process.exit(2);
}

const [oracle, renderWorker] = await Promise.all([startOracle(), buildRenderWorker()]);
const tallies = new Map<string, Tally>();
for (const folder of positionals) {
  const root = path.resolve(folder);
  const tally = newTally();
  tallies.set(folder, tally);
  for (const one of await findCharts(root, { valuesFromCi: values['values-from-ci'] === true })) {
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
process.exitCode = [...tallies.values()].every(isGood) ? 0 : 1;
