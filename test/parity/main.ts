/**
 * `npm run parity -- DIR… [--values-from-ci]`: renders every chart below the folders with the real Helm and with ours,
 * compares what both print, and lists what differs. Exit code 1 where anything does.
 */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { fromBytes } from '@fairlead/engine/gostd';
import { buildRenderWorker, runTemplate } from '../support/fairlead.ts';
import { type Oracle, startOracle, textBytes } from '../support/oracle.ts';
import { findCharts, type ParityCase } from './charts.ts';
import { equalsButForRandom } from './mask.ts';

const verdicts = [
  'identical',
  'identical but for random values',
  'both fail with the same text',
  'different',
  'both fail with different texts',
  'only one fails',
] as const;
type Verdict = (typeof verdicts)[number];
const good: ReadonlySet<Verdict> = new Set(verdicts.slice(0, 3));

/** Of Helm, for a chart whose output is not always the same. */
const maxRuns = 12;

interface Printed {
  readonly stdout: string;
  /** From `Error: ` on; empty where it succeeded. */
  readonly error: string;
  readonly exitCode: number;
}

const { values, positionals } = parseArgs({
  options: { 'values-from-ci': { type: 'boolean' } },
  allowPositionals: true,
});
if (positionals.length === 0) {
  console.error('usage: npm run parity -- DIR… [--values-from-ci]');
  process.exit(2);
}

const [oracle, renderWorker] = await Promise.all([startOracle(), buildRenderWorker()]);
const counts = new Map<Verdict, number>(verdicts.map((verdict) => [verdict, 0]));
for (const folder of positionals) {
  const root = path.resolve(folder);
  for (const one of await findCharts(root, { valuesFromCi: values['values-from-ci'] === true })) {
    const { verdict, detail } = await judge(oracle, one);
    counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
    if (!good.has(verdict)) {
      const name = path.relative(root, one.folder);
      console.log(`${name}${one.valuesFile === undefined ? '' : ` ${one.valuesFile}`}: ${verdict}\n${detail}`);
    }
  }
}
await oracle.close();
await rm(path.dirname(renderWorker), { recursive: true, force: true });
for (const [verdict, count] of counts) {
  console.log(`${String(count).padStart(6)} ${verdict}`);
}
process.exitCode = [...counts].every(([verdict, count]) => count === 0 || good.has(verdict)) ? 0 : 1;

async function judge(
  real: Oracle,
  { folder, valuesFile }: ParityCase,
): Promise<{ readonly verdict: Verdict; readonly detail: string }> {
  const args = ['release', '.', '--namespace', 'default', ...(valuesFile === undefined ? [] : ['-f', valuesFile])];
  const helm = async (): Promise<Printed> => {
    const answer = await real.ask({ op: 'helmTemplate', args, cwd: folder });
    if ('error' in answer) {
      throw new Error(`helm did not run: ${answer.error}`);
    }
    const said = fromBytes(textBytes(answer.stderr));
    return {
      stdout: fromBytes(textBytes(answer.stdout)),
      error: answer.exitCode === 0 ? '' : said.slice(Math.max(0, said.indexOf('Error: '))),
      exitCode: answer.exitCode,
    };
  };
  const [want, run] = await Promise.all([helm(), runTemplate(args, { cwd: folder, renderWorker })]);
  const have: Printed = { stdout: run.stdout, error: run.exitCode === 0 ? '' : run.stderr, exitCode: run.exitCode };
  if (have.exitCode !== 0 && want.exitCode !== 0) {
    const verdict = have.error === want.error ? 'both fail with the same text' : 'both fail with different texts';
    return { verdict, detail: sides(want.error, have.error) };
  }
  if (have.exitCode !== want.exitCode) {
    return { verdict: 'only one fails', detail: sides(want.error, have.error) };
  }
  if (have.stdout === want.stdout) {
    return { verdict: 'identical', detail: '' };
  }
  const runs = [want.stdout];
  // Random letters agree by chance, and certificates are now and then a byte longer: some runs show only a part of that.
  while (runs.length < maxRuns) {
    runs.push((await helm()).stdout);
    if (runs.every((one) => one === want.stdout)) {
      break;
    }
    if (equalsButForRandom(have.stdout, runs)) {
      return { verdict: 'identical but for random values', detail: '' };
    }
  }
  return { verdict: 'different', detail: firstDifference(want.stdout, have.stdout) };
}

function firstDifference(want: string, have: string): string {
  const [wants, haves] = [want.split('\n'), have.split('\n')];
  const at = wants.findIndex((line, index) => line !== haves[index]);
  const around = (lines: readonly string[]): string => lines.slice(Math.max(0, at - 2), at + 3).join('\n');
  return `  line ${String(at + 1)}\n${sides(around(wants), around(haves))}`;
}

function sides(want: string, have: string): string {
  const indented = (text: string): string => text.trimEnd().replaceAll('\n', '\n    ');
  return `  helm:\n    ${indented(want)}\n  ours:\n    ${indented(have)}`;
}
