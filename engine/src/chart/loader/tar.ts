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
  let longName = '';
  for (;;) {
    const header = bytes.subarray(offset, offset + blockBytes);
    if (isAtEnd(bytes, offset, isWhole)) {
      return;
    }
    if (header.length < blockBytes) {
      throw damaged('unexpected EOF');
    }
    const type = String.fromCharCode(header[156] ?? 0);
    const head = readHeader(header);
    const size = sizeOf(head.size, type, pax);
    const start = offset + blockBytes;
    if (start + size > bytes.length) {
      throw damaged('unexpected EOF');
    }
    const data = bytes.subarray(start, start + size);
    offset = start + Math.ceil(size / blockBytes) * blockBytes;
    const extended = type === 'x' || type === 'g' ? readPax(data) : undefined;
    if (extended !== undefined && type === 'x') {
      pax = extended;
      continue;
    }
    if (type === 'L' || type === 'K') {
      longName = type === 'L' ? textOf(data) : longName;
      continue;
    }
    const name = longName === '' ? (pax.get('path') ?? head.name) : longName;
    refuseSparse(type, pax);
    if (type === '\0' && name.endsWith('/')) {
      // A folder, whatever its size says.
      offset = start;
    }
    // Some programs put the kind of the file into its mode.
    const isFolder = type === '5' || (type === '\0' && name.endsWith('/')) || (head.mode & ~0o7777n) === 0o40000n;
    yield { name, type, data, modTime: rfc3339(pax.get('mtime') ?? String(head.mtime)), isFolder };
    pax = new Map();
    longName = '';
  }
}

/** Two blocks of zeros are the end; where nothing is wrong behind these bytes, one or none will do. */
function isAtEnd(bytes: Uint8Array, offset: number, isWhole: boolean): boolean {
  const [first, second] = [0, blockBytes].map((at) => bytes.subarray(offset + at, offset + at + blockBytes));
  if (first?.length !== blockBytes || second === undefined || !isZero(first)) {
    return isWhole && first?.length === 0;
  }
  if (second.length < blockBytes && (second.length > 0 || !isWhole)) {
    throw damaged('unexpected EOF');
  }
  return isZero(second);
}

/** The one in the extended header is the file's, if it has one; those of other kinds have their own. */
function sizeOf(own: bigint, type: string, pax: ReadonlyMap<string, string>): number {
  if (/[1-6]/.test(type)) {
    // Links and folders have no content, whatever their size says.
    return 0;
  }
  const size = Number(/[xgLK]/.test(type) ? own : (pax.get('size') ?? own));
  if (size < 0) {
    throw invalid();
  }
  return size;
}

interface Header {
  readonly name: string;
  readonly mode: bigint;
  readonly size: bigint;
  readonly mtime: bigint;
}

/** Every number of a header has to be one, used or not. @see Go 1.26 archive/tar/reader.go, readHeader */
function readHeader(header: Uint8Array): Header {
  checkSum(header);
  const [mode, , , size, mtime] = [
    numberAt(header, 100, 8),
    numberAt(header, 108, 8),
    numberAt(header, 116, 8),
    numberAt(header, 124, 12),
    numberAt(header, 136, 12),
  ];
  const name = textOf(header.subarray(0, 100));
  const prefix = prefixOf(header);
  return { name: prefix === '' ? name : `${prefix}/${name}`, mode, size, mtime };
}

/** What stands in front of the name, in the formats that have such a thing. */
function prefixOf(header: Uint8Array): string {
  const magic = latin1.decode(header.subarray(257, 265));
  if (!magic.startsWith('ustar\0') && magic !== 'ustar  \0') {
    return '';
  }
  numberAt(header, 329, 8);
  numberAt(header, 337, 8);
  if (magic === 'ustar  \0') {
    return oldGnuPrefix(header);
  }
  if (latin1.decode(header.subarray(508)) === 'tar\0') {
    numberAt(header, 476, 12);
    numberAt(header, 488, 12);
    return textOf(header.subarray(345, 476));
  }
  return textOf(header.subarray(345, 500));
}

