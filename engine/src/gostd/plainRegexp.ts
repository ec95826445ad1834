/**
 * Expressions that mean the same to RE2 and to JavaScript, run by the latter: classes, literals and how often, one
 * behind the other. Nearly all of those in charts are, and RE2 in JavaScript takes milliseconds to load and compile.
 */

const literal = String.raw`[\w ,;:=@#%&!~'"<>/-]|\\[.+*?()|[\]{}^$\\/-]`;
const item = String.raw`${literal}|\\[dw]|\.|\[\^?-?(?:[a-z]-[a-z]|[A-Z]-[A-Z]|\d-\d|[\w ,;:=@#%&!~'"<>/.+*?(){}|$]|\\[dw.\\/[\]^$-])+-?\]`;
const repetition = String.raw`(?:[*+?]|\{\d{1,2}(?:,\d{0,2})?\})\??`;
const plain = new RegExp(String.raw`^\^?(?:(?:${item})(?:${repetition})?)+\$?$`);
const eachItem = new RegExp(String.raw`(?<what>${item})(?<times>${repetition})?`, 'g');

/** A text in which a search that starts anew at each character takes no time worth speaking of. */
const maxLength = 4_096;
const ascii = /^[\0-\x7f]*$/;

/** Undefined for what is not plain, and for what may match nothing at all or go through a text many times over. */
export function plainRegexp(source: string): RegExp | undefined {
  if (!plain.test(source)) {
    return undefined;
  }
  const items = [...source.matchAll(eachItem)].map(({ groups }) => groups?.['times'] ?? '');
  const isNeverEmpty = items.some((times) => !/^(?:[*?]|\{0)/.test(times));
  const unbounded = items.filter((times) => /^(?:[*+]|\{\d+,\})/.test(times)).length;
  if (!isNeverEmpty || unbounded > 1) {
    return undefined;
  }
  const written = source.replace(eachItem, (whole, what: string) => (what === '.' ? `[^\n]${whole.slice(1)}` : whole));
  try {
    return new RegExp(written, 'g');
  } catch {
    // A range or a count the wrong way round, of which RE2 complains in its own words.
    return undefined;
  }
}

/** Whether a plain expression may be held against a text. */
export function isPlainText(text: string): boolean {
  return text.length <= maxLength && ascii.test(text);
}

/** Indexes of at most `limit` matches; all when it is negative. */
export function plainMatches(expression: RegExp, text: string, limit: number): (readonly [number, number])[] {
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
