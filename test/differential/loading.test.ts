import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Chart, loadChartFile, loadDirectory } from '@fairlead/engine/chart';
import { nodeFiles } from '@fairlead/engine/node';
import { EngineError } from '@fairlead/engine/support';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { expectSame } from '../support/compare.ts';
import type { OracleAnswer, OracleChartContents } from '../support/oracleCases.ts';
import { useFolder } from '../support/scratch.ts';
import { seed, useOracle } from '../support/useOracle.ts';

const numRuns = 600;
const numArchives = 600;

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

test(`${numArchives} archives with a byte or two changed are read or refused alike (FAIRLEAD_SEED=${seed})`, async () => {
  const archives = ['gnu', 'ustar', 'pax', 'v7'].map((format) =>
    execFileSync('tar', [`--format=${format}`, '-cf', '-', '-C', path.dirname(folder), path.basename(folder)]),
  );
  const changes = fc.sample(archiveChanges(archives.length), { numRuns: numArchives, seed });
  const place = path.join(folder, 'changed.tgz');
  const [have, want]: object[][] = [[], []];
  for (const change of changes) {
    const bytes = changedArchive(archives[change.archive] ?? Buffer.alloc(0), change);
    writeFileSync(place, bytes);
    want?.push(wanted(await oracle.ask({ op: 'chart', chartPath: place })));
    have?.push(outcome(() => loadChartFile(bytes, place)));
  }
  expectSame(changes, have ?? [], want ?? []);
  expect(want?.filter((answer) => 'top' in answer).length).toBeGreaterThan(numArchives / 10);
});

interface ArchiveChange {
  readonly archive: number;
  readonly bytes: readonly (readonly [block: number, at: number, byte: number])[];
  /** Whether the checksums of the headers are made right again. */
  readonly isSummed: boolean;
  /** Of the archive, what is left. */
  readonly share: number;
}

/** Mostly in the fields that are read, and with bytes that mean something there. */
function archiveChanges(archives: number): fc.Arbitrary<ArchiveChange> {
  const field = fc.constantFrom([0, 100], [100, 24], [124, 12], [136, 12], [156, 1], [257, 8], [329, 16], [345, 167]);
  const at = field.chain(([start = 0, length = 1]) => fc.integer({ min: start, max: start + length - 1 }));
  // Not S, of sparse files.
  const byte = fc.oneof(
    fc.constantFrom(...Buffer.from('\0 /.0123456789gxLK\\\x80\xff', 'latin1')),
    fc.integer({ min: 0x20, max: 0x52 }),
  );
  return fc.record({
    archive: fc.nat({ max: archives - 1 }),
    bytes: fc.array(fc.tuple(fc.nat({ max: 12 }), at, byte), { minLength: 1, maxLength: 2 }),
    isSummed: fc.oneof({ weight: 8, arbitrary: fc.constant(true) }, fc.constant(false)),
    share: fc.oneof({ weight: 8, arbitrary: fc.constant(1) }, fc.double({ min: 0, max: 1, noNaN: true })),
  });
}

function changedArchive(archive: Buffer, { bytes, isSummed, share }: ArchiveChange): Buffer {
  const tar = Buffer.from(archive);
  for (const [block, at, byte] of bytes) {
    const header = tar.subarray(block * 512, (block + 1) * 512);
    header[at] = byte;
    if (isSummed) {
      header.fill(' ', 148, 156);
      const sum = header.reduce((total, each) => total + each, 0);
      header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    }
  }
  return gzipSync(tar.subarray(0, Math.ceil(tar.length * share)));
}

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
    return failure(error);
  }
}

function outcome(load: () => Chart): object {
  try {
    return { top: contentsOf(load()) };
  } catch (error) {
    return failure(error);
  }
}

function failure(error: unknown): object {
  if (error instanceof EngineError) {
    return { error: error.message };
  }
  throw error;
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
