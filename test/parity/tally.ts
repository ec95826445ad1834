import type { Judgement } from './judge.ts';

/** How often ours was the same, of what Helm renders and of what it refuses, counted apart. */
export interface Tally {
  readonly renders: Counts;
  readonly refuses: Counts;
}

interface Counts {
  same: number;
  random: number;
  different: number;
}

/** Nothing counted yet. */
export function newTally(): Tally {
  return { renders: { same: 0, random: 0, different: 0 }, refuses: { same: 0, random: 0, different: 0 } };
}

/** Counts one more. */
export function addTo(tally: Tally, { helm, verdict }: Judgement): void {
  tally[helm][verdict === 'same' ? 'same' : verdict === 'different' ? 'different' : 'random']++;
}

/** Whether nothing was different. */
export function isGood({ renders, refuses }: Tally): boolean {
  return renders.different === 0 && refuses.different === 0;
}

/** A table with a line for each folder and one for all of them. */
export function showTallies(tallies: ReadonlyMap<string, Tally>): string {
  const all = newTally();
  for (const tally of tallies.values()) {
    for (const helm of ['renders', 'refuses'] as const) {
      for (const key of ['same', 'random', 'different'] as const) {
        all[helm][key] += tally[helm][key];
      }
    }
  }
  const rows = [...tallies, ...(tallies.size > 1 ? [['all', all] as const] : [])];
  const width = Math.max('folder'.length, ...rows.map(([name]) => name.length));
  return [
    [
      'folder'.padEnd(width),
      'Helm renders'.padStart(12),
      'same bytes'.padStart(10),
      'but for random'.padStart(14),
      'share'.padStart(8),
      'Helm refuses'.padStart(12),
      'same text'.padStart(10),
      'share'.padStart(8),
    ].join('  '),
    ...rows.map(([name, { renders, refuses }]) =>
      [
        name.padEnd(width),
        cell(total(renders), 12),
        cell(renders.same, 10),
        cell(renders.random, 14),
        share(renders).padStart(8),
        cell(total(refuses), 12),
        cell(refuses.same + refuses.random, 10),
        share(refuses).padStart(8),
      ].join('  '),
    ),
  ].join('\n');
}

function cell(count: number, width: number): string {
  return String(count).padStart(width);
}

function total({ same, random, different }: Counts): number {
  return same + random + different;
}

/** Rounded down, so that only all of them are 100 %. */
function share(counts: Counts): string {
  const of = total(counts);
  return of === 0 ? '-' : `${(Math.floor(((of - counts.different) / of) * 1000) / 10).toFixed(1)} %`;
}
