/**
 * `npm run trace:perturb -- DIR…`: holds the traces of every chart below the folders against renders with changed
 * values, and says what tracing costs. Exit code 1 where a changed line was not attributed, or a value that nothing
 * reads changed something.
 */
import path from 'node:path';
import process from 'node:process';
import { type Chart, ChartError, loadDirectory } from '@fairlead/engine/chart';
import { newMap } from '@fairlead/engine/gostd';
import { nodeFiles } from '@fairlead/engine/node';
import { renderChart } from '@fairlead/engine/render';
import { findCharts } from '../parity/charts.ts';
import { perturb, requestOf } from './perturb.ts';

const folders = process.argv.slice(2);
if (folders.length === 0) {
  console.error('usage: npm run trace:perturb -- DIR…');
  process.exit(2);
}

const shownCases = 5;
const total = {
  charts: 0,
  scalars: 0,
  refused: 0,
  changedLines: 0,
  unattributed: 0,
  dataLines: 0,
  idle: 0,
  unread: 0,
  wronglyUnread: 0,
};
const costs: number[] = [];
for (const folder of folders) {
  for (const { folder: place } of await findCharts(path.resolve(folder), { valuesFromCi: false })) {
    const name = path.relative(path.resolve(folder, '..'), place);
    const chart = await load(place);
    const found = chart === undefined ? undefined : perturb(chart);
    if (chart === undefined || found === undefined) {
      console.log(`${name}: does not render`);
      continue;
    }
    const cost = costOf(chart);
    costs.push(cost);
    const { scalars, refused, changedLines, dataLines, unread, unattributed, idle, wronglyUnread } = found;
    total.charts++;
    for (const [key, count] of Object.entries({ scalars, refused, changedLines, dataLines, unread })) {
      total[key as 'scalars'] += count; // the keys stand in the line above
    }
    total.unattributed += unattributed.length;
    total.idle += idle.length;
    total.wronglyUnread += wronglyUnread.length;
    console.log(
      `${name}: ${String(scalars)} scalars, ${String(changedLines)} lines changed, ${String(unattributed.length)} not attributed; ` +
        `${String(dataLines - idle.length)} of ${String(dataLines)} data lines changed; ` +
        `${String(wronglyUnread.length)} of ${String(unread)} unread values wrong; costs ${cost.toFixed(2)} times`,
    );
    for (const [word, cases] of [
      ['not attributed', unattributed],
      ['did not change', idle],
      ['not unread', wronglyUnread],
    ] as const) {
      for (const one of cases.slice(0, shownCases)) {
        console.log(`  ${word}: ${one.trimEnd()}`);
      }
    }
  }
}
costs.sort((a, b) => a - b);
const median = costs[Math.floor(costs.length / 2)] ?? Number.NaN;
const share = (100 * (total.dataLines - total.idle)) / total.dataLines;
console.log(total);
console.log(
  `${share.toFixed(1)} % of data lines changed; tracing costs ${median.toFixed(2)} times the render (median of charts)`,
);
process.exitCode = total.unattributed + total.wronglyUnread === 0 ? 0 : 1;

async function load(place: string): Promise<Chart | undefined> {
  try {
    return await loadDirectory(place, { files: nodeFiles, signal: new AbortController().signal, positions: false });
  } catch (error) {
    if (error instanceof ChartError) {
      return undefined;
    }
    throw error;
  }
}

/** How many times longer a traced render takes: the best of several, taken by turns. */
function costOf(chart: Chart): number {
  const best = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < 20; round++) {
    for (const [i, trace] of [false, true].entries()) {
      const start = performance.now();
      renderChart(requestOf(chart, newMap(), trace));
      best[i] = Math.min(best[i] ?? 0, performance.now() - start);
    }
  }
  return (best[1] ?? 0) / (best[0] ?? 1);
}
