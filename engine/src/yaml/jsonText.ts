import type { Tree, TreeScalar } from './emitter.ts';

/** A tree as JSON text, on one line, in the order that is given. @see Go 1.26 encoding/json, Marshal */
export function jsonText(tree: Tree): string {
  switch (tree.kind) {
    case 'scalar':
      return scalarText(tree);
    case 'sequence':
      return `[${tree.items.map(jsonText).join(',')}]`;
    case 'mapping':
      return `{${tree.entries.map(([key, value]) => `${scalarText(key)}:${jsonText(value)}`).join(',')}}`;
  }
}

function scalarText({ text, isString }: TreeScalar): string {
  return isString ? JSON.stringify(text).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029') : text;
}
