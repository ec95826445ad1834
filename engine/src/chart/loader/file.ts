import type { Chart } from '../types.ts';
import { ChartError } from '../errors.ts';
import { loadArchiveFiles, notGzip } from './archive.ts';
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

/**
 * The kinds of content that people mistake for charts, by their first 512 bytes. Shorter files are padded with zeros.
 *
 * @see Go 1.26 net/http/sniff.go, DetectContentType
 */
function contentType(bytes: Uint8Array): string {
  const start = new Uint8Array(512);
  start.set(bytes.subarray(0, 512));
  const text = new TextDecoder('latin1').decode(start);
  for (const [prefix, type] of signatures) {
    if (text.startsWith(prefix)) {
      return type;
    }
  }
  const trimmed = text.replace(/^[\t\n\f\r ]+/, '');
  if (/^<(?:!DOCTYPE HTML|HTML|HEAD|SCRIPT|BODY|TITLE)[ >]/i.test(trimmed)) {
    return 'text/html; charset=utf-8';
  }
  if (trimmed.startsWith('<?xml')) {
    return 'text/xml; charset=utf-8';
  }
  const hasBinary = start.some(
    (byte) => byte <= 8 || byte === 0x0b || (byte >= 0x0e && byte <= 0x1a) || (byte >= 0x1c && byte <= 0x1f),
  );
  return hasBinary ? 'application/octet-stream' : 'text/plain; charset=utf-8';
}

const signatures: readonly (readonly [prefix: string, type: string])[] = [
  ['%PDF-', 'application/pdf'],
  ['\x89PNG\x0d\x0a\x1a\x0a', 'image/png'],
  ['GIF89a', 'image/gif'],
  ['\xff\xd8\xff', 'image/jpeg'],
  ['PK\x03\x04', 'application/zip'],
  ['Rar!\x1a\x07\x00', 'application/x-rar-compressed'],
  ['\0asm', 'application/wasm'],
];
