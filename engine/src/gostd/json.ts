import { Buffer } from 'node:buffer';
import { toBytes } from './bytes.ts';
import { isExported, isTrue, marshalText, typeOf } from './reflect.ts';
import { formatFloat } from './ftoa.ts';
import { sortedKeys } from './sort.ts';
import { quote } from './strconv.ts';
import {
  bytesIn,
  GoFunc,
  GoInt,
  type GoMap,
  GoPointer,
  GoScalar,
  GoSlice,
  GoStruct,
  type GoType,
  isList,
  isMap,
  itemsOf,
  MethodError,
  newMap,
  nilMap,
  type Value,
} from './value.ts';

/** A value that JSON cannot say, or a text that is no JSON; the message is encoding/json's. */
export class JsonError extends Error {
  override readonly name = 'JsonError';
  /** What json.Unmarshal leaves in its target all the same: a number that is out of range is nil, the rest is there. */
  readonly value: Value;

  constructor(message: string, value: Value = null) {
    super(message);
    this.value = value;
  }
}

/** How JSON is written. */
export interface EncodeJsonOptions {
  /** Whether `<`, `>` and `&` are escaped, as json.Marshal does. */
  readonly escapeHtml: boolean;
  /** Each level further in by this; one line without. */
  readonly indent?: string;
}

/** A value as encoding/json writes it: keys sorted, floats as ECMAScript does, bytes in base64. @throws JsonError */
export function encodeJson(value: Value, options: EncodeJsonOptions): string {
  return write(value, { ...options, root: value, depth: 0 }, options.indent === undefined ? undefined : '\n');
}

interface Writing extends EncodeJsonOptions {
  readonly root: Value;
  /** Lists and maps around the value at hand. */
  depth: number;
}

/** Goes one deeper. @throws JsonError for a value that holds itself */
function descend(writing: Writing): void {
  // Once is enough: where there is a cycle it is found.
  if (++writing.depth === depthOfCycles + 1) {
    const cycle = cycleError(writing.root);
    if (cycle !== undefined) {
      throw cycle;
    }
  }
}

/** Values that are this deep may hold themselves. @see Go 1.26 encoding/json/encode.go, startDetectCyclesAfter */
const depthOfCycles = 1_000;

/** What encoding/json says of a value that holds itself; undefined for one that does not. */
export function cycleError(value: Value, depth = 1, above: Set<Value> = new Set<Value>()): JsonError | undefined {
  const parts = isMap(value) ? Object.values(value) : itemsOf(value);
  if (parts === undefined) {
    return undefined;
  }
  if (depth > depthOfCycles) {
    if (above.has(value)) {
      return new JsonError(`json: unsupported value: encountered a cycle via ${typeOf(value).name}`);
    }
    above.add(value);
  }
  for (const part of parts) {
    const cycle = cycleError(part, depth + 1, above);
    if (cycle !== undefined) {
      return cycle;
    }
  }
  above.delete(value);
  return undefined;
}

function write(value: Value, options: Writing, newline: string | undefined): string {
  switch (typeof value) {
    case 'string':
      return encodeString(value, options.escapeHtml);
    case 'number':
      return encodeFloat(value, 64);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'undefined':
      return 'null';
    default:
      break;
  }
  if (value === null) {
    return 'null';
  }
  if (value instanceof GoInt) {
    const text = marshalText(value);
    return text === undefined ? value.value.toString() : encodeString(text, options.escapeHtml);
  }
  if (isList(value)) {
    return list(value, options, newline);
  }
  if (value instanceof GoSlice) {
    return slice(value, options, newline);
  }
  if (value instanceof GoScalar) {
    if (typeof value.value === 'object') {
      throw new JsonError(`json: unsupported type: ${value.type.name}`);
    }
    return value.type.kind === 'float32' && typeof value.value === 'number'
      ? encodeFloat(value.value, 32)
      : write(value.value, options, newline);
  }
  if (value instanceof GoPointer) {
    return write(value.elem ?? null, options, newline);
  }
  if (value instanceof GoFunc) {
    throw new JsonError(`json: unsupported type: ${value.type.name}`);
  }
  if (value instanceof GoStruct) {
    const text = jsonStructText(value);
    return text === undefined ? struct(value, options, newline) : encodeString(text, options.escapeHtml);
  }
  return nilMap in value
    ? 'null'
    : entries(
        sortedKeys(value).map((key) => [key, value[key]] as const),
        options,
        newline,
      );
}

