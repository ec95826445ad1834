import type { Chart } from '@fairlead/engine/chart';
import { EngineError } from '@fairlead/engine/support';
import type { RenderWorker } from '@fairlead/engine/node';
import type { Oracle } from '../support/oracle.ts';
import { findChange } from './change.ts';
import { loadChart, type OurTimes, releaseName, timeOurs } from './ours.ts';
import { type Program, timeProcesses } from './processes.ts';
import { median } from './statistics.ts';

/** What one chart took: medians over the runs, in milliseconds. */
export interface Measured extends OurTimes {
  readonly name: string;
  readonly templates: number;
  /** Whether it makes keys, passwords or the like, so that no two runs do the same work. */
  readonly isRandom: boolean;
  readonly goEngineMs: number;
  readonly goPreparedMs: number;
  readonly goColdMs: number;
  readonly helmProcessMs: number;
  readonly ourProcessMs: number;
}

export interface MeasureOptions {
  readonly name: string;
  readonly runs: number;
  readonly oracle: Oracle;
  readonly worker: RenderWorker;
  readonly programs: { readonly helm: Program; readonly ours: Program };
}

const warmUpRuns = 5;

/** Times one chart every way, each run with a changed value; or says why it cannot be timed. */
export async function measure(folder: string, options: MeasureOptions): Promise<Measured | string> {
  const chart = await loadChart(folder).catch((error: unknown) => {
    if (error instanceof EngineError) {
      return undefined;
    }
    throw error;
  });
  const change = chart === undefined ? undefined : findChange(chart);
  if (chart === undefined || change === undefined) {
    return 'does not render with its own values';
  }
  const values = Array.from({ length: options.runs }, (_, run) => change(run + 3));
  const theirs = await options.oracle.ask({
    op: 'bench',
    chartPath: folder,
    values,
    release: { name: releaseName, namespace: 'default' },
  });
  if ('error' in theirs) {
    return `Helm refuses it: ${theirs.error}`;
  }
  const warmUps = Array.from({ length: warmUpRuns }, (_, run) => change(run + 3 + options.runs));
  const ours = await timeOurs(folder, values, { worker: options.worker, warmUps });
  let processes: readonly number[];
  try {
    processes = timeProcesses([options.programs.helm, options.programs.ours], folder, values);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const [helmProcessMs = Number.NaN, ourProcessMs = Number.NaN] = processes;
  return {
    ...ours,
    name: options.name,
    templates: countTemplates(chart),
    isRandom: theirs.random,
    goEngineMs: median(theirs.engineNs) / 1e6,
    goPreparedMs: median(theirs.preparedNs) / 1e6,
    goColdMs: median(theirs.coldNs) / 1e6,
    helmProcessMs,
    ourProcessMs,
  };
}

function countTemplates(chart: Chart): number {
  return chart.dependencies.reduce((sum, one) => sum + countTemplates(one), chart.templates.length);
}
