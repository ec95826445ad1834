import { compareStrings, formatFloat, quote } from '../gostd/index.ts';
import type { MappingNode, ScalarNode, YamlNode } from './node.ts';
import type { Resolved } from './resolve.ts';

/** How the reader that complains sees a node. */
export interface View {
  meaning(node: ScalarNode): Resolved;
  /** The Go type of the map that it makes of a node. */
  mapType(node: MappingNode): string;
  isMerge(key: YamlNode): boolean;
  /** Whether the first of several values under one key stays, as where duplicates are refused; else the last does. */
  readonly keepsFirst?: boolean;
}

/**
 * What a node decodes to, as Go's `%#v` prints it: go-yaml's complaints about keys show whole values so.
 * Keys of several types stand in the order that their types have in the memory of Helm and its kin.
 *
 * @see Go 1.26 fmt/print.go and internal/fmtsort
 */
export function goSyntax(node: YamlNode, view: View): string {
  const text = syntax(node, view);
  return text === nilInterface ? '<nil>' : text;
}

const nilInterface = 'interface {}(nil)';

function syntax(node: YamlNode, view: View): string {
  switch (node.kind) {
    case 'alias':
      return syntax(node.target, view);
    case 'sequence':
      return `[]interface {}{${node.items.map((item) => syntax(item, view)).join(', ')}}`;
    case 'mapping':
      return mappingSyntax(node, view);
    case 'scalar':
      return scalarSyntax(node, view.meaning(node));
  }
}

interface Entry {
  readonly key: Resolved;
  /** `KEY:VALUE` */
  readonly text: string;
}

function mappingSyntax(node: MappingNode, view: View): string {
  const entries = new Map<string, Entry>();
  collectEntries(node, view, entries);
  const sorted = Array.from(entries.values()).sort((a, b) => compareKeys(a.key, b.key));
  return `${view.mapType(node)}{${sorted.map(({ text }) => text).join(', ')}}`;
}

function collectEntries(node: MappingNode, view: View, entries: Map<string, Entry>): void {
  for (const [index, keyNode] of node.keys.entries()) {
    const value = node.values[index];
    const target = targetOf(keyNode);
    if (value === undefined || target.kind !== 'scalar') {
      continue;
    }
    if (view.isMerge(keyNode)) {
      const sources = value.kind === 'sequence' ? value.items.toReversed() : [value];
      for (const source of sources.map(targetOf)) {
        if (source.kind === 'mapping') {
          collectEntries(source, view, entries);
        }
      }
      continue;
    }
    const key = view.meaning(target);
    const keyText = scalarSyntax(target, key);
    const id = `${key.tag} ${keyText}`;
    if (view.keepsFirst !== true || !entries.has(id)) {
      entries.set(id, { key, text: `${keyText}:${syntax(value, view)}` });
    }
  }
}

function targetOf(node: YamlNode): YamlNode {
  return node.kind === 'alias' ? node.target : node;
}

/** nil, string, uint64, int, float64, bool */
function typeRank(key: Resolved): number {
  switch (key.tag) {
    case '!!null':
      return 0;
    case '!!str':
    case '!!timestamp':
      return 1;
    case '!!int':
      return isUint64(key.value) ? 2 : 3;
    case '!!float':
      return 4;
    case '!!bool':
      return 5;
  }
}

function compareKeys(a: Resolved, b: Resolved): number {
  const byType = typeRank(a) - typeRank(b);
  if (byType !== 0) {
    return byType;
  }
  if (typeof a.value === 'string' && typeof b.value === 'string') {
    return compareStrings(a.value, b.value);
  }
  const difference = Number(a.value) - Number(b.value);
  return Number.isNaN(difference) ? Number(Number.isNaN(b.value)) - Number(Number.isNaN(a.value)) : difference;
}

function isUint64(value: number | bigint): boolean {
  return value > 0x7fff_ffff_ffff_ffffn;
}

function scalarSyntax(node: ScalarNode, resolved: Resolved): string {
  switch (resolved.tag) {
    case '!!null':
      return nilInterface;
    case '!!bool':
      return String(resolved.value);
    case '!!int':
      return isUint64(resolved.value) ? `0x${resolved.value.toString(16)}` : String(resolved.value);
    case '!!float':
      return formatFloat(resolved.value, 'g', -1, 64);
    case '!!timestamp':
      return quote(node.value);
    case '!!str':
      return quote(resolved.value);
  }
}
