import type { PathStep } from '../document/index.ts';
import type { SchemaNode } from './types.ts';

/** The schema of the value at a path; undefined where the schema says nothing of it. */
export function schemaAt(schema: SchemaNode, path: readonly PathStep[]): SchemaNode | undefined {
  let current: SchemaNode | undefined = schema;
  for (const step of path) {
    if (typeof step === 'number') {
      current = current?.items;
    } else {
      const rest: SchemaNode | boolean | undefined = current?.additionalProperties;
      current = current?.properties?.[step] ?? (typeof rest === 'object' ? rest : undefined);
    }
  }
  return current;
}
