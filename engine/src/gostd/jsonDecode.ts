import { toBytes } from './bytes.ts';
import { JsonError } from './jsonError.ts';
import { quote } from './strconv.ts';
import { type GoMap, GoScalar, type GoType, isList, newMap, type Value } from './value.ts';

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
