/**
 * What patterns are compiled to. Each says whether it matches a whole text, and where in a text it matches first; the
 * answers are the library's where they are odd, too. Texts have a character for each byte.
 *
 * @see github.com/gobwas/glob v0.2.3 match
 */
import { GoError } from '../../gotemplate/index.ts';
import { firstRune, runesOf, widthOf } from './runes.ts';

/** Where something matches, and at how many bytes from there it may end. */
export interface Found {
  readonly at: number;
  readonly ends: readonly number[];
}

interface Matching {
  /** In runes; `unknown` where it varies. */
  readonly length: number;
  readonly matches: (bytes: string) => boolean;
  readonly find: (bytes: string) => Found | undefined;
}

/** Those by kind that patterns are made simpler by. */
export type Matcher =
  | (Matching & { readonly kind: 'super' | 'any' | 'single' | 'other' })
  | (Matching & { readonly kind: 'text' | 'prefix' | 'suffix'; readonly text: string })
  | (Matching & { readonly kind: 'list'; readonly runes: readonly number[]; readonly isNegated: boolean })
  | TreeMatcher;

export interface TreeMatcher extends Matching {
  readonly kind: 'tree';
  readonly tree: Tree;
  readonly lengths: TreeLengths;
}

export const unknown = -1;

const separator = '/';
const separatorCode = 0x2f;

/** `**` */
export const superMatcher: Matcher = {
  kind: 'super',
  length: unknown,
  matches: () => true,
  find: (bytes) => ({ at: 0, ends: startsAndEnd(bytes) }),
};

export const nothingMatcher: Matcher = {
  kind: 'other',
  length: 0,
  matches: (bytes) => bytes === '',
  find: () => ({ at: 0, ends: [0] }),
};

/** `*` */
export const anyMatcher: Matcher = {
  kind: 'any',
  length: unknown,
  matches: (bytes) => !bytes.includes(separator),
  find: (bytes) => ({ at: 0, ends: startsAndEnd(beforeSeparator(bytes)) }),
};

/** `?` */
export const singleMatcher: Matcher = { kind: 'single', ...oneRune((rune) => rune !== separatorCode) };

export function rangeMatcher(low: number, high: number, isNegated: boolean): Matcher {
  return { kind: 'other', ...oneRune((rune) => (rune >= low && rune <= high) !== isNegated) };
}

export function listMatcher(runes: readonly number[], isNegated: boolean): Matcher {
  return { kind: 'list', runes, isNegated, ...oneRune((rune) => runes.includes(rune) !== isNegated) };
}

function oneRune(fits: (rune: number) => boolean): Matching {
  return {
    length: 1,
    matches: (bytes) => {
      const [rune, width] = firstRune(bytes);
      return bytes.length <= width && fits(rune);
    },
    find: (bytes) => {
      for (const [at, rune] of runesOf(bytes)) {
        if (fits(rune)) {
          return { at, ends: [widthOf(rune)] };
        }
      }
      return undefined;
    },
  };
}

export function textMatcher(text: string): Matcher {
  return {
    kind: 'text',
    text,
    length: runeCount(text),
    matches: (bytes) => bytes === text,
    find: (bytes) => foundAt(bytes.indexOf(text), [text.length]),
  };
}

export function prefixMatcher(text: string): Matcher {
  return {
    kind: 'prefix',
    text,
    length: unknown,
    matches: (bytes) => bytes.startsWith(text),
    find: (bytes) => {
      const at = bytes.indexOf(text);
      return foundAt(at, endsBehind(text.length, bytes.slice(at + text.length)));
    },
  };
}

/** A text, and `*` behind it. */
export function prefixAnyMatcher(text: string): Matcher {
  return {
    kind: 'other',
    length: unknown,
    matches: (bytes) => bytes.startsWith(text) && !bytes.includes(separator, text.length),
    find: (bytes) => {
      const at = bytes.indexOf(text);
      return foundAt(at, endsBehind(text.length, beforeSeparator(bytes.slice(at + text.length))));
    },
  };
}

export function suffixMatcher(text: string): Matcher {
  return {
    kind: 'suffix',
    text,
    length: unknown,
    matches: (bytes) => bytes.endsWith(text),
    find: (bytes) => {
      const start = bytes.indexOf(text);
      return start < 0 ? undefined : { at: 0, ends: [start + text.length] };
    },
  };
}

