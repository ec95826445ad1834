/**
 * `npm run bench:index -- [--runs N] [--charts N] [--versions N]`: how long the versions of one chart take out of a
 * large index that is on disk, by Fairlead and by `helm search repo`, in one run. Cold is a process that has read
 * nothing yet, with the file out of the system's own cache where that can be done; warm is its next question.
 * Every figure is a median over the runs. Needs Go, for Helm.
 */
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { buildTool } from '../../../scripts/cluster/build.ts';
import { listen } from '../../../scripts/servers/listen.ts';
import { run } from '../../../scripts/support/run.ts';
import { median } from '../statistics.ts';
import { bigIndex, chartName } from './bigIndex.ts';
import type { Probed } from './probe.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '7' },
    charts: { type: 'string', default: '150' },
    versions: { type: 'string', default: '120' },
  },
});
const [runs, charts, versions] = [Number(values.runs), Number(values.charts), Number(values.versions)];
if (![runs, charts, versions].every((count) => Number.isSafeInteger(count) && count > 0)) {
  process.stderr.write('usage: npm run bench:index -- [--runs N] [--charts N] [--versions N]\n');
  process.exit(2);
}

const text = Buffer.from(bigIndex({ charts, versions }));
const [chart, other] = [chartName(Math.floor(charts / 2)), chartName(Math.floor(charts / 3))];
const folder = await mkdtemp(path.join(os.tmpdir(), 'fairlead-index-'));
const cache = path.join(folder, 'cache');
const server = await listen((_, response) => response.end(text), { port: 0 });
try {
  await report();
} finally {
  await server.close();
  await rm(folder, { recursive: true, force: true });
}

async function report(): Promise<void> {
  const probe = path.join(folder, 'probe.mjs');
  const entry = path.join(import.meta.dirname, 'probe.ts');
  const banner = { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" };
  await build({ entryPoints: [entry], outfile: probe, bundle: true, platform: 'node', format: 'esm', banner });
  const helm = await helmSearch(await buildTool('helm', { onProgress: (line) => process.stderr.write(`${line}\n`) }));
  const url = `http://${server.host}`;
  const ask = async (...names: string[]): Promise<Probed> => {
    // Not spawnSync: the first one fetches from the server of this process.
    const { code, output } = await run(process.execPath, [probe, cache, url, ...names], { output: 'capture' });
    if (code !== 0) {
      throw new Error(output);
    }
    return JSON.parse(output) as Probed; // what probe.ts prints
  };
  const fetched = await ask(chart);
  const ours: Probed[] = [];
  const theirs: number[] = [];
  let isCold = true;
  for (let i = 0; i < runs; i++) {
    isCold = (await dropFromMemory(cache)) && isCold;
    ours.push(await ask(chart, chart, other));
    isCold = (await dropFromMemory(path.join(folder, 'helm'))) && isCold;
    theirs.push(helm());
  }
  const found = ours.flatMap(({ charts: each }) => each.map((one) => one.versions));
  if (found.some((count) => count !== versions)) {
    throw new Error(`${String(versions)} versions expected, found ${found.join(', ')}`);
  }
  const nth = (n: number): number => median(ours.map((one) => one.charts[n]?.ms ?? Number.NaN));
  const [cold, again, next, helmMs] = [nth(0), nth(1), nth(2), median(theirs)];
  const MB = 1e6;
  process.stdout.write(
    [
      `index of ${(text.length / MB).toFixed(1)} MB: ${String(charts)} charts, ${String(charts * versions)} versions; medians of ${String(runs)} runs`,
      `  fetched from loopback, kept and read   ${ms(fetched.charts[0]?.ms ?? Number.NaN)}`,
      `  cold, ${isCold ? 'from disk' : 'from the system’s cache'}                        ${ms(cold)}`,
      `  warm, the same chart                   ${ms(again)}`,
      `  warm, another chart                    ${ms(next)}`,
      `  helm search repo                       ${ms(helmMs)}   ours cold / Helm: 1/${(helmMs / cold).toFixed(0)}`,
      `  memory of the process at its highest   ${(median(ours.map((one) => one.maxBytes)) / MB).toFixed(0)} MB, of which ${(median(ours.map((one) => one.bytesBefore)) / MB).toFixed(0)} MB before it began\n`,
    ].join('\n'),
  );
}

function ms(figure: number): string {
  return `${figure.toFixed(figure < 10 ? 2 : 0).padStart(6)} ms`;
}

/** A run of `helm search repo` over the same file; gives back its milliseconds. */
async function helmSearch(helm: string): Promise<() => number> {
  const home = path.join(folder, 'helm');
  await mkdir(home);
  await writeFile(path.join(home, 'big-index.yaml'), text);
  await writeFile(
    path.join(home, 'repositories.yaml'),
    'apiVersion: ""\nrepositories:\n- name: big\n  url: http://127.0.0.1:1\n',
  );
  const env = {
    ...process.env,
    HELM_REPOSITORY_CONFIG: path.join(home, 'repositories.yaml'),
    HELM_REPOSITORY_CACHE: home,
  };
  return () => {
    const start = performance.now();
    const { status, stdout, stderr } = spawnSync(helm, ['search', 'repo', `big/${chart}`, '-l', '-o', 'json'], {
      env,
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
    const took = performance.now() - start;
    const found: unknown = status === 0 ? JSON.parse(stdout) : undefined;
    if (!Array.isArray(found) || found.length !== versions) {
      throw new Error(`helm search repo: ${stderr}`);
    }
    return took;
  };
}

/** Has the system forget what it keeps in memory of the files below; false where `dd` cannot say so. */
async function dropFromMemory(below: string): Promise<boolean> {
  let isDone = true;
  for (const each of await readdir(below, { recursive: true, withFileTypes: true })) {
    if (each.isFile()) {
      const file = path.join(each.parentPath, each.name);
      isDone &&= spawnSync('dd', [`if=${file}`, 'iflag=nocache', 'count=0', 'status=none']).status === 0;
    }
  }
  return isDone;
}
