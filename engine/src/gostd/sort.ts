import { toBytes } from './bytes.ts';

/** Strings in Go's order: by bytes. Returns a new list. */
export function sortStrings(strings: readonly string[]): string[] {
  return sorted([...strings]);
}

/** Go's `<` on strings: UTF-16 order is the same but for surrogates, which sort behind U+FFFF only in UTF-8. */
export function compareStrings(a: string, b: string): number {
  if (a === b) {
    return 0;
  }
  if (!hasSurrogate(a) && !hasSurrogate(b)) {
    return a < b ? -1 : 1;
  }
  const left = toBytes(a);
  const right = toBytes(b);
  const shared = Math.min(left.length, right.length);
  for (let i = 0; i < shared; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) {
      return difference;
    }
  }
  return left.length - right.length;
}

/** Keys of a map in the order that templates, fmt and json go through it. */
export function sortedKeys(map: object): string[] {
  return sorted(Object.keys(map));
}

/** In place: JavaScript's own order is quick, and Go's where no string has a surrogate. */
function sorted(strings: string[]): string[] {
  return strings.some(hasSurrogate) ? strings.sort(compareStrings) : strings.sort();
}

function hasSurrogate(text: string): boolean {
  return /[\ud800-\udfff]/.test(text);
}
