/**
 * Expressions that mean the same to RE2 and to JavaScript, run by the latter: classes and literals and how often, and
 * groups that are there or not. Nearly all of those in charts are, and RE2 in JavaScript takes milliseconds to load
 * and to compile.
 */

/** An expression as JavaScript's, and what it may be held against. */
export interface PlainRegexp {
  readonly expression: RegExp;
  /** Whether it matches where nothing stands: where such matches are, RE2 and JavaScript differ. */
  readonly mayBeEmpty: boolean;
  /** UTF-16 units of a text that it may be held against. */
  readonly maxLength: number;
}

/** Undefined for what is not plain. */
export function plainRegexp(source: string): PlainRegexp | undefined {
  try {
    return new PlainReader(source).read();
  } catch (error) {
    // A range or a count the wrong way round, of which RE2 complains in its own words.
    if (error instanceof NotPlain || error instanceof SyntaxError) {
      return undefined;
    }
    throw error;
  }
}

class NotPlain extends Error {
  override readonly name = 'NotPlain';
}

const item =
  /[\w\t\n ,;:=@#%&!~'"<>/-]|\\[.+*?()|[\]{}^$\\/-]|\\[dws]|\.|\[\^?-?(?:(?:[a-z]-[a-z]|[A-Z]-[A-Z]|\d-\d)-?|[\w ,;:=@#%&!~'"<>/.+*?(){}|$]|\\[dw.\\/[\]^$-])+-?\]/y;
const repetition = /(?:[*+?]|\{\d{1,2}(?:,\d{0,2})?\})\??/y;
/** Where JavaScript means more: its dot stops at more line ends, its white space is Unicode's. */
const translated: ReadonlyMap<string, string> = new Map([
  ['.', '[^\\n]'],
  ['\\s', '[\\t\\n\\f\\r ]'],
]);
const multiline = '(?m)';
const maxDepth = 8;
/**
 * Steps that take no time worth speaking of: each open repetition may be tried at every length, and from every start,
 * with every choice.
 */
const maxSteps = 2 ** 24;

/** A part of an expression as JavaScript writes it. */
interface Part {
  readonly written: string;
  readonly mayBeEmpty: boolean;
}

const nothing: Part = { written: '(?:)', mayBeEmpty: true };

class PlainReader {
  readonly #source: string;
  #at = 0;
  #depth = 0;
  /** Repetitions whose number is open. */
  #open = 0;
  /** Parts that are there or not, and alternatives. */
  #choices = 0;

  constructor(source: string) {
    this.#source = source;
  }

  /** @throws NotPlain, SyntaxError */
  read(): PlainRegexp {
    const isMultiline = this.#takes(multiline);
    const { written, mayBeEmpty } = this.#source === '' ? nothing : this.#alternatives();
    if (this.#at < this.#source.length) {
      throw new NotPlain();
    }
    const flags = (isMultiline ? 'm' : '') + (written.includes('(') ? 'dg' : 'g');
    const maxLength = Math.round((maxSteps / 2 ** this.#choices) ** (1 / (this.#open + 1)));
    return { expression: new RegExp(written, flags), mayBeEmpty, maxLength };
  }

  #alternatives(): Part {
    const parts = [this.#sequence()];
    while (this.#takes('|')) {
      this.#choices++;
      parts.push(this.#sequence());
    }
    return {
      written: parts.map(({ written }) => written).join('|'),
      mayBeEmpty: parts.some((part) => part.mayBeEmpty),
    };
  }

  #sequence(): Part {
    const parts: Part[] = [];
    for (let part = this.#part(); part !== undefined; part = this.#part()) {
      parts.push(part);
    }
    if (parts.length === 0) {
      throw new NotPlain();
    }
    return {
      written: parts.map(({ written }) => written).join(''),
      mayBeEmpty: parts.every((part) => part.mayBeEmpty),
    };
  }

  /** Undefined where an alternative ends. */
  #part(): Part | undefined {
    const anchor = ['^', '$'].find((one) => this.#takes(one));
    if (anchor !== undefined) {
      return { written: anchor, mayBeEmpty: true };
    }
    if (this.#takes('(')) {
      return this.#group();
    }
    const what = this.#match(item);
    if (what === '') {
      return undefined;
    }
    const times = this.#match(repetition);
    if (times.startsWith('?')) {
      this.#choices++;
    } else if (times !== '' && !/^\{\d+\}/.test(times)) {
      this.#open++;
    }
    return { written: (translated.get(what) ?? what) + times, mayBeEmpty: /^(?:[*?]|\{0)/.test(times) };
  }

  /** Repeated more than once it could go over a text exponentially often. */
  #group(): Part {
    if (++this.#depth > maxDepth) {
      throw new NotPlain();
    }
    const open = this.#takes('?:') ? '(?:' : '(';
    const inner = this.#alternatives();
    if (!this.#takes(')')) {
      throw new NotPlain();
    }
    this.#depth--;
    const isOptional = this.#takes('?');
    if (isOptional) {
      if (inner.mayBeEmpty) {
        // To JavaScript a group that matches nothing took no part.
        throw new NotPlain();
      }
      this.#choices++;
    }
    const written = `${open}${inner.written})${isOptional ? '?' : ''}`;
    return { written, mayBeEmpty: isOptional || inner.mayBeEmpty };
  }

  #takes(text: string): boolean {
    const isThere = this.#source.startsWith(text, this.#at);
    this.#at += isThere ? text.length : 0;
    return isThere;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const [found = ''] = pattern.exec(this.#source) ?? [];
    this.#at += found.length;
    return found;
  }
}

/** A carriage return ends a line for JavaScript. */
const asciiText = /^[\0-\x0c\x0e-\x7f]*$/;

/** Whether a plain expression may be held against a text. */
export function isPlainText({ maxLength }: PlainRegexp, text: string): boolean {
  return text.length <= maxLength && asciiText.test(text);
}

/** Whether a text, which `isPlainText` must allow, has a match. */
export function hasPlainMatch({ expression }: PlainRegexp, text: string): boolean {
  expression.lastIndex = 0;
  return expression.test(text);
}

/**
 * Index pairs of at most `limit` matches and their groups, all when it is negative, of an expression that is never
 * empty.
 */
export function plainMatches({ expression }: PlainRegexp, text: string, limit: number): number[][] {
  const matches: number[][] = [];
  expression.lastIndex = 0;
  while (matches.length !== limit) {
    const found = expression.exec(text);
    if (found === null) {
      break;
    }
    const pairs = found.indices ?? [[found.index, expression.lastIndex]];
    // A group that took no part has no place, whatever its type says.
    matches.push(Array.from(pairs, (pair: [number, number] | undefined) => pair ?? [-1, -1]).flat());
  }
  return matches;
}
