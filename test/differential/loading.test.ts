import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Chart, loadDirectory } from '@fairlead/engine/chart';
import { nodeFiles } from '@fairlead/engine/node';
import { EngineError } from '@fairlead/engine/support';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { expectSame } from '../support/compare.ts';
import type { OracleAnswer, OracleChartContents } from '../support/oracleCases.ts';
import { useFolder } from '../support/scratch.ts';
import { seed, useOracle } from '../support/useOracle.ts';

const numRuns = 600;

const oracle = useOracle();
const folder = useFolder('loading');
beforeAll(() => {
  for (const name of names) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), name.endsWith('Chart.yaml') ? chartYaml(name) : 'x: 1\n');
  }
  symlinkSync('docs', path.join(folder, 'linked'));
  symlinkSync('a.txt', path.join(folder, 'link.txt'));
});

const names = [
  ...['Chart.yaml', 'values.yaml', 'a.txt', 'b.txt', 'a b.txt', '.hidden', 'é.txt', '*.txt', '#x', '!a.txt', '[a]'],
  ...['templates/a.yaml', 'templates/_b.tpl', 'templates/.c.yaml', 'templates/deep/d.yaml', 'crds/x.yaml'],
  ...['docs/a.txt', 'docs/deep/a.txt', 'docs/deep/b.bak', 'charts/one/Chart.yaml', 'charts/one/a.txt'],
  ...['charts/one/templates/a.yaml', 'charts/_two/Chart.yaml', 'charts/.three/Chart.yaml', '.git/config'],
];

function chartYaml(name: string): string {
  return `apiVersion: v2\nname: ${path.basename(path.dirname(`/top/${name}`))}\nversion: 1.0.0\n`;
}

test(`${numRuns} files .helmignore leave out the same (FAIRLEAD_SEED=${seed})`, async () => {
  const texts = fc.sample(ignoreTexts(), { numRuns, seed });
  const [have, want]: object[][] = [[], []];
  for (const text of texts) {
    writeFileSync(path.join(folder, '.helmignore'), text);
    want?.push(wanted(await oracle.ask({ op: 'chart', chartPath: folder })));
    have?.push(await loaded());
  }
  expectSame(texts, have ?? [], want ?? []);
  expect(want?.filter((answer) => 'top' in answer).length).toBeGreaterThan(numRuns / 4);
});

function ignoreTexts(): fc.Arbitrary<string> {
  const name = fc.constantFrom(
    ...['a.txt', '*.txt', '?.txt', '[a-b].txt', '[^a].txt', '\\*.txt', 'docs', 'docs/', 'docs/*', 'docs/deep', '*.bak'],
    ...['templates/*.yaml', 'templates/', '.*', '*', '*/', '/a.txt', '/docs/', '/docs/deep/a.txt', 'charts/one/a.txt'],
    ...['charts/', 'deep/', 'é.txt', 'a b.txt', '\\#x', '\\!a.txt', '#x', 'linked', 'linked/', 'link.txt', '.git/'],
    ...['values.yaml', 'Chart.yaml', '**', 'a/**/b', '[', '[a', '[]a]', '\\', '!a.txt', '!*', '!docs/', '!', '/', '//'],
    ...['templates/.?*', './a.txt', '../a.txt', 'docs//a.txt', ''],
  );
  const line = fc
    .tuple(fc.constantFrom('', '', '', '', '!', '/', ' ', '\t', '#'), name, fc.constantFrom('', '', '', ' ', '/', '\r'))
    .map((parts) => parts.join(''));
  return fc
    .tuple(
      fc.constantFrom('', '', '', '\ufeff'),
      fc.array(line, { maxLength: 4 }),
      fc.constantFrom('\n', '\n\n', '\r\n'),
    )
    .map(([mark, lines, feed]) => mark + lines.join(feed));
}

async function loaded(): Promise<object> {
  try {
    const chart = await loadDirectory(folder, {
      files: nodeFiles,
      signal: new AbortController().signal,
      positions: false,
    });
    return { top: contentsOf(chart) };
  } catch (error) {
    if (error instanceof EngineError) {
      return { error: error.message };
    }
    throw error;
  }
}

function contentsOf({ templates, files, dependencies }: Chart): object {
  return {
    templates: templates.map(({ name }) => name).sort(),
    files: files.map(({ name }) => name).sort(),
    below: Object.fromEntries(dependencies.map((below) => [below.metadata.name, contentsOf(below)])),
  };
}

function wanted(answer: OracleAnswer<'chart'>): object {
  return 'error' in answer ? { error: answer.error } : { top: wantedContents(answer) };
}

function wantedContents({ templates, files, dependencies }: OracleChartContents): object {
  return {
    templates: templates.toSorted(),
    files: files.toSorted(),
    below: Object.fromEntries(
      Object.entries(dependencies).map(([name, below]) => [name, wantedContents(below)] as const),
    ),
  };
}