function list(items: readonly Value[], options: Writing, newline: string | undefined): string {
  if (items.length === 0) {
    return '[]';
  }
  const inner = newline === undefined ? undefined : newline + (options.indent ?? '');
  descend(options);
  const texts = items.map((item) => write(item, options, inner));
  options.depth--;
  return newline === undefined ? `[${texts.join(',')}]` : `[${inner ?? ''}${texts.join(`,${inner ?? ''}`)}${newline}]`;
}

function slice(value: GoSlice, options: Writing, newline: string | undefined): string {
  if (value.isNil) {
    return 'null';
  }
  if (value.type.elem?.kind === 'uint8' && value.type.kind === 'slice') {
    return `"${Buffer.from(bytesIn(value)).toString('base64')}"`;
  }
  return list(value.items, options, newline);
}

function struct(value: GoStruct, options: Writing, newline: string | undefined): string {
  return entries(jsonFields(value), options, newline);
}

/** The fields of a struct as JSON has them: exported ones under the names that their tags give. */
export function jsonFields({ type, fields }: GoStruct): (readonly [string, Value])[] {
  return (type.fields ?? [])
    .filter(({ name }) => isExported(name))
    .map(({ name, json = '' }) => ({ name, tag: json.split(',') }))
    .filter(({ name, tag }) => !tag.includes('omitempty') || isTrue(fields[name]))
    .map(({ name, tag: [jsonName = ''] }) => [jsonName === '' ? name : jsonName, fields[name]] as const);
}

function entries(pairs: readonly (readonly [string, Value])[], options: Writing, newline: string | undefined): string {
  if (pairs.length === 0) {
    return '{}';
  }
  const inner = newline === undefined ? undefined : newline + (options.indent ?? '');
  const colon = newline === undefined ? ':' : ': ';
  descend(options);
  const texts = pairs.map(([key, item]) => encodeString(key, options.escapeHtml) + colon + write(item, options, inner));
  options.depth--;
  return newline === undefined ? `{${texts.join(',')}}` : `{${inner ?? ''}${texts.join(`,${inner ?? ''}`)}${newline}}`;
}

