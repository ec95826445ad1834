import type { SchemaNode } from './types.ts';

/**
 * A value as the API server has it when it validates: a null is dropped where the schema does not allow one, and what
 * is missing then gets its default. @see apiextensions-apiserver v0.36 pkg/apiserver/schema/defaulting
 */
export function withDefaults(value: unknown, schema: SchemaNode): unknown {
  if (Array.isArray(value)) {
    const { items } = schema;
    return items === undefined ? value : value.map((item) => withDefaults(item, items));
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const rest = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
  const result = Object.create(null) as Record<string, unknown>; // Object.create is typed any
  for (const [key, item] of Object.entries(value)) {
    const child = schema.properties?.[key] ?? rest;
    if (child === undefined) {
      result[key] = item;
    } else if (item !== null || child.nullable === true) {
      result[key] = withDefaults(item, child);
    }
  }
  for (const [key, child] of Object.entries(schema.properties ?? {})) {
    if (child.default !== undefined && !(key in result)) {
      result[key] = withDefaults(child.default, child);
    }
  }
  return result;
}
