/** A node of a YAML document, with offsets in UTF-16 code units of the whole text. */
export type YamlNode = MapNode | ListNode | ScalarNode;

interface Place {
  /** Of the node's own text; an alias has its own place, not its anchor's. */
  readonly start: number;
  readonly end: number;
}

export interface MapNode extends Place {
  readonly kind: 'map';
  /** In text order; a key that stands twice is there twice. Entries that came through `<<` are `merged`. */
  readonly entries: readonly MapEntry[];
}

export interface MapEntry {
  readonly key: string;
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly value: YamlNode;
  readonly merged: boolean;
}

export interface ListNode extends Place {
  readonly kind: 'list';
  readonly items: readonly YamlNode[];
}

export interface ScalarNode extends Place {
  readonly kind: 'scalar';
  /** As Kubernetes reads it: YAML 1.1. */
  readonly value: string | number | boolean | null;
  /** What the text says, before it is read as a number or boolean. */
  readonly text: string;
  /** Only known when Flux builds it: a `${var}` substitution, or encrypted by SOPS. */
  readonly unknown: 'substituted' | 'encrypted' | undefined;
}

/** One step of a path: a key of a map or an index of a list. */
export type PathStep = string | number;

/** The entry that counts: the last one of that name, merged ones only where there is no other. */
export function entryOf(node: YamlNode | undefined, key: string): MapEntry | undefined {
  if (node?.kind !== 'map') {
    return undefined;
  }
  const named = node.entries.filter((entry) => entry.key === key);
  return named.findLast((entry) => !entry.merged) ?? named.at(-1);
}

/** The node at a path, or undefined. */
export function nodeAt(node: YamlNode | undefined, path: readonly PathStep[]): YamlNode | undefined {
  let current = node;
  for (const step of path) {
    if (typeof step === 'number') {
      current = current?.kind === 'list' ? current.items[step] : undefined;
    } else {
      current = entryOf(current, step)?.value;
    }
  }
  return current;
}

/** The text of a string scalar at a path; undefined for anything else and for what is only known later. */
export function stringAt(node: YamlNode | undefined, path: readonly PathStep[]): string | undefined {
  const found = nodeAt(node, path);
  return found?.kind === 'scalar' && typeof found.value === 'string' && found.unknown === undefined
    ? found.value
    : undefined;
}

/** A node as JSON, the last of duplicate keys winning. Objects have no prototype. */
export function toJson(node: YamlNode): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(toJson);
    case 'map': {
      const object = Object.create(null) as Record<string, unknown>; // Object.create is typed any
      for (const entry of node.entries) {
        if (!entry.merged) {
          object[entry.key] = toJson(entry.value);
        } else if (!(entry.key in object)) {
          object[entry.key] = toJson(entry.value);
        }
      }
      return object;
    }
  }
}
