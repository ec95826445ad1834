/**
 * Expressions that mean the same to RE2 and to JavaScript, run by the latter: classes, literals and how often, one
 * behind the other. Nearly all of those in charts are, and RE2 in JavaScript takes milliseconds to load and compile.
 */

const literal = String.raw`[\w ,;:=@#%&!~'"<>/-]|\\[.+*?()|[\]{}^$\\/-]`;
const item = String.raw`${literal}|\\[dw]|\.|\[\^?-?(?:(?:[a-z]-[a-z]|[A-Z]-[A-Z]|\d-\d)-?|[\w ,;:=@#%&!~'"<>/.+*?(){}|$]|\\[dw.\\/[\]^$-])+-?\]`;
const repetition = String.raw`(?:[*+?]|\{\d{1,2}(?:,\d{0,2})?\})\??`;
const plain = new RegExp(String.raw`^\^?(?:(?:${item})(?:${repetition})?)+\$?$`);
const eachItem = new RegExp(String.raw`(?<what>${item})(?<times>${repetition})?`, 'g');

/** Steps that take no time worth speaking of: each open repetition may be tried at every length, from every start. */
const maxSteps = 2 ** 24;
const ascii = /^[\0-\x7f]*$/;

export interface PlainRegexp {
  readonly expression: RegExp;
  /** Whether it matches where nothing stands: where such matches are, RE2 and JavaScript differ. */
  readonly mayBeEmpty: boolean;
  /** UTF-16 units of a text that it may be held against. */
  readonly maxLength: number;
}

/** Undefined for what is not plain. */
export function plainRegexp(source: string): PlainRegexp | undefined {
  if (!plain.test(source)) {
    return undefined;
  }
  const items = [...source.matchAll(eachItem)].map(({ groups }) => groups?.['times'] ?? '');
  const mayBeEmpty = items.every((times) => /^(?:[*?]|\{0)/.test(times));
  const open = items.filter((times) => times !== '' && !/^\{\d+\}/.test(times)).length;
  const written = source.replace(eachItem, (whole, what: string) => (what === '.' ? `[^\n]${whole.slice(1)}` : whole));
  try {
    return { expression: new RegExp(written, 'g'), mayBeEmpty, maxLength: Math.round(maxSteps ** (1 / (open + 1))) };
  } catch {
    // A range or a count the wrong way round, of which RE2 complains in its own words.
    return undefined;
  }
}

/** Whether a plain expression may be held against a text. */
export function isPlainText({ maxLength }: PlainRegexp, text: string): boolean {
  return text.length <= maxLength && ascii.test(text);
}

export function hasPlainMatch({ expression }: PlainRegexp, text: string): boolean {
  expression.lastIndex = 0;
  return expression.test(text);
}

/** Indexes of at most `limit` matches, all when it is negative, of an expression that is never empty. */
export function plainMatches({ expression }: PlainRegexp, text: string, limit: number): (readonly [number, number])[] {
  const matches: (readonly [number, number])[] = [];
  expression.lastIndex = 0;
  while (matches.length !== limit) {
    const found = expression.exec(text);
    if (found === null) {
      break;
    }
    matches.push([found.index, expression.lastIndex]);
  }
  return matches;
}
