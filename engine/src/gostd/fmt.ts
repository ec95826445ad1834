import { byteLength, fromBytes, runeAt } from './bytes.ts';
import { formatFloat } from './ftoa.ts';
import { Formatter, noFlags, runeOf } from './format.ts';
import { isNilValue, kindOf, typeOf } from './reflect.ts';
import { sortedKeys } from './sort.ts';
import { quoteRune } from './strconv.ts';
import {
  bytesIn,
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
  if (args.length === 1) {
    const simple = plainText(args[0]);
    if (simple !== undefined) {
      return simple;
    }
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

/** What `%v` prints for the values that templates print most, without a printer. */
function plainText(value: Value): string | undefined {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
      return formatFloat(value, 'g', -1, 64);
    case 'boolean':
      return value ? 'true' : 'false';
    default:
      return value instanceof GoInt && value.type === undefined ? value.value.toString() : undefined;
  }
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

/** Stands for every address: no two runs of Go print the same one. */
const address = 0xc000000000n;

/** Widths and precisions past this are refused. */
const tooLarge = 1_000_000;

class Printer {
  readonly #out = new Formatter();
  /** While a value is shown in a complaint, its methods are not asked. */
  #erroring = false;

  text(): string {
    return this.#out.text();
  }

  write(text: string): void {
    this.#out.write(text);
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
    this.#out.flags = flags;
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
      if (verb === 'v' || verb === 'w') {
        flags.sharpV = flags.sharp;
        flags.sharp = false;
        flags.plusV = flags.plus;
        flags.plus = false;
      }
      this.arg(args[scan.next++], verb);
    }
  }

  #readWidth(scan: Scan): void {
    const flags = this.#out.flags;
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
      this.#out.flags.precision = readNumber(scan) ?? 0;
      return;
    }
    scan.at++;
    scan.afterIndex = false;
    const precision = intArgument(scan);
    if (precision === undefined || precision < 0) {
      this.write('%!(BADPREC)');
    } else {
      this.#out.flags.precision = precision;
    }
  }

  #extra(args: readonly Value[]): void {
    this.#out.flags = { ...noFlags };
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
          this.#out.flags.sharp = true;
          break;
        case '0':
          this.#out.flags.zero = true;
          break;
        case '+':
          this.#out.flags.plus = true;
          break;
        case '-':
          this.#out.flags.minus = true;
          break;
        case ' ':
          this.#out.flags.space = true;
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
        this.#out.pad('<nil>');
      } else {
        this.#badVerb(value, verb);
      }
      return;
    }
    if (verb === 'T') {
      this.#out.string(typeOf(value).name, 's');
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
      this.write(depth > 0 && this.#out.flags.sharpV ? 'interface {}(nil)' : '<nil>');
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
    // Go takes an argument that is plain bytes out before it looks for methods.
    const isBytes = depth === 0 && value instanceof GoSlice && value.type.name === '[]uint8';
    if (!isBytes && this.#method(value, verb)) {
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
    if (verb === 'w' && !this.#erroring) {
      // Only for Errorf, which no template calls.
      this.#badVerb(value, verb);
      return true;
    }
    const methods = typeOf(value).methods;
    if (this.#erroring || this.#out.flags.sharpV || !'vsxXq'.includes(verb)) {
      const source = this.#erroring || !this.#out.flags.sharpV ? undefined : methods?.get('GoString')?.call(value, []);
      if (typeof source === 'string') {
        this.#out.string(source, 's');
      }
      return typeof source === 'string';
    }
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
      this.#out.pad(String(value));
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
    if (this.#out.flags.sharpV) {
      this.write(depth === 0 && verb === 'v' && type.name === '[]uint8' ? '[]byte' : type.name);
      if (isNilValue(value)) {
        this.write('(nil)');
        return;
      }
    }
    const [open, separator, close] = this.#out.flags.sharpV ? (['{', ', ', '}'] as const) : (['[', ' ', ']'] as const);
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
      this.#text(fromBytes(bytesIn(slice)), verb, slice);
      return;
    }
    this.#list(slice, slice.items, slice.type, verb, depth);
  }

  #map(map: Exclude<Value, null | undefined>, verb: string, depth: number): void {
    const type = typeOf(map);
    if (this.#out.flags.sharpV) {
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
        this.write(this.#out.flags.sharpV ? ', ' : ' ');
      }
      this.#value(key, verb, depth + 1);
      this.write(':');
      this.#value(entries[key] ?? null, verb, depth + 1);
    });
    this.write(this.#out.flags.sharpV ? '}' : ']');
  }

  #struct(struct: GoStruct, verb: string, depth: number): void {
    if (this.#out.flags.sharpV) {
      this.write(struct.type.name);
    }
    this.write('{');
    (struct.type.fields ?? []).forEach(({ name }, index) => {
      if (index > 0) {
        this.write(this.#out.flags.sharpV ? ', ' : ' ');
      }
      if (this.#out.flags.plusV || this.#out.flags.sharpV) {
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
        if (this.#out.flags.sharpV) {
          this.write(`(${value.type.name})(${at === 0n ? 'nil' : `0x${at.toString(16)}`})`);
        } else if (at === 0n) {
          this.#out.pad('<nil>');
        } else {
          this.#out.digits(at, 16, 'x', !this.#out.flags.sharp);
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

  #text(text: string, verb: string, value: Value): void {
    if ('vsxXq'.includes(verb)) {
      this.#out.string(text, verb);
    } else {
      this.#badVerb(value, verb);
    }
  }

  #integer(value: bigint, verb: string, arg: GoInt): void {
    const unsigned = arg.kind.startsWith('uint');
    switch (verb) {
      case 'v':
        if (this.#out.flags.sharpV && unsigned) {
          this.#out.digits(value, 16, 'x', true);
        } else {
          this.#out.digits(value, 10, verb);
        }
        break;
      case 'd':
        this.#out.digits(value, 10, verb);
        break;
      case 'b':
        this.#out.digits(value, 2, verb);
        break;
      case 'o':
      case 'O':
        this.#out.digits(value, 8, verb);
        break;
      case 'x':
      case 'X':
        this.#out.digits(value, 16, verb);
        break;
      case 'c':
        this.#out.pad(String.fromCodePoint(runeOf(value)));
        break;
      case 'q':
        this.#out.pad(quoteRune(runeOf(value), this.#out.flags.plus));
        break;
      case 'U':
        this.#out.unicode(value);
        break;
      default:
        this.#badVerb(arg, verb);
    }
  }

  #float(value: number, bits: 32 | 64, verb: string, arg: Value): void {
    switch (verb) {
      case 'v':
        this.#out.float(value, bits, 'g', -1);
        break;
      case 'b':
      case 'g':
      case 'G':
      case 'x':
      case 'X':
        this.#out.float(value, bits, verb, this.#out.flags.precision ?? -1);
        break;
      case 'f':
      case 'e':
      case 'E':
      case 'F':
        this.#out.float(value, bits, verb, this.#out.flags.precision ?? 6);
        break;
      default:
        this.#badVerb(arg, verb);
    }
  }

  #complex(value: Complex, bits: 32 | 64, verb: string, arg: Value): void {
    if (!'vbgGxXfFeE'.includes(verb)) {
      this.#badVerb(arg, verb);
      return;
    }
    const { plus } = this.#out.flags;
    this.write('(');
    this.#float(value.re, bits, verb, arg);
    this.#out.flags.plus = true;
    this.#float(value.im, bits, verb, arg);
    this.write('i)');
    this.#out.flags.plus = plus;
  }
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
