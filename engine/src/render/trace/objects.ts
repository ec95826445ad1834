import { escapePointer, type Position } from '../../support/index.ts';
import { composeAll, type YamlNode } from '../../yaml/index.ts';
import { Pieces, type TracedStretch } from './pieces.ts';
import type { RenderTrace } from './trace.ts';

/** One object of a rendered file. */
export interface TracedObject {
  readonly apiVersion: string | undefined;
  readonly kind: string | undefined;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  /** Everything in it, by JSON pointer, in the order of the text. */
  readonly fields: readonly TracedField[];
}

/** A value in an object: of maps and lists, what wrote their keys; of scalars, what wrote their text. */
export interface TracedField extends TracedStretch {
  /** RFC 6901 */
  readonly pointer: string;
  /** Where it is in the file; of what has a key, where the key is. */
  readonly position: Position;
  readonly isScalar: boolean;
}

/**
 * Who wrote each field of each object of a rendered file; what survives when somebody takes the objects and prints them
 * otherwise. Documents behind one that cannot be read are left out.
 */
export function traceObjects(trace: RenderTrace, name: string, text: string): readonly TracedObject[] {
  const pieces = new Pieces(trace, name, text);
  return composeAll(text).documents.flatMap((document) =>
    document.kind === 'mapping' ? [objectOf(document, pieces)] : [],
  );
}

function objectOf(document: YamlNode, pieces: Pieces): TracedObject {
  const metadata = valueAt(document, 'metadata');
  return {
    apiVersion: textOf(valueAt(document, 'apiVersion')),
    kind: textOf(valueAt(document, 'kind')),
    namespace: textOf(valueAt(metadata, 'namespace')),
    name: textOf(valueAt(metadata, 'name')),
    fields: [...fieldsOf(document, '', pieces)],
  };
}

function* fieldsOf(node: YamlNode, pointer: string, pieces: Pieces): Generator<TracedField> {
  if (node.kind === 'mapping') {
    for (const [i, key] of node.keys.entries()) {
      const value = node.values[i];
      if (key.kind === 'scalar' && value !== undefined) {
        yield* entryOf(value, { pointer: `${pointer}/${escapePointer(key.value)}`, start: key, pieces });
      }
    }
  } else if (node.kind === 'sequence') {
    for (const [i, item] of node.items.entries()) {
      yield* entryOf(item, { pointer: `${pointer}/${String(i)}`, start: item, pieces });
    }
  }
}

function* entryOf(
  value: YamlNode,
  { pointer, start, pieces }: { readonly pointer: string; readonly start: YamlNode; readonly pieces: Pieces },
): Generator<TracedField> {
  const { line, character } = start.start;
  const position = { line, character };
  const isScalar = value.kind === 'scalar' || value.kind === 'alias';
  const own = isScalar ? value : start;
  yield { pointer, position, isScalar, ...pieces.between(own.start.offset, own.end.offset) };
  yield* fieldsOf(value, pointer, pieces);
}

function valueAt(node: YamlNode | undefined, key: string): YamlNode | undefined {
  if (node?.kind !== 'mapping') {
    return undefined;
  }
  return node.values[node.keys.findIndex((one) => one.kind === 'scalar' && one.value === key)];
}

function textOf(node: YamlNode | undefined): string | undefined {
  return node?.kind === 'scalar' ? node.value : undefined;
}
