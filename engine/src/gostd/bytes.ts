import { Buffer } from 'node:buffer';

/**
 * Strings as Go has them: sequences of bytes. See value.ts for how bytes that are no UTF-8 are written.
 */

const escapeBase = 0xdc00;
const fatal = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bytes of a string, as Go's `len` counts. */
export function byteLength(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0x80) {
      if (code < 0x800) {
        length += 1;
      } else if (code < 0xd800 || code > 0xdfff) {
        length += 2;
      } else if (code < 0xdc00) {
        // A pair of surrogates is four bytes.
        length += 2;
        i++;
      }
      // A lone low surrogate is one escaped byte.
    }
  }
  return length;
}

/** The bytes of a string. */
export function toBytes(text: string): Uint8Array {
  if (text.isWellFormed()) {
    return Buffer.from(text, 'utf8');
  }
  const chunks: Uint8Array[] = [];
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0xd800 && code < 0xdc00) {
      i++;
    } else if (code >= 0xdc00 && code <= 0xdfff) {
      chunks.push(Buffer.from(text.slice(start, i), 'utf8'), Uint8Array.of(code - escapeBase));
      start = i + 1;
    }
  }
  chunks.push(Buffer.from(text.slice(start), 'utf8'));
  return Buffer.concat(chunks);
}

/** The string of these bytes; each byte that is not part of valid UTF-8 is escaped. */
export function fromBytes(bytes: Uint8Array): string {
  try {
    return fatal.decode(bytes);
  } catch {
    return decodeLeniently(bytes);
  }
}

function decodeLeniently(bytes: Uint8Array): string {
  let text = '';
  let at = 0;
  while (at < bytes.length) {
    const size = runeSize(bytes, at);
    if (size === 0) {
      text += String.fromCharCode(escapeBase + (bytes[at] ?? 0));
      at++;
    } else {
      text += fatal.decode(bytes.subarray(at, at + size));
      at += size;
    }
  }
  return text;
}

/** Bytes of the valid UTF-8 sequence that starts here, or 0. */
function runeSize(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) {
    return 1;
  }
  const size =
    first >= 0xc2 && first <= 0xdf ? 2 : first >= 0xe0 && first <= 0xef ? 3 : first >= 0xf0 && first <= 0xf4 ? 4 : 0;
  if (size === 0 || at + size > bytes.length) {
    return 0;
  }
  const second = bytes[at + 1] ?? 0;
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) {
    return 0;
  }
  for (let i = 2; i < size; i++) {
    if (((bytes[at + i] ?? 0) & 0xc0) !== 0x80) {
      return 0;
    }
  }
  return size;
}

/** The bytes from `from` up to `to`, as slicing a Go string gives. */
export function sliceBytes(text: string, from: number, to: number): string {
  return byteLength(text) === text.length && text.isWellFormed()
    ? text.slice(from, to)
    : fromBytes(toBytes(text).subarray(from, to));
}

/**
 * Strings one behind the other. Escaped bytes that come to stand side by side and form UTF-8 become that character,
 * so that equal bytes are equal strings.
 */
export function concat(parts: readonly string[]): string {
  const joined = parts.join('');
  return joined.isWellFormed() ? joined : fromBytes(toBytes(joined));
}

/** One rune of a Go string: an escaped byte reads as U+FFFD, as Go's range does. */
export function runeAt(
  text: string,
  index: number,
): { readonly rune: number; readonly size: number; readonly width: number } {
  const code = text.codePointAt(index) ?? 0xfffd;
  if (code >= 0xdc00 && code <= 0xdfff) {
    return { rune: 0xfffd, size: 1, width: 1 };
  }
  const width = code > 0xffff ? 2 : 1;
  return { rune: code, size: code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4, width };
}
