import type { MapEntry, PathStep, YamlNode } from '../document/index.ts';
import type { SchemaNode } from './types.ts';

/** A key that the schema has no field for. */
export interface UnknownField {
  readonly path: readonly PathStep[];
  readonly entry: MapEntry;
  /** The fields that may stand there. */
  readonly known: readonly string[];
  /** A map close by that has a field of this name. */
  readonly home: readonly PathStep[] | undefined;
}

/** What stands around a map: its path and schema, outermost first. */
type Around = readonly { readonly path: readonly PathStep[]; readonly schema: SchemaNode }[];

/** Every key that strict field validation would refuse: structural schemas name all fields unless they say otherwise. */
export function unknownFields(
  node: YamlNode,
  schema: SchemaNode,
  path: readonly PathStep[] = [],
  around: Around = [],
): UnknownField[] {
  if (node.kind === 'list') {
    const { items } = schema;
    return items === undefined
      ? []
      : node.items.flatMap((item, index) => unknownFields(item, items, [...path, index], around));
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
        : [
            {
              path: at,
              entry,
              known: Object.keys(schema.properties ?? {}),
              home: homeOf(entry.key, [...around, { path, schema }]),
            },
          ];
    }
    return unknownFields(entry.value, child, at, [...around, { path, schema }]);
  });
}

/** Where a field belongs that was indented too little, or too much: into the `spec` beside it, or further out. */
function homeOf(key: string, around: Around): readonly PathStep[] | undefined {
  const own = around.at(-1);
  return own?.schema.properties?.['spec']?.properties?.[key] !== undefined
    ? [...own.path, 'spec']
    : around.slice(0, -1).findLast(({ schema }) => schema.properties?.[key] !== undefined)?.path;
}

/** False for schemas that say nothing of an object's fields, such as metadata's. */
function namesItsFields(schema: SchemaNode): boolean {
  return schema.properties !== undefined || schema.additionalProperties !== undefined;
}

function restOf(schema: SchemaNode): SchemaNode | undefined {
  return typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
}
