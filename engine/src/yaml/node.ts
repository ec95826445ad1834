/**
 * A place in a text: 0-based line and character as the Language Server Protocol counts, and the offset in UTF-16 units.
 * A byte order mark at the start counts for the offset, not for the character: editors do not show it.
 */
export interface Mark {
  readonly line: number;
  readonly character: number;
  readonly offset: number;
}

export type ScalarStyle = 'plain' | 'single-quoted' | 'double-quoted' | 'literal' | 'folded';

interface NodeBase {
  /** Where the node starts: its tag or anchor, if it has one. */
  readonly start: Mark;
  /** Behind the last character of the node; of a block collection behind its last child. */
  readonly end: Mark;
  /** In its long form, `tag:yaml.org,2002:str`; `!` alone is `!`. Undefined where there is none. */
  readonly tag: string | undefined;
  readonly anchor: string | undefined;
}

export interface ScalarNode extends NodeBase {
  readonly kind: 'scalar';
  readonly value: string;
  readonly style: ScalarStyle;
}

export interface SequenceNode extends NodeBase {
  readonly kind: 'sequence';
  readonly isFlow: boolean;
  readonly items: readonly YamlNode[];
}

export interface MappingNode extends NodeBase {
  readonly kind: 'mapping';
  readonly isFlow: boolean;
  /** In the text's order, duplicates and merge keys included: `values[i]` belongs to `keys[i]`. */
  readonly keys: readonly YamlNode[];
  readonly values: readonly YamlNode[];
}

export interface AliasNode extends NodeBase {
  readonly kind: 'alias';
  readonly name: string;
  readonly target: YamlNode;
}

/** A node as it stands in the text; nothing is resolved but aliases. */
export type YamlNode = ScalarNode | SequenceNode | MappingNode | AliasNode;
