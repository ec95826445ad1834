import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeJson } from '../../gostd/index.ts';
import { SchemaCompiler } from './compile.ts';
import { fits } from './fits.ts';
import { validateValue } from './validate.ts';

const key = fc.constantFrom('a', 'b', 'ab');
const count = fc.integer({ min: 0, max: 3 });
const { values } = fc.letrec<{ values: unknown }>((tie) => ({
  values: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(null, true, 0, 1, 2, 1.5, '', 'a', 'ab'),
    fc.array(tie('values'), { maxLength: 3 }),
    fc.dictionary(key, tie('values'), { maxKeys: 3 }),
  ),
}));
const { schemas } = fc.letrec<{ schemas: unknown }>((tie) => {
  const schema = tie('schemas');
  const several = fc.array(schema, { minLength: 1, maxLength: 2 });
  return {
    schemas: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      fc.boolean(),
      fc.record(
        {
          type: fc.constantFrom('null', 'number', 'integer', 'string', 'array', 'object'),
          enum: fc.uniqueArray(values, { minLength: 1, maxLength: 3, selector: (value) => JSON.stringify(value) }),
          minimum: count,
          exclusiveMaximum: count,
          maxLength: count,
          pattern: fc.constantFrom('^a', 'b$'),
          minItems: count,
          uniqueItems: fc.boolean(),
          items: schema,
          contains: schema,
          minContains: count,
          prefixItems: several,
          properties: fc.dictionary(key, schema, { maxKeys: 2 }),
          patternProperties: fc.dictionary(fc.constantFrom('^a', 'b'), schema, { maxKeys: 2 }),
          additionalProperties: schema,
          required: fc.uniqueArray(key, { maxLength: 2 }),
          propertyNames: schema,
          dependentSchemas: fc.dictionary(key, schema, { maxKeys: 2 }),
          unevaluatedProperties: schema,
          allOf: several,
          anyOf: several,
          oneOf: several,
          not: schema,
          if: schema,
          then: schema,
          else: schema,
          $ref: fc.constantFrom('#', '#/$defs/x'),
        },
        { requiredKeys: [] },
      ),
    ),
  };
});
const drafts = fc.constantFrom(
  'http://json-schema.org/draft-07/schema#',
  'https://json-schema.org/draft/2019-09/schema',
  'https://json-schema.org/draft/2020-12/schema',
);

test('what is told quickly is what looking closely finds', () => {
  const told = { fits: 0, not: 0, unsure: 0 };
  fc.assert(
    fc.property(schemas, values, drafts, (written, value, draft) => {
      const document = { allOf: [written], $schema: draft, $defs: { x: { type: 'string' } } };
      const json = decodeJson(JSON.stringify(document), { useNumber: true });
      const { schema } = new SchemaCompiler().compile('file:///values.schema.json', json);
      const given = decodeJson(JSON.stringify(value));
      const quick = fits(schema, given);
      told[quick === undefined ? 'unsure' : quick ? 'fits' : 'not']++;
      if (quick !== undefined) {
        // Where it is told of dialects it does not ask `fits`.
        const failures = validateValue(schema, given, { schema, at: () => undefined });
        expect(quick).toBe(failures.length === 0);
      }
    }),
    { numRuns: 500 },
  );
  expect(Math.min(told.fits, told.not)).toBeGreaterThan(50);
});
