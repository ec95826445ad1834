/**
 * Whether a name matches a shell pattern: `*` and `?` stop at slashes, `[a-z]`, `[^a-z]`, `\` escapes.
 *
 * @returns undefined when the pattern is malformed, as far as Go reads it
 * @see Go 1.26 path/filepath/match.go, Match
 */
export function matchPath(pattern: string, name: string): boolean | undefined {
  const isStarred = pattern.startsWith('*');
  const literal = isStarred ? pattern.slice(1) : pattern;
  if (withoutSpecials.test(literal)) {
    // Nearly all there are: a name, or an ending.
    return isStarred
      ? name.endsWith(literal) && !name.slice(0, name.length - literal.length).includes('/')
      : name === literal;
  }
  return matchRunes(pattern, name);
}

/** Of ASCII, where a character is a code unit. */
const withoutSpecials = /^[^*?[\\\x80-\uffff]*$/;

function matchRunes(pattern: string, name: string): boolean | undefined {
  const patternRunes = Array.from(pattern);
  const nameRunes = Array.from(name);
  let rest = patternRunes;
  let left = nameRunes;
  while (rest.length > 0) {
    const { star, chunk, tail } = scanChunk(rest);
    rest = tail;
    if (star && chunk.length === 0) {
      return !left.includes('/');
    }
    const direct = matchChunk(chunk, left);
    if (direct === 'bad') {
      return undefined;
    }
    // The last chunk has to use up the name.
    if (direct !== undefined && (direct.length === 0 || rest.length > 0)) {
      left = direct;
      continue;
    }
    const skipped = star ? matchLater(chunk, left, rest.length === 0) : undefined;
    if (skipped === 'bad') {
      return undefined;
    }
    if (skipped !== undefined) {
      left = skipped;
      continue;
    }
    return false;
  }
  return left.length === 0;
}

function matchLater(chunk: readonly string[], name: readonly string[], isLast: boolean): string[] | 'bad' | undefined {
  for (let skipped = 0; skipped < name.length && name[skipped] !== '/'; skipped++) {
    const matched = matchChunk(chunk, name.slice(skipped + 1));
    if (matched === 'bad') {
      return 'bad';
    }
    if (matched !== undefined && (matched.length === 0 || !isLast)) {
      return matched;
    }
  }
  return undefined;
}

/** Stars in front, then the pattern up to the next star. */
function scanChunk(pattern: readonly string[]): { star: boolean; chunk: string[]; tail: string[] } {
  let start = 0;
  while (pattern[start] === '*') {
    start++;
  }
  let isInRange = false;
  let end = start;
  for (; end < pattern.length; end++) {
    const rune = pattern[end];
    if (rune === '\\') {
      end++;
    } else if (rune === '[') {
      isInRange = true;
    } else if (rune === ']') {
      isInRange = false;
    } else if (rune === '*' && !isInRange) {
      break;
    }
  }
  return { star: start > 0, chunk: pattern.slice(start, end), tail: pattern.slice(end) };
}

/** What is left of the name behind the chunk; undefined when it does not match. */
function matchChunk(chunk: readonly string[], name: readonly string[]): string[] | 'bad' | undefined {
  let at = 0;
  let failed = false;
  let index = 0;
  while (index < chunk.length) {
    failed ||= at >= name.length;
    const rune = chunk[index];
    if (rune === '[') {
      const found = matchClass(chunk, index + 1, failed ? undefined : name[at]);
      if (found === 'bad') {
        return 'bad';
      }
      failed ||= !found.isMatch;
      index = found.next;
      at++;
      continue;
    }
    if (rune === '?') {
      failed ||= name[at] === '/';
      index++;
      at++;
      continue;
    }
    if (rune === '\\') {
      index++;
      if (index >= chunk.length) {
        return 'bad';
      }
    }
    failed ||= chunk[index] !== name[at];
    index++;
    at++;
  }
  return failed ? undefined : name.slice(at);
}

function matchClass(
  chunk: readonly string[],
  start: number,
  rune: string | undefined,
): { isMatch: boolean; next: number } | 'bad' {
  const code = rune?.codePointAt(0) ?? -1;
  let index = start;
  const isNegated = chunk[index] === '^';
  if (isNegated) {
    index++;
  }
  let isMatch = false;
  for (let ranges = 0; chunk[index] !== ']' || ranges === 0; ranges++) {
    const low = classRune(chunk, index);
    if (low === undefined) {
      return 'bad';
    }
    index = low.next;
    let high = low.code;
    if (chunk[index] === '-') {
      const upper = classRune(chunk, index + 1);
      if (upper === undefined) {
        return 'bad';
      }
      high = upper.code;
      index = upper.next;
    }
    isMatch ||= low.code <= code && code <= high;
  }
  return { isMatch: rune !== undefined && isMatch !== isNegated, next: index + 1 };
}

function classRune(chunk: readonly string[], start: number): { code: number; next: number } | undefined {
  let index = start;
  if (index >= chunk.length || chunk[index] === '-' || chunk[index] === ']') {
    return undefined;
  }
  if (chunk[index] === '\\') {
    index++;
  }
  const code = chunk[index]?.codePointAt(0);
  return code === undefined || index + 1 >= chunk.length ? undefined : { code, next: index + 1 };
}
