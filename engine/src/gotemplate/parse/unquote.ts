import { concat } from '../../gostd/index.ts';

const simple: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
  '\\': 92,
};

/** One character of a Go literal, escapes read; `isByte` where it was written as a byte. */
export interface UnquotedChar {
  readonly rune: number;
  readonly isByte: boolean;
  readonly rest: string;
}

/**
 * The first character of a Go literal's inside.
 *
 * @see Go 1.26 strconv/quote.go, UnquoteChar
 */
export function unquoteChar(text: string, mark: string): UnquotedChar | undefined {
  const code = text.codePointAt(0);
  if (code === undefined) {
    return undefined;
  }
  const char = String.fromCodePoint(code);
  if (char === mark && (mark === "'" || mark === '"')) {
    return undefined;
  }
  if (char !== '\\') {
    return { rune: code, isByte: code >= 0xdc00 && code <= 0xdfff, rest: text.slice(char.length) };
  }
  const escape = text.charAt(1);
  const known = simple[escape];
  if (known !== undefined) {
    return { rune: known, isByte: false, rest: text.slice(2) };
  }
  if (escape === mark && mark !== '') {
    return { rune: mark.charCodeAt(0), isByte: false, rest: text.slice(2) };
  }
  const hexDigits = { x: 2, u: 4, U: 8 }[escape];
  if (hexDigits !== undefined) {
    const digits = text.slice(2, 2 + hexDigits);
    if (digits.length < hexDigits || !/^[0-9a-fA-F]+$/.test(digits)) {
      return undefined;
    }
    const value = Number.parseInt(digits, 16);
    if (escape !== 'x' && (value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))) {
      return undefined;
    }
    return { rune: value, isByte: escape === 'x' && value >= 0x80, rest: text.slice(2 + hexDigits) };
  }
  const octal = /^\\([0-7]{3})/.exec(text)?.[1];
  if (octal === undefined || Number.parseInt(octal, 8) > 255) {
    return undefined;
  }
  const value = Number.parseInt(octal, 8);
  return { rune: value, isByte: value >= 0x80, rest: text.slice(4) };
}

/** The string that a Go literal in double or back quotes stands for, or undefined. @see Go 1.26 strconv/quote.go, Unquote */
export function unquote(literal: string): string | undefined {
  const mark = literal.charAt(0);
  const inside = literal.slice(1, -1);
  if (mark === '`') {
    return inside.includes('\r') ? inside.replaceAll('\r', '') : inside;
  }
  if (!inside.includes('\\') && inside.isWellFormed()) {
    return inside;
  }
  const parts: string[] = [];
  for (let rest = inside; rest !== '';) {
    const char = unquoteChar(rest, mark);
    if (char === undefined) {
      return undefined;
    }
    // A byte that is no UTF-8 by itself is escaped; several may still join to a character.
    parts.push(
      char.isByte && char.rune < 0x100 ? String.fromCharCode(0xdc00 + char.rune) : String.fromCodePoint(char.rune),
    );
    rest = char.rest;
  }
  return concat(parts);
}
