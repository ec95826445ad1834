import { describe, expect, test } from 'vitest';
import { decodeJson } from '../../gostd/index.ts';
import {
  type Chart,
  ChartError,
  loadFiles,
  loadValues,
  SchemaCache,
  type SchemaProblem,
  validateAgainstSchema,
} from '../index.ts';

const encoder = new TextEncoder();

function chartWith(schema: unknown): Chart {
  return loadFiles([
    { name: 'Chart.yaml', data: encoder.encode('apiVersion: v2\nname: demo\nversion: 1.0.0\n') },
    { name: 'values.schema.json', data: encoder.encode(JSON.stringify(schema)) },
  ]);
}

const head = "values don't meet the specifications of the schema(s) in the following chart(s):\ndemo:\n";

/** What is wrong with values, without the lines that are always there. Empty when nothing is. */
function problems(schema: unknown, values: string): string {
  try {
    validateAgainstSchema(chartWith(schema), loadValues(values));
    return '';
  } catch (error) {
    if (error instanceof ChartError && error.code === 'schema') {
      expect(error.message.slice(0, head.length)).toBe(head);
      return error.message.slice(head.length).replace(/\n$/, '');
    }
    throw error;
  }
}

/** The differential suite asks the real Helm about each of these keywords, and more. */
const keywords: { schema: object; values: string; want: string }[] = [
  { schema: { type: 'integer' }, values: 'x: 1.5', want: "- at '/x': got number, want integer" },
  { schema: { type: 'integer' }, values: 'x: 2.0', want: '' },
  { schema: { type: ['string', 'null'] }, values: 'x: {}', want: "- at '/x': got object, want null or string" },
  { schema: { enum: [1, 'a', null] }, values: 'x: b', want: "- at '/x': value must be one of 1, 'a', <nil>" },
  { schema: { const: { a: 1 } }, values: 'x: 1', want: "- at '/x': 'const' failed" },
  { schema: { multipleOf: 0.1 }, values: 'x: 0.3', want: '' },
  { schema: { minimum: 1_000_000 }, values: 'x: 999', want: "- at '/x': minimum: got 999, want 1×10⁰⁶" },
  { schema: { maxLength: 2 }, values: 'x: äöü', want: "- at '/x': maxLength: got 3, want 2" },
  { schema: { pattern: '^a+$' }, values: "x: it's", want: "- at '/x': 'it\\'s' does not match pattern '^a+$'" },
  { schema: { pattern: '^a+$' }, values: "x: 'a\\b\\'", want: "- at '/x': 'a\\\\b\\' does not match pattern '^a+$'" },
  { schema: { uniqueItems: true }, values: 'x: [{a: 1}, 2, {a: 1.0}]', want: "- at '/x': items at 0 and 2 are equal" },
  { schema: { required: ['a', 'b'] }, values: 'x: {}', want: "- at '/x': missing properties 'a', 'b'" },
  {
    schema: { additionalProperties: false, properties: { a: {} } },
    values: 'x: {a: 1, c: 1, b: 1}',
    want: "- at '/x': additional properties 'b', 'c' not allowed",
  },
  {
    schema: { propertyNames: { maxLength: 1 } },
    values: 'x: {ab: 1}',
    want: "- at '/x': invalid propertyName 'ab'\n  - at '': maxLength: got 2, want 1",
  },
  {
    schema: { anyOf: [{ type: 'string' }, { type: 'object', required: ['a'] }] },
    values: 'x: {}',
    want: "- at '/x': 'anyOf' failed\n  - at '/x': got object, want string\n  - at '/x': missing property 'a'",
  },
  { schema: { oneOf: [{}, {}] }, values: 'x: 1', want: "- at '/x': 'oneOf' failed, subschemas 0, 1 matched" },
  { schema: { not: {} }, values: 'x: 1', want: "- at '/x': 'not' failed" },
  {
    schema: { properties: { a: {} }, allOf: [{ properties: { b: {} } }], unevaluatedProperties: false },
    values: 'x: {a: 1, b: 1, c: 1}',
    want: "- at '/x/c': false schema",
  },
  { schema: { prefixItems: [{}], items: false }, values: 'x: [1, 2]', want: "- at '/x/1': false schema" },
  {
    schema: { contains: { const: 1 }, minContains: 2 },
    values: 'x: [1, 2]',
    want: "- at '/x': min 2 items required to match contains schema, but matched 1 items at 0\n  - at '/x/1': value must be 1",
  },
  {
    schema: { properties: { 'a/b~': { type: 'null' } } },
    values: 'x: {a/b~: 1}',
    want: "- at '/x/a~1b~0': got number, want null",
  },
];

