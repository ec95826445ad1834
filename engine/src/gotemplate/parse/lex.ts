import { isDigit as isDecimalDigit, isLetter, isPrint, quote } from '../../gostd/index.ts';

/**
 * Text to tokens. White space around trimmed actions is taken off here; the parser never sees it happen.
 *
 * @see Go 1.26 text/template/parse/lex.go
 */

export type TokenType =
  | 'error'
  | 'bool'
  | 'char'
  | 'charConstant'
  | 'comment'
  | 'complex'
  | 'assign'
  | 'declare'
  | 'dot'
  | 'eof'
  | 'field'
  | 'identifier'
  | 'leftDelim'
  | 'leftParen'
  | 'number'
  | 'pipe'
  | 'rawString'
  | 'rightDelim'
  | 'rightParen'
  | 'space'
  | 'string'
  | 'text'
  | 'variable'
  | Keyword;

const words = [
  'block',
  'break',
  'continue',
  'define',
  'else',
  'end',
  'if',
  'nil',
  'range',
  'template',
  'with',
] as const;
type Keyword = (typeof words)[number];

/** A piece of a text; of an error, `value` is its message. */
export interface Token {
  readonly type: TokenType;
  /** UTF-16 offset in the text. */
  readonly pos: number;
  readonly value: string;
  /** 1-based, where the token starts. */
  readonly line: number;
}

const keywords: ReadonlyMap<string, Keyword> = new Map(words.map((word) => [word, word]));
/** Types that errors show as `<word>`. @see Go 1.26 text/template/parse/lex.go, itemKeyword and what is behind it */
export const keywordTypes: ReadonlySet<TokenType> = new Set([...words, 'dot']);

const leftDelim = '{{';
const rightDelim = '}}';
const leftComment = '/*';
const rightComment = '*/';
/** A trim marker and the space beside it. */
const trimMarkerLength = 2;

const decimalDigits = '0123456789_';
const hexDigits = '0123456789abcdefABCDEF_';

const tab = 9;
const newline = 10;
const carriageReturn = 13;
const space = 32;
const closingBrace = 125;

/** Gives a text's tokens one by one; after an error there is nothing but the end. */
export class Lexer {
  readonly #text: string;
  readonly #breakOk: boolean;
  readonly #continueOk: boolean;
  #pos = 0;
  #start = 0;
  #line = 1;
  #startLine = 1;
  /** Of the first line break that is not counted yet; past the end where none is left. */
  #nextBreak: number;
  #parenDepth = 0;
  #insideAction = false;
  #failed = false;

  /** `isFunction` says whether `break` and `continue` are functions here rather than keywords. */
  constructor(text: string, isFunction: (name: string) => boolean) {
    this.#text = text;
    this.#nextBreak = breakAt(text, 0);
    this.#breakOk = !isFunction('break');
    this.#continueOk = !isFunction('continue');
  }

  next(): Token {
    if (this.#failed) {
      return { type: 'eof', pos: 0, value: 'EOF', line: this.#startLine };
    }
    return this.#insideAction ? this.#inside() : this.#textToken();
  }

  #textToken(): Token {
    for (;;) {
      const text = this.#text;
      const delim = text.indexOf(leftDelim, this.#pos);
      if (delim < 0) {
        this.#pos = text.length;
        return this.#pos > this.#start ? this.#emit('text') : this.#emit('eof', 'EOF');
      }
      if (delim > this.#pos) {
        let end = delim;
        if (hasLeftTrimMarker(text, delim + leftDelim.length)) {
          while (end > this.#start && isSpace(text.charCodeAt(end - 1))) {
            end--;
          }
        }
        this.#pos = end;
        const token = this.#emit('text');
        this.#pos = delim;
        this.#ignore();
        if (token.value !== '') {
          return token;
        }
      }
      const left = this.#leftDelim();
      if (left !== undefined) {
        return left;
      }
    }
  }

  /** The opening of an action, or undefined when it was a comment, which is skipped. */
  #leftDelim(): Token | undefined {
    this.#pos += leftDelim.length;
    const marker = hasLeftTrimMarker(this.#text, this.#pos) ? trimMarkerLength : 0;
    if (this.#text.startsWith(leftComment, this.#pos + marker)) {
      this.#pos += marker;
      this.#ignore();
      return this.#comment();
    }
    const token = this.#emit('leftDelim', leftDelim);
    this.#insideAction = true;
    this.#pos += marker;
    this.#ignore();
    this.#parenDepth = 0;
    return token;
  }

  #comment(): Token | undefined {
    const text = this.#text;
    const end = text.indexOf(rightComment, this.#pos + leftComment.length);
    if (end < 0) {
      return this.#error('unclosed comment');
    }
    this.#pos = end + rightComment.length;
    const closing = this.#rightDelimAt(this.#pos);
    if (closing === 'none') {
      return this.#error('comment ends before closing delimiter');
    }
    this.#pos += rightDelim.length;
    if (closing === 'trim') {
      this.#pos += trimMarkerLength;
      this.#skipSpace();
    }
    this.#ignore();
    return undefined;
  }

  #rightDelimAt(pos: number): 'none' | 'plain' | 'trim' {
    const text = this.#text;
    if (hasRightTrimMarker(text, pos) && text.startsWith(rightDelim, pos + trimMarkerLength)) {
      return 'trim';
    }
    return text.startsWith(rightDelim, pos) ? 'plain' : 'none';
  }

