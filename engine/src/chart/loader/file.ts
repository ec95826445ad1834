import type { Chart } from '../types.ts';
import { ChartError } from '../errors.ts';
import { loadArchiveFiles, notGzip } from './archive.ts';
import { contentType } from './contentType.ts';
import { loadDetected, type LoadOptions } from './load.ts';

/**
 * A chart from the bytes of an archive on disk, with the words that Helm has for a path.
 *
 * @param path for messages only
 * @throws ChartError
 * @see helm v4.3.1 pkg/chart/loader/load.go, LoadFile
 */
export function loadChartFile(bytes: Uint8Array, path: string, options: LoadOptions = { positions: false }): Chart {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b || bytes[2] !== 0x08) {
    throw new ChartError(
      'archive',
      /\.ya?ml$/.test(path)
        ? `file '${path}' seems to be a YAML file, but expected a gzipped archive`
        : `file '${path}' does not appear to be a gzipped archive; got '${contentType(bytes)}'`,
    );
  }
  return loadDetected(filesOf(bytes, path), options);
}

function filesOf(bytes: Uint8Array, path: string): ReturnType<typeof loadArchiveFiles> {
  try {
    return loadArchiveFiles(bytes);
  } catch (error) {
    if (error instanceof ChartError && error.code === 'unsupported') {
      throw error;
    }
    const isHeader = error instanceof ChartError && error.message === notGzip;
    throw new ChartError(
      'archive',
      isHeader
        ? `file '${path}' does not appear to be a valid chart file (details: ${notGzip})`
        : 'unable to load chart archive',
      { cause: error },
    );
  }
}
