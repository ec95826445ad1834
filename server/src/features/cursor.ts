import { parseYamlFile, type PathStep, type YamlFile, type YamlNode } from '../document/index.ts';

/** What a person is about to write at the cursor. */
export interface CursorPlace {
  /** Of the map that the key goes into, or of the value. */
  readonly path: readonly PathStep[];
  readonly what: 'key' | 'value';
  /** The unfinished word: the text that a completion replaces, in UTF-16 offsets. */
  readonly start: number;
  readonly end: number;
  /** The root of the document, with the cursor's word in it. */
  readonly root: YamlNode;
  /** Keys that stand in the map already, the unfinished one left out. */
  readonly siblings: readonly string[];
  /** What lines below the cursor's need before them, beyond its indentation, to stand beside its key: the width of `- `. */
  readonly inset: string;
}

const mark = 'fairleadCursor';

/**
 * Finds what belongs at the cursor: the unfinished word is replaced by a mark and the text read again, so an
 * unfinished line never hides where it stands.
 */
export function cursorPlace(file: YamlFile, offset: number): CursorPlace | undefined {
  const { text } = file;
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const before = text.slice(lineStart, offset);
  if (/(^|\s)#/.test(before.replace(/"[^"]*"|'[^']*'/g, ''))) {
    return undefined;
  }
  const wordStart = offset - (/[^\s:,[\]{}"']*$/.exec(wordPart(before))?.[0].length ?? 0);
  const wordEnd = offset + (/^[^\s:,[\]{}"'#]*/.exec(text.slice(offset))?.[0].length ?? 0);
  const read = (word: string): (Marked & { readonly root: YamlNode }) | undefined => {
    const marked = parseYamlFile(file.uri, `${text.slice(0, wordStart)}${word}${text.slice(wordEnd)}`);
    const root = marked.documents.find(({ start, end }) => wordStart >= start && wordStart <= end)?.root;
    const found = root === undefined ? undefined : findMark(root, []);
    return root === undefined || found === undefined ? undefined : { ...found, root };
  };
  let found = read(mark);
  if (found?.what === 'key' && found.key !== mark) {
    // A word above another key is read as the first line of that key: only its own colon parts them.
    found = read(`${mark}:`) ?? found;
  }
  const dashes = /^\s*((?:-\s+)*)/.exec(before)?.[1] ?? '';
  return found === undefined
    ? undefined
    : {
        path: found.path,
        what: found.what,
        siblings: found.what === 'key' ? found.siblings : [],
        root: found.root,
        start: wordStart,
        end: wordEnd,
        inset: ' '.repeat(dashes.length),
      };
}

/** Values may hold spaces and operators (`>=1.0.0 <2.0.0`): the word to replace then starts after the quote or `: `. */
function wordPart(before: string): string {
  const value = /(?::\s+|-\s+)["']?([^"']*)$/.exec(before)?.[1];
  return value === undefined ? before : value.includes(': ') ? before : value.replaceAll(/[\s,:]/g, '_');
}

type Marked =
  | { readonly what: 'value'; readonly path: readonly PathStep[] }
  | {
      readonly what: 'key';
      readonly path: readonly PathStep[];
      readonly key: string;
      readonly siblings: readonly string[];
    };

function findMark(node: YamlNode, path: readonly PathStep[]): Marked | undefined {
  switch (node.kind) {
    case 'scalar':
      return node.text.includes(mark) ? { path, what: 'value' } : undefined;
    case 'list':
      for (const [index, item] of node.items.entries()) {
        const found = findMark(item, [...path, index]);
        if (found !== undefined) {
          return found;
        }
      }
      return undefined;
    case 'map':
      for (const entry of node.entries) {
        if (entry.key.includes(mark)) {
          const siblings = node.entries.filter((other) => other !== entry).map((other) => other.key);
          return { path, what: 'key', key: entry.key, siblings };
        }
        const found = findMark(entry.value, [...path, entry.key]);
        if (found !== undefined) {
          return found;
        }
      }
      return undefined;
  }
}
