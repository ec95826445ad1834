/** The headers of a tar archive as Go's archive/tar reads them: ustar, the pax and GNU extensions for names and sizes. */
import { ChartError } from '../errors.ts';

export interface TarEntry {
  readonly name: string;
  /** One character: `0` a file, `5` a folder, `g` a pax header for the whole archive. */
  readonly type: string;
  readonly data: Uint8Array;
  /** RFC 3339 in UTC. */
  readonly modTime: string;
  readonly isFolder: boolean;
}

const blockBytes = 512;

export interface ReadTarOptions {
  /** False where something is wrong behind these bytes: then the archive must say where it ends. */
  readonly isWhole: boolean;
}

/**
 * Every entry of a tar archive, those that only describe others left out but for the global header.
 *
 * @throws ChartError `archive`, in Go's words; `unsupported` for a sparse file
 */
export function* readTar(bytes: Uint8Array, { isWhole }: ReadTarOptions): Generator<TarEntry> {
  let offset = 0;
  let pax = new Map<string, string>();
  let longName: string | undefined;
  for (;;) {
    const header = bytes.subarray(offset, offset + blockBytes);
    const next = bytes.subarray(offset + blockBytes, offset + 2 * blockBytes);
    const isEnd = header.length === blockBytes && isZero(header) && isZero(next);
    if (isWhole ? header.length === 0 || isEnd : isEnd && next.length === blockBytes) {
      return;
    }
    if (header.length < blockBytes || isEnd) {
      throw damaged('unexpected EOF');
    }
    const type = String.fromCharCode(header[156] ?? 0);
    const size = sizeOf(header, pax);
    const start = offset + blockBytes;
    if (start + size > bytes.length) {
      throw damaged('unexpected EOF');
    }
    const data = bytes.subarray(start, start + size);
    offset = start + Math.ceil(size / blockBytes) * blockBytes;
    if (type === 'x') {
      pax = readPax(data);
      continue;
    }
    if (type === 'L' || type === 'K') {
      longName = type === 'L' ? textOf(data) : longName;
      continue;
    }
    const name = pax.get('path') ?? longName ?? headerName(header);
    const seconds = Number(pax.get('mtime') ?? numberAt(header, 136, 12));
    refuseSparse(type, pax);
    const isFolder = type === '5' || (type === '\0' && name.endsWith('/')) || hasFolderMode(header);
    yield { name, type, data, modTime: rfc3339(seconds), isFolder };
    pax = new Map();
    longName = undefined;
  }
}

function sizeOf(header: Uint8Array, pax: ReadonlyMap<string, string>): number {
  checkSum(header);
  const size = Number(pax.get('size') ?? numberAt(header, 124, 12));
  if (!Number.isSafeInteger(size) || size < 0) {
    throw damaged('archive/tar: invalid tar header');
  }
  // Links and folders have no content, whatever their size says.
  return /[1-6]/.test(String.fromCharCode(header[156] ?? 0)) ? 0 : size;
}

/** Some programs put the kind of the file into its mode. */
function hasFolderMode(header: Uint8Array): boolean {
  return (numberAt(header, 100, 8) & ~0o7777) === 0o40000;
}

/** Their content is not what stands behind the header. */
function refuseSparse(type: string, pax: ReadonlyMap<string, string>): void {
  if (type === 'S' || [...pax.keys()].some((key) => key.startsWith('GNU.sparse.'))) {
    throw new ChartError('unsupported', 'sparse files in archives are not read: pack the chart with helm package');
  }
}

function checkSum(header: Uint8Array): void {
  let unsigned = 0;
  let signed = 0;
  for (const [index, byte] of header.entries()) {
    const counted = index >= 148 && index < 156 ? 0x20 : byte;
    unsigned += counted;
    signed += counted > 127 ? counted - 256 : counted;
  }
  const want = numberAt(header, 148, 8);
  if (want !== unsigned && want !== signed) {
    throw damaged('archive/tar: invalid tar header');
  }
}

/** Octal digits, or base 256 where the highest bit is set. */
function numberAt(header: Uint8Array, start: number, length: number): number {
  const field = header.subarray(start, start + length);
  const [first = 0] = field;
  if ((first & 0x80) !== 0) {
    // Two's complement, less the first bit.
    const start = (first & 0x40) === 0 ? first & 0x3f : (first & 0x3f) - 0x40;
    return field.subarray(1).reduce((value, byte) => value * 256 + byte, start);
  }
  const digits = textOf(field).replace(/^[ \0]+|[ \0]+$/g, '');
  if (!/^[0-7]*$/.test(digits)) {
    throw damaged('archive/tar: invalid tar header');
  }
  return digits === '' ? 0 : Number.parseInt(digits, 8);
}

function headerName(header: Uint8Array): string {
  const name = textOf(header.subarray(0, 100));
  const magic = textOf(header.subarray(257, 263));
  const prefix = magic === 'ustar' ? textOf(header.subarray(345, 500)) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** `LENGTH KEY=VALUE\n` over and over. */
function readPax(data: Uint8Array): Map<string, string> {
  const records = new Map<string, string>();
  let offset = 0;
  while (offset < data.length) {
    const space = data.indexOf(0x20, offset);
    const length = Number(textOf(data.subarray(offset, Math.max(space, offset))));
    const record = data.subarray(space + 1, offset + length - 1);
    const equals = record.indexOf(0x3d);
    if (space < 0 || !Number.isSafeInteger(length) || length <= 0 || equals <= 0 || offset + length > data.length) {
      throw damaged('archive/tar: invalid tar header');
    }
    records.set(textOf(record.subarray(0, equals)), decoder.decode(record.subarray(equals + 1)));
    offset += length;
  }
  return records;
}

const decoder = new TextDecoder();

/** Up to the first NUL. */
function textOf(field: Uint8Array): string {
  const end = field.indexOf(0);
  return decoder.decode(end < 0 ? field : field.subarray(0, end));
}

function rfc3339(seconds: number): string {
  const date = new Date(Math.trunc(seconds) * 1000);
  if (Number.isNaN(date.getTime())) {
    throw damaged('archive/tar: invalid tar header');
  }
  return date.toISOString().replace('.000Z', 'Z');
}

function isZero(block: Uint8Array): boolean {
  return block.every((byte) => byte === 0);
}

function damaged(message: string): ChartError {
  return new ChartError('archive', message);
}
