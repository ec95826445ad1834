import { spawnSync } from 'node:child_process';
import type { JsonObject } from '../support/oracleCases.ts';
import { releaseName } from './ours.ts';
import { median } from './statistics.ts';

/** A program that knows `template`: its path, and what stands before. */
export type Program = readonly [file: string, ...args: string[]];

/**
 * Runs each program once with each of the values, in turn; a first run of each is not counted. Gives back their
 * medians, in milliseconds.
 */
export function timeProcesses(
  programs: readonly Program[],
  folder: string,
  values: readonly JsonObject[],
): readonly number[] {
  const times = programs.map((): number[] => []);
  for (const one of [...values.slice(0, 1), ...values]) {
    for (const [index, program] of programs.entries()) {
      times[index]?.push(timeOne(program, folder, one));
    }
  }
  return times.map((list) => median(list.slice(1)));
}

function timeOne([file, ...args]: Program, folder: string, values: JsonObject): number {
  const start = performance.now();
  const ended = spawnSync(
    file,
    [...args, 'template', releaseName, '.', '--namespace', 'default', '--set-json', JSON.stringify(values)],
    { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1 << 30 },
  );
  const ms = performance.now() - start;
  if (ended.status !== 0) {
    throw new Error(
      `${file} ended with ${String(ended.status ?? ended.signal)} in ${folder}: ${ended.stderr.toString()}`,
    );
  }
  return ms;
}
