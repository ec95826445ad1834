import { entryFields } from './indexEntry.ts';

const tab = 9;
const lineFeed = 10;
const carriageReturn = 13;
const space = 32;
const doubleQuote = 34;
const hash = 35;
const singleQuote = 39;
const comma = 44;
const dash = 45;
const colon = 58;
const openBracket = 91;
const backslash = 92;
const closeBracket = 93;
const openBrace = 123;
const closeBrace = 125;

/** Of FNV-1a. */
const fnvStart = 0x811c9dc5 | 0;

const known: ReadonlySet<number> = new Set(entryFields.map(hashOf));
/** What no plain scalar starts with. */
const odd: ReadonlySet<number> = codesOf('[]{}&*!|>?%@`,#');
const oddValues: ReadonlySet<number> = codesOf(']}&*!?%@`,');
const tokenStarts: ReadonlySet<number> = new Set([openBracket, openBrace, comma, colon]);

/**
 * Steps over the content of a block mapping line by line, and over what spans several lines as one: quoted, block and
 * plain scalars, flow collections. So a line that looks like a key is one.
 */
export class IndexContent {
  readonly #bytes: Uint8Array;
  /** Lines indented further than this go on with the plain scalar before; -1 where none is open. */
  #plainColumn = -1;
  /** Where the lists of entries are indented, of the chart that was entered; -1 before its first entry. */
  #itemIndent = -1;
  /** Where the fields of an entry stand. */
  #fieldColumn = -1;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** To be called at a key whose value begins on the next line: a chart, or a field of the index. */
  enter(): void {
    this.#plainColumn = -1;
    this.#itemIndent = -1;
    this.#fieldColumn = -1;
  }

  /** Whether a line with this indent goes on with a plain scalar. */
  continuesPlain(indent: number): boolean {
    if (this.#plainColumn >= 0 && indent > this.#plainColumn) {
      return true;
    }
    this.#plainColumn = -1;
    return false;
  }

  startOfText(at: number): number {
    const bytes = this.#bytes;
    let i = at;
    while (bytes[i] === space) {
      i++;
    }
    return i;
  }

  nextLine(from: number): number {
    // Lines are short: calling indexOf for each takes longer.
    const bytes = this.#bytes;
    let i = from;
    while (i < bytes.length && bytes[i] !== lineFeed) {
      i++;
    }
    return i < bytes.length ? i + 1 : i;
  }

  isBlank(at: number): boolean {
    const code = this.#bytes[at];
    return code === undefined || code === space || code === lineFeed || code === carriageReturn;
  }

  /**
   * The start of the line after the one at `at` and after whatever began on it. Undefined at anything that could hide a
   * line that looks like a key of the mapping at `keyIndent`.
   */
  skip(at: number, first: number, keyIndent: number): number | undefined {
    const bytes = this.#bytes;
    let i = first;
    let isItem = false;
    /** Where a plain scalar that starts here is indented. */
    let column = i - at;
    while (bytes[i] === dash && this.isBlank(i + 1)) {
      if (!isItem && (this.#itemIndent < 0 || this.#itemIndent === i - at)) {
        this.#itemIndent = i - at;
        this.#fieldColumn = this.startOfText(i + 1) - at;
      }
      isItem = true;
      column = i - at;
      i = this.startOfText(i + 1);
    }
    const code = bytes[i];
    if (code === undefined || code === lineFeed || code === carriageReturn || code === hash) {
      // Fields that begin on the next line stand in a column that is not known here.
      return isItem && column === this.#itemIndent ? undefined : this.nextLine(i);
    }
    const keyColumn = i - at;
    if (code === doubleQuote || code === singleQuote) {
      const closing = this.#closingQuote(i, code);
      if (closing === undefined || !this.#staysInside(i, closing, keyIndent)) {
        return undefined;
      }
      const after = this.startOfText(closing + 1);
      if (bytes[after] !== colon || !this.isBlank(after + 1)) {
        return isItem || this.#isAlone(after) ? this.#afterValue(closing + 1) : undefined;
      }
      if (keyColumn === this.#fieldColumn) {
        return undefined;
      }
      return this.#value(after + 1, keyColumn, keyIndent);
    }
    if (code === openBracket || code === openBrace || isBlockHeader(code)) {
      return isItem ? this.#value(i, column, keyIndent) : undefined;
    }
    if (odd.has(code) || code === tab) {
      return undefined;
    }
    const end = this.#keyEnd(i);
    if (end < 0) {
      // A scalar by itself, which only a list has where one line says where it ends.
      this.#plainColumn = column;
      return isItem ? this.nextLine(i) : undefined;
    }
    if (keyColumn === this.#fieldColumn && !known.has(this.#hashOf(i, end))) {
      return undefined;
    }
    return this.#value(end + 1, keyColumn, keyIndent);
  }

  /** Steps over a value whose key, or whose list, stands in `column`. */
  #value(from: number, column: number, keyIndent: number): number | undefined {
    const bytes = this.#bytes;
    const i = this.startOfText(from);
    const code = bytes[i];
    if (code === undefined || code === lineFeed || code === carriageReturn || code === hash) {
      return this.nextLine(i);
    }
    if (code === doubleQuote || code === singleQuote) {
      const closing = this.#closingQuote(i, code);
      return closing === undefined || !this.#staysInside(i, closing, keyIndent)
        ? undefined
        : this.#afterValue(closing + 1);
    }
    if (isBlockHeader(code)) {
      return this.#afterBlock(this.nextLine(i), column);
    }
    if (code === openBracket || code === openBrace) {
      const closing = this.#closingBracket(i);
      return closing === undefined || !this.#staysInside(i, closing, keyIndent)
        ? undefined
        : this.#afterValue(closing + 1);
    }
    if (oddValues.has(code) || code === tab || (code === dash && this.isBlank(i + 1))) {
      return undefined;
    }
    this.#plainColumn = column;
    return this.nextLine(i);
  }

