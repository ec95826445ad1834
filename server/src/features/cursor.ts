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
  const marked = parseYamlFile(file.uri, `${text.slice(0, wordStart)}${mark}${text.slice(wordEnd)}`);
  const document = marked.documents.find((candidate) => wordStart >= candidate.start && wordStart <= candidate.end);
  const root = document?.root;
  const found = root === undefined ? undefined : findMark(root, []);
  return root === undefined || found === undefined ? undefined : { ...found, start: wordStart, end: wordEnd, root };
}

/** Values may hold spaces and operators (`>=1.0.0 <2.0.0`): the word to replace then starts after the quote or `: `. */
function wordPart(before: string): string {
  const value = /(?::\s+|-\s+)["']?([^"']*)$/.exec(before)?.[1];
  return value === undefined ? before : value.includes(': ') ? before : value.replaceAll(/[\s,:]/g, '_');
}

function findMark(
  node: YamlNode,
  path: readonly PathStep[],
): Pick<CursorPlace, 'path' | 'what' | 'siblings'> | undefined {
  switch (node.kind) {
    case 'scalar':
      return node.text.includes(mark) ? { path, what: 'value', siblings: [] } : undefined;
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
          return { path, what: 'key', siblings };
        }
        const found = findMark(entry.value, [...path, entry.key]);
        if (found !== undefined) {
          return found;
        }
      }
      return undefined;
  }
}
