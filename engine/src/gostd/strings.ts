import { concat, fromBytes, toBytes } from './bytes.ts';
import { isDigit, isLetter, isSpace, toLowerRune, toTitleRune, toUpperRune, whiteSpace } from './unicode.ts';

/** Go's package strings, where JavaScript's methods differ: code points one by one, bytes that are no UTF-8. */

/** Upper case code point by code point: `ß` stays. */
export function toUpper(text: string): string {
  return isAscii(text) ? text.toUpperCase() : mapRunes(text, toUpperRune);
}

/** Lower case code point by code point. */
export function toLower(text: string): string {
  return isAscii(text) ? text.toLowerCase() : mapRunes(text, toLowerRune);
}

/** Every letter that begins a word in title case. @see Go 1.26 strings/strings.go, Title */
export function title(text: string): string {
  let previous = ' ';
  return mapRunes(text, (rune) => {
    const begins = isSeparator(previous);
    previous = rune;
    return begins ? toTitleRune(rune) : rune;
  });
}

/** @see Go 1.26 strings/strings.go, isSeparator */
function isSeparator(rune: string): boolean {
  if (rune <= '\x7f' && rune.length === 1) {
    return !/[A-Za-z0-9_]/.test(rune);
  }
  return !isLetter(rune) && !isDigit(rune) && isSpace(rune);
}

/** Without white space at both ends, by Unicode's property. */
export function trimSpace(text: string): string {
  return trimCutset(text, whiteSpace);
}

/** Without any of the cutset's code points at both ends. */
export function trimCutset(text: string, cutset: string): string {
  return trimLeft(trimRight(text, cutset), cutset);
}

/** Without any of the cutset's code points at its start. */
export function trimLeft(text: string, cutset: string): string {
  const cut = new Set(cutset);
  let at = 0;
  while (at < text.length) {
    const rune = String.fromCodePoint(text.codePointAt(at) ?? 0);
    if (!cut.has(rune)) {
      break;
    }
    at += rune.length;
  }
  return text.slice(at);
}

/** Without any of the cutset's code points at its end. */
export function trimRight(text: string, cutset: string): string {
  const cut = new Set(cutset);
  let end = text.length;
  while (end > 0) {
    const low = text.charCodeAt(end - 1);
    const width = low >= 0xdc00 && low <= 0xdfff && end > 1 && (text.charCodeAt(end - 2) & 0xfc00) === 0xd800 ? 2 : 1;
    if (!cut.has(text.slice(end - width, end))) {
      break;
    }
    end -= width;
  }
  return text.slice(0, end);
}

/** All of `from` replaced; an empty one stands before every code point and at the end. */
export function replaceAll(text: string, from: string, to: string): string {
  if (!from.isWellFormed()) {
    return ofBytes(asBytes(text).replaceAll(asBytes(from), () => asBytes(to)));
  }
  if (from !== '') {
    return concat([text.split(from).join(to)]);
  }
  return concat([to, ...Array.from(text, (rune) => rune + to)]);
}

/** Whether `part` is in the text; parts of characters are found, too. */
export function contains(text: string, part: string): boolean {
  return part.isWellFormed() ? text.includes(part) : asBytes(text).includes(asBytes(part));
}

/** Whether the text starts so, be it within a character. */
export function hasPrefix(text: string, prefix: string): boolean {
  return prefix.isWellFormed() ? text.startsWith(prefix) : asBytes(text).startsWith(asBytes(prefix));
}

/** Whether the text ends so, be it within a character. */
export function hasSuffix(text: string, suffix: string): boolean {
  return suffix.isWellFormed() ? text.endsWith(suffix) : asBytes(text).endsWith(asBytes(suffix));
}

/** The text without this start, where it has it. */
export function trimPrefix(text: string, prefix: string): string {
  if (!hasPrefix(text, prefix)) {
    return text;
  }
  return prefix.isWellFormed() ? text.slice(prefix.length) : ofBytes(asBytes(text).slice(asBytes(prefix).length));
}

/** The text without this end, where it has it. */
export function trimSuffix(text: string, suffix: string): string {
  if (!hasSuffix(text, suffix)) {
    return text;
  }
  const bytes = suffix.isWellFormed() ? text : asBytes(text);
  const cut = bytes.slice(0, bytes.length - (suffix.isWellFormed() ? suffix : asBytes(suffix)).length);
  return suffix.isWellFormed() ? cut : ofBytes(cut);
}

/** Every byte as the character of that number: for a part that is no UTF-8, and so may be part of a character. */
function asBytes(text: string): string {
  return Array.from(toBytes(text), (byte) => String.fromCharCode(byte)).join('');
}

function ofBytes(bytes: string): string {
  return fromBytes(Uint8Array.from(bytes, (char) => char.charCodeAt(0)));
}

/** At most `count` pieces between separators (all below 0, none at 0); an empty separator splits code points. */
export function splitN(text: string, separator: string, count: number): string[] {
  if (count === 0) {
    return [];
  }
  if (separator === '') {
    const runes = Array.from(text);
    return count < 0 || runes.length <= count ? runes : [...runes.slice(0, count - 1), runes.slice(count - 1).join('')];
  }
  if (!separator.isWellFormed()) {
    return splitN(asBytes(text), asBytes(separator), count).map(ofBytes);
  }
  const pieces: string[] = [];
  let at = 0;
  while (count < 0 || pieces.length < count - 1) {
    const next = text.indexOf(separator, at);
    if (next < 0) {
      break;
    }
    pieces.push(text.slice(at, next));
    at = next + separator.length;
  }
  pieces.push(text.slice(at));
  return pieces;
}

/** A byte that is no UTF-8 becomes U+FFFD. @see Go 1.26 strings/strings.go, Map */
function mapRunes(text: string, map: (rune: string) => string): string {
  let result = '';
  for (const rune of text.toWellFormed()) {
    result += map(rune);
  }
  return result;
}

function isAscii(text: string): boolean {
  return !/[^\0-\x7f]/.test(text);
}
