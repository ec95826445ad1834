import { YamlError } from './error.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const valid = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The bytes of a `!!binary` scalar; line breaks do not count. @see Go 1.26 encoding/base64, StdEncoding */
export function decodeBinary(text: string): Uint8Array {
  const packed = text.replace(/[\r\n]/g, '');
  if (!valid.test(packed)) {
    throw new YamlError('tag', 'yaml: !!binary value contains invalid base64 data');
  }
  const digits = packed.replace(/=+$/, '');
  const bytes = new Uint8Array(Math.floor((digits.length * 3) / 4));
  let bits = 0;
  let count = 0;
  let at = 0;
  for (const digit of digits) {
    bits = ((bits << 6) | alphabet.indexOf(digit)) & 0xfff;
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes[at] = (bits >> count) & 0xff;
      at++;
    }
  }
  return bytes;
}

/** Base64 with padding. */
export function encodeBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const [first = 0, second = 0, third = 0] = bytes.subarray(at, at + 3);
    const group = (first << 16) | (second << 8) | third;
    const left = bytes.length - at;
    text += alphabet.charAt(group >> 18) + alphabet.charAt((group >> 12) & 63);
    text += left > 1 ? alphabet.charAt((group >> 6) & 63) : '=';
    text += left > 2 ? alphabet.charAt(group & 63) : '=';
  }
  return text;
}

/** Bytes as text; each byte that is not part of valid UTF-8 is U+FFFD, as JSON encoders of Go's have it. */
export function textOf(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const width = sequenceWidth(bytes, at);
    text += width === 0 ? '\ufffd' : strict.decode(bytes.subarray(at, at + width));
    at += Math.max(width, 1);
  }
  return text;
}

const strict = new TextDecoder('utf-8', { ignoreBOM: true });

/** Bytes of the valid UTF-8 sequence that starts here, or 0. */
function sequenceWidth(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) {
    return 1;
  }
  const width = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  if (width === 0 || at + width > bytes.length) {
    return 0;
  }
  const second = bytes[at + 1] ?? 0;
  const least = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const most = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  const isGood = second >= least && second <= most;
  const rest = bytes.subarray(at + 2, at + width);
  return isGood && rest.every((byte) => (byte & 0xc0) === 0x80) ? width : 0;
}

/** The bytes of a text in which lone surrogates from U+DC80 on stand for bytes. */
export function bytesOf(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code >= 0xdc80 && code <= 0xdcff) {
      bytes.push(code - 0xdc00);
    } else {
      bytes.push(...encoder.encode(character));
    }
  }
  return Uint8Array.from(bytes);
}

const encoder = new TextEncoder();

/** The text with U+FFFD for every lone surrogate. */
export function replaceInvalid(text: string): string {
  return text.replace(/\p{Cs}/gu, '\ufffd');
}
