import fc from 'fast-check';
import type { Json, JsonObject } from './oracleCases.ts';

/** A values.schema.json, and values to hold against it. */
export interface SchemaCase {
  readonly schema: JsonObject;
  readonly values: JsonObject;
}

const drafts = [
  { draft: 4, url: 'http://json-schema.org/draft-04/schema#' },
  { draft: 6, url: 'http://json-schema.org/draft-06/schema#' },
  { draft: 7, url: 'http://json-schema.org/draft-07/schema#' },
  { draft: 2019, url: 'https://json-schema.org/draft/2019-09/schema' },
  { draft: 2020, url: 'https://json-schema.org/draft/2020-12/schema' },
  { draft: 2020, url: undefined },
] as const;

/**
 * Texts of values.schema.json that are no schema, refer to what is not there, or hold what JSON allows and hardly
 * anybody writes. None of them leads into a network.
 */
export const oddSchemas: readonly string[] = [
  ...['', ' \n', '{', '{"a":1', '[]', 'null', '5', '""', '{} {}', '{}x', 'true', 'false', '{"type":"object",}'],
  ...['\ufeff{}', 'nul', '{"type": "obj\\x"}', '{"a" 1}', "{'a': 1}", '{"minimum": 01}', '{"minimum": 1e400}'],
  ...['foo', 'draft-07', '', '#', 'file:///none.json', 'file:///values.schema.json', 'ftp://a/b', 'a b'].map(
    ($schema) => JSON.stringify({ $schema, type: 'string' }),
  ),
  ...[
    'http://json-schema.org/schema#',
    'http://json-schema.org/draft-07/schema#x',
    'https://json-schema.org/draft-07/schema',
    'http://json-schema.org/draft/2020-12/schema#',
    'https://json-schema.org/draft/2019-09/schema#',
  ].map(($schema) => JSON.stringify({ $schema, type: 'string', definitions: 5 })),
  ...[
    ...[
      'none',
      '#/none',
      '#none',
      'file:///none.json',
      'other.json',
      '/none.json',
      '#/%zz',
      '%zz',
      'ftp://a/b',
      '#/a~2',
    ],
    ...[
      'values.schema.json',
      'file:///values.schema.json#/properties',
      '#/properties/b',
      '#',
      '',
      '#/odd',
      '#/odd/bad',
    ],
    ...['http://json-schema.org/draft-07/schema#', 'https://json-schema.org/draft/2020-12/meta/core', '#/required/0'],
    'https://json-schema.org/draft-07/schema#/definitions/nonNegativeInteger',
  ].map(($ref) =>
    JSON.stringify({
      properties: { a: { $ref }, b: { maxLength: 3 } },
      odd: { type: 'string', bad: { type: 'none' } },
      required: ['z'],
    }),
  ),
  ...[
    { $id: '%zz' },
    { $id: 'http://example.com/x', $ref: '#/$defs/a', $defs: { a: { type: 'null' } } },
    { $id: 'http://example.com/x', $ref: 'y', $defs: { a: { $id: 'y', type: 'null' } } },
    { properties: { a: { $id: 'x' }, b: { $id: 'x' } } },
    { properties: { a: { $anchor: 'x' }, b: { $anchor: 'x' } } },
    { properties: { a: { pattern: '(' } } },
    { properties: { b: { pattern: '(?=a)' } } },
    { patternProperties: { '[': {} } },
    { $schema: 'http://json-schema.org/draft-04/schema#', id: 'no uri %', properties: { a: { type: 'string' } } },
    { $schema: 'http://json-schema.org/draft-04/schema#', minimum: 1, exclusiveMinimum: 1 },
    { $schema: 'http://json-schema.org/draft-06/schema#', examples: 5 },
    { $schema: 'http://json-schema.org/draft-07/schema#', writeOnly: 5 },
    { $schema: 'http://json-schema.org/draft-07/schema#', examples: 5 },
    { $schema: 5 },
    // Parts with an id may be of another draft.
    {
      $defs: {
        old: { $id: 'old', $schema: 'http://json-schema.org/draft-04/schema#', minimum: 5, exclusiveMinimum: true },
      },
      properties: { a: { $ref: 'old' } },
    },
    {
      $defs: {
        old: {
          $id: 'old',
          $schema: 'http://json-schema.org/draft-07/schema#',
          items: [{ type: 'null' }],
          properties: { x: { $id: 'new', $schema: 'https://json-schema.org/draft/2020-12/schema', items: [true] } },
        },
      },
    },
    {
      $defs: { old: { $schema: 'http://json-schema.org/draft-04/schema#', minimum: 5, exclusiveMinimum: true } },
    },
    { type: [] },
    { type: ['string', 'string'] },
    { required: ['a', 'a'] },
    { $defs: { a: { $anchor: '1' } } },
    { $anchor: 'top', properties: { c: { $ref: '#top' }, a: { type: 'string' } } },
    { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } } },
    { $recursiveRef: '#', type: 'array' },
    {
      $schema: 'https://json-schema.org/draft/2019-09/schema',
      $recursiveAnchor: true,
      additionalProperties: { $recursiveRef: '#' },
      type: 'object',
    },
    { $dynamicAnchor: 'n', properties: { a: { $dynamicRef: '#n' } }, type: 'object' },
    { properties: { c: { properties: { d: { uniqueItems: true, minItems: 3, contains: { const: 3 } } } } } },
  ].map((schema) => JSON.stringify(schema)),
  // Numbers are kept as their digits stand.
  ...[
    '{"const": 100000000000000000000}',
    '{"properties":{"b":{"const":1.10}}}',
    '{"properties":{"b":{"enum":[1.10,1E2]}}}',
  ],
  ...['{"properties":{"a":{"maximum":-9007199254740993}}}', '{"properties":{"a":{"minimum":1e400}}}'],
  ...['{"properties":{"a":{"minimum":1e1000000000}}}', '{"properties":{"a":{"multipleOf":1e-400}}}'],
  ...['{"properties":{"b":{"maxLength":2.0}}}', '{"properties":{"b":{"maxLength":1e0}}}', '{"minProperties": 1e3}'],
  ...['{"properties":{"b":{"maxLength":99999999999999999999}}}', '{"properties":{"a":{"const":1.0}}}'],
];

