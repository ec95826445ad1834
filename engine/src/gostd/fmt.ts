import { byteLength, concat, fromBytes, runeAt, toBytes } from './bytes.ts';
import { isNilValue, kindOf, typeOf } from './reflect.ts';
import { sortedKeys } from './sort.ts';
import { canBackquote, type FloatFormat, formatFloat, isPrint, quote, quoteRune, quoteToAscii } from './strconv.ts';
import {
  type Complex,
  GoFunc,
  GoInt,
  GoPointer,
  GoScalar,
  GoSlice,
  GoStruct,
  type GoType,
  isList,
  type Value,
} from './value.ts';

/**
 * Go's package fmt over our values. One grammar, so one file.
 *
 * @see Go 1.26 fmt/print.go, fmt/format.go
 */

/** Values with spaces between those of which neither is a string. */
export function sprint(args: readonly Value[]): string {
  const [only] = args;
  if (args.length === 1 && typeof only === 'string') {
    return only;
  }
  const printer = new Printer();
  args.forEach((arg, index) => {
    if (index > 0 && kindOf(arg) !== 'string' && kindOf(args[index - 1]) !== 'string') {
      printer.write(' ');
    }
    printer.arg(arg, 'v');
  });
  return printer.text();
}

/** Values with spaces between all, and a newline behind. */
export function sprintln(args: readonly Value[]): string {
  const printer = new Printer();
  args.forEach((arg, index) => {
    if (index > 0) {
      printer.write(' ');
    }
    printer.arg(arg, 'v');
  });
  printer.write('\n');
  return printer.text();
}

/** Values by a format; what does not fit is said in the text, as Go does: `%!d(string=a)`. */
export function sprintf(format: string, args: readonly Value[]): string {
  const printer = new Printer();
  printer.printf(format, args);
  return printer.text();
}

/** One value under one verb without flags: `formatValue('T', value)`. */
export function formatValue(verb: string, value: Value): string {
  const printer = new Printer();
  printer.arg(value, verb);
  return printer.text();
}

interface Flags {
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

/** Where printf is in its format and its arguments. */
interface Scan {
  readonly format: string;
  readonly args: readonly Value[];
  at: number;
  /** The argument that comes next. */
  next: number;
  /** Whether any index was there: then arguments that are left over are none of our business. */
  reordered: boolean;
  goodIndex: boolean;
  /** Whether an index like `[3]` was read last. */
  afterIndex: boolean;
}

const noFlags: Readonly<Flags> = {
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

/** Stands for every address: no two runs of Go print the same one. */
const address = 0xc000000000n;

/** Widths and precisions past this are refused. */
const tooLarge = 1_000_000;

class Printer {
  readonly #parts: string[] = [];
  #flags: Flags = { ...noFlags };
  /** While a value is shown in a complaint, its methods are not asked. */
  #erroring = false;

  text(): string {
    return concat(this.#parts);
  }

  write(text: string): void {
    this.#parts.push(text);
  }

  /** @see fmt/print.go, doPrintf */
  printf(format: string, args: readonly Value[]): void {
    const scan: Scan = { format, args, at: 0, next: 0, reordered: false, goodIndex: true, afterIndex: false };
    while (scan.at < format.length) {
      const percent = format.indexOf('%', scan.at);
      if (percent < 0) {
        this.write(format.slice(scan.at));
        break;
      }
      this.write(format.slice(scan.at, percent));
      scan.at = percent + 1;
      scan.goodIndex = true;
      this.#directive(scan);
    }
    if (!scan.reordered && scan.next < args.length) {
      this.#extra(args.slice(scan.next));
    }
  }

  /** One `%` with all that belongs to it. */
  #directive(scan: Scan): void {
    const { format, args } = scan;
    const flags = { ...noFlags };
    this.#flags = flags;
    scan.at = this.#readFlags(format, scan.at);
    readIndex(scan);
    this.#readWidth(scan);
    // A point at the very end is no precision but the verb.
    if (format[scan.at] === '.' && scan.at + 1 < format.length) {
      this.#readPrecision(scan);
    }
    if (!scan.afterIndex) {
      readIndex(scan);
    }
    if (scan.at >= format.length) {
      this.write('%!(NOVERB)');
      return;
    }
    const { rune, width } = runeAt(format, scan.at);
    const verb = String.fromCodePoint(rune);
    scan.at += width;
    if (verb === '%') {
      this.write('%');
    } else if (!scan.goodIndex) {
      this.write(`%!${verb}(BADINDEX)`);
    } else if (scan.next >= args.length) {
      this.write(`%!${verb}(MISSING)`);
    } else {
      if (verb === 'v') {
        flags.sharpV = flags.sharp;
        flags.sharp = false;
        flags.plusV = flags.plus;
        flags.plus = false;
      }
      this.arg(args[scan.next++], verb);
    }
  }

  #readWidth(scan: Scan): void {
    const flags = this.#flags;
    if (scan.format[scan.at] !== '*') {
      flags.width = readNumber(scan);
      if (scan.afterIndex && flags.width !== undefined) {
        scan.goodIndex = false;
      }
      return;
    }
    scan.at++;
    scan.afterIndex = false;
    const width = intArgument(scan);
    if (width === undefined) {
      this.write('%!(BADWIDTH)');
      return;
    }
    flags.width = Math.abs(width);
    if (width < 0) {
      flags.minus = true;
      flags.zero = false;
    }
  }

  #readPrecision(scan: Scan): void {
    scan.at++;
    if (scan.afterIndex) {
      scan.goodIndex = false;
    }
    readIndex(scan);
    if (scan.format[scan.at] !== '*') {
      this.#flags.precision = readNumber(scan) ?? 0;
      return;
    }
    scan.at++;
    scan.afterIndex = false;
    const precision = intArgument(scan);
    if (precision === undefined || precision < 0) {
      this.write('%!(BADPREC)');
    } else {
      this.#flags.precision = precision;
    }
  }

