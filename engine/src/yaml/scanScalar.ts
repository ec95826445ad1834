/**
 * Scalars as libyaml scans them: plain, quoted and block, with folding. One grammar, hence one file.
 *
 * @see go.yaml.in/yaml/v2 v2.4.4 scannerc.go, yaml_parser_scan_plain_scalar, _flow_scalar, _block_scalar
 */
import {
  hexValue,
  isBlank,
  isBlankOrBreak,
  isBreak,
  isBreakOrEnd,
  isDigit,
  mayEndPlain,
  nul,
  space,
  tab,
} from './chars.ts';
import type { Cursor } from './cursor.ts';
import type { Mark } from './node.ts';

/** A scalar's text, and where it ended; the cursor may stand behind blanks and breaks that follow it. */
export interface ScannedScalar {
  readonly value: string;
  readonly end: Mark;
  /** True when line breaks were read behind it or in it at the end, so that a key may follow. */
  readonly atLineStart: boolean;
}

const colon = 0x3a;
const hash = 0x23;
const singleQuote = 0x27;
const doubleQuote = 0x22;
const backslash = 0x5c;

/** The breaks between two lines of a plain or quoted scalar: one folds to a space, more lose one of them. */
class Fold {
  #first = '';
  #rest = '';
  started = false;

  add(lineBreak: string): void {
    if (this.started) {
      this.#rest += lineBreak;
    } else {
      this.#first = lineBreak;
      this.started = true;
    }
  }

  take(): string {
    const first = this.#first;
    const rest = this.#rest;
    this.#first = '';
    this.#rest = '';
    this.started = false;
    return first === '\n' ? (rest === '' ? ' ' : rest) : first + rest;
  }
}

/** `context` is where the scalar starts; `indent` is the column that further lines must reach in block context. */
export function scanPlain(cursor: Cursor, context: Mark, indent: number, inFlow: boolean): ScannedScalar {
  const text = cursor.text;
  let value = '';
  let runStart = cursor.offset;
  let endOffset = cursor.offset;
  let endLine = cursor.line;
  let endLineStart = cursor.lineStart;
  let fold: Fold | undefined;
  for (;;) {
    cursor.expectReadable(4);
    let offset = cursor.offset;
    let code = text.charCodeAt(offset);
    if (code === hash || cursor.isAtDocumentIndicator()) {
      break;
    }
    for (;;) {
      if (mayEndPlain(code, inFlow)) {
        if (code !== colon) {
          break;
        }
        if (isBlankOrBreak(text.charCodeAt(offset + 1))) {
          break;
        }
      }
      offset++;
      code = text.charCodeAt(offset);
    }
    if (offset > cursor.offset) {
      if (fold?.started === true) {
        value += text.slice(runStart, endOffset) + fold.take();
        runStart = cursor.offset;
      }
      cursor.offset = offset;
      endOffset = offset;
      endLine = cursor.line;
      endLineStart = cursor.lineStart;
    }
    if (!isBlank(code) && !isBreak(code)) {
      break;
    }
    for (;;) {
      if (isBlank(code)) {
        if (code === tab && fold?.started === true && cursor.column < indent) {
          cursor.fail('found a tab character that violates indentation', context);
        }
        cursor.offset++;
      } else if (isBreak(code)) {
        fold ??= new Fold();
        fold.add(cursor.readBreak());
      } else {
        break;
      }
      code = text.charCodeAt(cursor.offset);
    }
    if (!inFlow && cursor.column < indent) {
      break;
    }
  }
  return {
    value: value + text.slice(runStart, endOffset),
    end: { line: endLine, character: endOffset - endLineStart, offset: endOffset },
    atLineStart: fold?.started === true,
  };
}

/** The scalar between the `'` at the cursor and the next that is not doubled. */
export function scanSingleQuoted(cursor: Cursor, context: Mark): ScannedScalar {
  return scanQuoted(cursor, context, singleQuote);
}