/** Schemas of every draft; one in eight has a slip somewhere, which mostly makes it no schema at all. */
export function schemaCases(): fc.Arbitrary<SchemaCase> {
  return fc.constantFrom(...drafts).chain(({ draft, url }) => {
    const definitions = fc.record({ text: schemas(draft, 1), tree: schemas(draft, 2) });
    const sound = fc.tuple(schemas(draft, 3), definitions).map(([schema, below]): JsonObject => ({
      ...(url === undefined ? {} : { $schema: url }),
      ...(isObject(schema) ? schema : {}),
      definitions: below,
      ...(draft >= 2019 ? { $defs: below } : {}),
    }));
    const schema = fc.oneof({ weight: 7, arbitrary: sound }, { weight: 1, arbitrary: sound.chain(withSlip) });
    return fc.record({ schema, values: fc.dictionary(keys(), jsonValues(3), { maxKeys: 5, noNullPrototype: true }) });
  });
}

function keys(): fc.Arbitrary<string> {
  return fc.constantFrom('a', 'b', 'c', 'ab', 'x/y', 'ti~lde', 'é', "it's", '1', 'b\\');
}

function jsonValues(depth: number): fc.Arbitrary<Json> {
  const scalar = fc.oneof(
    fc.constantFrom<Json>(null, true, false, 0, 1, 2, 3, -1, 1.5, 0.3, 1e6, 1234567, 1e21, 2.5e-7),
    texts(),
  );
  if (depth === 0) {
    return scalar;
  }
  const below = jsonValues(depth - 1);
  return fc.oneof(
    { weight: 4, arbitrary: scalar },
    { weight: 2, arbitrary: fc.dictionary(keys(), below, { maxKeys: 4, noNullPrototype: true }) },
    { weight: 2, arbitrary: fc.array(below, { maxLength: 4 }) },
  );
}

