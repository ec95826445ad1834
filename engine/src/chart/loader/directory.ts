import { compareStrings, fromBytes } from '../../gostd/index.ts';
import { EngineError, type Files, limits } from '../../support/index.ts';
import { ChartError } from '../errors.ts';
import type { Chart, ChartFile } from '../types.ts';
import { withoutBom } from './archive.ts';
import { type IgnoreRule, isIgnored, parseIgnoreRules } from './ignore.ts';
import { checkLink } from './links.ts';
import { checkApiVersion, loadFiles, type LoadOptions } from './load.ts';

export interface LoadDirectoryOptions extends LoadOptions {
  readonly files: Files;
  readonly signal: AbortSignal;
}

/**
 * A chart from a folder, less what its .helmignore names. Links are followed.
 *
 * @param folder absolute path
 * @throws ChartError
 * @see helm v4.3.1 pkg/chart/v2/loader/directory.go, LoadDir
 */
export async function loadDirectory(folder: string, options: LoadDirectoryOptions): Promise<Chart> {
  const { files: disk, signal } = options;
  const place = `${folder}/Chart.yaml`;
  const chartYaml = await told(`unable to detect chart at ${place}`, () =>
    disk.read(place, { signal, maxBytes: limits.maxChartBytes }),
  );
  if (chartYaml === undefined) {
    const why = (await isFolderAt(place, options))
      ? `read ${place}: is a directory`
      : `open ${place}: no such file or directory`;
    throw new ChartError('missing', `unable to detect chart at ${place}: ${why}`);
  }
  checkApiVersion({ name: 'Chart.yaml', data: chartYaml });
  return loadFiles(await readDirectory(folder, options), options);
}

/** The files of a chart folder in the order of their paths. @throws ChartError */
export async function readDirectory(
  folder: string,
  options: Pick<LoadDirectoryOptions, 'files' | 'signal'>,
): Promise<ChartFile[]> {
  const { files: disk, signal } = options;
  const place = `${folder}/.helmignore`;
  const ignore = await disk.read(place, { signal, maxBytes: limits.maxDocumentBytes });
  if (ignore === undefined && (await isFolderAt(place, options))) {
    throw new ChartError('ignore', `read ${place}: is a directory`);
  }
  const rules = parseIgnoreRules(ignore === undefined ? '' : fromBytes(ignore));
  const walk: Walk = { disk, signal, rules, files: [], remaining: limits.maxChartBytes };
  await walkFolder(walk, folder, '', []);
  return walk.files;
}

interface Walk {
  readonly disk: Files;
  readonly signal: AbortSignal;
  readonly rules: readonly IgnoreRule[];
  readonly files: ChartFile[];
  remaining: number;
}

/** `above` are the real paths of the folders around, so that a link to one of them ends. */
async function walkFolder(walk: Walk, folder: string, inside: string, above: readonly string[]): Promise<void> {
  const { disk, signal, rules } = walk;
  const real = (await disk.realPath(folder, { signal })) ?? folder;
  if (above.includes(real)) {
    throw new ChartError('path', `error evaluating symlink ${folder}: too many links`);
  }
  const entries = [...((await disk.list(folder, { signal })) ?? [])].sort((a, b) => compareStrings(a.name, b.name));
  for (const { name, kind } of entries) {
    const path = inside === '' ? name : `${inside}/${name}`;
    const place = `${folder}/${name}`;
    if (kind === 'link') {
      await checkLink(place, disk, signal);
    }
    const isFolder = kind === 'folder' || (kind === 'link' && (await disk.list(place, { signal })) !== undefined);
    if (isIgnored(rules, path, isFolder)) {
      continue;
    }
    if (isFolder) {
      await walkFolder(walk, place, path, [...above, real]);
    } else if (kind === 'other') {
      throw new ChartError('path', `cannot load irregular file ${place} as it has file mode type bits set`);
    } else {
      await readFile(walk, place, path);
    }
  }
}

async function readFile(walk: Walk, place: string, path: string): Promise<void> {
  const data = await told(`error reading ${path}`, () =>
    walk.disk.read(place, { signal: walk.signal, maxBytes: walk.remaining }),
  );
  if (data === undefined) {
    throw new ChartError('path', `error reading ${path}: open ${place}: no such file or directory`);
  }
  walk.remaining -= data.length;
  walk.files.push({ name: path, data: withoutBom(data) });
}

async function isFolderAt(
  place: string,
  { files, signal }: Pick<LoadDirectoryOptions, 'files' | 'signal'>,
): Promise<boolean> {
  return (await files.list(place, { signal })) !== undefined;
}

/** What reading a file comes to, its errors in Helm's words. */
async function told<T>(what: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof EngineError)) {
      throw error;
    }
    throw error.code === 'too-large'
      ? new ChartError(
          'too-large',
          `${what}: chart exceeds maximum decompressed size of ${String(limits.maxChartBytes)} bytes`,
          { cause: error },
        )
      : new ChartError('path', `${what}: ${error.message}`, { cause: error });
  }
}
