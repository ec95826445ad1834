/** Texts as strings of one character for each byte of their UTF-8, since the library counts bytes here and runes there. */
import { Buffer } from 'node:buffer';
import { toBytes } from '../../gostd/index.ts';

/** The text, a character for each byte. */
export function bytesOf(text: string): string {
  return Buffer.from(toBytes(text)).toString('latin1');
}

/** What Go decodes where no rune is. */
const runeError = 0xfffd;

/** The rune at the start, and how many bytes it has: none of an empty text. */
export function firstRune(bytes: string): readonly [rune: number, width: number] {
  const first = bytes.charCodeAt(0);
  if (bytes === '') {
    return [runeError, 0];
  }
  if (first < 0x80) {
    return [first, 1];
  }
  const width = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  const rune = Buffer.from(bytes.slice(0, width), 'latin1').toString('utf8');
  const code = rune.codePointAt(0) ?? runeError;
  return bytes.length >= width && widthOf(code) === width && rune.length === (width === 4 ? 2 : 1)
    ? [code, width]
    : [runeError, 1];
}

/** Each rune with the byte it starts at. */
export function* runesOf(bytes: string): Generator<readonly [start: number, rune: number]> {
  for (let start = 0; start < bytes.length;) {
    const [rune, width] = firstRune(bytes.slice(start, start + 4));
    yield [start, rune];
    start += width;
  }
}

/** Bytes of a rune in UTF-8. */
export function widthOf(rune: number): number {
  return rune < 0x80 ? 1 : rune < 0x800 ? 2 : rune < 0x1_0000 ? 3 : 4;
}