function texts(): fc.Arbitrary<string> {
  return fc.constantFrom(
    ...['', 'a', 'ab', 'abc', 'äöü', 'A b', "it's", 'say "x"', '1', '10.0.0.1', '1.2.3', 'a@b.c', '2020-02-30'],
    ...[
      '2020-02-28T10:00:00Z',
      'https://example.com/x',
      'tab\t',
      'new\nline',
      '😀',
      'host.example.com',
      '%zz',
      '[1, {}]',
    ],
  );
}

/** A keyword and what it can hold, from one draft to another. */
interface Keyword {
  readonly name: string;
  readonly value: (draft: number, depth: number) => fc.Arbitrary<Json>;
  readonly from?: number;
  readonly to?: number;
}

const keywords: readonly Keyword[] = [
  { name: 'type', value: () => types() },
  { name: 'type', value: () => types() },
  { name: 'enum', value: () => fc.array(jsonValues(1), { minLength: 1, maxLength: 4 }) },
  { name: 'const', value: () => jsonValues(1), from: 6 },
  { name: 'properties', value: (draft, depth) => fc.dictionary(keys(), schemas(draft, depth - 1), { maxKeys: 4 }) },
  { name: 'properties', value: (draft, depth) => fc.dictionary(keys(), schemas(draft, depth - 1), { maxKeys: 4 }) },
  { name: 'required', value: () => fc.uniqueArray(keys(), { minLength: 1, maxLength: 3 }) },
  { name: 'additionalProperties', value: (draft, depth) => boolOrSchema(draft, depth) },
  {
    name: 'patternProperties',
    value: (draft, depth) =>
      fc.dictionary(fc.constantFrom('^a', '.', '[0-9]', 'b$', '(?i)A'), schemas(draft, depth - 1), { maxKeys: 2 }),
  },
  { name: 'propertyNames', value: (draft, depth) => schemas(draft, depth - 1), from: 6 },
  ...['minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties'].map((name) => ({
    name,
    value: () => counts(),
  })),
  ...['minimum', 'maximum'].map((name) => ({ name, value: () => bounds() })),
  ...['exclusiveMinimum', 'exclusiveMaximum'].map((name) => ({ name, value: () => bounds(), from: 6 })),
  ...['exclusiveMinimum', 'exclusiveMaximum'].map((name) => ({ name, value: () => fc.boolean(), to: 4 })),
  { name: 'multipleOf', value: () => fc.constantFrom<Json>(1, 2, 0.1, 0.5, 1000, 1e-7) },
  { name: 'pattern', value: () => fc.constantFrom('^a', '^[a-z]+$', "'", '\\d', '^.{2}$', '\\p{L}', '^\\S*$') },
  { name: 'format', value: () => formats() },
  { name: 'uniqueItems', value: () => fc.boolean() },
  { name: 'items', value: (draft, depth) => schemas(draft, depth - 1) },
  { name: 'items', value: (draft, depth) => lists(draft, depth), to: 2019 },
  { name: 'additionalItems', value: (draft, depth) => boolOrSchema(draft, depth), to: 2019 },
  { name: 'prefixItems', value: (draft, depth) => lists(draft, depth), from: 2020 },
  { name: 'contains', value: (draft, depth) => schemas(draft, depth - 1), from: 6 },
  { name: 'minContains', value: () => counts(), from: 2019 },
  { name: 'maxContains', value: () => counts(), from: 2019 },
  {
    name: 'dependencies',
    value: (draft, depth) =>
      fc.dictionary(
        keys(),
        fc.oneof(schemas(draft, depth - 1), fc.uniqueArray(keys(), { minLength: 1, maxLength: 2 })),
        { maxKeys: 2 },
      ),
    to: 7,
  },
  {
    name: 'dependentRequired',
    value: () => fc.dictionary(keys(), fc.uniqueArray(keys(), { maxLength: 2 }), { maxKeys: 2 }),
    from: 2019,
  },
  {
    name: 'dependentSchemas',
    value: (draft, depth) => fc.dictionary(keys(), schemas(draft, depth - 1), { maxKeys: 2 }),
    from: 2019,
  },
  { name: 'not', value: (draft, depth) => schemas(draft, depth - 1) },
  ...['allOf', 'anyOf', 'oneOf'].map((name) => ({
    name,
    value: (draft: number, depth: number) => lists(draft, depth),
  })),
  ...['if', 'then', 'else'].map((name) => ({
    name,
    value: (draft: number, depth: number) => schemas(draft, depth - 1),
    from: 7,
  })),
  ...['unevaluatedProperties', 'unevaluatedItems'].map((name) => ({
    name,
    value: (draft: number, depth: number) => schemas(draft, depth - 1),
    from: 2019,
  })),
  { name: '$ref', value: () => fc.constantFrom('#/definitions/text', '#/definitions/tree', '#') },
  { name: 'default', value: () => jsonValues(1) },
];

