/** What stands before scanning: byte order marks, and characters that YAML does not allow. */

/** A text that is ready to be scanned. */
export interface Input {
  /** The text, ended by a NUL. */
  readonly text: string;
  /** Where reading starts: behind a byte order mark. */
  readonly start: number;
  /** True when every line break is a LF. */
  readonly onlyLineFeeds: boolean;
  /** What is wrong with a character, and the offset from which on a reader would have met it. */
  readonly trouble: { readonly message: string; readonly from: number } | undefined;
}

/** Most texts; the classes of Unicode take a while to make. */
const plainAscii = /^[\t\n\r\x20-\x7e]*$/;
const notAllowed = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
const otherBreak = /[\r\x85\u2028\u2029]/;
const byteOrderMark = '\ufeff';
/** The bytes FF FE and FE FF of UTF-16, as strings hold bytes that are not UTF-8. */
const utf16LittleEndian = '\udcff\udcfe';
const utf16BigEndian = '\udcfe\udcff';

/** @see go.yaml.in/yaml/v2 v2.4.4 readerc.go */
export function readInput(source: string): Input {
  const text = decodeUtf16(source);
  const start = text.startsWith(byteOrderMark) ? 1 : 0;
  const found = plainAscii.test(text) ? null : notAllowed.exec(text);
  return {
    text: `${text}\0`,
    start,
    onlyLineFeeds: !otherBreak.test(text),
    trouble:
      found === null ? undefined : { message: troubleAt(text, found.index), from: chunkStart(text, found.index) },
  };
}

function decodeUtf16(source: string): string {
  const isLittle = source.startsWith(utf16LittleEndian);
  if (!isLittle && !source.startsWith(utf16BigEndian)) {
    return source;
  }
  const bytes = bytesFrom(source, 2, Number.POSITIVE_INFINITY);
  let text = '';
  for (let at = 0; at + 1 < bytes.length; at += 2) {
    const first = bytes[at] ?? 0;
    const second = bytes[at + 1] ?? 0;
    text += String.fromCharCode(isLittle ? first | (second << 8) : (first << 8) | second);
  }
  return text;
}

/** Bytes that go-yaml reads at a time: it complains of a character when it reads the chunk, not when it comes to it. */
const chunkBytes = 512;

function chunkStart(text: string, offset: number): number {
  let start = 0;
  let size = 0;
  for (let at = 0; at <= offset; at++) {
    const code = text.codePointAt(at) ?? 0;
    const width = byteWidth(code);
    if (size + width > chunkBytes) {
      start = at;
      size = 0;
    }
    size += width;
    if (code > 0xffff) {
      at++;
    }
  }
  return start;
}

function byteWidth(code: number): number {
  if (code < 0x80 || isLoneByte(code)) {
    return 1;
  }
  if (code < 0x800) {
    return 2;
  }
  return code < 0x10000 ? 3 : 4;
}

function isLoneByte(code: number): boolean {
  return code >= 0xdc80 && code <= 0xdcff;
}

function troubleAt(text: string, offset: number): string {
  const code = text.charCodeAt(offset);
  if (isLoneByte(code)) {
    return utf8Trouble(bytesFrom(text, offset, 4));
  }
  return code >= 0xd800 && code <= 0xdfff ? 'invalid Unicode character' : 'control characters are not allowed';
}

/** Up to `count` bytes of the text from here. */
function bytesFrom(text: string, offset: number, count: number): readonly number[] {
  const bytes: number[] = [];
  for (let at = offset; at < text.length && bytes.length < count; at++) {
    const code = text.codePointAt(at) ?? 0;
    if (isLoneByte(code)) {
      bytes.push(code - 0xdc00);
    } else {
      bytes.push(...new TextEncoder().encode(String.fromCodePoint(code)));
      at += code > 0xffff ? 1 : 0;
    }
  }
  return bytes;
}

function utf8Trouble(bytes: readonly number[]): string {
  const lead = bytes[0] ?? 0;
  const width = lead < 0xc0 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf8 ? 4 : 0;
  if (width === 0) {
    return 'invalid leading UTF-8 octet';
  }
  if (bytes.length < width) {
    return 'incomplete UTF-8 octet sequence';
  }
  let code = lead & (0xff >> (width + 1));
  for (const byte of bytes.slice(1, width)) {
    if ((byte & 0xc0) !== 0x80) {
      return 'invalid trailing UTF-8 octet';
    }
    code = (code << 6) | (byte & 0x3f);
  }
  const least = width === 2 ? 0x80 : width === 3 ? 0x800 : 0x10000;
  return code < least ? 'invalid length of a UTF-8 sequence' : 'invalid Unicode character';
}
