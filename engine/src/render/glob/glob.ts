/** Patterns of `.Files.Glob`: `*` and `?` stop at slashes, `**` does not, `[abc]`, `[!a-z]`, `{a,b}`, `\` escapes. */

/** Says whether a path matches. */
export type Glob = (path: string) => boolean;

/**
 * @returns undefined when the pattern is malformed
 * @see github.com/gobwas/glob v0.2.3 syntax/lexer/lexer.go and syntax/ast/parser.go
 */
export function compileGlob(pattern: string): Glob | undefined {
  const source = new GlobReader(pattern).read();
  if (source === undefined) {
    return undefined;
  }
  const regexp = new RegExp(`^(?:${source})$`, 'su');
  return (path) => regexp.test(path);
}

class GlobReader {
  readonly #runes: readonly string[];
  #at = 0;

  constructor(pattern: string) {
    this.#runes = Array.from(pattern);
  }

  /** The pattern as a regular expression. */
  read(): string | undefined {
    let source = '';
    let depth = 0;
    for (let rune = this.#next(); rune !== undefined; rune = this.#next()) {
      if (rune === '{') {
        depth++;
        source += '(?:';
      } else if (rune === '}' && depth > 0) {
        depth--;
        source += ')';
      } else if (rune === ',' && depth > 0) {
        source += '|';
      } else if (rune === '*') {
        source += this.#star();
      } else if (rune === '?') {
        source += '[^/]';
      } else if (rune === '[') {
        const range = this.#range();
        if (range === undefined) {
          return undefined;
        }
        source += range;
      } else {
        source += this.#text(rune);
      }
    }
    // An open brace is closed by the end.
    return source + ')'.repeat(depth);
  }

  #next(): string | undefined {
    return this.#runes[this.#at++];
  }

  #star(): string {
    if (this.#runes[this.#at] === '*') {
      this.#at++;
      return '.*';
    }
    return '[^/]*';
  }

  #text(rune: string): string {
    if (rune !== '\\') {
      return escape(rune);
    }
    const next = this.#next();
    return next === undefined ? '' : escape(next);
  }

  /** One range `a-z`, or a list of characters; never both. */
  #range(): string | undefined {
    let isNegated = false;
    let rune = this.#next();
    if (rune === '!') {
      isNegated = true;
      rune = this.#next();
    }
    if (rune === undefined) {
      return undefined;
    }
    const start = isNegated ? '[^' : '[';
    if (this.#runes[this.#at] === '-') {
      this.#at++;
      const high = this.#next();
      const isClosed = this.#next() === ']';
      return high !== undefined && isClosed && rune <= high
        ? `${start}${escapeInClass(rune)}-${escapeInClass(high)}]`
        : undefined;
    }
    let list = '';
    for (; rune !== ']'; rune = this.#next()) {
      const literal = rune === '\\' ? this.#next() : rune;
      if (literal === undefined) {
        return undefined;
      }
      list += escapeInClass(literal);
    }
    return list === '' ? undefined : `${start}${list}]`;
  }
}

function escape(rune: string): string {
  return /[$()*+./?[\\\]^{|}]/.test(rune) ? `\\${rune}` : rune;
}

/** As `escape`, where a dash would make a range. */
function escapeInClass(rune: string): string {
  return rune === '-' ? '\\-' : escape(rune);
}
