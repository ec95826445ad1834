/**
 * `npm run bench:render -- DIR… [--runs N] [--each] [--helm PROGRAM]`: how long charts take to render, by Fairlead and
 * by Helm, in one run: in process, warm and cold, and as processes. docs/benchmarks.md says what the columns mean.
 * Needs `npm run build`, since the command line is timed as it is shipped.
 */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { RenderWorker } from '@fairlead/engine/node';
import { limits } from '@fairlead/engine/support';
import { buildOracle } from '../../scripts/oracle.ts';
import { findCharts } from '../parity/charts.ts';
import { buildRenderWorker } from '../support/renderWorker.ts';
import { startOracle } from '../support/oracle.ts';
import { type Measured, measure } from './measure.ts';
import type { Program } from './processes.ts';
import { showCharts, showReport } from './report.ts';

const { values, positionals } = parseArgs({
  options: {
    runs: { type: 'string', default: '7' },
    each: { type: 'boolean', default: false },
    helm: { type: 'string' },
  },
  allowPositionals: true,
});
const runs = Number(values.runs);
const commandLine = path.resolve(import.meta.dirname, '../../dist/cli.cjs');
if (positionals.length === 0 || !(runs >= 1)) {
  console.error('usage: npm run bench:render -- DIR… [--runs N] [--each] [--helm PROGRAM]');
  process.exit(2);
}
if (!existsSync(commandLine)) {
  console.error('error: dist/cli.cjs is not built: npm run build');
  process.exit(2);
}

const [oracle, workerPath] = await Promise.all([startOracle(), buildRenderWorker()]);
const worker = new RenderWorker({ path: workerPath, maxMemoryMb: limits.maxRenderMemoryMb });
const helm: Program =
  values.helm === undefined ? [await buildOracle(console.error), 'helm'] : [path.resolve(values.helm)];
const measured: Measured[] = [];
const skipped: string[] = [];
for (const folder of positionals) {
  for (const { folder: chart } of await findCharts(path.resolve(folder), { valuesFromCi: false })) {
    const name = path.relative(path.resolve(folder), chart) || path.basename(chart);
    const result = await measure(chart, {
      name,
      runs,
      oracle,
      worker,
      programs: { helm, ours: [process.execPath, commandLine] },
    });
    if (typeof result === 'string') {
      skipped.push(`${name}: ${result}`);
    } else {
      measured.push(result);
    }
  }
}
await Promise.all([oracle.close(), worker.close(), rm(path.dirname(workerPath), { recursive: true, force: true })]);
if (values.each) {
  console.log(showCharts(measured));
}
console.log(showReport(measured, skipped));
