import type { SchemaNode } from './types.ts';

const texts: SchemaNode = { type: 'object', additionalProperties: { type: 'string' } };

/** The fields of `metadata` that people write. The schemas of custom resources say nothing of them. */
const objectMeta: Readonly<Record<string, SchemaNode>> = {
  name: { type: 'string', description: 'Name of this object, unique among those of its kind in the namespace.' },
  namespace: {
    type: 'string',
    description: 'Namespace of this object. A Kustomization around it may set or change it.',
  },
  labels: { ...texts, description: 'What objects are selected and grouped by.' },
  annotations: { ...texts, description: 'Notes for tools and people, which nothing is selected by.' },
};

/** A kind's schema with these fields. */
export function withMetadata(schema: SchemaNode): SchemaNode {
  const metadata = { ...schema.properties?.['metadata'], required: ['name'], properties: objectMeta };
  return { ...schema, properties: { ...schema.properties, metadata } };
}
