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
  /** The word is a key between braces. */
  readonly isFlow: boolean;
  /** Nothing but indentation and dashes stands before the word. */
  readonly opensLine: boolean;
  /** The word is a key that has its colon already. */
  readonly hasColon: boolean;
  /** What the text has for the value of the word, were it a key: what follows its colon, or deeper lines below. */
  readonly below: YamlNode | undefined;
}

const mark = 'fairleadCursor';

/**
 * Finds what belongs at the cursor: the unfinished word is replaced by a mark and the text read again, so an
 * unfinished line never hides where it stands. Undefined where nothing belongs: in comments and texts of several lines,
 * directly behind a colon, and at an indentation where a word would break the document.
 */
export function cursorPlace(file: YamlFile, offset: number): CursorPlace | undefined {
  const { text } = file;
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const before = text.slice(lineStart, offset);
  const word = wordBefore(before);
  if (word === undefined || /(^|\s)#/.test(before.replace(/"[^"]*"|'[^']*'/g, ''))) {
    return undefined;
  }
  const wordStart = offset - word.length;
  const wordEnd = offset + (/^[^\s:,[\]{}"'#]*/.exec(text.slice(offset))?.[0].length ?? 0);
  const read = (instead: string): YamlFile =>
    parseYamlFile(file.uri, `${text.slice(0, wordStart)}${instead}${text.slice(wordEnd)}`);
  const hasColon = /^[ \t]*:(\s|$)/.test(text.slice(wordEnd));
  const found = markedPlace(read, { lineStart, wordStart, hasColon });
  const errors = found === undefined ? 0 : syntaxErrors(found.file);
  if (found === undefined || (errors > 0 && errors > syntaxErrors(read('')))) {
    return undefined;
  }
  const { path, what, root } = found;
  const dashes = /^\s*((?:-\s+)*)/.exec(before)?.[1] ?? '';
  if (dashes !== '' && !path.some((step) => typeof step === 'number')) {
    // A dash where there is no list: what was read around it is not what was meant.
    return undefined;
  }
  return {
    path,
    what,
    siblings: what === 'key' ? found.siblings : [],
    root,
    start: wordStart,
    end: wordEnd,
    inset: ' '.repeat(dashes.length),
    isFlow: what === 'key' && found.file.text.charAt(found.mapStart) === '{',
    opensLine: /^\s*(?:-\s+)*$/.test(text.slice(lineStart, wordStart)),
    hasColon,
    below: what === 'key' && !isNothing(found.value) ? found.value : undefined,
  };
}

/** Where the mark stands that is written for the word. */
function markedPlace(
  read: (instead: string) => YamlFile,
  {
    lineStart,
    wordStart,
    hasColon,
  }: { readonly lineStart: number; readonly wordStart: number; readonly hasColon: boolean },
): (Marked & { readonly file: YamlFile; readonly root: YamlNode }) | undefined {
  const attempt = (instead: string): (Marked & { readonly file: YamlFile; readonly root: YamlNode }) | undefined => {
    const file = read(instead);
    const root = file.documents.find(({ start, end }) => wordStart >= start && wordStart <= end)?.root;
    const found = root === undefined ? undefined : findMark(root, []);
    // A text that starts further up goes on here.
    const goesOn = found?.what === 'value' && found.start < lineStart;
    return root === undefined || found === undefined || goesOn ? undefined : { ...found, file, root };
  };
  const found = attempt(mark);
  // Without its own colon a key is none, or the first line of the key below.
  return found?.what === 'key' && !hasColon ? (attempt(`${mark}:`) ?? found) : found;
}

function syntaxErrors({ documents }: YamlFile): number {
  return documents.reduce((count, document) => count + document.syntaxErrors.length, 0);
}

function isNothing(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.text === '';
}

/**
 * The word that ends a line so far; undefined directly behind the colon of a key and on the lines between documents.
 * Values may hold spaces and operators (`>=1.0.0 <2.0.0`): all of one is the word.
 */
function wordBefore(before: string): string | undefined {
  if (/^(?:---|\.\.\.)/.test(before)) {
    return undefined;
  }
  const content = before.replace(/^\s*(?:-\s+)*/, '');
  const value = /^(?:"[^"]*"|'[^']*'|[^\s"'{[][^:]*):\s+(.*)$/.exec(content)?.[1];
  if (value === undefined || /^[{[]/.test(value)) {
    const part = value ?? content;
    return part.endsWith(':') ? undefined : /[^\s:,[\]{}"']*$/.exec(part)?.[0];
  }
  return /^["']?([^"']*)$/.exec(value)?.[1];
}

type Marked =
  | { readonly what: 'value'; readonly path: readonly PathStep[]; readonly start: number }
  | {
      readonly what: 'key';
      readonly path: readonly PathStep[];
      readonly key: string;
      readonly siblings: readonly string[];
      readonly mapStart: number;
      readonly value: YamlNode;
    };

function findMark(node: YamlNode, path: readonly PathStep[]): Marked | undefined {
  switch (node.kind) {
    case 'scalar':
      return node.text.includes(mark) ? { path, what: 'value', start: node.start } : undefined;
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
          return { path, what: 'key', key: entry.key, siblings, mapStart: node.start, value: entry.value };
        }
        const found = findMark(entry.value, [...path, entry.key]);
        if (found !== undefined) {
          return found;
        }
      }
      return undefined;
  }
}
