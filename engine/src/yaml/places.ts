import type { Position } from '../support/index.ts';
import type { YamlNode } from './node.ts';

/**
 * Called for every entry of a map or list that is decoded, with where its value stands, and for maps where its key
 * starts. What an alias or a merge key brings stands where its anchor is. A key that is there twice is told twice.
 */
export type OnPlace = (
  container: object,
  key: string | number,
  start: Position,
  end: Position,
  keyStart?: Position,
) => void;

/** Tells of an entry where somebody wants to know. */
export function tellPlace(
  onPlace: OnPlace | undefined,
  container: object,
  key: string | number,
  value: YamlNode,
  keyNode?: YamlNode,
): void {
  if (onPlace === undefined) {
    return;
  }
  if (keyNode === undefined) {
    onPlace(container, key, value.start, value.end);
  } else {
    onPlace(container, key, value.start, value.end, keyNode.start);
  }
}
