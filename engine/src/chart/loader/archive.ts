import { gunzipSync } from 'node:zlib';
import { cleanPath, quote } from '../../gostd/index.ts';
import { limits, messageOf } from '../../support/index.ts';
import { ChartError } from '../errors.ts';
import type { ChartFile } from '../types.ts';
import { readTar, type TarEntry } from './tar.ts';

/** Words of Go's gzip for what is no gzip at all. */
export const notGzip = 'gzip: invalid header';

/**
 * The files of a chart archive, their names without the first folder.
 *
 * @throws ChartError `archive`, `path` or `too-large`
 * @see helm v4.3.1 pkg/chart/loader/archive/archive.go, LoadArchiveFiles
 */
export function loadArchiveFiles(bytes: Uint8Array): ChartFile[] {
  const files: ChartFile[] = [];
  let remaining = limits.maxChartBytes;
  for (const entry of readTar(gunzip(bytes))) {
    if (entry.isFolder || entry.type === 'g') {
      continue;
    }
    const name = chartPath(entry);
    if (entry.data.length >= remaining) {
      throw tooLarge();
    }
    remaining -= entry.data.length;
    files.push({ name, data: withoutBom(entry.data), modTime: entry.modTime });
  }
  if (files.length === 0) {
    throw new ChartError('archive', 'no files in chart archive');
  }
  return files;
}

function chartPath({ name }: TarEntry): string {
  // A Windows program may have written it.
  const delimiter = name.includes('\\') ? '\\' : '/';
  const [first, ...rest] = name.split(delimiter);
  const inside = rest.join('/');
  if (inside.startsWith('/')) {
    throw new ChartError('path', 'chart illegally contains absolute paths');
  }
  const path = cleanPath(inside);
  if (path === '.') {
    throw new ChartError('path', `chart illegally contains content outside the base directory: ${quote(name)}`);
  }
  if (path.startsWith('..')) {
    throw new ChartError('path', 'chart illegally references parent directory');
  }
  if (/^[a-zA-Z]:\//.test(path)) {
    throw new ChartError('path', 'chart contains illegally named files');
  }
  if (first === 'Chart.yaml') {
    throw new ChartError('path', 'chart yaml not in base directory');
  }
  return path;
}

function gunzip(bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b || bytes[2] !== 0x08) {
    throw new ChartError('archive', bytes.length < 10 ? 'EOF' : notGzip);
  }
  try {
    // Headers and padding come on top of the files.
    return gunzipSync(bytes, { maxOutputLength: 2 * limits.maxChartBytes });
  } catch (error) {
    if (error instanceof RangeError) {
      throw tooLarge();
    }
    throw new ChartError('archive', `gzip: ${messageOf(error)}`, { cause: error });
  }
}

function tooLarge(): ChartError {
  return new ChartError(
    'too-large',
    `decompressed chart is larger than the maximum size ${String(limits.maxChartBytes)}`,
  );
}

/** Without the byte order mark that some editors write. */
export function withoutBom(data: Uint8Array): Uint8Array {
  return data[0] === 0xef && data[1] === 0xbb && data[2] === 0xbf ? data.subarray(3) : data;
}
