import type { MapEntry, PathStep, YamlNode } from '../document/index.ts';
import type { SchemaNode } from './types.ts';

/** A key that the schema has no field for. */
export interface UnknownField {
  readonly path: readonly PathStep[];
  readonly entry: MapEntry;
  /** The fields that may stand there. */
  readonly known: readonly string[];
}

/** Every key that strict field validation would refuse: structural schemas name all fields unless they say otherwise. */
export function unknownFields(node: YamlNode, schema: SchemaNode, path: readonly PathStep[] = []): UnknownField[] {
  if (node.kind === 'list') {
    const { items } = schema;
    return items === undefined ? [] : node.items.flatMap((item, index) => unknownFields(item, items, [...path, index]));
  }
  if (node.kind !== 'map' || !namesItsFields(schema)) {
    return [];
  }
  return node.entries.flatMap((entry) => {
    const at = [...path, entry.key];
    const child = schema.properties?.[entry.key] ?? restOf(schema);
    if (child === undefined) {
      return schema['x-kubernetes-preserve-unknown-fields'] === true || schema.additionalProperties === true
        ? []
        : [{ path: at, entry, known: Object.keys(schema.properties ?? {}) }];
    }
    return unknownFields(entry.value, child, at);
  });
}

/** False for schemas that say nothing of an object's fields, such as metadata's. */
function namesItsFields(schema: SchemaNode): boolean {
  return schema.properties !== undefined || schema.additionalProperties !== undefined;
}

function restOf(schema: SchemaNode): SchemaNode | undefined {
  return typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
}