describe('a value', () => {
  test.for(keywords)('$values against $schema', ({ schema, values, want }) => {
    expect(problems({ properties: { x: schema } }, values)).toBe(want);
  });
});

describe('references', () => {
  test.for([
    { name: 'to definitions', schema: { $ref: '#/$defs/text', $defs: { text: { required: ['a'] } } } },
    { name: 'by anchor', schema: { $ref: '#text', $defs: { text: { $anchor: 'text', required: ['a'] } } } },
    { name: 'by id', schema: { $ref: 'text', $defs: { text: { $id: 'text', required: ['a'] } } } },
    { name: 'with escapes', schema: { $ref: '#/$defs/a~1b%20c', $defs: { 'a/b c': { required: ['a'] } } } },
    {
      name: 'through a reference',
      schema: { $ref: '#/$defs/x', $defs: { x: { $ref: '#/$defs/y' }, y: { required: ['a'] } } },
    },
  ])('$name', ({ schema }) => {
    expect(problems(schema, 'b: 1')).toBe("- at '': missing property 'a'");
  });

  test.for([
    { name: 'by HTTP', schema: { properties: { a: { $ref: 'https://example.com/schema.json#/x' } } } },
    { name: 'by name', schema: { properties: { a: { $ref: 'urn:example:schema' } } } },
    { name: 'to a draft', schema: { $schema: 'https://example.com/schema.json', type: 'string' } },
    {
      name: 'to a draft of a part',
      schema: { properties: { a: { $id: 'part', $schema: 'https://example.com/schema.json', type: 'string' } } },
    },
  ])('to what stands elsewhere are told as not checked: $name', ({ schema }) => {
    const warnings: string[] = [];
    validateAgainstSchema(chartWith(schema), loadValues('a: 1'), { onWarning: (warning) => warnings.push(warning) });
    const [url = ''] = /(?:urn:|https:)[a-z:/.]+/.exec(JSON.stringify(schema)) ?? [];
    expect(warnings).toEqual([
      `values of chart demo are not checked against ${url}: its values.schema.json refers there, and schemas from elsewhere are not fetched`,
    ]);
  });

  test('elsewhere hide nothing of what stands beside them', () => {
    const schema = { properties: { a: { $ref: 'https://example.com/schema.json' }, b: { type: 'string' } } };
    expect(problems(schema, 'a: 1\nb: 1')).toBe("- at '/b': got number, want string");
  });

  test('that are recursive follow the outermost schema', () => {
    const tree = {
      $id: 'https://example.com/tree',
      $dynamicAnchor: 'node',
      properties: { children: { items: { $dynamicRef: '#node' } } },
    };
    const strict = {
      $id: 'https://example.com/strict',
      $dynamicAnchor: 'node',
      $ref: 'tree',
      unevaluatedProperties: false,
      $defs: { tree },
    };
    expect(problems(strict, 'children: [{children: [{other: 1}]}]')).toMatch(
      /- at '\/children\/0\/children\/0\/other': false schema/,
    );
  });
});

