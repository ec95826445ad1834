import { ChartError, readDirectory } from '../chart/index.ts';
import { type Abortable, limits } from '../support/index.ts';
import { type ChartContent, contentOfArchive, contentOfFiles } from './chartContent.ts';
import { SourceError } from './errors.ts';
import type { SourceFolder } from './workingCopy.ts';

/** A chart in a folder or an archive of the source, without its missing dependencies. @throws SourceError */
export async function loadFromFolder(
  { root, files }: SourceFolder,
  path: string,
  { signal }: Abortable,
): Promise<{ readonly content: ChartContent; readonly isFolder: boolean }> {
  const archive = path === root ? undefined : await files.read(path, { signal, maxBytes: limits.maxChartBytes });
  if (archive !== undefined) {
    return { content: contentOfArchive(archive), isFolder: false };
  }
  const inside = path.slice(root.length);
  if ((await files.read(`${path}/Chart.yaml`, { signal, maxBytes: limits.maxChartFileBytes })) === undefined) {
    throw new SourceError('invalid-chart', `no chart at '${inside === '' ? '/' : inside}': it has no Chart.yaml`);
  }
  try {
    return { content: contentOfFiles(await readDirectory(path, { files, signal })), isFolder: true };
  } catch (error) {
    if (error instanceof ChartError) {
      throw new SourceError('invalid-chart', `load chart ${inside.slice(1)}: ${error.message}`, {
        cause: error,
      });
    }
    throw error;
  }
}