/** A schema with up to four keywords; below depth 0 without further schemas. */
function schemas(draft: number, depth: number): fc.Arbitrary<Json> {
  const known = keywords.filter(({ from = 0, to = Infinity }) => from <= draft && draft <= to);
  const object =
    depth <= 0
      ? fc.oneof(
          fc.record({ type: types() }),
          fc.record({ minLength: counts(), minimum: bounds() }, { requiredKeys: [] }),
        )
      : fc
          .subarray(known, { maxLength: 4 })
          .chain((some) =>
            fc.record(Object.fromEntries(some.map(({ name, value }) => [name, value(draft, depth)] as const))),
          );
  return draft < 6 ? object : fc.oneof({ weight: 9, arbitrary: object }, { weight: 1, arbitrary: fc.boolean() });
}

function lists(draft: number, depth: number): fc.Arbitrary<Json> {
  return fc.array(schemas(draft, depth - 1), { minLength: 1, maxLength: 3 });
}

function boolOrSchema(draft: number, depth: number): fc.Arbitrary<Json> {
  return fc.oneof(fc.boolean(), schemas(draft, depth - 1));
}

function types(): fc.Arbitrary<Json> {
  const type = fc.constantFrom('null', 'boolean', 'integer', 'number', 'string', 'array', 'object');
  return fc.oneof(
    { weight: 3, arbitrary: type },
    { weight: 1, arbitrary: fc.uniqueArray(type, { minLength: 1, maxLength: 3 }) },
  );
}

function counts(): fc.Arbitrary<Json> {
  return fc.constantFrom<Json>(0, 1, 2, 3, 1000, 2.0);
}

function bounds(): fc.Arbitrary<Json> {
  return fc.constantFrom<Json>(-1, 0, 0.25, 1, 2, 999999, 1000000, 1e20, 1e-5);
}

function formats(): fc.Arbitrary<string> {
  return fc.constantFrom(
    ...['ipv4', 'ipv6', 'date', 'date-time', 'time', 'duration', 'email', 'hostname', 'uri', 'uri-reference'],
    ...['uri-template', 'json-pointer', 'regex', 'uuid', 'semver', 'nothing'],
  );
}

/** Puts something else in the place of one keyword's value. */
function withSlip(schema: JsonObject): fc.Arbitrary<JsonObject> {
  const places = placesOf(schema, []);
  return fc
    .tuple(fc.constantFrom(...places), fc.constantFrom<Json>(null, -1, 1.5, 'other', [], ['a', 'a'], {}, true, '#/no'))
    .map(([path, value]) => replaced(schema, path, value));
}

function placesOf(schema: JsonObject, above: readonly string[]): (readonly string[])[] {
  return Object.entries(schema).flatMap(([key, value]) => {
    const path = [...above, key];
    return [path, ...(isObject(value) ? placesOf(value, path) : [])];
  });
}

function replaced(schema: JsonObject, [key = '', ...below]: readonly string[], value: Json): JsonObject {
  const old = schema[key];
  return { ...schema, [key]: below.length > 0 && isObject(old) ? replaced(old, below, value) : value };
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
