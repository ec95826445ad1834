import type { SchemaNode } from '../schema/index.ts';

/** A field for a hover or a completion: its type, what it does, default, choices. Schemas are ours, not trusted text of a chart. */
export function fieldMarkdown(name: string, schema: SchemaNode, required: boolean): string {
  const since = schema['x-fairlead-since'];
  const facts = [
    typeName(schema),
    required ? 'required' : undefined,
    since === undefined ? undefined : `since ${since}`,
  ];
  const lines = [`**${name}** \`${facts.filter((fact) => fact !== undefined).join(', ')}\``];
  if (schema.description !== undefined) {
    lines.push(schema.description);
  }
  if (schema.default !== undefined) {
    lines.push(`Default: \`${JSON.stringify(schema.default)}\``);
  }
  if (schema.enum !== undefined) {
    lines.push(`One of: ${schema.enum.map((value) => `\`${String(value)}\``).join(', ')}`);
  }
  return lines.join('\n\n');
}

/** The type as people say it: `string`, `map of string`, `list of object`. */
function typeName(schema: SchemaNode): string {
  if (schema['x-kubernetes-int-or-string'] === true) {
    return 'integer or string';
  }
  if (schema.type === 'array') {
    return schema.items === undefined ? 'list' : `list of ${typeName(schema.items)}`;
  }
  if (schema.type === 'object' && typeof schema.additionalProperties === 'object') {
    return `map of ${typeName(schema.additionalProperties)}`;
  }
  return schema.type ?? 'any';
}

/** Text from outside (a chart, a registry, a cluster) made harmless in Markdown. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|<>&~]/g, '\\$&');
}
