import { runeAt } from './bytes.ts';
import { isNewerThanGo } from './unicodeVersion.ts';

/** Why a text is no number; the message is Go's, without the function's name. */
export type NumberError = 'invalid syntax' | 'value out of range' | 'invalid base';

const simpleEscapes: Readonly<Record<number, string>> = {
  7: '\\a',
  8: '\\b',
  9: '\\t',
  10: '\\n',
  11: '\\v',
  12: '\\f',
  13: '\\r',
  92: '\\\\',
};
/** Text that needs no look at each rune. */
const plainAscii = /^[ !#-[\]-~]*$/;

/** Whether Go shows a rune as it is. @see Go 1.26 strconv/quote.go, IsPrint */
export function isPrint(rune: number): boolean {
  if (rune < 0xa1) {
    return rune >= 0x20 && rune < 0x7f;
  }
  // Not made before it is needed: classes of Unicode take a while.
  const printable = /[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u;
  return rune <= 0x10ffff && printable.test(String.fromCodePoint(rune)) && !isNewerThanGo(rune);
}

/** A double-quoted Go string literal. */
export function quote(text: string): string {
  return plainAscii.test(text) ? `"${text}"` : quoteWith(text, '"', false);
}

/** A double-quoted literal in ASCII. */
export function quoteToAscii(text: string): string {
  return plainAscii.test(text) ? `"${text}"` : quoteWith(text, '"', true);
}

/** A single-quoted Go character literal. What is no rune is U+FFFD. */
export function quoteRune(rune: number, ascii: boolean): string {
  const valid = rune >= 0 && rune <= 0x10ffff && !(rune >= 0xd800 && rune <= 0xdfff);
  return `'${escapeRune(valid ? rune : 0xfffd, "'", ascii)}'`;
}

/** Whether a text can stand between back quotes: no control characters but tabs, no back quotes. */
export function canBackquote(text: string): boolean {
  return text.isWellFormed() && !/[\0-\x08\x0a-\x1f`\x7f\ufeff]/.test(text);
}

function quoteWith(text: string, mark: string, ascii: boolean): string {
  let quoted = mark;
  for (let i = 0; i < text.length;) {
    const { rune, width } = runeAt(text, i);
    const code = text.charCodeAt(i);
    if (width === 1 && code >= 0xdc00 && code <= 0xdfff) {
      quoted += `\\x${(code & 0xff).toString(16).padStart(2, '0')}`;
    } else {
      quoted += escapeRune(rune, mark, ascii);
    }
    i += width;
  }
  return quoted + mark;
}

function escapeRune(rune: number, mark: string, ascii: boolean): string {
  if (rune === mark.charCodeAt(0)) {
    return `\\${mark}`;
  }
  const simple = simpleEscapes[rune];
  if (simple !== undefined) {
    return simple;
  }
  if (rune < 0x80 ? rune >= 0x20 && rune < 0x7f : !ascii && isPrint(rune)) {
    return String.fromCodePoint(rune);
  }
  if (rune < 0x20 || rune === 0x7f) {
    return `\\x${rune.toString(16).padStart(2, '0')}`;
  }
  return rune < 0x10000 ? `\\u${rune.toString(16).padStart(4, '0')}` : `\\U${rune.toString(16).padStart(8, '0')}`;
}

/**
 * An integer in `base` (0: as its prefix says, with underscores between digits allowed) that fits `bits`.
 * Past the range, `value` is the end of the range.
 *
 * @see Go 1.26 strconv/atoi.go, ParseInt
 */
export function parseInt(
  text: string,
  base: number,
  bits: number,
): { readonly value: bigint; readonly error?: NumberError } {
  const negative = text.startsWith('-');
  const digits = negative || text.startsWith('+') ? text.slice(1) : text;
  const { value, error } = parseUint(digits, base, 64);
  if (error !== undefined && error !== 'value out of range') {
    return { value: 0n, error };
  }
  const cutoff = 1n << BigInt(bits - 1);
  if (!negative && value >= cutoff) {
    return { value: cutoff - 1n, error: 'value out of range' };
  }
  if (negative && value > cutoff) {
    return { value: -cutoff, error: 'value out of range' };
  }
  return { value: negative ? -value : value };
}

/** An unsigned integer. @see Go 1.26 strconv/atoi.go, ParseUint */
export function parseUint(
  text: string,
  base: number,
  bits: number,
): { readonly value: bigint; readonly error?: NumberError } {
  if (bits === 64 && (base === 0 || base === 10) && /^(?:0|[1-9]\d{0,17})$/.test(text)) {
    return { value: BigInt(text) }; // nearly every number
  }
  let digits = text;
  let radix = base;
  if (base === 0) {
    radix = 10;
    const prefix = /^0([bBoOxX])/.exec(text);
    if (prefix !== null && text.length >= 3) {
      radix = { b: 2, o: 8, x: 16 }[(prefix[1] ?? '').toLowerCase()] ?? 10;
      digits = text.slice(2);
    } else if (text.startsWith('0') && text.length > 1) {
      radix = 8;
      digits = text.slice(1);
    }
  }
  if (digits === '') {
    return { value: 0n, error: 'invalid syntax' };
  }
  const factor = BigInt(radix);
  const max = (1n << BigInt(bits)) - 1n;
  let value = 0n;
  for (const char of digits) {
    if (char === '_' && base === 0) {
      continue;
    }
    const digit = digitValue(char);
    if (digit === undefined || digit >= radix) {
      return { value: 0n, error: 'invalid syntax' };
    }
    value = value * factor + BigInt(digit);
    if (value > max) {
      // Whatever stands behind: Go stops here.
      return { value: max, error: 'value out of range' };
    }
  }
  return digits.includes('_') && !underscoresFit(text) ? { value: 0n, error: 'invalid syntax' } : { value };
}

function digitValue(char: string): number | undefined {
  if (char >= '0' && char <= '9') {
    return char.charCodeAt(0) - 48;
  }
  const lower = char.toLowerCase();
  return lower >= 'a' && lower <= 'z' && lower.length === 1 ? lower.charCodeAt(0) - 87 : undefined;
}

/** Underscores only between digits, or behind a base prefix. @see Go 1.26 strconv/atoi.go, underscoreOK */
export function underscoresFit(text: string): boolean {
  return /^[+-]?(?:0[xX](?:_?[0-9a-fA-F])+|0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|\d(?:_?\d)*)$/.test(text);
}

const decimalFloat = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const hexFloat = /^([+-]?)0[xX]([0-9a-fA-F]*)(?:\.([0-9a-fA-F]*))?[pP]([+-]?\d+)$/;

/** A number without the underscores between its digits; as it is where one stands elsewhere. */
function withoutUnderscores(text: string): string {
  const isHex = /^[+-]?0[xX]/.test(text);
  const misplaced = isHex ? /(?<![xX0-9a-fA-F])_|_(?![0-9a-fA-F])/ : /(?<![0-9])_|_(?![0-9])/;
  return text.includes('_') && !misplaced.test(text) ? text.replaceAll('_', '') : text;
}

/** A float64; underscores between digits do not count. @see Go 1.26 strconv/atof.go, ParseFloat */
export function parseFloat(text: string): { readonly value: number; readonly error?: NumberError } {
  const special = /^([+-]?)(inf|infinity|nan)$/i.exec(text);
  if (special !== null) {
    const word = (special[2] ?? '').toLowerCase();
    if (word === 'nan') {
      return special[1] === '' ? { value: NaN } : { value: 0, error: 'invalid syntax' };
    }
    return { value: special[1] === '-' ? -Infinity : Infinity };
  }
  let value: number;
  const plain = withoutUnderscores(text);
  if (decimalFloat.test(plain)) {
    value = Number(plain);
  } else {
    const hex = hexFloat.exec(plain);
    if (hex === null || (hex[2] ?? '') + (hex[3] ?? '') === '') {
      return { value: 0, error: 'invalid syntax' };
    }
    value = hexToFloat(hex[1] === '-', hex[2] ?? '', hex[3] ?? '', Number(hex[4]));
  }
  return Number.isFinite(value) ? { value } : { value, error: 'value out of range' };
}

function hexToFloat(negative: boolean, whole: string, fraction: string, exponent: number): number {
  // Number() of a bigint rounds half to even, as reading a mantissa of more than 53 bits must.
  const mantissa = Number(BigInt(`0x0${whole}${fraction}`));
  const value = mantissa * 2 ** (exponent - 4 * fraction.length);
  return negative ? -value : value;
}