/** GNU's format has times there, but Go before 1.8 wrote the prefix. */
function oldGnuPrefix(header: Uint8Array): string {
  try {
    for (const start of [345, 357].filter((at) => header[at] !== 0)) {
      numberAt(header, start, 12);
    }
    return '';
  } catch {
    const prefix = textOf(header.subarray(345, 500));
    return /^[\0-\x7f]*$/.test(prefix) ? prefix : '';
  }
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
  const want = octal(header.subarray(148, 156));
  if (want !== BigInt(unsigned) && want !== BigInt(signed)) {
    throw invalid();
  }
}

/** Octal digits, or base 256 in two's complement where the highest bit is set. */
function numberAt(header: Uint8Array, start: number, length: number): bigint {
  const field = header.subarray(start, start + length);
  const [first = 0] = field;
  if ((first & 0x80) === 0) {
    return octal(field);
  }
  let value = BigInt((first & 0x40) === 0 ? first & 0x3f : (first & 0x3f) - 0x40);
  for (const byte of field.subarray(1)) {
    value = value * 256n + BigInt(byte);
  }
  if (BigInt.asIntN(64, value) !== value) {
    throw invalid();
  }
  return value;
}

function octal(field: Uint8Array): bigint {
  const text = latin1.decode(field).replace(/^[ \0]+|[ \0]+$/g, '');
  const [digits = ''] = text.split('\0');
  if (text === '') {
    return 0n;
  }
  if (!/^[0-7]+$/.test(digits) || BigInt(`0o${digits}`) >= 1n << 64n) {
    throw invalid();
  }
  return BigInt.asIntN(64, BigInt(`0o${digits}`));
}

/** `LENGTH KEY=VALUE\n` over and over; a value that is empty says nothing. */
function readPax(data: Uint8Array): Map<string, string> {
  const records = new Map<string, string>();
  let offset = 0;
  while (offset < data.length) {
    const space = data.indexOf(0x20, offset);
    const digits = latin1.decode(data.subarray(offset, Math.max(space, offset)));
    const end = offset + Number(digits);
    const record = data.subarray(space + 1, end - 1);
    const equals = record.indexOf(0x3d);
    const isRecord = /^[-+]?\d+$/.test(digits) && Number(digits) >= 5 && end <= data.length && end > space + 1;
    if (!isRecord || data[end - 1] !== 0x0a || equals <= 0) {
      throw invalid();
    }
    const [key, value] = [decoder.decode(record.subarray(0, equals)), decoder.decode(record.subarray(equals + 1))];
    if ((/^(?:path|linkpath|uname|gname)$/.test(key) ? value : key).includes('\0')) {
      throw invalid();
    }
    records.set(key, value);
    offset = end;
  }
  for (const [key, value] of records) {
    if (value === '') {
      records.delete(key);
    } else if (paxForms.get(key)?.test(value) === false) {
      throw invalid();
    }
  }
  return records;
}

const whole = /^[-+]?\d{1,18}$/;
const moment = /^[-+]?\d{1,18}(?:\.\d*)?$/;
const paxForms: ReadonlyMap<string, RegExp> = new Map([
  ...['uid', 'gid', 'size'].map((key) => [key, whole] as const),
  ...['atime', 'mtime', 'ctime'].map((key) => [key, moment] as const),
]);

const decoder = new TextDecoder();
const latin1 = new TextDecoder('latin1');

/** Up to the first NUL. */
function textOf(field: Uint8Array): string {
  const end = field.indexOf(0);
  return decoder.decode(end < 0 ? field : field.subarray(0, end));
}

/** Of seconds. What no calendar here has counts as Go's zero time. */
function rfc3339(seconds: string): string {
  const date = new Date(Math.floor(Number(seconds)) * 1000);
  return Number.isNaN(date.getTime()) ? '0001-01-01T00:00:00Z' : date.toISOString().replace('.000Z', 'Z');
}

function isZero(block: Uint8Array): boolean {
  return block.every((byte) => byte === 0);
}

function damaged(message: string): ChartError {
  return new ChartError('archive', message);
}

function invalid(): ChartError {
  return damaged('archive/tar: invalid tar header');
}
