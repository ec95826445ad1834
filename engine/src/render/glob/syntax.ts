/** A pattern as it is written. */
export type GlobNode =
  | { readonly kind: 'pattern' | 'anyOf'; readonly children: readonly GlobNode[] }
  | { readonly kind: 'any' | 'super' | 'single' | 'nothing' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'list'; readonly runes: readonly number[]; readonly isNegated: boolean }
  | { readonly kind: 'range'; readonly low: number; readonly high: number; readonly isNegated: boolean };

/**
 * @returns undefined when the pattern is malformed
 * @see github.com/gobwas/glob v0.2.3 syntax/lexer/lexer.go and syntax/ast/parser.go
 */
export function parseGlob(pattern: string): GlobNode | undefined {
  try {
    return new GlobReader(pattern).read();
  } catch (error) {
    if (error instanceof Malformed) {
      return undefined;
    }
    throw error;
  }
}

class Malformed extends Error {
  override readonly name = 'Malformed';
}

type Children = GlobNode[];

/** An open brace: the list around it, and its alternatives, the last of which is being read. */
interface Open {
  readonly around: Children;
  readonly alternatives: Children[];
}

const end = '';

class GlobReader {
  readonly #runes: readonly string[];
  #at = 0;

  constructor(pattern: string) {
    this.#runes = Array.from(pattern);
  }

  read(): GlobNode {
    const root: Children = [];
    const open: Open[] = [];
    let current = root;
    for (let rune = this.#next(); rune !== end; rune = this.#next()) {
      const brace = open.at(-1);
      if (rune === '{') {
        open.push({ around: current, alternatives: [(current = [])] });
      } else if (rune === ',' && brace !== undefined) {
        brace.alternatives.push((current = []));
      } else if (rune === '}' && brace !== undefined) {
        open.pop();
        current = closed(brace);
      } else {
        current.push(...this.#item(rune, open.length > 0));
      }
    }
    // What is still open is closed by the end.
    while (open.length > 0) {
      const brace = open.pop();
      current = brace === undefined ? current : closed(brace);
    }
    return { kind: 'pattern', children: root };
  }

  #item(rune: string, isInBraces: boolean): GlobNode[] {
    switch (rune) {
      case '*':
        if (this.#runes[this.#at] === '*') {
          this.#at++;
          return [{ kind: 'super' }];
        }
        return [{ kind: 'any' }];
      case '?':
        return [{ kind: 'single' }];
      case '[':
        return [this.#range()];
      default: {
        this.#at--;
        const text = this.#text(isInBraces ? '?*[{},' : '?*[{');
        return text === '' ? [] : [{ kind: 'text', text }];
      }
    }
  }

  /** The end, too, at a NUL. */
  #next(): string {
    const rune = this.#peek();
    this.#at++;
    return rune === '\0' ? end : rune;
  }

  #peek(): string {
    const rune = this.#runes[this.#at] ?? end;
    if (rune === '\ufffd' || !rune.isWellFormed()) {
      throw new Malformed();
    }
    return rune;
  }

  /** Up to one of these characters, which is left. */
  #text(breakers: string): string {
    let text = '';
    for (;;) {
      let rune = this.#next();
      if (rune !== end && breakers.includes(rune)) {
        this.#at--;
        return text;
      }
      if (rune === '\\') {
        rune = this.#next();
      }
      if (rune === end) {
        return text;
      }
      text += rune;
    }
  }

  /** One range `a-z`, or a list of characters; never both. */
  #range(): GlobNode {
    let rune = this.#needed();
    const isNegated = rune === '!';
    if (isNegated) {
      rune = this.#needed();
    }
    if (this.#peek() === '-') {
      this.#at++;
      const [low, high] = [codeOf(rune), codeOf(this.#needed())];
      if (high < low) {
        throw new Malformed();
      }
      this.#close();
      return { kind: 'range', low, high, isNegated };
    }
    this.#at--;
    const runes = Array.from(this.#text(']'), codeOf);
    this.#close();
    if (runes.length === 0) {
      throw new Malformed();
    }
    return { kind: 'list', runes, isNegated };
  }

  #close(): void {
    if (this.#next() !== ']') {
      throw new Malformed();
    }
  }

  #needed(): string {
    const rune = this.#next();
    if (rune === end) {
      throw new Malformed();
    }
    return rune;
  }
}

function closed({ around, alternatives }: Open): Children {
  const children = alternatives.map((each): GlobNode => ({ kind: 'pattern', children: each }));
  around.push({ kind: 'anyOf', children });
  return around;
}

function codeOf(rune: string): number {
  return rune.codePointAt(0) ?? 0;
}
