import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair, parseAllDocuments, Scalar } from 'yaml';
import { readPlainScalar } from './scalar.ts';
import type { MapEntry, ScalarNode, YamlNode } from './node.ts';
import { Lines } from './lines.ts';
import { describeSyntax, type SyntaxProblem } from './syntax.ts';

/** A text with its YAML documents. Parsing never fails: what cannot be read is in `syntaxErrors`. */
export interface YamlFile {
  readonly uri: string;
  readonly text: string;
  readonly lines: Lines;
  readonly documents: readonly YamlDocument[];
}

export interface YamlDocument {
  /** Of the document's content, without the `---` lines. */
  readonly start: number;
  readonly end: number;
  /** Undefined for an empty document. */
  readonly root: YamlNode | undefined;
  readonly syntaxErrors: readonly SyntaxProblem[];
  readonly duplicateKeys: readonly { readonly key: string; readonly start: number; readonly end: number }[];
  /** The user chose another schema for this text: `# yaml-language-server: $schema=…`. */
  readonly hasModeline: boolean;
}

const modeline = /^#\s*(?:yaml-language-server\s*:\s*)?\$schema\s*[:=]/m;
/** Past this many nodes through aliases a document is not read further: it is a bomb. */
const maxAliasedNodes = 100_000;

/** Reads every document of a text, tolerantly. */
export function parseYamlFile(uri: string, text: string): YamlFile {
  const lines = new Lines(text);
  const parsed = parseAllDocuments(text, {
    version: '1.1',
    uniqueKeys: false,
    merge: false,
    prettyErrors: false,
    strict: false,
  });
  const documents = Array.isArray(parsed) ? parsed.map((document) => readDocument(document, text)) : [];
  return { uri, text, lines, documents };
}

function readDocument(document: Document.Parsed, text: string): YamlDocument {
  const [start, , read] = document.range;
  // What cannot be read still belongs to the document.
  const end = Math.max(read, ...document.errors.map((error) => error.pos[1]));
  const reader = new Reader(document, text);
  const root = document.contents === null ? undefined : reader.read(document.contents);
  return {
    start,
    end,
    root,
    syntaxErrors: describeSyntax(text, document.errors, reader),
    duplicateKeys: reader.duplicateKeys,
    hasModeline: modeline.test(text.slice(start, root?.start ?? end)) || modeline.test(document.commentBefore ?? ''),
  };
}

class Reader {
  readonly duplicateKeys: { key: string; start: number; end: number }[] = [];
  readonly unclosed: number[] = [];
  readonly refused: SyntaxProblem[] = [];
  readonly #document: Document.Parsed;
  readonly #text: string;
  readonly #open = new Set<Node>();
  #aliased = 0;

  constructor(document: Document.Parsed, text: string) {
    this.#document = document;
    this.#text = text;
  }