/** `*`, and a text behind it. */
export function suffixAnyMatcher(text: string): Matcher {
  return {
    kind: 'other',
    length: unknown,
    matches: (bytes) => bytes.endsWith(text) && !bytes.slice(0, bytes.length - text.length).includes(separator),
    find: (bytes) => {
      const start = bytes.indexOf(text);
      if (start < 0) {
        return undefined;
      }
      const at = bytes.slice(0, start).lastIndexOf(separator) + 1;
      return { at, ends: [start + text.length - at] };
    },
  };
}

/** Both may be the same part of the text. */
export function prefixSuffixMatcher(prefix: string, suffix: string): Matcher {
  return {
    kind: 'other',
    length: unknown,
    matches: (bytes) => bytes.startsWith(prefix) && bytes.endsWith(suffix),
    find: (bytes) => {
      const at = bytes.indexOf(prefix);
      const ends: number[] = [];
      let rest = at < 0 ? '' : bytes.slice(at);
      for (let start = rest.lastIndexOf(suffix); start >= 0; start = rest.lastIndexOf(suffix)) {
        ends.unshift(start + suffix.length);
        rest = rest.slice(0, start);
      }
      return ends.length === 0 ? undefined : { at, ends };
    },
  };
}

export function containsMatcher(text: string, isNegated: boolean): Matcher {
  return {
    kind: 'other',
    length: unknown,
    matches: (bytes) => bytes.includes(text) !== isNegated,
    find: (bytes) => {
      const start = bytes.indexOf(text);
      if (isNegated) {
        return { at: 0, ends: startsAndEnd(start < 0 ? bytes : bytes.slice(0, start)) };
      }
      const offset = start + text.length;
      return start < 0 ? undefined : { at: 0, ends: startsAndEnd(bytes.slice(offset)).map((each) => offset + each) };
    },
  };
}

/** So many runes at least. */
export function minMatcher(limit: number): Matcher {
  return {
    kind: 'other',
    length: unknown,
    matches: (bytes) => runeCount(bytes) >= limit,
    find: (bytes) => {
      const ends = endsBehind(0, bytes).slice(limit);
      return ends.length === 0 ? undefined : { at: 0, ends };
    },
  };
}

/** So many runes at most. */
export function maxMatcher(limit: number): Matcher {
  return {
    kind: 'other',
    length: unknown,
    matches: (bytes) => runeCount(bytes) <= limit,
    find: (bytes) => ({ at: 0, ends: endsBehind(0, bytes).slice(0, limit + 1) }),
  };
}

export function anyOfMatcher(matchers: readonly Matcher[]): Matcher {
  return {
    kind: 'other',
    length: lengthOfAny(matchers),
    matches: (bytes) => matchers.some((matcher) => matcher.matches(bytes)),
    find: (bytes) => {
      const found = matchers.map((matcher) => matcher.find(bytes)).filter((one) => one !== undefined);
      const at = Math.min(...found.map((one) => one.at));
      const ends = new Set(found.filter((one) => one.at === at).flatMap((one) => one.ends));
      return found.length === 0 ? undefined : { at, ends: [...ends].sort((a, b) => a - b) };
    },
  };
}

/** One of unknown length does not count as long as no other came before it. */
function lengthOfAny(matchers: readonly Matcher[]): number {
  let common = unknown;
  for (const { length } of matchers) {
    if (common !== unknown && common !== length) {
      return unknown;
    }
    common = length;
  }
  return common;
}

export function everyOfMatcher(matchers: readonly Matcher[]): Matcher {
  return {
    kind: 'other',
    length: matchers.length === 0 ? 0 : unknown,
    matches: (bytes) => matchers.every((matcher) => matcher.matches(bytes)),
    find: (bytes) => findEvery(matchers, bytes),
  };
}

function findEvery(matchers: readonly Matcher[], bytes: string): Found | undefined {
  let at = 0;
  let offset = 0;
  let ends: readonly number[] | undefined;
  for (const matcher of matchers) {
    const found = matcher.find(bytes.slice(at));
    if (found === undefined) {
      return undefined;
    }
    const delta = at - (found.at + offset);
    ends =
      ends === undefined ? found.ends : ends.map((each) => each + delta).filter((each) => found.ends.includes(each));
    if (ends.length === 0) {
      return undefined;
    }
    at = found.at + offset;
    offset += found.at;
  }
  return { at, ends: ends ?? [] };
}

