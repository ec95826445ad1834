import { quote } from './strconv.ts';

/** An IP address. */
export interface Address {
  readonly family: 4 | 6;
  /** 4 or 16 of them */
  readonly bytes: readonly number[];
  /** Of IPv6, what stands after `%`; else empty. */
  readonly zone: string;
}

/** A text that is no IP address; `message` is Go's. */
export class AddressError extends Error {
  override readonly name = 'AddressError';
}

/**
 * Reads an IPv4 or IPv6 address.
 *
 * @throws AddressError
 * @see Go 1.26 net/netip/netip.go, ParseAddr
 */
export function parseAddress(text: string): Address {
  switch (/[.:%]/.exec(text)?.[0]) {
    case '.':
      return { family: 4, bytes: parseFour(text, text), zone: '' };
    case ':':
      return parseSix(text);
    case '%':
      throw refused(text, 'missing IPv6 address');
    default:
      throw refused(text, 'unable to parse IP');
  }
}

function parseFour(whole: string, text: string): number[] {
  const bytes: number[] = [];
  let value = 0;
  let digits = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    if (char >= '0' && char <= '9') {
      if (digits === 1 && value === 0) {
        throw refused(whole, 'IPv4 field has octet with leading zero');
      }
      value = value * 10 + Number(char);
      digits++;
      if (value > 255) {
        throw refused(whole, 'IPv4 field has value >255');
      }
    } else if (char === '.') {
      if (i === 0 || i === text.length - 1 || text[i - 1] === '.') {
        throw refused(whole, 'IPv4 field must have at least one digit', text.slice(i));
      }
      if (bytes.length === 3) {
        throw refused(whole, 'IPv4 address too long');
      }
      bytes.push(value);
      value = 0;
      digits = 0;
    } else {
      throw refused(whole, 'unexpected character', text.slice(i));
    }
  }
  if (bytes.length < 3) {
    throw refused(whole, 'IPv4 address too short');
  }
  return [...bytes, value];
}

function parseSix(text: string): Address {
  const percent = text.indexOf('%');
  let rest = percent < 0 ? text : text.slice(0, percent);
  const zone = percent < 0 ? '' : text.slice(percent + 1);
  if (percent >= 0 && zone === '') {
    throw refused(text, 'zone must be a non-empty string');
  }
  const bytes: number[] = [];
  let ellipsis = -1;
  if (rest.startsWith('::')) {
    ellipsis = 0;
    rest = rest.slice(2);
  }
  while (rest !== '' || ellipsis < 0) {
    const digits = /^[0-9a-fA-F]*/.exec(rest)?.[0] ?? '';
    if (digits.length > 4) {
      throw refused(text, 'each group must have 4 or less digits', rest);
    }
    if (digits === '') {
      throw refused(text, 'each colon-separated field must have at least one digit', rest);
    }
    if (rest[digits.length] === '.') {
      if (ellipsis < 0 && bytes.length !== 12) {
        throw refused(text, 'embedded IPv4 address must replace the final 2 fields of the address', rest);
      }
      if (bytes.length + 4 > 16) {
        throw refused(text, 'too many hex fields to fit an embedded IPv4 at the end of the address', rest);
      }
      bytes.push(...parseFour(text, rest));
      rest = '';
      break;
    }
    const value = parseInt(digits, 16);
    bytes.push(value >> 8, value & 0xff);
    rest = rest.slice(digits.length);
    if (rest === '') {
      break;
    }
    if (!rest.startsWith(':')) {
      throw refused(text, 'unexpected character, want colon', rest);
    }
    if (rest === ':') {
      throw refused(text, 'colon must be followed by more characters', rest);
    }
    rest = rest.slice(1);
    if (rest.startsWith(':')) {
      if (ellipsis >= 0) {
        throw refused(text, 'multiple :: in address', rest);
      }
      ellipsis = bytes.length;
      rest = rest.slice(1);
      if (rest === '') {
        break;
      }
    }
    if (bytes.length === 16) {
      break;
    }
  }
  if (rest !== '') {
    throw refused(text, 'trailing garbage after address', rest);
  }
  if (bytes.length < 16 && ellipsis < 0) {
    throw refused(text, 'address string too short');
  }
  if (bytes.length === 16 && ellipsis >= 0) {
    throw refused(text, 'the :: must expand to at least one field of zeros');
  }
  if (ellipsis >= 0) {
    bytes.splice(ellipsis, 0, ...new Array<number>(16 - bytes.length).fill(0));
  }
  return { family: 6, bytes, zone };
}

function refused(text: string, why: string, at?: string): AddressError {
  return new AddressError(`ParseAddr(${quote(text)}): ${why}${at === undefined ? '' : ` (at ${quote(at)})`}`);
}