  read(node: Node): YamlNode {
    const [start, end] = node.range ?? [0, 0];
    if (isAlias(node)) {
      const target = node.resolve(this.#document);
      this.#aliased++;
      if (target === undefined) {
        this.refused.push({
          message: `no anchor &${node.source} stands before this: quote it if it is a text`,
          start,
          end,
        });
      }
      if (target === undefined || this.#open.has(target) || this.#aliased > maxAliasedNodes) {
        return nullNode(start, end);
      }
      return { ...this.#readOnce(target), start, end };
    }
    return this.#readOnce(node);
  }

  #readOnce(node: Node): YamlNode {
    this.#open.add(node);
    try {
      return this.#readNode(node);
    } finally {
      this.#open.delete(node);
    }
  }

  #readNode(node: Node): YamlNode {
    const [start, end] = node.range ?? [0, 0];
    this.#noteUnclosed(node, start, end);
    if (isMap(node)) {
      return { kind: 'map', start, end, entries: this.#entries(node.items as Pair<Node, Node | null>[]) };
    }
    if (isSeq(node)) {
      // Items of a parsed list are nodes; an empty item is null.
      const items = (node.items as (Node | null)[]).map((item) =>
        item === null ? nullNode(start, start) : this.read(item),
      );
      return { kind: 'list', start, end, items };
    }
    return isScalar(node) ? this.#scalar(node, start, end) : nullNode(start, end);
  }

  #entries(pairs: readonly Pair<Node, Node | null>[]): MapEntry[] {
    const entries: MapEntry[] = [];
    const seen = new Set<string>();
    for (const pair of pairs) {
      const [keyStart, keyEnd] = pair.key.range ?? [0, 0];
      const value = pair.value === null ? nullNode(keyEnd, keyEnd) : this.read(pair.value);
      if (isMap(pair.key) || isSeq(pair.key)) {
        this.refused.push({ message: unusableKey(this.#text, keyStart), start: keyStart, end: keyEnd });
      }
      const key = isScalar(pair.key) ? keyText(pair.key) : this.#text.slice(keyStart, keyEnd);
      if (key === '<<') {
        entries.push(...mergedEntries(value));
        continue;
      }
      if (seen.has(key)) {
        this.duplicateKeys.push({ key, start: keyStart, end: keyEnd });
      }
      seen.add(key);
      entries.push({ key, keyStart, keyEnd, value, merged: false });
    }
    return entries;
  }

  #noteUnclosed(node: Node, start: number, end: number): void {
    const opener = this.#text.charAt(start);
    const closer = closers.get(opener);
    const isQuoted = isScalar(node) && (node.type === Scalar.QUOTE_DOUBLE || node.type === Scalar.QUOTE_SINGLE);
    const isFlow = (isMap(node) || isSeq(node)) && node.flow === true;
    if (closer !== undefined && (isQuoted || isFlow) && (end - start < 2 || this.#text.charAt(end - 1) !== closer)) {
      this.unclosed.push(start);
    }
  }

  #scalar(node: Scalar, start: number, end: number): ScalarNode {
    const text = node.source ?? '';
    const plain = node.type === Scalar.PLAIN || node.type === undefined;
    const value =
      plain && node.tag === undefined
        ? readPlainScalar(text)
        : typeof node.value === 'string'
          ? text
          : readTagged(node, text);
    return { kind: 'scalar', start, end, value, text, unknown: unknownKind(text) };
  }
}

const closers: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["'", "'"],
  ['[', ']'],
  ['{', '}'],
]);

function unusableKey(text: string, start: number): string {
  return text.startsWith('{{', start - 1)
    ? 'YAML reads {{ as a map within a map: quote a template'
    : 'a key is a text: a map or a list cannot be one';
}

/** A scalar with a tag or quotes: text, unless the tag says a number, a boolean or null. */
function readTagged(node: Scalar, text: string): ScalarNode['value'] {
  const { value } = node;
  return typeof value === 'number' || typeof value === 'boolean' || value === null ? value : text;
}

function mergedEntries(value: YamlNode): MapEntry[] {
  const maps = value.kind === 'list' ? value.items : [value];
  return maps.flatMap((map) => (map.kind === 'map' ? map.entries.map((entry) => ({ ...entry, merged: true })) : []));
}

function keyText(key: Scalar): string {
  // Kubernetes turns keys into JSON keys: `yes: 1` is "true": 1.
  const text = key.source ?? '';
  return key.type === Scalar.PLAIN && text !== '<<' ? String(readPlainScalar(text)) : text;
}

function nullNode(start: number, end: number): ScalarNode {
  return { kind: 'scalar', start, end, value: null, text: '', unknown: undefined };
}

const substitution = /(?:^|[^$])\$\{[A-Za-z_][A-Za-z0-9_]*(?:[:=/#%,^-][^}]*)?\}/;

function unknownKind(text: string): ScalarNode['unknown'] {
  if (text.startsWith('ENC[')) {
    return 'encrypted';
  }
  return substitution.test(text) ? 'substituted' : undefined;
}
