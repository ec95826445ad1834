import { Buffer } from 'node:buffer';

/** The bit of DER (ITU-T X.690) that certificates and keys need. */

/** Tags of the universal class. */
export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8String: 0x0c,
  sequence: 0x30,
  set: 0x31,
  printableString: 0x13,
  utcTime: 0x17,
  generalizedTime: 0x18,
} as const;

/** The tag of element `number` of a context: `[number]`. */
export function contextTag(number: number, form: 'primitive' | 'constructed'): number {
  return (form === 'constructed' ? 0xa0 : 0x80) | number;
}

/** One element of this tag. */
export function element(tag: number, ...content: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat(content);
  const length = body.length;
  if (length < 0x80) {
    return Buffer.concat([Uint8Array.of(tag, length), body]);
  }
  const digits = bytesOf(BigInt(length));
  return Buffer.concat([Uint8Array.of(tag, 0x80 | digits.length), digits, body]);
}

/** The elements in a SEQUENCE. */
export function sequence(...content: readonly Uint8Array[]): Uint8Array {
  return element(tags.sequence, ...content);
}

/** Of a number that is not negative. */
export function integer(value: bigint): Uint8Array {
  const bytes = bytesOf(value);
  return element(tags.integer, (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Uint8Array.of(0), bytes]) : bytes);
}

/** An object identifier from its dotted form. */
export function oid(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second, ...rest].flatMap((part) => {
    const digits = [part & 0x7f];
    for (let left = Math.floor(part / 128); left > 0; left = Math.floor(left / 128)) {
      digits.unshift((left & 0x7f) | 0x80);
    }
    return digits;
  });
  return element(tags.oid, Uint8Array.from(bytes));
}

/** A BIT STRING of whole bytes, less the last few bits. */
export function bitString(bytes: Uint8Array, unusedBits = 0): Uint8Array {
  return element(tags.bitString, Uint8Array.of(unusedBits), bytes);
}

/** A character string of this tag. */
export function text(tag: number, value: string): Uint8Array {
  return element(tag, Buffer.from(value, 'utf8'));
}

/** A moment; years from 1950 to 2049 in the short form. */
export function time(unixSeconds: number): Uint8Array {
  const iso = new Date(unixSeconds * 1000).toISOString();
  const digits = `${iso.replace(/\.\d+Z$/, '').replace(/[-:T]/g, '')}Z`;
  const year = Number(digits.slice(0, 4));
  return year >= 1950 && year < 2050 ? text(tags.utcTime, digits.slice(2)) : text(tags.generalizedTime, digits);
}

/** One element as read. */
export interface Node {
  readonly tag: number;
  readonly content: Uint8Array;
  /** With tag and length. */
  readonly raw: Uint8Array;
}

/** The elements one after the other; undefined where the bytes are not DER. */
export function readAll(bytes: Uint8Array): Node[] | undefined {
  const nodes: Node[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tag = bytes[at] ?? 0;
    let length = bytes[at + 1] ?? -1;
    let start = at + 2;
    if (length >= 0x80) {
      const size = length & 0x7f;
      if (size === 0 || size > 4) {
        return undefined;
      }
      length = bytes.subarray(start, start + size).reduce((sum, byte) => sum * 256 + byte, 0);
      start += size;
    }
    const end = start + length;
    if (length < 0 || end > bytes.length) {
      return undefined;
    }
    nodes.push({ tag, content: bytes.subarray(start, end), raw: bytes.subarray(at, end) });
    at = end;
  }
  return nodes;
}

/** Big-endian, at least one byte. */
function bytesOf(value: bigint): Uint8Array {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
}
