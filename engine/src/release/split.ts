import { whiteSpace } from '../gostd/index.ts';

/**
 * The documents of a rendered text: cut at every line that starts with `---`, even inside of a block of text, white
 * space in front taken off, empty ones left out.
 *
 * @see helm v4.3.1 pkg/release/v1/util/manifest.go, SplitManifests
 */
export function splitManifests(text: string): string[] {
  const documents: string[] = [];
  let start = skipSpace(text, 0);
  const take = (end: number): void => {
    const from = skipSpace(text, start);
    if (from < end) {
      documents.push(text.slice(from, end));
    }
  };
  for (let at = start; at >= 0 && at < text.length; at = nextLine(text, at)) {
    if (text.startsWith('---', at)) {
      take(at);
      start = skipBlanks(text, at + 3);
    }
  }
  take(text.length);
  return documents;
}

/** The comments that a document begins with: Helm's `# Source:` line, which is no part of the object. */
export function leadingComments(document: string): string {
  return /^(?:#.*\n)*/.exec(document)?.[0] ?? '';
}

function nextLine(text: string, at: number): number {
  const newline = text.indexOf('\n---', at);
  return newline < 0 ? text.length : newline + 1;
}

function skipBlanks(text: string, at: number): number {
  let index = at;
  while (text[index] === ' ' || text[index] === '\t') {
    index++;
  }
  return index;
}

function skipSpace(text: string, at: number): number {
  let index = at;
  while (index < text.length && whiteSpace.includes(text.charAt(index))) {
    index++;
  }
  return index;
}
