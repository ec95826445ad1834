/**
 * The tokens of a YAML text, with libyaml's rules for indentation and for keys that only show at their colon.
 * One grammar, hence one file.
 *
 * @see go.yaml.in/yaml/v2 v2.4.4 scannerc.go
 */
import { isBlankOrBreak, isBreak, isPlainLetter, nul, space, tab } from './chars.ts';
import { Cursor, type GoYaml } from './cursor.ts';
import type { Mark, ScalarStyle } from './node.ts';
import {
  scanBlock,
  scanDoubleQuoted,
  scanPlain,
  type ScannedScalar,
  scanSingleQuoted,
  skipLine,
} from './scanScalar.ts';
import { type Directive, scanAnchor, scanDirective, scanTag, type ScannedTag } from './scanTag.ts';

/** Indicators are named for what they say; `block-…` ones are made up from indentation. */
export type TokenKind =
  | 'stream-end'
  | 'directive'
  | 'document-start'
  | 'document-end'
  | 'block-sequence-start'
  | 'block-mapping-start'
  | 'block-end'
  | 'flow-sequence-start'
  | 'flow-sequence-end'
  | 'flow-mapping-start'
  | 'flow-mapping-end'
  | 'block-entry'
  | 'flow-entry'
  | 'key'
  | 'value'
  | 'alias'
  | 'anchor'
  | 'tag'
  | 'scalar';

/** A token with its place; what a kind has no use for is empty. */
export interface Token {
  readonly kind: TokenKind;
  readonly start: Mark;
  /** Of an indicator, which is as long as it is, its start. */
  readonly end: Mark;
  /** A scalar's text, the name of an anchor or alias. */
  readonly value: string;
  readonly style: ScalarStyle;
  readonly tag: ScannedTag | undefined;
  readonly directive: Directive | undefined;
}

/** Where a key without `?` may have started; whether it did shows at the colon. */
interface PossibleKey {
  isPossible: boolean;
  /** In block context at the indentation of its mapping: without a colon it is an error. */
  isRequired: boolean;
  /** Counts all tokens of the text. */
  tokenNumber: number;
  /** False when the head of the queue no longer waits for it: libyaml forgets to when a flow collection has closed. */
  isAwaited: boolean;
  mark: Mark;
}

/** Characters that a key without `?` may have. */
const maxKeyLength = 1024;

/** Gives a text's tokens one by one, as late as a key that only shows at its colon allows. */
export class Scanner {
  readonly #cursor: Cursor;
  /** Tokens from `#head` to `#tail` wait; the rest of the array is spare. */
  readonly #queue: Token[] = [];
  #head = 0;
  #tail = 0;
  /** Tokens that were taken. */
  #taken = 0;
  #isHeadDecided = false;
  /** The column of the innermost block collection, -1 outside of all. */
  #indent = -1;
  readonly #indents: number[] = [];
  #flowLevel = 0;
  #mayKeyStart = true;
  /** One for each flow level, and one for block context. */
  readonly #keys: PossibleKey[];
  /** Tokens that must wait behind the head before it is given out. */
  readonly #lookAhead: number;

  constructor(source: string, follows: GoYaml) {
    this.#cursor = new Cursor(source, follows);
    this.#keys = [noKey(0, this.#cursor.mark())];
    this.#lookAhead = follows === 'v2' ? 0 : 2;
  }

  /** The next token, which stays. The end of the stream is a token that does not go away. */
  peek(): Token {
    if (!this.#isHeadDecided) {
      this.#decideHead();
      this.#isHeadDecided = true;
    }
    const token = this.#queue[this.#head];
    if (token === undefined) {
      throw new Error('no token was fetched');
    }
    return token;
  }

  /** Takes the token that `peek` gave. */
  skip(): void {
    this.#isHeadDecided = false;
    this.#head++;
    this.#taken++;
    if (this.#head === this.#tail) {
      this.#head = 0;
      this.#tail = 0;
    }
  }

