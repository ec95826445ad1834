import path from 'node:path';
import { fromBytes } from '@fairlead/engine/gostd';
import { type RunResult, runTemplate } from '../support/fairlead.ts';
import { inAnyOrder } from '../support/anyOrder.ts';
import { type Oracle, textBytes } from '../support/oracle.ts';
import type { ParityCase } from './charts.ts';
import { equalsButForRandom } from './mask.ts';

/** What one chart came to. `helm` says whether Helm rendered it, which decides where it is counted. */
export interface Judgement {
  readonly helm: 'renders' | 'refuses';
  readonly verdict: 'same' | 'same but for random values' | 'different';
  /** Both sides of the first difference, for a person. */
  readonly detail: string;
}

export interface JudgeOptions {
  readonly oracle: Oracle;
  /** Path of the worker that renders. */
  readonly renderWorker: string;
}

/** Of Helm, for a chart whose output is not always the same. */
const maxRuns = 24;

/** After so many runs that are all the same, Helm leaves nothing to chance. */
const enoughAlike = 4;

interface Printed {
  readonly stdout: string;
  /** From `Error: ` on; absent where it succeeded. */
  readonly error: string | undefined;
}

/** Renders a chart with both and compares what they print: the manifest, or the error where there is none. */
export async function judge(one: ParityCase, options: JudgeOptions): Promise<Judgement> {
  const [want, have] = await Promise.all([runHelm(one, options), runOurs(one, options)]);
  const helm = want.error === undefined ? 'renders' : 'refuses';
  if (shown(have) === shown(want)) {
    return { helm, verdict: 'same', detail: '' };
  }
  if (want.error !== undefined && have.error !== undefined && inAnyOrder(want.error) === inAnyOrder(have.error)) {
    return { helm, verdict: 'same but for random values', detail: '' };
  }
  const runs = [shown(want)];
  // Random letters agree by chance, certificates are now and then a byte longer, and maps are visited in any order:
  // some runs show only a part of that.
  while (runs.length < maxRuns) {
    runs.push(shown(await runHelm(one, options)));
    if (runs.includes(shown(have)) || (runs.length >= enoughAlike && runs.every((run) => run === runs[0]))) {
      break;
    }
    if (equalsButForRandom(shown(have), runs)) {
      return { helm, verdict: 'same but for random values', detail: '' };
    }
  }
  return runs.includes(shown(have))
    ? { helm, verdict: 'same but for random values', detail: '' }
    : { helm, verdict: 'different', detail: firstDifference(runs[0] ?? '', shown(have)) };
}

function shown({ stdout, error }: Printed): string {
  return error ?? stdout;
}

function argumentsOf({ valuesFile }: ParityCase): string[] {
  return ['release', '.', '--namespace', 'default', ...(valuesFile === undefined ? [] : ['-f', valuesFile])];
}

async function runHelm(one: ParityCase, { oracle }: JudgeOptions): Promise<Printed> {
  const answer = await oracle.ask({ op: 'helmTemplate', args: argumentsOf(one), cwd: one.folder });
  if ('error' in answer) {
    throw new Error(`helm did not run in ${path.resolve(one.folder)}: ${answer.error}`);
  }
  const [stdout = '', stderr = ''] = [answer.stdout, answer.stderr].map((text) => fromBytes(textBytes(text)));
  return printed({ stdout, stderr, exitCode: answer.exitCode });
}

async function runOurs(one: ParityCase, { renderWorker }: JudgeOptions): Promise<Printed> {
  return printed(await runTemplate(argumentsOf(one), { cwd: one.folder, renderWorker }));
}

/** Warnings go before an error, and are worded by each in its own way. */
function printed({ stdout, stderr, exitCode }: RunResult): Printed {
  return { stdout, error: exitCode === 0 ? undefined : stderr.slice(Math.max(0, stderr.indexOf('Error: '))) };
}

function firstDifference(want: string, have: string): string {
  const [wants, haves] = [want.split('\n'), have.split('\n')];
  const at = Math.max(
    0,
    wants.findIndex((line, index) => line !== haves[index]),
  );
  const around = (lines: readonly string[]): string =>
    lines
      .slice(Math.max(0, at - 2), at + 4)
      .map((line) => `    ${line.length > 400 ? `${line.slice(0, 400)}…` : line}`)
      .join('\n');
  return `  line ${String(at + 1)}\n  helm:\n${around(wants)}\n  ours:\n${around(haves)}`;
}
