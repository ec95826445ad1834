import { readdir } from 'node:fs/promises';
import path from 'node:path';

/** A chart, and the values that it is rendered with: its own alone, or with a file that it ships for its tests. */
export interface ParityCase {
  readonly folder: string;
  readonly valuesFile?: string;
}

export interface FindOptions {
  /** Whether each file of a chart's `ci` folder is a case too. */
  readonly valuesFromCi: boolean;
}

const skipped: ReadonlySet<string> = new Set(['.git', 'node_modules', 'templates']);

/** Every chart below a folder; charts that another one carries along are rendered with it. */
export async function findCharts(folder: string, options: FindOptions): Promise<readonly ParityCase[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  if (entries.some((entry) => entry.isFile() && entry.name === 'Chart.yaml')) {
    return [{ folder }, ...(options.valuesFromCi ? await ciCases(folder) : [])];
  }
  const found: ParityCase[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.isDirectory() && !skipped.has(entry.name)) {
      found.push(...(await findCharts(path.join(folder, entry.name), options)));
    }
  }
  return found;
}

async function ciCases(folder: string): Promise<readonly ParityCase[]> {
  const names = await readdir(path.join(folder, 'ci')).catch(() => []);
  return names
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .map((name) => ({ folder, valuesFile: path.join('ci', name) }));
}