  /** Fetches tokens until it is certain that no key starts at the head of the queue. */
  #decideHead(): void {
    for (;;) {
      if (this.#tail - this.#head > this.#lookAhead) {
        const key = this.#keyAtHead();
        if (key === undefined || !this.#isStillPossible(key)) {
          return;
        }
      }
      this.#fetch();
    }
  }

  #keyAtHead(): PossibleKey | undefined {
    for (const key of this.#keys) {
      if (key.isPossible && key.isAwaited && key.tokenNumber === this.#taken) {
        return key;
      }
    }
    return undefined;
  }

  /** A key without `?` stands on one line and is not long. */
  #isStillPossible(key: PossibleKey): boolean {
    if (!key.isPossible) {
      return false;
    }
    const cursor = this.#cursor;
    if (key.mark.line < cursor.line || this.#isTooLong(key.mark)) {
      if (key.isRequired) {
        cursor.fail("could not find expected ':'", key.mark);
      }
      key.isPossible = false;
      return false;
    }
    return true;
  }

  #isTooLong(start: Mark): boolean {
    const { offset, text } = this.#cursor;
    if (offset - start.offset <= maxKeyLength) {
      return false;
    }
    return Array.from(text.slice(start.offset, offset)).length > maxKeyLength;
  }

  #fetch(): void {
    const cursor = this.#cursor;
    this.#skipToToken();
    this.#unrollIndent(cursor.column);
    cursor.expectReadable(4);
    const code = cursor.code();
    const next = cursor.code(1);
    if (code === nul) {
      this.#fetchStreamEnd();
      return;
    }
    if (cursor.column === 0) {
      if (code === 0x25) {
        this.#fetchDirective();
        return;
      }
      if (cursor.isAtDocumentIndicator()) {
        this.#fetchDocumentIndicator(code === 0x2d ? 'document-start' : 'document-end');
        return;
      }
    }
    if (isPlainLetter(code)) {
      this.#fetchFlowScalar('plain');
      return;
    }
    const inFlow = this.#flowLevel > 0;
    switch (code) {
      case 0x5b: // [
        this.#fetchFlowStart('flow-sequence-start');
        return;
      case 0x7b: // {
        this.#fetchFlowStart('flow-mapping-start');
        return;
      case 0x5d: // ]
        this.#fetchFlowEnd('flow-sequence-end');
        return;
      case 0x7d: // }
        this.#fetchFlowEnd('flow-mapping-end');
        return;
      case 0x2c: // ,
        this.#forgetKey();
        this.#mayKeyStart = true;
        this.#appendIndicator('flow-entry', 1);
        return;
      case 0x2d: // -
        if (isBlankOrBreak(next)) {
          this.#fetchBlockEntry();
          return;
        }
        break;
      case 0x3f: // ?
        if (inFlow || isBlankOrBreak(next)) {
          this.#fetchKey();
          return;
        }
        break;
      case 0x3a: // :
        if (inFlow || isBlankOrBreak(next)) {
          this.#fetchValue();
          return;
        }
        break;
      case 0x2a: // *
        this.#fetchAnchor('alias');
        return;
      case 0x26: // &
        this.#fetchAnchor('anchor');
        return;
      case 0x21: // !
        this.#fetchTag();
        return;
      case 0x7c: // |
        if (!inFlow) {
          this.#fetchBlockScalar('literal');
          return;
        }
        break;
      case 0x3e: // >
        if (!inFlow) {
          this.#fetchBlockScalar('folded');
          return;
        }
        break;
      case 0x27: // '
        this.#fetchFlowScalar('single-quoted');
        return;
      case 0x22: // "
        this.#fetchFlowScalar('double-quoted');
        return;
      default:
        break;
    }
    if (!startsPlain(code, next, inFlow)) {
      cursor.fail('found character that cannot start any token', cursor.mark());
    }
    this.#fetchFlowScalar('plain');
  }

  #skipToToken(): void {
    const cursor = this.#cursor;
    const { text } = cursor;
    for (;;) {
      let offset = cursor.offset;
      let code = text.charCodeAt(offset);
      const isTabAllowed = this.#flowLevel > 0 || !this.#mayKeyStart;
      while (code === space || (code === tab && isTabAllowed)) {
        offset++;
        code = text.charCodeAt(offset);
      }
      cursor.offset = offset;
      if (code === 0x23) {
        skipLine(cursor);
        code = cursor.code();
      }
      if (!isBreak(code)) {
        return;
      }
      cursor.newLine();
      if (this.#flowLevel === 0) {
        this.#mayKeyStart = true;
      }
    }
  }

  #fetchStreamEnd(): void {
    const cursor = this.#cursor;
    if (cursor.column !== 0) {
      // As if the last line ended with a break: errors name the next line.
      cursor.line++;
      cursor.lineStart = cursor.offset;
    }
    this.#unrollIndent(-1);
    this.#forgetKey();
    this.#mayKeyStart = false;
    this.#appendIndicator('stream-end', 0);
  }

  #fetchDirective(): void {
    this.#unrollIndent(-1);
    this.#forgetKey();
    this.#mayKeyStart = false;
    const start = this.#cursor.mark();
    const directive = scanDirective(this.#cursor, start);
    this.#append({ ...newToken('directive', start, this.#cursor.mark()), directive });
  }

  #fetchDocumentIndicator(kind: 'document-start' | 'document-end'): void {
    this.#unrollIndent(-1);
    this.#forgetKey();
    this.#mayKeyStart = false;
    this.#appendIndicator(kind, 3);
  }

  #fetchFlowStart(kind: 'flow-sequence-start' | 'flow-mapping-start'): void {
    const start = this.#cursor.mark();
    this.#saveKey(start);
    this.#keys.push(noKey(this.#nextTokenNumber(), start));
    this.#flowLevel++;
    this.#mayKeyStart = true;
    this.#appendIndicator(kind, 1);
  }

  #fetchFlowEnd(kind: 'flow-sequence-end' | 'flow-mapping-end'): void {
    this.#forgetKey();
    if (this.#flowLevel > 0) {
      this.#flowLevel--;
      const closed = this.#keys.pop();
      const outer = this.#currentKey();
      if (closed?.tokenNumber === outer.tokenNumber) {
        outer.isAwaited = false;
      }
    }
    this.#mayKeyStart = false;
    this.#appendIndicator(kind, 1);
  }

  #fetchBlockEntry(): void {
    const cursor = this.#cursor;
    if (this.#flowLevel === 0) {
      if (!this.#mayKeyStart) {
        cursor.fail('block sequence entries are not allowed in this context', cursor.mark());
      }
      this.#rollIndent(cursor.mark(), this.#tail, 'block-sequence-start');
    }
    this.#forgetKey();
    this.#mayKeyStart = true;
    this.#appendIndicator('block-entry', 1);
  }

  #fetchKey(): void {
    const cursor = this.#cursor;
    if (this.#flowLevel === 0) {
      if (!this.#mayKeyStart) {
        cursor.fail('mapping keys are not allowed in this context', cursor.mark());
      }
      this.#rollIndent(cursor.mark(), this.#tail, 'block-mapping-start');
    }
    this.#forgetKey();
    this.#mayKeyStart = this.#flowLevel === 0;
    this.#appendIndicator('key', 1);
  }

  #fetchValue(): void {
    const cursor = this.#cursor;
    const key = this.#currentKey();
    if (this.#isStillPossible(key)) {
      const at = this.#head + key.tokenNumber - this.#taken;
      this.#insert(at, newToken('key', key.mark, key.mark));
      this.#rollIndent(key.mark, at, 'block-mapping-start');
      key.isPossible = false;
      this.#mayKeyStart = false;
    } else {
      if (this.#flowLevel === 0) {
        if (!this.#mayKeyStart) {
          cursor.fail('mapping values are not allowed in this context', cursor.mark());
        }
        this.#rollIndent(cursor.mark(), this.#tail, 'block-mapping-start');
      }
      this.#mayKeyStart = this.#flowLevel === 0;
    }
    this.#appendIndicator('value', 1);
  }

  #fetchAnchor(kind: 'alias' | 'anchor'): void {
    const start = this.#cursor.mark();
    this.#saveKey(start);
    this.#mayKeyStart = false;
    const value = scanAnchor(this.#cursor, start);
    this.#append({ ...newToken(kind, start, this.#cursor.mark()), value });
  }

  #fetchTag(): void {
    const start = this.#cursor.mark();
    this.#saveKey(start);
    this.#mayKeyStart = false;
    const tag = scanTag(this.#cursor, start);
    this.#append({ ...newToken('tag', start, this.#cursor.mark()), tag });
  }

  #fetchBlockScalar(style: 'literal' | 'folded'): void {
    this.#forgetKey();
    this.#mayKeyStart = true;
    const start = this.#cursor.mark();
    this.#appendScalar(start, style, scanBlock(this.#cursor, start, this.#indent, style === 'literal'));
  }

  #fetchFlowScalar(style: 'plain' | 'single-quoted' | 'double-quoted'): void {
    const cursor = this.#cursor;
    const start = cursor.mark();
    this.#saveKey(start);
    const scanned =
      style === 'plain'
        ? scanPlain(cursor, start, this.#indent + 1, this.#flowLevel > 0)
        : style === 'single-quoted'
          ? scanSingleQuoted(cursor, start)
          : scanDoubleQuoted(cursor, start);
    this.#mayKeyStart = scanned.atLineStart;
    this.#appendScalar(start, style, scanned);
  }

  #currentKey(): PossibleKey {
    const key = this.#keys.at(-1);
    if (key === undefined) {
      throw new Error('no level of keys');
    }
    return key;
  }

  /** Notes that what comes now may be a key. */
  #saveKey(mark: Mark): void {
    if (!this.#mayKeyStart) {
      return;
    }
    this.#forgetKey();
    const key = this.#currentKey();
    key.isPossible = true;
    key.isRequired = this.#flowLevel === 0 && this.#indent === mark.character;
    key.tokenNumber = this.#nextTokenNumber();
    key.isAwaited = true;
    key.mark = mark;
  }

  #nextTokenNumber(): number {
    return this.#taken + this.#tail - this.#head;
  }

  #forgetKey(): void {
    const key = this.#currentKey();
    if (key.isPossible && key.isRequired) {
      this.#cursor.fail("could not find expected ':'", key.mark);
    }
    key.isPossible = false;
  }

  /** Opens a block collection if the mark is to the right of the innermost. */
  #rollIndent(mark: Mark, at: number, kind: 'block-sequence-start' | 'block-mapping-start'): void {
    if (this.#flowLevel > 0 || this.#indent >= mark.character) {
      return;
    }
    this.#indents.push(this.#indent);
    this.#indent = mark.character;
    this.#insert(at, newToken(kind, mark, mark));
  }

  /** Closes the block collections that are to the right of the column. */
  #unrollIndent(column: number): void {
    if (this.#flowLevel > 0) {
      return;
    }
    while (this.#indent > column) {
      this.#appendIndicator('block-end', 0);
      this.#indent = this.#indents.pop() ?? -1;
    }
  }

  #appendIndicator(kind: TokenKind, width: number): void {
    const start = this.#cursor.mark();
    this.#cursor.offset += width;
    this.#append(newToken(kind, start, start));
  }

  #appendScalar(start: Mark, style: ScalarStyle, { value, end }: ScannedScalar): void {
    this.#cursor.expectReadable(1);
    this.#append({ kind: 'scalar', start, end, value, style, tag: undefined, directive: undefined });
  }

  #append(token: Token): void {
    this.#queue[this.#tail] = token;
    this.#tail++;
  }

  #insert(at: number, token: Token): void {
    let moving = token;
    for (let index = at; index <= this.#tail; index++) {
      const displaced = this.#queue[index];
      this.#queue[index] = moving;
      if (displaced === undefined) {
        break;
      }
      moving = displaced;
    }
    this.#tail++;
  }
}

function newToken(kind: TokenKind, start: Mark, end: Mark): Token {
  return { kind, start, end, value: '', style: 'plain', tag: undefined, directive: undefined };
}

function noKey(tokenNumber: number, mark: Mark): PossibleKey {
  return { isPossible: false, isRequired: false, tokenNumber, isAwaited: false, mark };
}

function startsPlain(code: number, next: number, inFlow: boolean): boolean {
  if (code === 0x2d) {
    return next !== space && next !== tab;
  }
  if (code === 0x3f || code === 0x3a) {
    return !inFlow && !isBlankOrBreak(next);
  }
  return !isBlankOrBreak(code) && !'-?:,[]{}#&*!|>\'"%@`'.includes(String.fromCharCode(code));
}
