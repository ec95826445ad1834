import { Ajv, type ValidateFunction } from 'ajv';
import formatsPlugin from 'ajv-formats';
import { type KindSchema, type SchemaNode } from './types.ts';

/** A schema with its compiled check. */
export interface RegisteredSchema {
  readonly schema: KindSchema;
  readonly check: ValidateFunction;
}

/** What is known of an apiVersion and kind. */
export type SchemaLookup =
  | { readonly kind: 'found'; readonly registered: RegisteredSchema }
  /** The kind exists in this group, in other versions only. */
  | { readonly kind: 'other-version'; readonly versions: readonly string[] }
  /** A group we have schemas of, without this kind; `elsewhere` are the apiVersions that have one of this name. */
  | { readonly kind: 'unknown-kind'; readonly kinds: readonly string[]; readonly elsewhere: readonly string[] }
  | { readonly kind: 'unknown-group' };

/** The schemas of every kind, compiled at first use. A cluster's own win over the bundled ones. */
export class SchemaRegistry {
  readonly #schemas = new Map<string, KindSchema>();
  readonly #compiled = new Map<string, RegisteredSchema>();
  readonly #ajv: Ajv;

  constructor(bundled: readonly KindSchema[], fromCluster: readonly KindSchema[] = []) {
    for (const schema of [...bundled, ...fromCluster]) {
      const id = schema['x-kubernetes-group-version-kind'];
      this.#schemas.set(`${id.group}/${id.version}/${id.kind}`, schema);
    }
    this.#ajv = new Ajv({ allErrors: true, strict: false, logger: false, verbose: true });
    // The plugin is a CommonJS default export, which types see one level too deep.
    (formatsPlugin as unknown as (ajv: Ajv, formats: string[]) => void)(this.#ajv, [
      'date-time',
      'date',
      'uri',
      'email',
    ]);
    for (const format of ['int32', 'int64', 'float', 'double', 'byte', 'binary']) {
      this.#ajv.addFormat(format, true);
    }
  }

  find(group: string, version: string, kind: string): SchemaLookup {
    const key = `${group}/${version}/${kind}`;
    const schema = this.#schemas.get(key);
    if (schema === undefined) {
      return this.#nearest(group, kind);
    }
    let registered = this.#compiled.get(key);
    if (registered === undefined) {
      registered = { schema, check: this.#ajv.compile(checkable(schema)) };
      this.#compiled.set(key, registered);
    }
    return { kind: 'found', registered };
  }

  /** Every kind, for completion. */
  ids(): readonly KindSchema['x-kubernetes-group-version-kind'][] {
    return [...this.#schemas.values()].map((schema) => schema['x-kubernetes-group-version-kind']);
  }

  #nearest(group: string, kind: string): SchemaLookup {
    const ids = this.ids().filter((id) => id.group === group);
    if (ids.length === 0) {
      return { kind: 'unknown-group' };
    }
    const versions = ids.filter((id) => id.kind === kind).map((id) => id.version);
    return versions.length > 0
      ? { kind: 'other-version', versions }
      : {
          kind: 'unknown-kind',
          kinds: [...new Set(ids.map((id) => id.kind))],
          elsewhere: this.ids().flatMap((id) => (id.kind === kind ? [`${id.group}/${id.version}`] : [])),
        };
  }
}

/** The schema with Kubernetes' own words said in JSON Schema's: int-or-string and nullable. */
function checkable(schema: SchemaNode): SchemaNode {
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(schema)) {
    result[key] = value;
  }
  if (schema.properties !== undefined) {
    result['properties'] = Object.fromEntries(
      Object.entries(schema.properties).map(([name, child]) => [name, checkable(child)]),
    );
  }
  if (schema.items !== undefined) {
    result['items'] = checkable(schema.items);
  }
  if (typeof schema.additionalProperties === 'object') {
    result['additionalProperties'] = checkable(schema.additionalProperties);
  }
  if (schema['x-kubernetes-int-or-string'] === true) {
    delete result['type'];
    delete result['anyOf'];
    result['type'] = ['integer', 'string'];
  } else if (schema.nullable === true && typeof schema.type === 'string') {
    result['type'] = [schema.type, 'null'];
    delete result['nullable'];
    if (schema.enum !== undefined) {
      result['enum'] = [...schema.enum, null];
    }
  }
  return result;
}
