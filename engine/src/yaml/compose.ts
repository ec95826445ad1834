import { YamlError } from './error.ts';
import type { YamlNode } from './node.ts';
import { Parser } from './parser.ts';

/** The documents of a text up to the first that is broken. */
export interface Composed {
  /** The root of each document; an empty document is an empty plain scalar. */
  readonly documents: readonly YamlNode[];
  readonly error?: YamlError;
}

/**
 * Every document of a text as nodes with their places. It never throws: what is wrong is `error`, in go-yaml's words
 * with `yaml: ` before them.
 */
export function composeAll(text: string): Composed {
  const documents: YamlNode[] = [];
  try {
    const parser = new Parser(text, 'v2');
    for (let root = parser.nextDocument(); root !== undefined; root = parser.nextDocument()) {
      documents.push(root);
    }
  } catch (error) {
    if (error instanceof YamlError) {
      return { documents, error };
    }
    throw error;
  }
  return { documents };
}
