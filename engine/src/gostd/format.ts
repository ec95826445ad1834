import { byteLength, concat, runeAt, toBytes } from './bytes.ts';
import { type FloatFormat, formatFloat } from './ftoa.ts';
import { canBackquote, isPrint, quote, quoteToAscii } from './strconv.ts';

/** Strings and numbers under the flags of one verb. @see Go 1.26 fmt/format.go */

/** What stands between the `%` and its verb. */
export interface Flags {
  width: number | undefined;
  precision: number | undefined;
  minus: boolean;
  plus: boolean;
  sharp: boolean;
  space: boolean;
  zero: boolean;
  plusV: boolean;
  sharpV: boolean;
}

/** The flags of a bare verb. */
export const noFlags: Readonly<Flags> = {
  width: undefined,
  precision: undefined,
  minus: false,
  plus: false,
  sharp: false,
  space: false,
  zero: false,
  plusV: false,
  sharpV: false,
};

/** Text so far, and the flags that what comes next is written with. */
export class Formatter {
  readonly #parts: string[] = [];
  flags: Flags = { ...noFlags };

  text(): string {
    return concat(this.#parts);
  }

  write(text: string): void {
    this.#parts.push(text);
  }

  /** Pads to the width, in runes; before a text with what the flags ask for, if nothing else is said. */
  pad(text: string, fill: '0' | ' ' = this.flags.zero ? '0' : ' '): void {
    const { width, minus } = this.flags;
    const missing = width === undefined ? 0 : width - runeCount(text);
    if (missing <= 0) {
      this.write(text);
    } else if (minus) {
      this.write(text + ' '.repeat(missing));
    } else {
      this.write(fill.repeat(missing) + text);
    }
  }

  /** A text under %v, %s, %q, %x or %X. @see fmt/print.go, fmtString */
  string(text: string, verb: string): void {
    const { precision, sharp, sharpV, plus, space } = this.flags;
    switch (verb) {
      case 'v':
        this.pad(sharpV ? quote(truncate(text, precision)) : truncate(text, precision));
        break;
      case 's':
        this.pad(truncate(text, precision));
        break;
      case 'q': {
        const cut = truncate(text, precision);
        this.pad(sharp && canBackquote(cut) ? `\`${cut}\`` : plus ? quoteToAscii(cut) : quote(cut));
        break;
      }
      default: {
        const bytes = toBytes(text).subarray(0, precision);
        const prefix = sharp ? `0${verb}` : '';
        const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'));
        const hex = space
          ? digits.map((pair) => prefix + pair).join(' ')
          : digits.length > 0
            ? prefix + digits.join('')
            : '';
        this.pad(verb === 'X' ? hex.toUpperCase() : hex);
      }
    }
  }

  /** An integer in a base. @see fmt/format.go, fmtInteger */
  digits(value: bigint, base: number, verb: string, forceSharp = false): void {
    const { precision, plus, space, sharp, width, zero, minus } = this.flags;
    const negative = value < 0n;
    const size = negative ? -value : value;
    if (precision === 0 && size === 0n) {
      this.pad('', ' ');
      return;
    }
    const sign = negative ? '-' : plus ? '+' : space ? ' ' : '';
    const wanted = precision ?? (zero && !minus && width !== undefined ? width - sign.length : 0);
    const digits = (verb === 'X' ? size.toString(base).toUpperCase() : size.toString(base)).padStart(wanted, '0');
    const prefix = (verb === 'O' ? '0o' : '') + (sharp || forceSharp ? basePrefix(base, verb, digits) : '');
    this.pad(sign + prefix + digits, ' ');
  }

  /** `U+0041`, with `#` the character behind it. @see fmt/format.go, fmtUnicode */
  unicode(value: bigint): void {
    const { precision, sharp } = this.flags;
    const hex = BigInt.asUintN(64, value)
      .toString(16)
      .toUpperCase()
      .padStart(Math.max(precision ?? 4, 4), '0');
    const rune = runeOf(value);
    const shown = sharp && BigInt(rune) === value && isPrint(rune) ? ` '${String.fromCodePoint(rune)}'` : '';
    this.pad(`U+${hex}${shown}`, ' ');
  }

  /** A float in a format, whose precision a precision in the flags overrules. @see fmt/format.go, fmtFloat */
  float(value: number, bits: 32 | 64, format: FloatFormat, precision: number): void {
    const { plus, space, zero, width, minus, sharp } = this.flags;
    const wanted = this.flags.precision ?? precision;
    const raw = formatFloat(value, format === 'F' ? 'f' : format, wanted, bits);
    let sign = raw.startsWith('-') ? '-' : '+';
    let digits = /^[+-]/.test(raw) ? raw.slice(1) : raw;
    if (space && sign === '+' && !plus) {
      sign = ' ';
    }
    if (digits === 'Inf' || digits === 'NaN') {
      this.pad((digits === 'NaN' && !space && !plus ? '' : sign) + digits, ' ');
      return;
    }
    if (sharp && format !== 'b') {
      digits = keepPoint(digits, format, wanted);
    }
    const shown = plus || sign !== '+' ? sign : '';
    if (shown !== '' && zero && !minus && width !== undefined && width > digits.length + shown.length) {
      this.write(shown + digits.padStart(width - shown.length, '0'));
    } else {
      this.pad(shown + digits);
    }
  }
}

function basePrefix(base: number, verb: string, digits: string): string {
  switch (base) {
    case 2:
      return '0b';
    case 8:
      return digits.startsWith('0') ? '' : '0';
    case 16:
      return verb === 'X' ? '0X' : '0x';
    default:
      return '';
  }
}

/**
 * `#` keeps the decimal point, and for %g and %x zeros up to the precision (6).
 * What counts as a digit is whatever stands before the exponent, the x of a hexadecimal number too.
 */
function keepPoint(digits: string, format: FloatFormat, precision: number): string {
  const isHex = format === 'x' || format === 'X';
  const tailAt = digits.search(isHex ? /[pP]/ : /[eE]/);
  const number = tailAt < 0 ? digits : digits.slice(0, tailAt);
  const keepsZeros = format === 'g' || format === 'G' || format === 'x';
  let missing = keepsZeros ? (precision === -1 ? 6 : precision) : 0;
  missing -= number.replace('.', '').replace(/^0+/, '').length;
  if (number === '0') {
    missing--;
  }
  const point = number.includes('.') ? '' : '.';
  return number + point + '0'.repeat(Math.max(missing, 0)) + (tailAt < 0 ? '' : digits.slice(tailAt));
}

function truncate(text: string, precision: number | undefined): string {
  if (precision === undefined) {
    return text;
  }
  let at = 0;
  for (let runes = 0; runes < precision && at < text.length; runes++) {
    at += runeAt(text, at).width;
  }
  return text.slice(0, at);
}

function runeCount(text: string): number {
  let runes = text.length;
  if (byteLength(text) !== text.length) {
    runes = 0;
    for (let at = 0; at < text.length; at += runeAt(text, at).width) {
      runes++;
    }
  }
  return runes;
}

/** An integer as a rune; what is none becomes U+FFFD. */
export function runeOf(value: bigint): number {
  return value < 0n || value > 0x10ffffn || (value >= 0xd800n && value <= 0xdfffn) ? 0xfffd : Number(value);
}