  #rightDelim(): Token {
    const trims = this.#rightDelimAt(this.#pos) === 'trim';
    if (trims) {
      this.#pos += trimMarkerLength;
      this.#ignore();
    }
    this.#pos += rightDelim.length;
    const token = this.#emit('rightDelim', rightDelim);
    if (trims) {
      this.#skipSpace();
      this.#ignore();
    }
    this.#insideAction = false;
    return token;
  }

  #inside(): Token {
    const text = this.#text;
    const code = text.charCodeAt(this.#pos);
    if ((code === closingBrace || isSpace(code)) && this.#rightDelimAt(this.#pos) !== 'none') {
      return this.#parenDepth === 0 ? this.#rightDelim() : this.#error('unclosed left paren');
    }
    if (this.#pos >= text.length) {
      return this.#error('unclosed action');
    }
    if (isSpace(code)) {
      return this.#spaceToken();
    }
    const char = text.charAt(this.#pos);
    switch (char) {
      case '=':
        this.#pos++;
        return this.#emit('assign', '=');
      case ':':
        this.#pos++;
        if (text[this.#pos] !== '=') {
          return this.#error('expected :=');
        }
        this.#pos++;
        return this.#emit('declare', ':=');
      case '|':
        this.#pos++;
        return this.#emit('pipe', '|');
      case '"':
        return this.#quoted('"', 'string', 'unterminated quoted string');
      case "'":
        return this.#quoted("'", 'charConstant', 'unterminated character constant');
      case '`':
        return this.#rawQuoted();
      case '$':
        this.#pos++;
        return this.#atTerminator() ? this.#emit('variable') : this.#fieldOrVariable('variable');
      case '(':
        this.#pos++;
        this.#parenDepth++;
        return this.#emit('leftParen', '(');
      case ')':
        this.#pos++;
        this.#parenDepth--;
        return this.#parenDepth < 0 ? this.#error('unexpected right paren') : this.#emit('rightParen', ')');
      case '.': {
        const following = text.charCodeAt(this.#pos + 1);
        // A dot can begin a number.
        if (!isDigit(following) && this.#pos + 1 < text.length) {
          this.#pos++;
          return this.#fieldOrVariable('field');
        }
        return this.#number();
      }
      default:
        break;
    }
    if (char === '+' || char === '-' || isDigit(code)) {
      return this.#number();
    }
    if (this.#alphaNumericAt(this.#pos) > 0) {
      return this.#identifier();
    }
    if (code >= 0x20 && code < 0x7f) {
      this.#pos++;
      return this.#emit('char');
    }
    return this.#error(`unrecognized character in action: ${this.#unicodeAt(this.#pos)}`);
  }

  #spaceToken(): Token {
    const text = this.#text;
    const first = this.#pos;
    this.#skipSpace();
    // The last space may belong to a trim marker.
    const last = this.#pos - 1;
    if (hasRightTrimMarker(text, last) && text.startsWith(rightDelim, last + trimMarkerLength)) {
      this.#pos = last;
      if (last === first) {
        return this.#rightDelim();
      }
    }
    return this.#emit('space');
  }

  #identifier(): Token {
    this.#skipAlphaNumeric();
    const word = this.#text.slice(this.#start, this.#pos);
    if (!this.#atTerminator()) {
      return this.#error(`bad character ${this.#unicodeAt(this.#pos)}`);
    }
    const keyword = keywords.get(word);
    if (keyword !== undefined) {
      const isFunction = (keyword === 'break' && !this.#breakOk) || (keyword === 'continue' && !this.#continueOk);
      return this.#emit(isFunction ? 'identifier' : keyword);
    }
    return this.#emit(word === 'true' || word === 'false' ? 'bool' : 'identifier');
  }

  /** After the `.` or `$`. */
  #fieldOrVariable(type: 'field' | 'variable'): Token {
    if (this.#atTerminator()) {
      return this.#emit(type === 'variable' ? 'variable' : 'dot');
    }
    this.#skipAlphaNumeric();
    return this.#atTerminator() ? this.#emit(type) : this.#error(`bad character ${this.#unicodeAt(this.#pos)}`);
  }

  #quoted(mark: string, type: 'string' | 'charConstant', complaint: string): Token {
    const text = this.#text;
    this.#pos++;
    for (;;) {
      const char = text[this.#pos];
      if (char === undefined || char === '\n') {
        return this.#error(complaint);
      }
      this.#pos++;
      if (char === mark) {
        return this.#emit(type);
      }
      if (char === '\\') {
        const escaped = text[this.#pos];
        if (escaped === undefined || escaped === '\n') {
          return this.#error(complaint);
        }
        this.#pos++;
      }
    }
  }

  #rawQuoted(): Token {
    const end = this.#text.indexOf('`', this.#pos + 1);
    if (end < 0) {
      return this.#error('unterminated raw quoted string');
    }
    this.#pos = end + 1;
    return this.#emit('rawString');
  }

  #number(): Token {
    if (!this.#scanNumber()) {
      return this.#badNumber();
    }
    const sign = this.#text[this.#pos];
    if (sign === '+' || sign === '-') {
      // A complex number: both parts, without spaces, ending in i.
      if (!this.#scanNumber() || this.#text[this.#pos - 1] !== 'i') {
        return this.#badNumber();
      }
      return this.#emit('complex');
    }
    return this.#emit('number');
  }

  #badNumber(): Token {
    return this.#error(`bad number syntax: ${quote(this.#text.slice(this.#start, this.#pos))}`);
  }

  #scanNumber(): boolean {
    this.#accept('+-');
    let digits = decimalDigits;
    if (this.#accept('0')) {
      if (this.#accept('xX')) {
        digits = hexDigits;
      } else if (this.#accept('oO')) {
        digits = '01234567_';
      } else if (this.#accept('bB')) {
        digits = '01_';
      }
    }
    this.#acceptRun(digits);
    if (this.#accept('.')) {
      this.#acceptRun(digits);
    }
    if ((digits === decimalDigits && this.#accept('eE')) || (digits === hexDigits && this.#accept('pP'))) {
      this.#accept('+-');
      this.#acceptRun(decimalDigits);
    }
    this.#accept('i');
    const width = this.#alphaNumericAt(this.#pos);
    this.#pos += width;
    return width === 0;
  }

  #accept(valid: string): boolean {
    const char = this.#text[this.#pos];
    if (char !== undefined && valid.includes(char)) {
      this.#pos++;
      return true;
    }
    return false;
  }

  #acceptRun(valid: string): void {
    while (this.#accept(valid)) {
      // on to the next
    }
  }

  #skipAlphaNumeric(): void {
    for (let width = this.#alphaNumericAt(this.#pos); width > 0; width = this.#alphaNumericAt(this.#pos)) {
      this.#pos += width;
    }
  }

  #skipSpace(): void {
    while (isSpace(this.#text.charCodeAt(this.#pos))) {
      this.#pos++;
    }
  }

  /** Code units of the letter, digit or underscore at a place; 0 for anything else. */
  #alphaNumericAt(pos: number): number {
    const code = this.#text.charCodeAt(pos);
    if (code < 0x80) {
      return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || isDigit(code) || code === 95 ? 1 : 0;
    }
    if (Number.isNaN(code)) {
      return 0;
    }
    const rune = String.fromCodePoint(this.#text.codePointAt(pos) ?? 0);
    return isLetter(rune) || isDecimalDigit(rune) ? rune.length : 0;
  }

  /** Whether what follows ends a word. */
  #atTerminator(): boolean {
    const text = this.#text;
    if (this.#pos >= text.length || isSpace(text.charCodeAt(this.#pos))) {
      return true;
    }
    return '.,|:)('.includes(text.charAt(this.#pos)) || text.startsWith(rightDelim, this.#pos);
  }

  /** A character as `%#U` prints it. */
  #unicodeAt(pos: number): string {
    const rune = this.#text.codePointAt(pos);
    if (rune === undefined) {
      return 'U+FFFFFFFFFFFFFFFF';
    }
    const shown = rune >= 0xdc00 && rune <= 0xdfff ? 0xfffd : rune;
    const hex = shown.toString(16).toUpperCase().padStart(4, '0');
    return isPrint(shown) ? `U+${hex} '${String.fromCodePoint(shown)}'` : `U+${hex}`;
  }

  #emit(type: TokenType, value = this.#text.slice(this.#start, this.#pos)): Token {
    const token = { type, pos: this.#start, value, line: this.#startLine };
    this.#ignore();
    return token;
  }

  /** What was read counts no more; its lines do. */
  #ignore(): void {
    while (this.#nextBreak < this.#pos) {
      this.#line++;
      this.#nextBreak = breakAt(this.#text, this.#nextBreak + 1);
    }
    this.#start = this.#pos;
    this.#startLine = this.#line;
  }

  #error(message: string): Token {
    this.#failed = true;
    return { type: 'error', pos: this.#start, value: message, line: this.#startLine };
  }
}

function breakAt(text: string, from: number): number {
  const at = text.indexOf('\n', from);
  return at < 0 ? text.length : at;
}

function isSpace(code: number): boolean {
  return code === space || code === newline || code === tab || code === carriageReturn;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function hasLeftTrimMarker(text: string, pos: number): boolean {
  return text.charCodeAt(pos) === 45 && isSpace(text.charCodeAt(pos + 1));
}

function hasRightTrimMarker(text: string, pos: number): boolean {
  return isSpace(text.charCodeAt(pos)) && text.charCodeAt(pos + 1) === 45;
}
