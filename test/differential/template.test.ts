import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fromBytes } from '@fairlead/engine/gostd';
import { describe, expect, test } from 'vitest';
import { links, packedBelow, tarred } from '../support/archiveCases.ts';
import { runTemplate } from '../support/fairlead.ts';
import { oddCharts } from '../support/oddCharts.ts';
import { textBytes } from '../support/oracle.ts';
import { useFolder } from '../support/scratch.ts';
import { brokenCharts, templateRuns } from '../support/templateRuns.ts';
import { useOracle } from '../support/useOracle.ts';
import { useRenderWorker } from '../support/useRenderWorker.ts';

const charts = path.resolve(import.meta.dirname, '../fixtures/charts');

const oracle = useOracle();
const folder = useFolder('charts');
const renderWorker = useRenderWorker();

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

function writeFiles(into: string, files: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(into, name)), { recursive: true });
    writeFileSync(path.join(into, name), content);
  }
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

describe('archives among the charts of a chart', () => {
  test.for(packedBelow)('$name', async ({ below, files, args }) => {
    const cwd = mkdtempSync(path.join(folder, 'nested-'));
    writeFiles(path.join(cwd, 'below'), below);
    writeFiles(path.join(cwd, 'top'), files);
    await helmPackage(path.join(cwd, 'below'), path.join(cwd, 'top/charts'));
    await expectSameRun(['release', './top', ...args], cwd);
    // And all of it in an archive.
    await helmPackage(path.join(cwd, 'top'), path.join(cwd, 'packed'));
    const [archive = ''] = readdirSync(path.join(cwd, 'packed'));
    await expectSameRun(['release', `./packed/${archive}`, ...args], cwd);
  });

  async function helmPackage(chart: string, into: string): Promise<void> {
    const packaged = await oracle.ask({ op: 'helm', args: ['package', chart, '-d', into], cwd: folder });
    expect(packaged).toMatchObject({ exitCode: 0 });
  }
});

describe('archives that tar made', () => {
  test.for(tarred)('$name', async ({ files, tar }) => {
    const cwd = mkdtempSync(path.join(folder, 'tar-'));
    writeFiles(cwd, files);
    symlinkSync('values.yaml', path.join(cwd, 'chart/link.yaml'));
    execFileSync('tar', ['-czf', 'packed.tgz', ...tar], { cwd, stdio: ['ignore', 'ignore', 'ignore'] });
    await expectSameRun(['release', './packed.tgz'], cwd);
  });
});

describe('links in a chart', () => {
  test.for(links)('$name', async ({ link, to }) => {
    const cwd = mkdtempSync(path.join(folder, 'links-'));
    writeFiles(cwd, {
      'outside/x.yaml': 'x: 1\n',
      'deep/chart/Chart.yaml': 'apiVersion: v2\nname: a\nversion: 1.0.0\n',
      'deep/chart/docs/read.md': 'text',
      'deep/chart/templates/a.yaml': 'files: {{ range $name, $_ := .Files.Glob "**" }}{{ $name }} {{ end }}\n',
    });
    mkdirSync(path.dirname(path.join(cwd, 'deep/chart', link)), { recursive: true });
    symlinkSync(to, path.join(cwd, 'deep/chart', link));
    await expectSameRun(['release', './deep/chart'], cwd);
  });
});

describe('charts and files that cannot be loaded', () => {
  test.for(brokenCharts)('$name', async ({ files, args }) => {
    const cwd = mkdtempSync(path.join(folder, 'case-'));
    writeFiles(cwd, files);
    await expectSameRun(args, cwd);
  });
});

describe('odd charts', () => {
  test.for(oddCharts)('$name', async ({ files, args }) => {
    const cwd = mkdtempSync(path.join(folder, 'odd-'));
    writeFiles(cwd, files);
    await expectSameRun(args, cwd);
  });
});

describe('documents in a folder', () => {
  test.for([
    { args: [] },
    { args: ['--include-crds', '--skip-tests'] },
    { args: ['--include-crds', '--release-name'] },
    { args: ['--no-hooks'] },
    { args: ['--show-only', 'templates/hooks.yaml'] },
  ])('$args', async ({ args }) => {
    const [one, two] = [mkdtempSync(path.join(folder, 'helm-')), mkdtempSync(path.join(folder, 'ours-'))];
    for (const chart of ['hooks', 'crds']) {
      const given = ['release', path.join(charts, chart), '--output-dir', 'out', ...args];
      // A second run writes behind the first one's hooks.
      for (let run = 0; run < 2; run++) {
        const helm = await oracle.ask({ op: 'helmTemplate', args: given, cwd: one });
        const ours = await runTemplate(given, { cwd: two, renderWorker });
        expect(ours.stdout).toBe('stdout' in helm ? textBytes(helm.stdout).toString('utf8') : undefined);
      }
    }
    expect(contents(two)).toEqual(contents(one));
  });

  function contents(root: string): Record<string, string> {
    const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const places = files.map(({ parentPath, name }) => path.join(parentPath, name)).sort();
    return Object.fromEntries(places.map((place) => [path.relative(root, place), readFileSync(place, 'utf8')]));
  }
});
