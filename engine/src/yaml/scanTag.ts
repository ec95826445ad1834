/** Tags, anchors and directives as libyaml scans them. @see go.yaml.in/yaml/v2 v2.4.4 scannerc.go */
import {
  hexValue,
  isBlank,
  isBlankOrBreak,
  isBreak,
  isBreakOrEnd,
  isDigit,
  isUriCharacter,
  isWordCharacter,
} from './chars.ts';
import type { Cursor } from './cursor.ts';
import type { Mark } from './node.ts';
import { skipLine } from './scanScalar.ts';

const exclamation = 0x21;
const percent = 0x25;

/** `!suffix`, `!handle!suffix` or `!<uri>`, for which the handle is empty. */
export interface ScannedTag {
  readonly handle: string;
  readonly suffix: string;
}

/** `%YAML 1.1` and `%TAG !e! tag:example.com,2026:`. */
export type Directive =
  | { readonly kind: 'version'; readonly major: number; readonly minor: number }
  | { readonly kind: 'tag'; readonly handle: string; readonly prefix: string };

/** The name behind `&` or `*`. */
export function scanAnchor(cursor: Cursor, context: Mark): string {
  cursor.offset++;
  const name = scanWord(cursor);
  if (name === '' || !(isBlankOrBreak(cursor.code()) || '?:,]}%@`'.includes(String.fromCharCode(cursor.code())))) {
    cursor.fail('did not find expected alphabetic or numeric character', context);
  }
  return name;
}

/** The tag that starts at the cursor's `!`. @throws YamlError */
export function scanTag(cursor: Cursor, context: Mark): ScannedTag {
  let handle = '';
  let suffix: string;
  if (cursor.code(1) === 0x3c) {
    cursor.offset += 2;
    suffix = scanUri(cursor, context, '');
    if (cursor.code() !== 0x3e) {
      cursor.fail("did not find the expected '>'", context);
    }
    cursor.offset++;
  } else {
    handle = scanHandle(cursor, context, false);
    if (handle.length > 1 && handle.endsWith('!')) {
      suffix = scanUri(cursor, context, '');
    } else {
      suffix = scanUri(cursor, context, handle);
      handle = '!';
      if (suffix === '') {
        handle = '';
        suffix = '!';
      }
    }
  }
  if (!isBlankOrBreak(cursor.code())) {
    cursor.fail('did not find expected whitespace or line break', context);
  }
  return { handle, suffix };
}

/** A line that starts with `%`. */
export function scanDirective(cursor: Cursor, context: Mark): Directive {
  cursor.offset++;
  const name = scanWord(cursor);
  if (name === '') {
    cursor.fail('could not find expected directive name', context);
  }
  if (!isBlankOrBreak(cursor.code())) {
    cursor.fail('found unexpected non-alphabetical character', context);
  }
  let directive: Directive;
  if (name === 'YAML') {
    directive = scanVersion(cursor, context);
  } else if (name === 'TAG') {
    directive = scanTagDirective(cursor, context);
  } else {
    cursor.fail('found unknown directive name', context);
  }
  skipBlanks(cursor);
  if (cursor.code() === 0x23) {
    skipLine(cursor);
  }
  if (!isBreakOrEnd(cursor.code())) {
    cursor.fail('did not find expected comment or line break', context);
  }
  if (isBreak(cursor.code())) {
    cursor.newLine();
  }
  return directive;
}

function scanVersion(cursor: Cursor, context: Mark): Directive {
  skipBlanks(cursor);
  const major = scanVersionNumber(cursor, context);
  if (cursor.code() !== 0x2e) {
    cursor.fail("did not find expected digit or '.' character", context);
  }
  cursor.offset++;
  return { kind: 'version', major, minor: scanVersionNumber(cursor, context) };
}

const maxVersionDigits = 2;

function scanVersionNumber(cursor: Cursor, context: Mark): number {
  let value = 0;
  let digits = 0;
  while (isDigit(cursor.code())) {
    digits++;
    if (digits > maxVersionDigits) {
      cursor.fail('found extremely long version number', context);
    }
    value = value * 10 + cursor.code() - 0x30;
    cursor.offset++;
  }
  if (digits === 0) {
    cursor.fail('did not find expected version number', context);
  }
  return value;
}

function scanTagDirective(cursor: Cursor, context: Mark): Directive {
  skipBlanks(cursor);
  const handle = scanHandle(cursor, context, true);
  if (!isBlank(cursor.code())) {
    cursor.fail('did not find expected whitespace', context);
  }
  skipBlanks(cursor);
  const prefix = scanUri(cursor, context, '');
  if (!isBlankOrBreak(cursor.code())) {
    cursor.fail('did not find expected whitespace or line break', context);
  }
  return { kind: 'tag', handle, prefix };
}

function scanHandle(cursor: Cursor, context: Mark, isDirective: boolean): string {
  if (cursor.code() !== exclamation) {
    cursor.fail("did not find expected '!'", context);
  }
  cursor.offset++;
  const word = scanWord(cursor);
  if (cursor.code() === exclamation) {
    cursor.offset++;
    return `!${word}!`;
  }
  if (isDirective && word !== '') {
    cursor.fail("did not find expected '!'", context);
  }
  return `!${word}`;
}

/** `head` is what was read before it was clear that it is no handle; its `!` does not count. */
function scanUri(cursor: Cursor, context: Mark, head: string): string {
  const start = cursor.offset;
  let uri = head.slice(1);
  while (isUriCharacter(cursor.code())) {
    if (cursor.code() === percent) {
      uri += scanUriEscape(cursor, context);
    } else {
      uri += cursor.text.charAt(cursor.offset);
      cursor.offset++;
    }
  }
  if (head === '' && cursor.offset === start) {
    cursor.fail('did not find expected tag URI', context);
  }
  return uri;
}

/** One character written as the bytes of its UTF-8, `%C3%A9`. */
function scanUriEscape(cursor: Cursor, context: Mark): string {
  const bytes: number[] = [];
  let width = 1;
  while (bytes.length < width) {
    const high = cursor.code() === percent ? hexValue(cursor.code(1)) : -1;
    const low = high < 0 ? -1 : hexValue(cursor.code(2));
    if (low < 0) {
      cursor.fail('did not find URI escaped octet', context);
    }
    const byte = high * 16 + low;
    if (bytes.length === 0) {
      width = byte < 0x80 ? 1 : byte < 0xc0 ? 0 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : byte < 0xf8 ? 4 : 0;
      if (width === 0) {
        cursor.fail('found an incorrect leading UTF-8 octet', context);
      }
    } else if ((byte & 0xc0) !== 0x80) {
      cursor.fail('found an incorrect trailing UTF-8 octet', context);
    }
    bytes.push(byte);
    cursor.offset += 3;
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}

function scanWord(cursor: Cursor): string {
  const start = cursor.offset;
  while (isWordCharacter(cursor.code())) {
    cursor.offset++;
  }
  return cursor.text.slice(start, cursor.offset);
}

function skipBlanks(cursor: Cursor): void {
  while (isBlank(cursor.code())) {
    cursor.offset++;
  }
}