  #extra(args: readonly Value[]): void {
    this.#flags = { ...noFlags };
    this.write('%!(EXTRA ');
    args.forEach((arg, index) => {
      if (index > 0) {
        this.write(', ');
      }
      if (arg === null || arg === undefined) {
        this.write('<nil>');
      } else {
        this.write(`${typeOf(arg).name}=`);
        this.arg(arg, 'v');
      }
    });
    this.write(')');
  }

  #readFlags(format: string, start: number): number {
    let at = start;
    for (; ; at++) {
      switch (format[at]) {
        case '#':
          this.#flags.sharp = true;
          break;
        case '0':
          this.#flags.zero = true;
          break;
        case '+':
          this.#flags.plus = true;
          break;
        case '-':
          this.#flags.minus = true;
          break;
        case ' ':
          this.#flags.space = true;
          break;
        default:
          return at;
      }
    }
  }

  /** Prints one argument. @see fmt/print.go, printArg */
  arg(value: Value, verb: string): void {
    if (value === null || value === undefined) {
      if (verb === 'T' || verb === 'v') {
        this.#pad('<nil>');
      } else {
        this.#badVerb(value, verb);
      }
      return;
    }
    if (verb === 'T') {
      this.#string(typeOf(value).name, 's');
      return;
    }
    if (verb === 'p') {
      this.#badVerb(value, verb);
      return;
    }
    this.#value(value, verb, 0);
  }

  /** @see fmt/print.go, printValue */
  #value(value: Value, verb: string, depth: number): void {
    if (value === null || value === undefined) {
      this.write(depth > 0 && this.#flags.sharpV ? 'interface {}(nil)' : '<nil>');
      return;
    }
    switch (typeof value) {
      case 'string':
        this.#text(value, verb, value);
        return;
      case 'number':
        this.#float(value, 64, verb, value);
        return;
      case 'boolean':
        this.#bool(value, verb, value);
        return;
      default:
        break;
    }
    if (this.#method(value, verb)) {
      return;
    }
    if (value instanceof GoInt) {
      this.#integer(value.value, verb, value);
    } else if (value instanceof GoScalar) {
      this.#scalar(value, verb);
    } else if (isList(value)) {
      this.#list(value, value, typeOf(value), verb, depth);
    } else if (value instanceof GoSlice) {
      this.#slice(value, verb, depth);
    } else if (value instanceof GoStruct) {
      this.#struct(value, verb, depth);
    } else if (value instanceof GoPointer) {
      this.#pointer(value, verb, depth);
    } else if (value instanceof GoFunc) {
      this.#address(value, address, verb);
    } else {
      this.#map(value, verb, depth);
    }
  }

  /** Error and String methods answer for verbs that print text. @see fmt/print.go, handleMethods */
  #method(value: Exclude<Value, null | undefined>, verb: string): boolean {
    if (this.#erroring || this.#flags.sharpV || !'vsxXq'.includes(verb)) {
      return false;
    }
    const methods = typeOf(value).methods;
    const method = methods?.get('Error') ?? methods?.get('String');
    if (method === undefined || method.params.length > 0) {
      return false;
    }
    const text = method.call(value, []);
    this.#text(typeof text === 'string' ? text : '', verb, value);
    return true;
  }

  #bool(value: boolean, verb: string, arg: Value): void {
    if (verb === 't' || verb === 'v') {
      this.#pad(String(value));
    } else {
      this.#badVerb(arg, verb);
    }
  }

  #scalar(scalar: GoScalar, verb: string): void {
    const { value, type } = scalar;
    if (typeof value === 'string') {
      this.#text(value, verb, scalar);
    } else if (typeof value === 'number') {
      this.#float(value, type.kind === 'float32' ? 32 : 64, verb, scalar);
    } else if (typeof value === 'boolean') {
      this.#bool(value, verb, scalar);
    } else {
      this.#complex(value, type.kind === 'complex64' ? 32 : 64, verb, scalar);
    }
  }

  #list(value: Value, items: readonly Value[], type: GoType, verb: string, depth: number): void {
    if (this.#flags.sharpV) {
      this.write(depth === 0 && type.name === '[]uint8' ? '[]byte' : type.name);
      if (isNilValue(value)) {
        this.write('(nil)');
        return;
      }
    }
    const [open, separator, close] = this.#flags.sharpV ? (['{', ', ', '}'] as const) : (['[', ' ', ']'] as const);
    this.write(open);
    items.forEach((item, index) => {
      if (index > 0) {
        this.write(separator);
      }
      this.#value(item ?? null, verb, depth + 1);
    });
    this.write(close);
  }

  #slice(slice: GoSlice, verb: string, depth: number): void {
    if (slice.type.elem?.kind === 'uint8' && 'sqxX'.includes(verb)) {
      const bytes = slice.items.map((item) => (item instanceof GoInt ? Number(item.value) : 0));
      this.#text(fromBytes(Uint8Array.from(bytes)), verb, slice);
      return;
    }
    this.#list(slice, slice.items, slice.type, verb, depth);
  }

  #map(map: Exclude<Value, null | undefined>, verb: string, depth: number): void {
    const type = typeOf(map);
    if (this.#flags.sharpV) {
      this.write(type.name);
      if (isNilValue(map)) {
        this.write('(nil)');
        return;
      }
      this.write('{');
    } else {
      this.write('map[');
    }
    const entries = map as Record<string, Value>; // only maps come here
    sortedKeys(entries).forEach((key, index) => {
      if (index > 0) {
        this.write(this.#flags.sharpV ? ', ' : ' ');
      }
      this.#value(key, verb, depth + 1);
      this.write(':');
      this.#value(entries[key] ?? null, verb, depth + 1);
    });
    this.write(this.#flags.sharpV ? '}' : ']');
  }

  #struct(struct: GoStruct, verb: string, depth: number): void {
    if (this.#flags.sharpV) {
      this.write(struct.type.name);
    }
    this.write('{');
    (struct.type.fields ?? []).forEach(({ name }, index) => {
      if (index > 0) {
        this.write(this.#flags.sharpV ? ', ' : ' ');
      }
      if (this.#flags.plusV || this.#flags.sharpV) {
        this.write(`${name}:`);
      }
      this.#value(struct.fields[name] ?? null, verb, depth + 1);
    });
    this.write('}');
  }

  #pointer(pointer: GoPointer, verb: string, depth: number): void {
    const { elem } = pointer;
    if (depth === 0 && elem !== undefined) {
      const kind = typeOf(elem).kind;
      if (kind === 'array' || kind === 'slice' || kind === 'struct' || kind === 'map') {
        this.write('&');
        this.#value(elem, verb, depth + 1);
        return;
      }
    }
    this.#address(pointer, elem === undefined ? 0n : address, verb);
  }

  /** @see fmt/print.go, fmtPointer */
  #address(value: GoPointer | GoFunc, at: bigint, verb: string): void {
    switch (verb) {
      case 'v':
        if (this.#flags.sharpV) {
          this.write(`(${value.type.name})(${at === 0n ? 'nil' : `0x${at.toString(16)}`})`);
        } else if (at === 0n) {
          this.#pad('<nil>');
        } else {
          this.#digits(at, 16, 'x', !this.#flags.sharp);
        }
        break;
      case 'b':
      case 'o':
      case 'd':
      case 'x':
      case 'X':
        this.#integer(at, verb, new GoInt('uintptr', at));
        break;
      default:
        this.#badVerb(value, verb);
    }
  }

  /** @see fmt/print.go, badVerb */
  #badVerb(value: Value, verb: string): void {
    this.write(`%!${verb}(`);
    this.#erroring = true;
    if (value === null || value === undefined) {
      this.write('<nil>');
    } else {
      this.write(`${typeOf(value).name}=`);
      this.#value(value, 'v', 0);
    }
    this.#erroring = false;
    this.write(')');
  }

  /** Pads to the width, in runes. */
  #pad(text: string): void {
    const { width, minus, zero } = this.#flags;
    const missing = width === undefined ? 0 : width - runeCount(text);
    if (missing <= 0) {
      this.write(text);
    } else if (minus) {
      this.write(text + ' '.repeat(missing));
    } else {
      this.write((zero ? '0' : ' ').repeat(missing) + text);
    }
  }

  #text(text: string, verb: string, value: Value): void {
    if ('vsxXq'.includes(verb)) {
      this.#string(text, verb);
    } else {
      this.#badVerb(value, verb);
    }
  }

  #string(text: string, verb: string): void {
    const { precision, sharp, sharpV, plus, space } = this.#flags;
    switch (verb) {
      case 'v':
        this.#pad(sharpV ? quote(truncate(text, precision)) : truncate(text, precision));
        break;
      case 's':
        this.#pad(truncate(text, precision));
        break;
      case 'q': {
        const cut = truncate(text, precision);
        this.#pad(sharp && canBackquote(cut) ? `\`${cut}\`` : plus ? quoteToAscii(cut) : quote(cut));
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
        this.#pad(verb === 'X' ? hex.toUpperCase() : hex);
      }
    }
  }

  #integer(value: bigint, verb: string, arg: GoInt): void {
    const unsigned = arg.kind.startsWith('uint');
    switch (verb) {
      case 'v':
        if (this.#flags.sharpV && unsigned) {
          this.#digits(value, 16, 'x', true);
        } else {
          this.#digits(value, 10, verb);
        }
        break;
      case 'd':
        this.#digits(value, 10, verb);
        break;
      case 'b':
        this.#digits(value, 2, verb);
        break;
      case 'o':
      case 'O':
        this.#digits(value, 8, verb);
        break;
      case 'x':
      case 'X':
        this.#digits(value, 16, verb);
        break;
      case 'c':
        this.#pad(String.fromCodePoint(runeOf(value)));
        break;
      case 'q':
        this.#pad(quoteRune(runeOf(value), this.#flags.plus));
        break;
      case 'U':
        this.#unicode(value);
        break;
      default:
        this.#badVerb(arg, verb);
    }
  }

  /** @see fmt/format.go, fmtInteger */
  #digits(value: bigint, base: number, verb: string, forceSharp = false): void {
    const { precision, plus, space, sharp, width, zero, minus } = this.#flags;
    const negative = value < 0n;
    const size = negative ? -value : value;
    if (precision === 0 && size === 0n) {
      const { zero: hadZero } = this.#flags;
      this.#flags.zero = false;
      this.#pad('');
      this.#flags.zero = hadZero;
      return;
    }
    const sign = negative ? '-' : plus ? '+' : space ? ' ' : '';
    const wanted = precision ?? (zero && !minus && width !== undefined ? width - sign.length : 0);
    const digits = (verb === 'X' ? size.toString(base).toUpperCase() : size.toString(base)).padStart(wanted, '0');
    const prefix = (verb === 'O' ? '0o' : '') + (sharp || forceSharp ? basePrefix(base, verb, digits) : '');
    const hadZero = this.#flags.zero;
    this.#flags.zero = false;
    this.#pad(sign + prefix + digits);
    this.#flags.zero = hadZero;
  }

  #unicode(value: bigint): void {
    const { precision, sharp } = this.#flags;
    const hex = BigInt.asUintN(64, value)
      .toString(16)
      .toUpperCase()
      .padStart(Math.max(precision ?? 4, 4), '0');
    const rune = runeOf(value);
    const shown = sharp && BigInt(rune) === value && isPrint(rune) ? ` '${String.fromCodePoint(rune)}'` : '';
    const hadZero = this.#flags.zero;
    this.#flags.zero = false;
    this.#pad(`U+${hex}${shown}`);
    this.#flags.zero = hadZero;
  }

  #float(value: number, bits: 32 | 64, verb: string, arg: Value): void {
    switch (verb) {
      case 'v':
        this.#formatFloat(value, bits, 'g', -1);
        break;
      case 'b':
      case 'g':
      case 'G':
      case 'x':
      case 'X':
        this.#formatFloat(value, bits, verb, this.#flags.precision ?? -1);
        break;
      case 'f':
      case 'e':
      case 'E':
      case 'F':
        this.#formatFloat(value, bits, verb, this.#flags.precision ?? 6);
        break;
      default:
        this.#badVerb(arg, verb);
    }
  }

  /** @see fmt/format.go, fmtFloat */
  #formatFloat(value: number, bits: 32 | 64, format: FloatFormat, precision: number): void {
    const { plus, space, zero, width, minus, sharp } = this.#flags;
    const wanted = this.#flags.precision ?? precision;
    const raw = formatFloat(value, format === 'F' ? 'f' : format, wanted, bits);
    let sign = raw.startsWith('-') ? '-' : '+';
    let digits = /^[+-]/.test(raw) ? raw.slice(1) : raw;
    if (space && sign === '+' && !plus) {
      sign = ' ';
    }
    const infinite = digits === 'Inf' || digits === 'NaN';
    const hadZero = zero;
    if (infinite) {
      this.#flags.zero = false;
      if (digits === 'NaN' && !space && !plus) {
        sign = '';
      }
      this.#pad(sign + digits);
      this.#flags.zero = hadZero;
      return;
    }
    if (sharp && format !== 'b') {
      digits = keepPoint(digits, format, wanted);
    }
    const shown = plus || sign !== '+' ? sign : '';
    if (shown !== '' && this.#flags.zero && !minus && width !== undefined && width > digits.length + shown.length) {
      this.write(shown + digits.padStart(width - shown.length, '0'));
    } else {
      this.#pad(shown + digits);
    }
    this.#flags.zero = hadZero;
  }

  #complex(value: Complex, bits: 32 | 64, verb: string, arg: Value): void {
    if (!'vbgGxXfFeE'.includes(verb)) {
      this.#badVerb(arg, verb);
      return;
    }
    const { plus } = this.#flags;
    this.write('(');
    this.#float(value.re, bits, verb, arg);
    this.#flags.plus = true;
    this.#float(value.im, bits, verb, arg);
    this.write('i)');
    this.#flags.plus = plus;
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

