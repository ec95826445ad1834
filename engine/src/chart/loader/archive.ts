import { constants, gunzipSync, inflateRawSync } from 'node:zlib';
import { cleanPath, quote } from '../../gostd/index.ts';
import { limits } from '../../support/index.ts';
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
  const { tar, isWhole } = gunzip(bytes);
  for (const entry of readTar(tar, { isWhole })) {
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

/**
 * Helm reads no further than the archive in it does: of what ends or is wrong behind that it never gets to know.
 *
 * @throws ChartError `archive` or `too-large`
 */
function gunzip(bytes: Uint8Array): { readonly tar: Uint8Array; readonly isWhole: boolean } {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b || bytes[2] !== 0x08) {
    throw new ChartError('archive', bytes.length === 0 ? 'EOF' : bytes.length < 10 ? 'unexpected EOF' : notGzip);
  }
  const tar = inflated(() => gunzipSync(bytes, { maxOutputLength }));
  return tar === undefined ? { tar: inflatedFirst(bytes), isWhole: false } : { tar, isWhole: true };
}

/** Headers and padding come on top of the files. */
const maxOutputLength = 2 * limits.maxChartBytes;

/** All that there is of the first member, whatever its length and checksum say. */
function inflatedFirst(bytes: Uint8Array): Uint8Array {
  const body = bytes.subarray(gzipHeaderLength(bytes));
  const options = { maxOutputLength, finishFlush: constants.Z_SYNC_FLUSH };
  const inflatedBytes = inflated(() => inflateRawSync(body, options));
  if (inflatedBytes === undefined || inflatedBytes.length === 0) {
    throw new ChartError('archive', 'unexpected EOF');
  }
  return inflatedBytes;
}

/** Undefined where it fails. @throws ChartError `too-large` */
function inflated(run: () => Uint8Array): Uint8Array | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof RangeError) {
      throw tooLarge();
    }
    return undefined;
  }
}

/** @see RFC 1952, 2.3 */
function gzipHeaderLength(bytes: Uint8Array): number {
  const flags = bytes[3] ?? 0;
  let length = 10;
  if ((flags & 0x04) !== 0) {
    length += 2 + (bytes[length] ?? 0) + 256 * (bytes[length + 1] ?? 0);
  }
  // A name and a comment, each up to a zero.
  for (const flag of [0x08, 0x10]) {
    length = (flags & flag) === 0 ? length : bytes.indexOf(0, length) + 1;
  }
  return (flags & 0x02) === 0 ? length : length + 2;
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
