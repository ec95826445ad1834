import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeJson } from '../../gostd/index.ts';
import { messageOf } from '../../support/index.ts';
import { SchemaCompiler } from './compile.ts';
import { isPlainSchema } from './plain.ts';

const text = fc.constantFrom('a', 'object', '#/$defs/x', 'https://example.com/s#', 'a b', '%', '^a$', '(', '');
const number = fc.constantFrom(-1, 0, 1, 1.5, 2);
const { keywords } = fc.letrec<{ keywords: unknown; anything: unknown }>((tie) => {
  const schema = tie('keywords');
  const list = (item: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> => fc.array(item, { maxLength: 2 });
  const map = (item: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
    fc.dictionary(fc.constantFrom('a', '^b', '('), item, { maxKeys: 2 });
  const anything = tie('anything');
  /** Keywords with what they may have, and sometimes with what they may not. */
  const named = (names: readonly string[], right: fc.Arbitrary<unknown>): fc.Arbitrary<[string, unknown]> =>
    fc.tuple(fc.constantFrom(...names), fc.oneof({ weight: 12, arbitrary: right }, { weight: 1, arbitrary: anything }));
  return {
    anything: fc.oneof(
      { maxDepth: 2 },
      fc.constantFrom(null, true, false),
      text,
      number,
      list(text),
      map(schema),
      list(schema),
    ),
    keywords: fc.oneof(
      { maxDepth: 3 },
      fc.boolean(),
      fc
        .array(
          fc.oneof(
            named(['$schema', '$id', '$ref', '$comment', '$anchor', 'title', 'description', 'format'], text),
            named(['pattern', 'contentEncoding', 'contentMediaType', 'unknown'], text),
            named(['maxLength', 'minLength', 'maxItems', 'minItems', 'maxProperties', 'minProperties'], number),
            named(['minContains', 'maxContains', 'multipleOf', 'minimum', 'exclusiveMaximum'], number),
            named(['uniqueItems', 'readOnly', 'writeOnly', 'deprecated', '$recursiveAnchor'], fc.boolean()),
            named(
              ['type'],
              fc.oneof(fc.constantFrom('null', 'string', 'integer'), list(fc.constantFrom('null', 'array'))),
            ),
            named(['required', 'enum', 'examples'], list(text)),
            named(['allOf', 'anyOf', 'oneOf', 'prefixItems', 'items'], list(schema)),
            named(['items', 'additionalItems', 'additionalProperties', 'contains', 'propertyNames', 'not'], schema),
            named(['if', 'then', 'else', 'unevaluatedItems', 'unevaluatedProperties', 'contentSchema'], schema),
            named(['properties', 'patternProperties', 'definitions', '$defs', 'dependentSchemas'], map(schema)),
            named(['dependencies'], fc.oneof(map(schema), map(list(text)))),
            named(['dependentRequired'], map(list(text))),
          ),
          { minLength: 1, maxLength: 4 },
        )
        .map((entries) => Object.fromEntries(entries)),
    ),
  };
});
const drafts = fc.constantFrom(
  [6, 'http://json-schema.org/draft-06/schema#'] as const,
  [7, 'http://json-schema.org/draft-07/schema#'] as const,
  [2019, 'https://json-schema.org/draft/2019-09/schema'] as const,
  [2020, 'https://json-schema.org/draft/2020-12/schema'] as const,
);

test('what is plainly a schema its draft takes for one', () => {
  const told = { plain: 0, unsure: 0 };
  fc.assert(
    fc.property(keywords, drafts, (written, [draft, $schema]) => {
      const document = { $schema, allOf: [written] };
      const isPlain = isPlainSchema(decodeJson(JSON.stringify(document), { useNumber: true }), draft);
      told[isPlain ? 'plain' : 'unsure']++;
      if (isPlain) {
        expect(refusalOf(document)).not.toContain('is not valid against metaschema');
      }
    }),
    { numRuns: 1000 },
  );
  expect(Math.min(told.plain, told.unsure)).toBeGreaterThan(50);
});

/** What the draft's own schema says: it is asked where a part has an id of its own. */
function refusalOf(document: object): string {
  const withPart = { ...document, definitions: { part: { $id: 'https://example.com/part' } } };
  try {
    new SchemaCompiler().compile(
      'file:///values.schema.json',
      decodeJson(JSON.stringify(withPart), { useNumber: true }),
    );
    return '';
  } catch (error) {
    return messageOf(error);
  }
}

test.each([
  ['a chart that says what it is', { $id: 'https://example.com/values.json', type: 'object' }, true],
  ['an id with a fragment', { $id: 'https://example.com/values.json#a' }, false],
  ['an anchor', { $anchor: 'a' }, false],
  ['items one by one', { items: [{ type: 'string' }] }, false],
  ['a type that is none', { properties: { a: { type: 'text' } } }, false],
  ['a pattern that is none', { patternProperties: { '(': true } }, false],
  ['a keyword that nobody knows', { 'x-note': 1 }, true],
])('%s', (_, schema, isPlain) => {
  expect(isPlainSchema(decodeJson(JSON.stringify(schema), { useNumber: true }), 2020)).toBe(isPlain);
});