function runeOf(value: bigint): number {
  return value < 0n || value > 0x10ffffn || (value >= 0xd800n && value <= 0xdfffn) ? 0xfffd : Number(value);
}

/** `[3]` in a format: which argument comes next. @see fmt/print.go, argNumber */
function readIndex(scan: Scan): void {
  const { format, args } = scan;
  scan.afterIndex = false;
  if (format[scan.at] !== '[') {
    return;
  }
  scan.reordered = true;
  const end = format.indexOf(']', scan.at);
  if (end < 0 || byteLength(format.slice(scan.at, scan.at + 3)) < 3) {
    scan.at++;
    scan.goodIndex = false;
    return;
  }
  const digits = format.slice(scan.at + 1, end);
  scan.at = end + 1;
  scan.afterIndex = /^\d+$/.test(digits) && !overflows(digits);
  const index = Number(digits) - 1;
  if (scan.afterIndex && index >= 0 && index < args.length) {
    scan.next = index;
  } else {
    scan.goodIndex = false;
  }
}

function readNumber(scan: Scan): number | undefined {
  const { format, at: start } = scan;
  while (scan.at < format.length && format.charAt(scan.at) >= '0' && format.charAt(scan.at) <= '9') {
    scan.at++;
  }
  const digits = format.slice(start, scan.at);
  if (overflows(digits)) {
    scan.at = format.length;
    return undefined;
  }
  return digits === '' ? undefined : Number(digits);
}

/** Whether a number is given up while it is read: it is looked at before each next digit. @see fmt/print.go, parsenum */
function overflows(digits: string): boolean {
  return Number(digits.slice(0, -1)) > tooLarge;
}

/** The argument of a `*`: an int that is not too large. */
function intArgument(scan: Scan): number | undefined {
  if (scan.next >= scan.args.length) {
    return undefined;
  }
  const arg = scan.args[scan.next++];
  const value = arg instanceof GoInt ? Number(arg.value) : Infinity;
  return Math.abs(value) > tooLarge ? undefined : value;
}
