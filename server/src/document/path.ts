import type { MapEntry, PathStep, YamlNode } from './node.ts';

/** What stands at an offset of a document. */
export interface PlaceInDocument {
  /** Of the map entry or list item that holds the offset. */
  readonly path: readonly PathStep[];
  /** The offset is in the key of the last step. */
  readonly onKey: boolean;
  readonly node: YamlNode;
  readonly entry: MapEntry | undefined;
}

/** Finds the innermost key or scalar at an offset. An offset at the end of a word belongs to the word. */
export function placeAt(root: YamlNode, offset: number): PlaceInDocument | undefined {
  const path: PathStep[] = [];
  let node = root;
  let entry: MapEntry | undefined;
  for (;;) {
    if (node.kind === 'map') {
      const hit = node.entries.find((candidate) => !candidate.merged && covers(candidate, offset));
      if (hit === undefined) {
        return undefined;
      }
      path.push(hit.key);
      entry = hit;
      if (offset >= hit.keyStart && offset <= hit.keyEnd) {
        return { path, onKey: true, node: hit.value, entry };
      }
      node = hit.value;
    } else if (node.kind === 'list') {
      const index = node.items.findIndex((item) => offset >= item.start && offset <= item.end);
      const item = node.items[index];
      if (item === undefined) {
        return undefined;
      }
      path.push(index);
      entry = undefined;
      node = item;
    } else {
      return { path, onKey: false, node, entry };
    }
  }
}

function covers(entry: MapEntry, offset: number): boolean {
  return offset >= entry.keyStart && offset <= Math.max(entry.keyEnd, entry.value.end);
}

/** A path for people: `spec.valuesFrom[0].kind`; keys that are not plain words are quoted. */
export function pathText(path: readonly PathStep[]): string {
  return path
    .map((step, index) => {
      if (typeof step === 'number') {
        return `[${step}]`;
      }
      const word = /^[\w-]+$/.test(step) ? step : JSON.stringify(step);
      return index === 0 ? word : `.${word}`;
    })
    .join('');
}
