import { RE2JS, RE2JSException, RE2JSSyntaxException } from 're2js';
import { builtCapacity, pairOfWords, withCapacity } from './capacity.ts';
import { hasPlainMatch, isPlainText, plainMatches, type PlainRegexp, plainRegexp } from './plainRegexp.ts';

/** What Go makes room for before it looks for all matches. */
const firstCapacity = 10;

/** A pattern that is no regular expression of RE2; `message` is Go's. */
export class RegexpError extends Error {
  override readonly name = 'RegexpError';
}

/** Index pairs into a text: the match, then each group; -1 where a group took no part. UTF-16 code units. */
type Match = readonly number[];

/** A compiled regular expression: Go's package regexp, in linear time. Texts may hold bytes that are no UTF-8. */
export class Regexp {
  readonly source: string;
  readonly #plain: PlainRegexp | undefined;
  readonly #names: GroupNames;
  #compiled: RE2JS | undefined;

  /** @param compiled a plain expression need not be */
  constructor(
    source: string,
    {
      plain,
      compiled,
      names = new Map(),
    }: { readonly plain?: PlainRegexp; readonly compiled?: RE2JS; readonly names?: GroupNames },
  ) {
    this.source = source;
    this.#plain = plain;
    this.#compiled = compiled;
    this.#names = names;
  }

  test(text: string): boolean {
    return this.#plain !== undefined && isPlainText(this.#plain, text)
      ? hasPlainMatch(this.#plain, text)
      : this.#re2().test(text);
  }

  /** The leftmost match, or undefined. */
  find(text: string): string | undefined {
    const [match] = this.#all(text, 1);
    return match === undefined ? undefined : text.slice(match[0], match[1]);
  }

  /** At most `limit` matches; all when it is negative. */
  findAll(text: string, limit: number): string[] {
    const found = this.#all(text, limit).map((match) => text.slice(match[0], match[1]));
    return withCapacity(found, builtCapacity(found.length, pairOfWords, firstCapacity));
  }

  /** Replaces every match; `$1`, `${name}` and `$$` in `replacement` mean what they mean in Go. */
  replaceAll(text: string, replacement: string): string {
    const pieces = readTemplate(replacement);
    return this.#replace(text, (match) => pieces.map((piece) => this.#expand(piece, text, match)).join(''));
  }

  /** Replaces every match with `replacement` as it stands. */
  replaceAllLiteral(text: string, replacement: string): string {
    return this.#replace(text, () => replacement);
  }

  /** The texts between matches. @see Go 1.26 regexp/regexp.go, Regexp.Split */
  split(text: string, limit: number): string[] {
    if (limit === 0) {
      return [];
    }
    if (this.source !== '' && text === '') {
      return [''];
    }
    const parts: string[] = [];
    let begin = 0;
    let end = 0;
    const matches = this.#all(text, limit);
    for (const [from = 0, to = 0] of matches) {
      if (limit > 0 && parts.length === limit - 1) {
        break;
      }
      end = from;
      if (to !== 0) {
        parts.push(text.slice(begin, end));
      }
      begin = to;
    }
    if (end !== text.length) {
      parts.push(text.slice(begin));
    }
    return withCapacity(parts, builtCapacity(parts.length, pairOfWords, matches.length));
  }

  #all(text: string, limit: number): readonly Match[] {
    if (this.#plain?.mayBeEmpty === false && isPlainText(this.#plain, text)) {
      return plainMatches(this.#plain, text, limit);
    }
    // Declared as a list, and null where nothing matches.
    const matches: unknown = this.#re2().re2().findAllSubmatchIndex(text, limit);
    return Array.isArray(matches) ? (matches as Match[]) : []; // re2js has index pairs in it
  }

  #re2(): RE2JS {
    this.#compiled ??= RE2JS.compile(this.source);
    return this.#compiled;
  }

  #replace(text: string, replacement: (match: Match) => string): string {
    let result = '';
    let last = 0;
    for (const match of this.#all(text, -1)) {
      const [from = 0, to = 0] = match;
      result += text.slice(last, from) + replacement(match);
      last = to;
    }
    return result + text.slice(last);
  }

  #expand(piece: Piece, text: string, match: Match): string {
    switch (piece.kind) {
      case 'text':
        return piece.text;
      case 'number':
        return group(text, match, piece.number);
      case 'name': {
        const taking = this.#names.get(piece.name)?.find((index) => (match[2 * index] ?? -1) >= 0);
        return taking === undefined ? '' : group(text, match, taking);
      }
    }
  }
}

function group(text: string, match: Match, index: number): string {
  const from = match[2 * index] ?? -1;
  return from < 0 ? '' : text.slice(from, match[2 * index + 1]);
}

/**
 * Compiles a regular expression.
 *
 * @throws RegexpError in Go's words
 * @see Go 1.26 regexp/regexp.go, Compile
 */