describe('formats', () => {
  const draft7 = 'http://json-schema.org/draft-07/schema#';
  const cases: { format: string; text: string; want: string }[] = [
    { format: 'ipv4', text: '1.2.3.400', want: 'decimal must be between 0 and 255' },
    { format: 'ipv6', text: '::1', want: '' },
    { format: 'hostname', text: 'a..b', want: 'label must be 1 to 63 characters long' },
    { format: 'email', text: 'a@[1.2.3.4]', want: '' },
    { format: 'email', text: 'a..b@c', want: 'consecutive dots' },
    { format: 'uuid', text: '123e4567-e89b-12d3-a456-42661417400g', want: "non-hex character 'g'" },
    { format: 'date-time', text: '2020-01-01T24:00:00Z', want: 'invalid time element: hour/min/sec out of range' },
    { format: 'time', text: '23:59:60Z', want: '' },
    { format: 'time', text: '22:59:60Z', want: 'invalid leap second' },
    { format: 'duration', text: 'P1D2H', want: "invalid unit 'H'" },
    { format: 'duration', text: 'P1DT1S', want: '' },
    { format: 'period', text: '2020-01-01T00:00:00Z/P1D', want: '' },
    { format: 'json-pointer', text: '/a~2', want: '~ must be followed by 0 or 1' },
    { format: 'relative-json-pointer', text: '01#', want: 'starts with zero' },
    { format: 'semver', text: '1.02.3', want: 'minor starts with zero' },
    { format: 'uri-template', text: 'https://example.com/{a', want: 'no matching closing brace' },
    { format: 'unknown', text: 'anything', want: '' },
  ];
  test.for(cases)('$format: $text', ({ format, text, want }) => {
    const schema = { $schema: draft7, properties: { x: { format } } };
    const line = want === '' ? '' : `- at '/x': '${text}' is not valid ${format}: ${want}`;
    expect(problems(schema, `x: "${text}"`)).toBe(line);
  });

  test('are notes in later drafts', () => {
    expect(problems({ properties: { x: { format: 'ipv4' } } }, 'x: nowhere')).toBe('');
  });
});

test('a schema that is none is told from values that do not fit', () => {
  expect(problems({ type: 'thing' }, 'a: 1')).toMatch(
    /^"file:\/\/\/values\.schema\.json#" is not valid against metaschema: /,
  );
});

test('a pattern that backtracks for ages elsewhere takes no time', () => {
  const values = `x: "${'a'.repeat(50_000)}!"`;
  expect(problems({ properties: { x: { pattern: '^(a+)+$' } } }, values)).toMatch(/does not match pattern/);
});

test('charts below are checked too', () => {
  const inner = chartWith({ required: ['a'] });
  const chart: Chart = {
    ...chartWith(true),
    dependencies: [{ ...inner, metadata: { ...inner.metadata, name: 'low' } }],
  };
  const values = decodeJson('{"low": {}}');
  expect(() => {
    validateAgainstSchema(chart, values as never); // a JSON object is a map
  }).toThrow(/\nlow:\n- at '': missing property 'a'\n$/);
});

test('what is wrong is told place by place, too', () => {
  const inner = chartWith({ properties: { b: { anyOf: [{ type: 'string' }, { required: ['c'] }] } } });
  const chart: Chart = {
    ...chartWith({
      properties: { a: { $ref: '#/$defs/a' } },
      $defs: { a: { minimum: 3, multipleOf: 2 } },
      required: ['z'],
    }),
    dependencies: [{ ...inner, metadata: { ...inner.metadata, name: 'low' } }],
  };
  let problems: readonly SchemaProblem[] = [];
  try {
    validateAgainstSchema(chart, loadValues('a: 1\nlow: {b: {d: 1}}\n'));
  } catch (error) {
    problems = error instanceof ChartError ? error.withPrefix('x').schemaProblems : [];
  }
  expect(problems).toEqual([
    { chart: 'demo', path: [], message: "missing property 'z'" },
    { chart: 'demo', path: ['a'], message: 'minimum: got 1, want 3' },
    { chart: 'demo', path: ['a'], message: 'multipleOf: got 1, want 2' },
    {
      chart: 'low',
      path: ['low', 'b'],
      message: "'anyOf' failed (got object, want string; missing property 'c')",
    },
  ]);
});

test('a schema is compiled once for all renders of a chart', () => {
  const chart = chartWith({ type: 'object', required: ['a'] });
  const cache = new SchemaCache();
  const schema = chart.schema ?? new Uint8Array();
  const compiled = cache.compiled(schema);
  expect(() => {
    validateAgainstSchema(chart, loadValues('b: 1'), { cache });
  }).toThrow(/missing property 'a'/);
  expect(cache.compiled(schema)).toBe(compiled);
});
