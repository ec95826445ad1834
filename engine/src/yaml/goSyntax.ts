import { formatFloat, quote } from '../gostd/index.ts';
import type { MappingNode, ScalarNode, YamlNode } from './node.ts';
import type { Resolved } from './resolve.ts';

/** How the reader that complains sees a node. */
export interface View {
  meaning(node: ScalarNode): Resolved;
  /** The Go type of the map that it makes of a node. */
  mapType(node: MappingNode): string;
}

/**
 * What a node decodes to, as Go's `%#v` prints it: go-yaml's complaints about keys show whole values so.
 * Maps of keys of several types are in an order of Go's memory; here strings come last.
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
      return scalarSyntax(view.meaning(node));
  }
}

function mappingSyntax(node: MappingNode, view: View): string {
  const entries = new Map<string, string>();
  for (const [index, key] of node.keys.entries()) {
    const value = node.values[index];
    if (value !== undefined) {
      entries.set(syntax(key, view), syntax(value, view));
    }
  }
  const sorted = Array.from(entries).sort(([a], [b]) => compareKeys(a, b));
  return `${view.mapType(node)}{${sorted.map(([key, value]) => `${key}:${value}`).join(', ')}}`;
}

function compareKeys(a: string, b: string): number {
  const isText = [a.startsWith('"'), b.startsWith('"')] as const;
  if (isText[0] !== isText[1]) {
    return isText[0] ? 1 : -1;
  }
  if (!isText[0] && Number(a) !== Number(b)) {
    return Number(a) - Number(b);
  }
  return a < b ? -1 : a > b ? 1 : 0;
}

function scalarSyntax(resolved: Resolved): string {
  switch (resolved.tag) {
    case '!!null':
      return nilInterface;
    case '!!bool':
      return String(resolved.value);
    case '!!int':
      return resolved.value > 0x7fff_ffff_ffff_ffffn ? `0x${resolved.value.toString(16)}` : String(resolved.value);
    case '!!float':
      return formatFloat(resolved.value, 'g', -1, 64);
    case '!!timestamp':
    case '!!str':
      return quote(resolved.value);
  }
}
