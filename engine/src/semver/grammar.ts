/*
 * The grammar of constraints, read by hand: the regular expressions that Masterminds uses take exponential time in a
 * backtracking engine such as JavaScript's, and constraints come from charts that nobody vouched for.
 */

/** One term as written: `>=1.2.x-0` is operator `>=`, major `1`, minor `2`, patch `x`, prerelease `-0`. */
export interface WrittenTerm {
  readonly operator: string;
  readonly written: string;
  readonly major: string;
  readonly minor: string;
  readonly patch: string;
  /** With its `-`. */
  readonly prerelease: string;
}

const version =
  'v?([0-9|xX*]+)(?:\\.([0-9|xX*]+))?(?:\\.([0-9|xX*]+))?(-[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?';
const space = '[\\t\\n\\f\\r ]';
const hyphenRange = `${space}*(${version})${space}+-${space}+(${version})${space}*`;

/** Writes every hyphen range `A - B` as `>= A, <= B`. */
export function rewriteRanges(text: string): string {
  if (!text.includes('-')) {
    return text;
  }
  let result = text;
  for (const match of text.matchAll(new RegExp(hyphenRange, 'g'))) {
    const [whole, from = '', , , , , to = ''] = match;
    result = result.replace(whole, () => `>= ${from}, <= ${to} `);
  }
  return result;
}

/**
 * The terms of one alternative, which white space or a comma separates; undefined where the text is not of that form.
 *
 * @see Masterminds/semver v3.5.0 constraints.go, validConstraintRegex and findConstraintRegex
 */
export function readTerms(text: string): WrittenTerm[] | undefined {
  const terms: WrittenTerm[] = [];
  const pattern = new RegExp(version, 'y');
  let at = skipSpace(text, 0);
  for (;;) {
    const afterOperator = skipOperator(text, at);
    pattern.lastIndex = skipSpace(text, afterOperator);
    const match = pattern.exec(text);
    if (match === null) {
      return undefined;
    }
    const [written, major = '', minor = '', patch = '', prerelease = ''] = match;
    terms.push({ operator: text.slice(at, afterOperator), written, major, minor, patch, prerelease });
    const end = pattern.lastIndex;
    at = skipSpace(text, end);
    if (at === text.length) {
      return terms;
    }
    if (text[at] === ',') {
      at = skipSpace(text, at + 1);
    } else if (at === end) {
      return undefined;
    }
  }
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && '\t\n\f\r '.includes(text.charAt(at))) {
    at++;
  }
  return at;
}

function skipOperator(text: string, from: number): number {
  let at = from;
  while (at < text.length && '=!<>~^'.includes(text.charAt(at))) {
    at++;
  }
  return at;
}
