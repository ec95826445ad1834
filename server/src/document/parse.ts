import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair, parseAllDocuments, Scalar } from 'yaml';
import { readPlainScalar } from './scalar.ts';
import type { MapEntry, ScalarNode, YamlNode } from './node.ts';
import { Lines } from './lines.ts';

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

export interface SyntaxProblem {
  readonly message: string;
  readonly start: number;
  readonly end: number;
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
  const [start, , end] = document.range;
  const reader = new Reader(document, text);
  const root = document.contents === null ? undefined : reader.read(document.contents);
  return {
    start,
    end,
    root,
    syntaxErrors: document.errors.map((error) => ({
      message: error.message,
      start: error.pos[0],
      end: Math.max(error.pos[1], error.pos[0] + 1),
    })),
    duplicateKeys: reader.duplicateKeys,
    hasModeline: modeline.test(text.slice(start, root?.start ?? end)) || modeline.test(document.commentBefore ?? ''),
  };
}

class Reader {
  readonly duplicateKeys: { key: string; start: number; end: number }[] = [];
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