export function compileRegexp(source: string): Regexp {
  if (!source.isWellFormed()) {
    throw new RegexpError(`error parsing regexp: invalid UTF-8: ${backquote(source)}`);
  }
  const plain = plainRegexp(source);
  if (plain !== undefined) {
    return new Regexp(source, { plain });
  }
  try {
    const compiled = RE2JS.compile(source);
    return new Regexp(source, { compiled, names: namesOf(compiled) });
  } catch (error) {
    if (error instanceof RE2JSSyntaxException && error.getDescription() === 'duplicate capture group name') {
      return compileSharedNames(source);
    }
    throw refusal(error, source);
  }
}

/** The error of `source`; `written` turns a part of what re2js saw into what was written there. */
function refusal(error: unknown, source: string, written = (part: string): string => part): unknown {
  if (error instanceof RE2JSSyntaxException) {
    const shown = backquote(written(error.getPattern() ?? ''));
    return new RegexpError(`error parsing regexp: ${error.getDescription()}: ${shown}`, { cause: error });
  }
  return error instanceof RE2JSException
    ? new RegexpError(`error parsing regexp: ${error.message}: ${backquote(source)}`, { cause: error })
    : error;
}

/** Group numbers by name. */
type GroupNames = ReadonlyMap<string, readonly number[]>;

function namesOf(compiled: RE2JS): GroupNames {
  return new Map(Object.entries(compiled.namedGroups()).map(([name, index]) => [name, [index]] as const));
}

/**
 * Several groups may have one name in Go, the first of them that took part counting, and not in re2js: there each but
 * the first gets a name of its own.
 */
function compileSharedNames(source: string): Regexp {
  const names = new Map<string, number[]>();
  const renamings: [written: string, renamed: string][] = [];
  let groups = 0;
  let free = '_';
  while (source.includes(free)) {
    free += '_';
  }
  // Literal text, escapes and character classes have nothing that opens a group.
  const pieces = /\\Q[^]*?(?:\\E|$)|\\[^]|\[\^?\]?(?:\[:[^\]]*:\]|\\[^]|[^\]\\])*\]|\((\?)?(?:P?<([^>]*)>)?/g;
  const renamed = source.replace(pieces, (piece: string, isSpecial: string | undefined, name: string | undefined) => {
    if (!piece.startsWith('(') || (isSpecial !== undefined && name === undefined)) {
      return piece;
    }
    groups++;
    if (name === undefined) {
      return piece;
    }
    const before = names.get(name);
    names.set(name, [...(before ?? []), groups]);
    if (before === undefined) {
      return piece;
    }
    const renaming = `(?P<${free}${groups}>`;
    renamings.push([piece, renaming]);
    return renaming;
  });
  try {
    return new Regexp(source, { compiled: RE2JS.compile(renamed), names });
  } catch (error) {
    throw refusal(error, source, (part) =>
      renamings.reduce((text, [written, renaming]) => text.replace(renaming, () => written), part),
    );
  }
}

/** The expression that matches this text and nothing else. @see Go 1.26 regexp/regexp.go, QuoteMeta */
export function quoteMeta(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');
}

/** Go prints the offending part between backquotes as it is. */
function backquote(text: string): string {
  return `\`${text}\``;
}

type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'number'; readonly number: number }
  | { readonly kind: 'name'; readonly name: string };

/** @see Go 1.26 regexp/regexp.go, Regexp.Expand */
function readTemplate(template: string): Piece[] {
  const pieces: Piece[] = [];
  let last = 0;
  for (const match of template.matchAll(/\$(?:\$|([\p{L}\p{Nd}_]+)|\{([\p{L}\p{Nd}_]+)\})/gu)) {
    pieces.push({ kind: 'text', text: template.slice(last, match.index) });
    last = match.index + match[0].length;
    const name = match[1] ?? match[2];
    if (name === undefined) {
      pieces.push({ kind: 'text', text: '$' });
    } else if (/^(?:0|[1-9][0-9]{0,8})$/.test(name)) {
      pieces.push({ kind: 'number', number: Number(name) });
    } else {
      pieces.push({ kind: 'name', name });
    }
  }
  pieces.push({ kind: 'text', text: template.slice(last) });
  return pieces;
}

/** Compiled expressions, the ones last used. A render compiles each of its patterns once. */
export class RegexpCache {
  readonly #limit: number;
  readonly #compiled = new Map<string, Regexp>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** @throws RegexpError */
  compile(source: string): Regexp {
    const known = this.#compiled.get(source);
    if (known !== undefined) {
      return known;
    }
    const compiled = compileRegexp(source);
    if (this.#compiled.size >= this.#limit) {
      const [oldest] = this.#compiled.keys();
      this.#compiled.delete(oldest ?? '');
    }
    this.#compiled.set(source, compiled);
    return compiled;
  }
}