/** The scalar between the `"` at the cursor and the next, its escapes read. */
export function scanDoubleQuoted(cursor: Cursor, context: Mark): ScannedScalar {
  return scanQuoted(cursor, context, doubleQuote);
}

function scanQuoted(cursor: Cursor, context: Mark, quote: number): ScannedScalar {
  const text = cursor.text;
  const fold = new Fold();
  let value = '';
  cursor.offset++;
  let runStart = cursor.offset;
  for (;;) {
    cursor.expectReadable(4);
    if (cursor.isAtDocumentIndicator()) {
      cursor.fail('found unexpected document indicator', context);
    }
    let code = cursor.code();
    if (code === nul) {
      cursor.fail('found unexpected end of stream', context);
    }
    // An escaped line break joins lines without a space: what follows it counts as further breaks.
    let isEscapedBreak = false;
    while (!isBlankOrBreak(code)) {
      if (code === quote) {
        if (quote === doubleQuote || cursor.code(1) !== singleQuote) {
          break;
        }
        value += text.slice(runStart, cursor.offset + 1);
        cursor.offset += 2;
        runStart = cursor.offset;
      } else if (code === backslash && quote === doubleQuote) {
        value += text.slice(runStart, cursor.offset);
        if (isBreak(cursor.code(1))) {
          cursor.offset++;
          cursor.newLine();
          runStart = cursor.offset;
          isEscapedBreak = true;
          break;
        }
        value += scanEscape(cursor, context);
        runStart = cursor.offset;
      } else {
        cursor.offset++;
      }
      code = cursor.code();
    }
    if (cursor.code() === quote) {
      break;
    }
    const blanksStart = cursor.offset;
    let breaks = '';
    for (code = cursor.code(); ; code = cursor.code()) {
      if (isBlank(code)) {
        cursor.offset++;
      } else if (!isBreak(code)) {
        break;
      } else if (isEscapedBreak) {
        breaks += cursor.readBreak();
      } else {
        fold.add(cursor.readBreak());
      }
    }
    if (isEscapedBreak || fold.started) {
      value += text.slice(runStart, blanksStart) + (isEscapedBreak ? breaks : fold.take());
      runStart = cursor.offset;
    }
  }
  value += text.slice(runStart, cursor.offset);
  cursor.offset++;
  return { value, end: cursor.mark(), atLineStart: false };
}

const simpleEscapes: ReadonlyMap<number, string> = new Map(
  [
    ['0', '\0'],
    ['a', '\x07'],
    ['b', '\b'],
    ['t', '\t'],
    ['\t', '\t'],
    ['n', '\n'],
    ['v', '\v'],
    ['f', '\f'],
    ['r', '\r'],
    ['e', '\x1b'],
    [' ', ' '],
    ['"', '"'],
    ["'", "'"],
    ['\\', '\\'],
    ['N', '\x85'],
    ['_', '\xa0'],
    ['L', '\u2028'],
    ['P', '\u2029'],
  ].map(([letter = '', meaning = '']) => [letter.charCodeAt(0), meaning]),
);
const hexLengths: ReadonlyMap<number, number> = new Map([
  [0x78, 2], // \x
  [0x75, 4], // \u
  [0x55, 8], // \U
]);

function scanEscape(cursor: Cursor, context: Mark): string {
  const letter = cursor.code(1);
  const simple = simpleEscapes.get(letter);
  if (simple !== undefined) {
    cursor.offset += 2;
    return simple;
  }
  const length = hexLengths.get(letter);
  if (length === undefined) {
    cursor.fail('found unknown escape character', context);
  }
  cursor.offset += 2;
  let code = 0;
  for (let at = 0; at < length; at++) {
    const digit = hexValue(cursor.code(at));
    if (digit < 0) {
      cursor.fail('did not find expected hexdecimal number', context);
    }
    code = code * 16 + digit;
  }
  if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) {
    cursor.fail('found invalid Unicode character escape code', context);
  }
  cursor.offset += length;
  return String.fromCodePoint(code);
}