/** Several of known length, one behind the other. */
export function rowMatcher(matchers: readonly Matcher[]): Matcher {
  const length = matchers.reduce((sum, matcher) => sum + matcher.length, 0);
  return {
    kind: 'other',
    length,
    matches: (bytes) => runeCount(bytes) === length && startsWithAll(matchers, bytes),
    find: (bytes) => {
      for (const [at] of runesOf(bytes)) {
        if (bytes.length - at < length) {
          break;
        }
        if (startsWithAll(matchers, bytes.slice(at))) {
          return { at, ends: [length] };
        }
      }
      return undefined;
    },
  };
}

/** The last rune of each part counts as one byte. */
function startsWithAll(matchers: readonly Matcher[], bytes: string): boolean {
  let at = 0;
  for (const matcher of matchers) {
    let [count, last] = [0, 0];
    for (const [start] of runesOf(bytes.slice(at))) {
      last = start;
      count++;
      if (count === matcher.length) {
        break;
      }
    }
    if (count < matcher.length) {
      return false;
    }
    const end = at + last + 1;
    if (end > bytes.length) {
      // Go panics here, and a template gets to know.
      throw new GoError(
        `runtime error: slice bounds out of range [:${String(end)}] with length ${String(bytes.length)}`,
      );
    }
    if (!matcher.matches(bytes.slice(at, end))) {
      return false;
    }
    at = end;
  }
  return true;
}

/** One with what is in front of it and behind it. */
export interface Tree {
  readonly value: Matcher;
  readonly left: Matcher | undefined;
  readonly right: Matcher | undefined;
}

export interface TreeLengths {
  readonly left: number;
  readonly right: number;
  readonly all: number;
}

/** @param lengths those of a tree whose parts were made simpler; they stay */
export function treeMatcher(tree: Tree, lengths: TreeLengths = lengthsOf(tree)): TreeMatcher {
  return {
    kind: 'tree',
    tree,
    lengths,
    length: lengths.all,
    matches: (bytes) => lengths.all <= bytes.length && matchesTree(tree, bytes, lengths),
    find: () => undefined,
  };
}

function lengthsOf({ value, left: before, right: behind }: Tree): TreeLengths {
  const [left, right] = [before?.length ?? 0, behind?.length ?? 0];
  const isKnown = ![value.length, left, right].includes(unknown);
  return { left, right, all: isKnown ? left + value.length + right : unknown };
}

function matchesTree({ value, left, right }: Tree, bytes: string, lengths: TreeLengths): boolean {
  // The library takes a length in runes for one in bytes.
  let offset = Math.max(lengths.left, 0);
  const limit = bytes.length - Math.max(lengths.right, 0);
  while (offset < limit) {
    const found = value.find(bytes.slice(offset, limit));
    if (found === undefined) {
      return false;
    }
    const at = offset + found.at;
    if (matchesRest(left, bytes.slice(0, at))) {
      if (found.ends.toReversed().some((end) => matchesRest(right, bytes.slice(at + end)))) {
        return true;
      }
    }
    offset = at + firstRune(bytes.slice(at, at + 4))[1];
  }
  return false;
}

function matchesRest(matcher: Matcher | undefined, bytes: string): boolean {
  return matcher === undefined ? bytes === '' : matcher.matches(bytes);
}

function foundAt(at: number, ends: readonly number[]): Found | undefined {
  return at < 0 ? undefined : { at, ends };
}

function beforeSeparator(bytes: string): string {
  const end = bytes.indexOf(separator);
  return end < 0 ? bytes : bytes.slice(0, end);
}

/** Where each rune starts, and the end. */
function startsAndEnd(bytes: string): number[] {
  return [...Array.from(runesOf(bytes), ([start]) => start), bytes.length];
}

/** `offset`, and behind it where each rune ends. */
function endsBehind(offset: number, bytes: string): number[] {
  return [offset, ...Array.from(runesOf(bytes), ([start, rune]) => offset + start + widthOf(rune))];
}

function runeCount(bytes: string): number {
  return Array.from(runesOf(bytes)).length;
}
