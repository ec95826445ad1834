/** Code points as Go's package unicode sees them: mappings of one to one, where JavaScript's may give several. */
import { isNewerThanGo } from './unicodeVersion.ts';

// Each expression stands where it is used: classes of Unicode take a while to make, and few texts need one.

/** The code points of a text; a byte that is no UTF-8 becomes U+FFFD, as in a conversion to `[]rune`. */
export function runesOf(text: string): string[] {
  return Array.from(text.toWellFormed());
}

/** Letters of any script. */
export function isLetter(rune: string): boolean {
  return /^\p{L}$/u.test(rune) && isKnown(rune);
}

/** Decimal digits. */
export function isDigit(rune: string): boolean {
  return /^\p{Nd}$/u.test(rune) && isKnown(rune);
}

/** Digits and everything else that counts, such as `½`. */
export function isNumber(rune: string): boolean {
  return /^\p{N}$/u.test(rune) && isKnown(rune);
}

/** Punctuation, of which symbols such as `+` are none. */
export function isPunctuation(rune: string): boolean {
  return /^\p{P}$/u.test(rune) && isKnown(rune);
}

/** Upper-case letters. */
export function isUpper(rune: string): boolean {
  return /^\p{Lu}$/u.test(rune) && isKnown(rune);
}

/** Lower-case letters. */
export function isLower(rune: string): boolean {
  // Unicode 16 made U+0295 a letter without case.
  return rune === '\u0295' || (/^\p{Ll}$/u.test(rune) && isKnown(rune));
}

/** The few letters in title case, such as `ǅ`. */
export function isTitle(rune: string): boolean {
  return /^\p{Lt}$/u.test(rune) && isKnown(rune);
}

/** White space by Unicode's property; JavaScript's differs by U+0085 and U+FEFF. */
export function isSpace(rune: string): boolean {
  return rune !== '' && whiteSpace.includes(rune);
}

/** Every white space character. */
export const whiteSpace =
  '\t\n\v\f\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000';

/** The upper-case letter of one code point, or itself. */
export function toUpperRune(rune: string): string {
  return single(rune, rune.toUpperCase());
}

/** The lower-case letter of one code point, or itself. */
export function toLowerRune(rune: string): string {
  // The full mapping keeps the dot as a mark of its own.
  return rune === '\u0130' ? 'i' : single(rune, rune.toLowerCase());
}

/** The letter in title case of one code point, or itself. */
export function toTitleRune(rune: string): string {
  const code = rune.codePointAt(0) ?? 0;
  if (code >= 0x1c4 && code <= 0x1cc) {
    return String.fromCharCode(0x1c5 + 3 * Math.floor((code - 0x1c4) / 3));
  }
  if (code >= 0x1f1 && code <= 0x1f3) {
    return '\u01f2';
  }
  // Georgian has capitals for whole words only.
  if ((code >= 0x10d0 && code <= 0x10fa) || (code >= 0x10fd && code <= 0x10ff)) {
    return rune;
  }
  return toUpperRune(rune);
}

function isKnown(rune: string): boolean {
  return !isNewerThanGo(rune.codePointAt(0) ?? 0);
}

function single(rune: string, mapped: string): string {
  if (mapped === rune || !isKnown(rune) || !isKnown(mapped)) {
    return rune;
  }
  const first = mapped.codePointAt(0) ?? 0;
  if (mapped.length === (first > 0xffff ? 2 : 1)) {
    return mapped;
  }
  // Greek letters with an iota below have a capital of their own, which JavaScript takes apart.
  const code = rune.codePointAt(0) ?? 0;
  if (code >= 0x1f80 && code <= 0x1faf && (code & 8) === 0) {
    return String.fromCharCode(code + 8);
  }
  return iotaCapitals.get(rune) ?? rune;
}

const iotaCapitals: ReadonlyMap<string, string> = new Map([
  ['\u1fb3', '\u1fbc'],
  ['\u1fc3', '\u1fcc'],
  ['\u1ff3', '\u1ffc'],
]);