/** `parentIndent` is the column of the collection around, -1 at the top. */
export function scanBlock(cursor: Cursor, context: Mark, parentIndent: number, isLiteral: boolean): ScannedScalar {
  const text = cursor.text;
  cursor.offset++;
  const header = scanBlockHeader(cursor, context);
  let end = cursor.mark();
  if (isBreak(cursor.code())) {
    cursor.newLine();
  }
  let indent = header.increment === 0 ? 0 : Math.max(parentIndent, 0) + header.increment;
  const leading = scanBlockBreaks(cursor, indent, parentIndent, context);
  indent = leading.indent;
  let value = '';
  let lineBreak = '';
  let emptyLines = leading.breaks;
  let wasIndented = false;
  while (cursor.column === indent && cursor.code() !== nul) {
    const isIndented = isBlank(cursor.code());
    const folds = !isLiteral && !wasIndented && !isIndented && lineBreak === '\n';
    value += folds ? (emptyLines === '' ? ' ' : '') : lineBreak;
    value += emptyLines;
    wasIndented = isIndented;
    const lineStart = cursor.offset;
    skipLine(cursor);
    value += text.slice(lineStart, cursor.offset);
    end = cursor.mark();
    lineBreak = isBreak(cursor.code()) ? cursor.readBreak() : '';
    emptyLines = scanBlockBreaks(cursor, indent, parentIndent, context).breaks;
  }
  if (header.chomping !== 'strip') {
    value += lineBreak;
  }
  if (header.chomping === 'keep') {
    value += emptyLines;
  }
  return { value, end, atLineStart: true };
}

interface BlockHeader {
  readonly chomping: 'clip' | 'keep' | 'strip';
  /** 0 when the indentation is to be found out. */
  readonly increment: number;
}

function scanBlockHeader(cursor: Cursor, context: Mark): BlockHeader {
  let chomping = scanChomping(cursor);
  let increment = 0;
  if (isDigit(cursor.code())) {
    increment = cursor.code() - 0x30;
    if (increment === 0) {
      cursor.fail('found an indentation indicator equal to 0', context);
    }
    cursor.offset++;
    chomping ??= scanChomping(cursor);
  }
  while (isBlank(cursor.code())) {
    cursor.offset++;
  }
  if (cursor.code() === hash) {
    skipLine(cursor);
  }
  if (!isBreakOrEnd(cursor.code())) {
    cursor.fail('did not find expected comment or line break', context);
  }
  return { chomping: chomping ?? 'clip', increment };
}

function scanChomping(cursor: Cursor): 'keep' | 'strip' | undefined {
  const code = cursor.code();
  if (code !== 0x2b && code !== 0x2d) {
    return undefined;
  }
  cursor.offset++;
  return code === 0x2b ? 'keep' : 'strip';
}

/** Reads indentation and empty lines up to the next line with text; `indent` 0 is found out here. */
function scanBlockBreaks(
  cursor: Cursor,
  indent: number,
  parentIndent: number,
  context: Mark,
): { breaks: string; indent: number } {
  let breaks = '';
  let widest = 0;
  for (;;) {
    while ((indent === 0 || cursor.column < indent) && cursor.code() === space) {
      cursor.offset++;
    }
    widest = Math.max(widest, cursor.column);
    if ((indent === 0 || cursor.column < indent) && cursor.code() === tab) {
      cursor.fail('found a tab character where an indentation space is expected', context);
    }
    if (!isBreak(cursor.code())) {
      break;
    }
    breaks += cursor.readBreak();
  }
  return { breaks, indent: indent === 0 ? Math.max(widest, parentIndent + 1, 1) : indent };
}

/** Moves to the line break or the end. */
export function skipLine(cursor: Cursor): void {
  if (cursor.onlyLineFeeds) {
    const next = cursor.text.indexOf('\n', cursor.offset);
    cursor.offset = next < 0 ? cursor.text.length - 1 : next;
    return;
  }
  while (!isBreakOrEnd(cursor.code())) {
    cursor.offset++;
  }
}