const special = /["\\\0-\x1f<>&\u2028\u2029\ud800-\udfff]/;
const names: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/**
 * What a struct's own method gives as a JSON string.
 *
 * @throws JsonError for a time that JSON cannot have
 */
export function jsonStructText(struct: GoStruct): string | undefined {
  try {
    return marshalText(struct);
  } catch (error) {
    if (error instanceof MethodError) {
      const why = error.message.replace(/MarshalText/, 'MarshalJSON');
      throw new JsonError(`json: error calling MarshalJSON for type ${struct.type.name}: ${why}`);
    }
    throw error;
  }
}

/** A JSON string as Go writes it: a byte that is no UTF-8 becomes the escape of U+FFFD. */
export function encodeString(text: string, escapeHtml: boolean): string {
  if (!special.test(text)) {
    return `"${text}"`;
  }
  // Of surrogates, the flag u lets only lone ones be found.
  const escaped = text.replace(/["\\\0-\x1f<>&\u2028\u2029\ud800-\udfff]/gu, (char) => {
    if ('<>&'.includes(char)) {
      return escapeHtml ? unicodeEscape(char) : char;
    }
    return names[char] ?? (char.isWellFormed() ? unicodeEscape(char) : '\\ufffd');
  });
  return `"${escaped}"`;
}

function unicodeEscape(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** @see Go 1.26 encoding/json/encode.go, floatEncoder */
function encodeFloat(value: number, bits: 32 | 64): string {
  if (!Number.isFinite(value)) {
    throw new JsonError(`json: unsupported value: ${formatFloat(value, 'g', -1, bits)}`);
  }
  const size = Math.abs(value);
  const isExtreme = bits === 64 ? size < 1e-6 || size >= 1e21 : size < Math.fround(1e-6) || size >= Math.fround(1e21);
  if (size !== 0 && isExtreme) {
    // e-09 is written e-9.
    return formatFloat(value, 'e', -1, bits).replace(/e-0(\d)$/, 'e-$1');
  }
  return formatFloat(value, 'f', -1, bits);
}

/** What encoding/json calls a value that does not fit where it is to go: `cannot unmarshal object into …`. */
export function jsonKind(value: Value): string {
  if (isList(value)) {
    return 'array';
  }
  switch (typeof value) {
    case 'boolean':
      return 'bool';
    case 'number':
    case 'string':
      return typeof value;
    default:
      return 'object';
  }
}

/** A number as its digits stand in the text. */
export const jsonNumberType: GoType = { kind: 'string', name: 'json.Number' };

/** How JSON is read. */
export interface DecodeJsonOptions {
  /** Numbers as json.Number in place of float64, as Decoder.UseNumber asks for. */
  readonly useNumber?: boolean;
}

/**
 * The value of a JSON text, every number a float64, the last of equal keys winning.
 *
 * @throws JsonError in encoding/json's words
 * @see Go 1.26 encoding/json/scanner.go, decode.go
 */
export function decodeJson(text: string, options: DecodeJsonOptions = {}): Value {
  const decoder = new Decoder(text, options);
  try {
    return decoder.decode();
  } catch (error) {
    // Go goes 10,000 deep, for which not every thread here has the stack.
    throw error instanceof RangeError ? new JsonError(tooDeep) : error;
  }
}

const tooDeep = 'exceeded max depth';

const space = 0x20;
const whiteSpace = /[ \t\r\n]+/y;
/** Without escapes and without halves of surrogate pairs. */
const plainString = /"[^"\\\0-\x1f\ud800-\udfff]*"/y;

/** Go stops at this many nested values. */
const maxDepth = 10_000;

class Decoder {
  readonly #text: string;
  readonly #useNumber: boolean;
  #at = 0;
  #depth = 0;
  /** The first number that no float64 can hold: told only when all the text is JSON. */
  #outOfRange: string | undefined;

  constructor(text: string, { useNumber = false }: DecodeJsonOptions) {
    this.#text = text;
    this.#useNumber = useNumber;
  }

  decode(): Value {
    this.#space();
    const value = this.#value('looking for beginning of value');
    this.#space();
    if (this.#at < this.#text.length) {
      throw this.#unexpected('after top-level value');
    }
    if (this.#outOfRange !== undefined) {
      const literal = this.#outOfRange;
      throw new JsonError(`json: cannot unmarshal number ${literal} into Go value of type float64`, value);
    }
    return value;
  }

  #value(context: string): Value {
    const char = this.#text[this.#at];
    switch (char) {
      case undefined:
        throw new JsonError('unexpected end of JSON input');
      case '{':
        return this.#object();
      case '[':
        return this.#array();
      case '"':
        return this.#string();
      case 't':
        return this.#word('true', true);
      case 'f':
        return this.#word('false', false);
      case 'n':
        return this.#word('null', null);
      default:
        if (char === '-' || (char >= '0' && char <= '9')) {
          return this.#number();
        }
        throw this.#unexpected(context);
    }
  }

  #object(): GoMap {
    this.#enter();
    const map = newMap();
    this.#at++;
    this.#space();
    if (this.#text[this.#at] === '}') {
      this.#at++;
      this.#depth--;
      return map;
    }
    for (;;) {
      if (this.#text[this.#at] !== '"') {
        throw this.#unexpected('looking for beginning of object key string');
      }
      const key = this.#string();
      this.#space();
      if (this.#text[this.#at] !== ':') {
        throw this.#unexpected('after object key');
      }
      this.#at++;
      this.#space();
      map[key] = this.#value('looking for beginning of value');
      this.#space();
      const next = this.#text[this.#at];
      if (next === '}') {
        this.#at++;
        this.#depth--;
        return map;
      }
      if (next !== ',') {
        throw this.#unexpected('after object key:value pair');
      }
      this.#at++;
      this.#space();
    }
  }

  #array(): Value[] {
    this.#enter();
    const items: Value[] = [];
    this.#at++;
    this.#space();
    if (this.#text[this.#at] === ']') {
      this.#at++;
      this.#depth--;
      return items;
    }
    for (;;) {
      items.push(this.#value('looking for beginning of value'));
      this.#space();
      const next = this.#text[this.#at];
      if (next === ']') {
        this.#at++;
        this.#depth--;
        return items;
      }
      if (next !== ',') {
        throw this.#unexpected('after array element');
      }
      this.#at++;
      this.#space();
    }
  }

  #string(): string {
    const start = this.#at;
    plainString.lastIndex = start;
    if (plainString.test(this.#text)) {
      this.#at = plainString.lastIndex;
      return this.#text.slice(start + 1, this.#at - 1);
    }
    this.#at++;
    for (;;) {
      const char = this.#text[this.#at];
      if (char === undefined) {
        throw new JsonError('unexpected end of JSON input');
      }
      if (char === '"') {
        this.#at++;
        const raw = this.#text.slice(start, this.#at);
        // Go turns bytes that are no UTF-8, and halves of surrogate pairs, into U+FFFD.
        return raw.includes('\\') || !raw.isWellFormed()
          ? (JSON.parse(raw) as string).toWellFormed()
          : raw.slice(1, -1);
      }
      if (char < ' ') {
        throw this.#unexpected('in string literal');
      }
      this.#at++;
      if (char === '\\') {
        this.#escape();
      }
    }
  }

  #escape(): void {
    const char = this.#text[this.#at];
    if (char === 'u') {
      this.#at++;
      for (let i = 0; i < 4; i++) {
        if (!/^[0-9a-fA-F]$/.test(this.#text[this.#at] ?? '')) {
          throw this.#broken('in \\u hexadecimal character escape');
        }
        this.#at++;
      }
    } else if (char !== undefined && '"\\/bfnrt'.includes(char)) {
      this.#at++;
    } else {
      throw this.#broken('in string escape code');
    }
  }

  #number(): Value {
    const start = this.#at;
    if (this.#text[this.#at] === '-') {
      this.#at++;
      if (!this.#isDigit()) {
        throw this.#broken('in numeric literal');
      }
    }
    if (this.#text[this.#at] === '0') {
      this.#at++;
    } else {
      this.#digits();
    }
    if (this.#text[this.#at] === '.') {
      this.#at++;
      if (!this.#isDigit()) {
        throw this.#broken('after decimal point in numeric literal');
      }
      this.#digits();
    }
    if (/^[eE]$/.test(this.#text[this.#at] ?? '')) {
      this.#at++;
      if (/^[+-]$/.test(this.#text[this.#at] ?? '')) {
        this.#at++;
      }
      if (!this.#isDigit()) {
        throw this.#broken('in exponent of numeric literal');
      }
      this.#digits();
    }
    const literal = this.#text.slice(start, this.#at);
    if (this.#useNumber) {
      return new GoScalar(jsonNumberType, literal);
    }
    const value = Number(literal);
    if (!Number.isFinite(value)) {
      this.#outOfRange ??= literal;
      return null;
    }
    return value;
  }

  #digits(): void {
    while (this.#isDigit()) {
      this.#at++;
    }
  }

  #isDigit(): boolean {
    const char = this.#text[this.#at];
    return char !== undefined && char >= '0' && char <= '9';
  }

  #word<T extends Value>(word: string, value: T): T {
    for (let i = 1; i < word.length; i++) {
      if (this.#text[this.#at + i] !== word[i]) {
        this.#at += i;
        throw this.#broken(`in literal ${word} (expecting '${word.charAt(i)}')`);
      }
    }
    this.#at += word.length;
    return value;
  }

  #space(): void {
    if (this.#text.charCodeAt(this.#at) <= space) {
      whiteSpace.lastIndex = this.#at;
      this.#at = whiteSpace.test(this.#text) ? whiteSpace.lastIndex : this.#at;
    }
  }

  #enter(): void {
    if (++this.#depth > maxDepth) {
      throw new JsonError(tooDeep);
    }
  }

  #unexpected(context: string): JsonError {
    return this.#at < this.#text.length ? this.#broken(context) : new JsonError('unexpected end of JSON input');
  }

  /** The byte here as the character of that number, as Go's scanner takes it. */
  #byte(): string {
    const [byte = 0x20] = toBytes(this.#text.slice(this.#at, this.#at + 2));
    return String.fromCharCode(byte);
  }

  /** Inside of a literal the end of the text counts as a space, and Go says so. */
  #broken(context: string): JsonError {
    return new JsonError(`invalid character ${quoteChar(this.#byte())} ${context}`);
  }
}

/** @see Go 1.26 encoding/json/scanner.go, quoteChar */
function quoteChar(char: string): string {
  if (char === "'") {
    return `'\\''`;
  }
  if (char === '"') {
    return `'"'`;
  }
  return `'${quote(char).slice(1, -1)}'`;
}