  /** Nothing but a comment may follow what was closed. */
  #afterValue(from: number): number | undefined {
    return this.#isAlone(from) ? this.nextLine(from) : undefined;
  }

  #isAlone(from: number): boolean {
    const code = this.#bytes[this.startOfText(from)];
    return code === undefined || code === lineFeed || code === carriageReturn || code === hash;
  }

  /** Whether all lines but the first are indented as they should be: then none can be taken for a key. */
  #staysInside(from: number, closing: number, keyIndent: number): boolean {
    for (let at = this.nextLine(from); at <= closing; at = this.nextLine(at)) {
      const first = this.startOfText(at);
      const code = this.#bytes[first];
      if (first - at <= keyIndent && code !== lineFeed && code !== carriageReturn) {
        return false;
      }
    }
    return true;
  }

  /** The start of the first line that is not part of a block scalar whose key stands in `column`. */
  #afterBlock(from: number, column: number): number {
    let at = from;
    while (at < this.#bytes.length) {
      const first = this.startOfText(at);
      const code = this.#bytes[first];
      if (first - at <= column && code !== undefined && code !== lineFeed && code !== carriageReturn) {
        return at;
      }
      at = this.nextLine(first);
    }
    return at;
  }

  #closingQuote(opening: number, quote: number): number | undefined {
    const bytes = this.#bytes;
    for (let i = opening + 1; i < bytes.length; i++) {
      const code = bytes[i];
      if (code === quote) {
        if (quote === singleQuote && bytes[i + 1] === singleQuote) {
          i++;
        } else {
          return i;
        }
      } else if (code === backslash && quote === doubleQuote) {
        i++;
      }
    }
    return undefined;
  }

  /** The bracket that closes a flow collection; undefined where what is in it needs a real parser. */
  #closingBracket(opening: number): number | undefined {
    const bytes = this.#bytes;
    let depth = 0;
    let before = colon;
    for (let i = opening; i < bytes.length; i++) {
      const code = bytes[i] ?? 0;
      switch (code) {
        case openBracket:
        case openBrace:
          depth++;
          break;
        case closeBracket:
        case closeBrace:
          if (--depth === 0) {
            return i;
          }
          break;
        case doubleQuote:
        case singleQuote: {
          // After a colon with no space it may as well be in the middle of a plain scalar.
          const starts = tokenStarts.has(before) && !(before === colon && bytes[i - 1] === colon);
          const closing = starts ? this.#closingQuote(i, code) : undefined;
          if (closing === undefined) {
            return undefined;
          }
          i = closing;
          break;
        }
        case tab:
        case hash:
          return undefined;
        default:
          if (tokenStarts.has(before) && odd.has(code) && code !== comma) {
            return undefined;
          }
      }
      if (code !== space && code !== lineFeed && code !== carriageReturn) {
        before = code;
      }
    }
    return undefined;
  }

  /** The colon that ends a plain key, or -1 where the line has none. */
  #keyEnd(from: number): number {
    const bytes = this.#bytes;
    for (let i = from; i < bytes.length; i++) {
      const code = bytes[i];
      if (code === colon && this.isBlank(i + 1)) {
        return i;
      }
      if (code === lineFeed || (code === hash && bytes[i - 1] === space)) {
        return -1;
      }
    }
    return -1;
  }

  #hashOf(from: number, end: number): number {
    let hashed = fnvStart;
    for (let i = from; i < end; i++) {
      hashed = hashNext(hashed, this.#bytes[i] ?? 0);
    }
    return hashed;
  }
}

function isBlockHeader(code: number): boolean {
  return code === 124 || code === 62;
}

/** FNV-1a over letters in lower case. */
function hashNext(hashed: number, code: number): number {
  return Math.imul(hashed ^ (code >= 65 && code <= 90 ? code | 32 : code), 0x01000193);
}

function hashOf(text: string): number {
  return Array.from(text).reduce((hashed, character) => hashNext(hashed, character.charCodeAt(0)), fnvStart);
}

function codesOf(characters: string): ReadonlySet<number> {
  return new Set(Array.from(characters, (character) => character.charCodeAt(0)));
}
