/**
 * What the API server says of a Flux object: structural schema through ajv, unknown fields, metadata, CEL rules.
 * Schemas are data (`schemas/`, or a cluster's own); only `usable.ts` knows particular kinds.
 */
export { SchemaRegistry } from './registry.ts';
export { withMetadata } from './objectMeta.ts';
export { closest } from './suggest.ts';
export { isKindSchema } from './types.ts';
export type { KindSchema, SchemaNode } from './types.ts';
export { schemaAt } from './walk.ts';
export { validateObject } from './validate.ts';
