import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fromBytes } from '@fairlead/engine/gostd';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildRenderWorker, runTemplate } from '../support/fairlead.ts';
import { type Oracle, startOracle, textBytes } from '../support/oracle.ts';
import { brokenCharts, templateRuns } from '../support/templateRuns.ts';

const charts = path.resolve(import.meta.dirname, '../fixtures/charts');

let oracle: Oracle;
let folder: string;
let renderWorker: string;
beforeAll(async () => {
  [oracle, renderWorker] = await Promise.all([startOracle(), buildRenderWorker()]);
  folder = mkdtempSync(path.join(os.tmpdir(), 'fairlead-charts-'));
});
afterAll(async () => {
  await oracle.close();
  rmSync(folder, { recursive: true, force: true });
  rmSync(path.dirname(renderWorker), { recursive: true, force: true });
});

/** Runs both and expects the same: standard output, exit code, and standard error from `Error: ` on, after warnings. */
async function expectSameRun(args: readonly string[], cwd: string): Promise<void> {
  const [helm, ours] = await Promise.all([
    oracle.ask({ op: 'helmTemplate', args, cwd }),
    runTemplate(args, { cwd, renderWorker }),
  ]);
  if ('error' in helm) {
    throw new Error(`helm did not run: ${helm.error}`);
  }
  const [stdout, said] = [helm.stdout, helm.stderr].map((text) => fromBytes(textBytes(text)));
  expect({ ...ours, stderr: fromError(ours.stderr) }).toEqual({
    stdout,
    stderr: fromError(said ?? ''),
    exitCode: helm.exitCode,
  });
}

function fromError(said: string): string {
  const error = said.indexOf('Error: ');
  return error < 0 ? '' : said.slice(error);
}

describe.for(templateRuns)('$chart', ({ chart, runs }) => {
  test.for(runs.map((args) => ({ args })))('$args', async ({ args }) => {
    await expectSameRun(['release', `./${chart}`, ...args], charts);
  });
});

describe('charts that Helm packaged', () => {
  test.for([{ chart: 'umbrella' }, { chart: 'functions' }, { chart: 'crds' }])('$chart', async ({ chart }) => {
    const cwd = mkdtempSync(path.join(folder, 'package-'));
    const packaged = await oracle.ask({ op: 'helm', args: ['package', path.join(charts, chart), '-d', cwd], cwd });
    expect(packaged).toMatchObject({ exitCode: 0 });
    const [archive = ''] = readdirSync(cwd);
    await expectSameRun(['release', `./${archive}`, '--include-crds'], cwd);
  });
});

describe('charts and files that cannot be loaded', () => {
  test.for(brokenCharts)('$name', async ({ files, args }) => {
    const cwd = mkdtempSync(path.join(folder, 'case-'));
    for (const [name, content] of Object.entries(files)) {
      writeFileSync(path.join(cwd, name), content);
    }
    await expectSameRun(args, cwd);
  });
});
