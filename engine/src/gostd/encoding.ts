import { Buffer } from 'node:buffer';

import { toBytes } from './bytes.ts';

/** A text that is not base64 or base32; `message` is Go's. */
export class CorruptInputError extends Error {
  override readonly name = 'CorruptInputError';

  constructor(encoding: 'base64' | 'base32', offset: number) {
    super(`illegal ${encoding} data at input byte ${offset}`);
  }
}

const base64Alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const base32Alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const newLines = '\r\n';

/** Base64 with padding, of a text's bytes. */
export function encodeBase64(text: string): string {
  return Buffer.from(toBytes(text)).toString('base64');
}

/**
 * The bytes that base64 stands for; line breaks in it do not count.
 *
 * @throws CorruptInputError
 * @see Go 1.26 encoding/base64/base64.go, StdEncoding.Decode
 */
export function decodeBase64(text: string): Uint8Array {
  const bytes = toBytes(text);
  const decoded: number[] = [];
  let at = 0;
  const skipNewLines = (): void => {
    while (at < bytes.length && newLines.includes(charAt(bytes, at))) {
      at++;
    }
  };
  const refuse = (offset: number): never => {
    throw new CorruptInputError('base64', offset);
  };
  for (;;) {
    const quantum: number[] = [];
    let isLast = false;
    while (quantum.length < 4 && !isLast) {
      if (at === bytes.length) {
        if (quantum.length === 0) {
          return Uint8Array.from(decoded);
        }
        refuse(at - quantum.length);
      }
      const char = charAt(bytes, at++);
      const value = base64Alphabet.indexOf(char);
      if (value >= 0) {
        quantum.push(value);
      } else if (!newLines.includes(char)) {
        if (char !== '=' || quantum.length < 2) {
          refuse(at - 1);
        }
        if (quantum.length === 2) {
          skipNewLines();
          if (at === bytes.length) {
            refuse(bytes.length);
          }
          if (charAt(bytes, at) !== '=') {
            refuse(at - 1);
          }
          at++;
        }
        skipNewLines();
        if (at < bytes.length) {
          refuse(at);
        }
        isLast = true;
      }
    }
    const [a = 0, b = 0, c = 0, d = 0] = quantum;
    const group = [(a << 2) | (b >> 4), ((b & 15) << 4) | (c >> 2), ((c & 3) << 6) | d];
    decoded.push(...group.slice(0, quantum.length - 1));
    if (isLast) {
      return Uint8Array.from(decoded);
    }
  }
}

/** Base32 with padding, of a text's bytes. */
export function encodeBase32(text: string): string {
  const bytes = toBytes(text);
  let result = '';
  for (let i = 0; i < bytes.length; i += 5) {
    const chunk = bytes.subarray(i, i + 5);
    let bits = 0n;
    for (let j = 0; j < 5; j++) {
      bits = (bits << 8n) | BigInt(chunk[j] ?? 0);
    }
    const used = Math.ceil((chunk.length * 8) / 5);
    for (let j = 0; j < 8; j++) {
      result += j < used ? base32Alphabet.charAt(Number((bits >> BigInt(35 - 5 * j)) & 31n)) : '=';
    }
  }
  return result;
}

/**
 * The bytes that base32 stands for; line breaks in it do not count.
 *
 * @throws CorruptInputError
 * @see Go 1.26 encoding/base32/base32.go, StdEncoding.DecodeString
 */
export function decodeBase32(text: string): Uint8Array {
  const bytes = toBytes(text.replace(/[\r\n]/g, ''));
  const decoded: number[] = [];
  const total = bytes.length;
  let at = 0;
  while (at < total) {
    const quantum: number[] = [];
    let isLast = false;
    while (quantum.length < 8 && !isLast) {
      const filled = quantum.length;
      if (at === total) {
        throw new CorruptInputError('base32', total - filled);
      }
      const char = charAt(bytes, at++);
      if (char === '=' && filled >= 2 && total - at < 8) {
        checkPadding(bytes, at, filled);
        isLast = true;
      } else {
        const value = base32Alphabet.indexOf(char);
        if (value < 0) {
          throw new CorruptInputError('base32', at - 1);
        }
        quantum.push(value);
      }
    }
    const bits = quantum.reduce((sum, value, j) => sum | (BigInt(value) << BigInt(35 - 5 * j)), 0n);
    for (let j = 0; j < Math.floor((quantum.length * 5) / 8); j++) {
      decoded.push(Number((bits >> BigInt(32 - 8 * j)) & 255n));
    }
    if (isLast) {
      break;
    }
  }
  return Uint8Array.from(decoded);
}

/** @param at after the first `=` @param filled characters of the group before it */
function checkPadding(bytes: Uint8Array, at: number, filled: number): void {
  const total = bytes.length;
  if (total - at + filled < 7) {
    throw new CorruptInputError('base32', total);
  }
  for (let k = 0; k < 7 - filled; k++) {
    if (at + k < total && charAt(bytes, at + k) !== '=') {
      throw new CorruptInputError('base32', at + k - 1);
    }
  }
  if (filled === 3 || filled === 6) {
    throw new CorruptInputError('base32', at - 1);
  }
}

function charAt(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(bytes[at] ?? 0);
}
