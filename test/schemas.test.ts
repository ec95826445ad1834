import path from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  type BundledSchema,
  compareWithServed,
  type Fields,
  formatDifference,
  readBundledSchemas,
  readServedSchemas,
} from '../scripts/schemaFacts.ts';

const bundled = readBundledSchemas(path.resolve(import.meta.dirname, '../schemas'));

/** What a reader can use at a glance in a hover. */
const maxDescriptionLength = 400;

describe('bundled schemas', () => {
  test('are those of the kinds that Fairlead knows', () => {
    expect(bundled.map(({ id }) => id)).toEqual([
      'helm.toolkit.fluxcd.io/helmrelease_v2',
      'kustomize.toolkit.fluxcd.io/kustomization_v1',
      'notification.toolkit.fluxcd.io/alert_v1beta3',
      'notification.toolkit.fluxcd.io/provider_v1beta3',
      'notification.toolkit.fluxcd.io/receiver_v1',
      'source.toolkit.fluxcd.io/bucket_v1',
      'source.toolkit.fluxcd.io/externalartifact_v1',
      'source.toolkit.fluxcd.io/gitrepository_v1',
      'source.toolkit.fluxcd.io/helmchart_v1',
      'source.toolkit.fluxcd.io/helmrepository_v1',
      'source.toolkit.fluxcd.io/ocirepository_v1',
    ]);
  });

  test.for(bundled)('$id is of the kind that its path says', ({ id, group, kind, version }) => {
    expect(id).toBe(`${group}/${kind.toLowerCase()}_${version}`);
  });

  test.for(bundled)('$id has the parts of a Kubernetes object, and how a cluster names and lists it', ({ schema }) => {
    expect(schema).toMatchObject({
      type: 'object',
      properties: {
        apiVersion: { type: 'string' },
        kind: { type: 'string' },
        metadata: { type: 'object' },
        spec: { type: 'object' },
      },
      'x-fairlead-scope': 'Namespaced',
    });
    expect(schema['x-fairlead-plural']).toMatch(/^[a-z]+$/);
    expect(schema['x-fairlead-short-names']).toBeInstanceOf(Array);
    expect(schema['x-fairlead-printer-columns']).toContainEqual({
      name: 'Age',
      type: 'date',
      jsonPath: '.metadata.creationTimestamp',
      priority: 0,
    });
  });

  test.for(bundled)('$id describes every field in a sentence or two', ({ schema }) => {
    const wrong = nodesOf(schema).filter(
      ({ node: { description } }) =>
        typeof description !== 'string' ||
        !/^\S.*[^.\s]\.$/u.test(description) ||
        description.length > maxDescriptionLength,
    );
    expect(wrong.map(({ where }) => where)).toEqual([]);
  });

  test.for(bundled)('$id says what deprecated fields give way to, and since when a field exists', ({ schema }) => {
    for (const { where, node } of nodesOf(schema)) {
      expect([undefined, true], where).toContain(node['deprecated']);
      if (node['deprecated'] === true) {
        expect(node['description'], where).toMatch(/\b(Set|Use|Remove|see)\b/);
      }
      expect(node['x-fairlead-since'] ?? 'Flux 2.0', where).toMatch(/^Flux 2\.\d+$/);
    }
  });

  test.for(bundled)('$id has only patterns that JavaScript compiles as the validator does', ({ schema }) => {
    for (const { where, node } of nodesOf(schema)) {
      const pattern = node['pattern'] ?? '.';
      expect(typeof pattern === 'string' && new RegExp(pattern, 'u'), where).toBeInstanceOf(RegExp);
    }
  });

  test.for(bundled)('$id has rules with text to evaluate and to show', ({ schema }) => {
    for (const { where, node } of nodesOf(schema)) {
      const rules = node['x-kubernetes-validations'] ?? [];
      expect(rules, where).toBeInstanceOf(Array);
      for (const rule of Array.isArray(rules) ? (rules as readonly unknown[]) : []) {
        expect(rule, where).toEqual({
          rule: expect.stringMatching(/\S/) as unknown,
          message: expect.stringMatching(/\S/) as unknown,
        });
      }
    }
  });

  test('the rules are where they were found', () => {
    const withRules = bundled.flatMap(({ id, schema }) =>
      nodesOf(schema)
        .filter(({ node }) => 'x-kubernetes-validations' in node)
        .map(({ where }) => `${path.posix.basename(id)} ${where}`),
    );
    expect(withRules).toEqual([
      'helmrelease_v2 spec',
      'helmrelease_v2 spec.install.strategy',
      'helmrelease_v2 spec.kubeConfig',
      'helmrelease_v2 spec.upgrade.strategy',
      'kustomization_v1 spec.kubeConfig',
      'provider_v1beta3 spec',
      'receiver_v1 spec',
      'bucket_v1 spec',
      'gitrepository_v1 spec',
      'helmchart_v1 spec',
    ]);
  });
});

describe('comparison with CRDs', () => {
  const crd = `
apiVersion: v1
kind: Namespace
metadata: { name: harbour }
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: cranes.harbour.example }
spec:
  group: harbour.example
  names: { kind: Crane, plural: cranes, singular: crane, shortNames: [cr] }
  scope: Namespaced
  versions:
    - name: v1alpha1
      served: false
      storage: false
      schema: { openAPIV3Schema: { type: object } }
    - name: v1
      served: true
      storage: true
      additionalPrinterColumns:
        - { name: Age, type: date, jsonPath: .metadata.creationTimestamp }
      schema:
        openAPIV3Schema:
          description: A crane, in upstream's words.
          type: object
          properties:
            spec:
              description: What the crane does.
              type: object
              required: [load, mode]
              x-kubernetes-validations:
                - rule: has(self.load)
                  message: a load must be set
              properties:
                description: { description: A field of this name., type: string, maxLength: 80 }
                load: { type: integer, minimum: 0, default: 1 }
                mode: { type: string, enum: [lift, lower] }
                port: { x-kubernetes-int-or-string: true, anyOf: [{ type: integer }, { type: string }] }
                ropes:
                  type: array
                  items: { type: object, properties: { length: { type: string, pattern: '^[0-9]+m$' } } }
                tags: { type: object, additionalProperties: { type: string } }
`;
  const ours = {
    description: 'A crane, in our words.',
    type: 'object',
    'x-kubernetes-group-version-kind': { group: 'harbour.example', version: 'v1', kind: 'Crane' },
    'x-fairlead-plural': 'cranes',
    'x-fairlead-scope': 'Namespaced',
    'x-fairlead-short-names': ['cr'],
    'x-fairlead-printer-columns': [{ name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp', priority: 0 }],
    properties: {
      spec: {
        description: 'Work for the crane.',
        'x-fairlead-since': 'Harbour 1.2',
        type: 'object',
        required: ['mode', 'load'],
        'x-kubernetes-validations': [{ message: 'a load must be set', rule: 'has(self.load)' }],
        properties: {
          tags: { type: 'object', additionalProperties: { type: 'string' } },
          ropes: {
            type: 'array',
            items: { type: 'object', properties: { length: { type: 'string', pattern: '^[0-9]+m$' } } },
          },
          port: { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] },
          mode: { type: 'string', enum: ['lift', 'lower'] },
          load: { title: 'Load', type: 'integer', minimum: 0, default: 1 },
          description: { description: 'Ours.', deprecated: true, type: 'string', maxLength: 80 },
        },
      },
    },
  };
  const spec = ours.properties.spec;
  const id = 'harbour.example/crane_v1';

  /** Our schema with some fields of the spec changed, or keywords of the spec itself. */
  function withSpec(properties: Fields, keywords: Fields = {}): Fields {
    return {
      ...ours,
      properties: { spec: { ...spec, ...keywords, properties: { ...spec.properties, ...properties } } },
    };
  }

  function compare(schema: Fields, version = 'v1'): ReturnType<typeof compareWithServed> {
    const crane: BundledSchema = { id, group: 'harbour.example', kind: 'Crane', version, schema };
    return compareWithServed([crane], readServedSchemas(crd));
  }

  const withoutMode = Object.fromEntries(Object.entries(spec.properties).filter(([name]) => name !== 'mode'));

  const cases: { name: string; schema: Fields; want: readonly string[] }[] = [
    {
      name: 'nothing, whatever the order of keys and required fields, descriptions and our own keywords',
      schema: ours,
      want: [],
    },
    {
      name: 'another value in an enum',
      schema: withSpec({ mode: { type: 'string', enum: ['lift', 'drop'] } }),
      want: [`${id} spec.mode enum: want ["lift","lower"] have ["lift","drop"]`],
    },
    {
      name: 'another order of an enum, as it is shown',
      schema: withSpec({ mode: { type: 'string', enum: ['lower', 'lift'] } }),
      want: [`${id} spec.mode enum: want ["lift","lower"] have ["lower","lift"]`],
    },
    {
      name: 'a required field dropped',
      schema: withSpec({}, { required: ['load'] }),
      want: [`${id} spec required: want ["load","mode"] have ["load"]`],
    },
    {
      name: 'a required field added',
      schema: withSpec({}, { required: ['load', 'mode', 'tags'] }),
      want: [`${id} spec required: want ["load","mode"] have ["load","mode","tags"]`],
    },
    {
      name: 'a field of ours that the CRD lacks',
      schema: withSpec({ hook: { type: 'string' } }),
      want: [`${id} spec.hook: want nothing have {"type":"string"}`],
    },
    {
      name: 'a field that we lack',
      schema: { ...ours, properties: { spec: { ...spec, properties: withoutMode } } },
      want: [`${id} spec.mode: want {"type":"string","enum":["lift","lower"]} have nothing`],
    },
    {
      name: 'another default',
      schema: withSpec({ load: { type: 'integer', minimum: 0, default: 2 } }),
      want: [`${id} spec.load default: want 1 have 2`],
    },
    {
      name: 'a default as text',
      schema: withSpec({ load: { type: 'integer', minimum: 0, default: '1' } }),
      want: [`${id} spec.load default: want 1 have "1"`],
    },
    {
      name: 'a bound that we lack and one that the CRD lacks',
      schema: withSpec({ load: { type: 'integer', maximum: 9, default: 1 } }),
      want: [`${id} spec.load minimum: want 0 have nothing`, `${id} spec.load maximum: want nothing have 9`],
    },
    {
      name: 'another CEL rule',
      schema: withSpec({}, { 'x-kubernetes-validations': [{ rule: 'has(self.mode)', message: 'a load must be set' }] }),
      want: [
        `${id} spec x-kubernetes-validations: want [{"rule":"has(self.load)","message":"a load must be set"}] ` +
          'have [{"rule":"has(self.mode)","message":"a load must be set"}]',
      ],
    },
    {
      name: 'another fact of a field that is named like a keyword',
      schema: withSpec({ description: { type: 'string', maxLength: 81 } }),
      want: [`${id} spec.description maxLength: want 80 have 81`],
    },
    {
      name: 'another fact in the items of a list',
      schema: withSpec({
        ropes: { type: 'array', items: { type: 'object', properties: { length: { type: 'string' } } } },
      }),
      want: [`${id} spec.ropes[].length pattern: want "^[0-9]+m$" have nothing`],
    },
    {
      name: "another type of a map's values",
      schema: withSpec({ tags: { type: 'object', additionalProperties: { type: 'integer' } } }),
      want: [`${id} spec.tags{} type: want "string" have "integer"`],
    },
    {
      name: 'a map that takes anything',
      schema: withSpec({ tags: { type: 'object', additionalProperties: true } }),
      want: [`${id} spec.tags{}: want {"type":"string"} have true`],
    },
    {
      name: 'another alternative, its description aside',
      schema: withSpec({
        port: {
          'x-kubernetes-int-or-string': true,
          anyOf: [{ type: 'integer', description: 'By number.' }, { type: 'boolean' }],
        },
      }),
      want: [`${id} spec.port anyOf[1] type: want "string" have "boolean"`],
    },
    {
      name: 'other names in the cluster',
      schema: { ...ours, 'x-fairlead-plural': 'crane', 'x-fairlead-short-names': [] },
      want: [
        `${id} x-fairlead-plural: want "cranes" have "crane"`,
        `${id} x-fairlead-short-names: want ["cr"] have []`,
      ],
    },
    {
      name: 'another column in listings',
      schema: { ...ours, 'x-fairlead-printer-columns': [] },
      want: [
        `${id} x-fairlead-printer-columns: ` +
          'want [{"name":"Age","type":"date","jsonPath":".metadata.creationTimestamp","priority":0}] have []',
      ],
    },
  ];

  test.for(cases)('reports $name', ({ schema, want }) => {
    const { compared, differences, notes } = compare(schema);
    expect(differences.map(formatDifference)).toEqual(want);
    expect({ compared, notes }).toEqual({ compared: 1, notes: [] });
  });

  test('reports a version that is no longer served, and one that we lack', () => {
    const { compared, differences, notes } = compare(ours, 'v1alpha1');
    expect(differences.map(formatDifference)).toEqual([`${id} served version: want ["v1"] have "v1alpha1"`]);
    expect(notes).toEqual(['harbour.example/crane_v1: served by the CRD, but schemas/ has no such version']);
    expect(compared).toBe(0);
  });

  test('notes the kinds that have no CRD there', () => {
    const { compared, differences, notes } = compareWithServed(bundled, readServedSchemas(crd));
    expect({ compared, differences }).toEqual({ compared: 0, differences: [] });
    expect(notes).toHaveLength(bundled.length);
    expect(notes[0]).toBe('helm.toolkit.fluxcd.io/helmrelease_v2: there is no CRD of HelmRelease to compare with');
  });

  test('refuses a text that is not YAML, and a CRD without versions', () => {
    expect(() => readServedSchemas('a: [')).toThrow();
    expect(() => readServedSchemas(crd.replace('versions:', 'editions:'))).toThrow(
      'harbour.example/Crane: spec.versions is not a list',
    );
  });
});

/** The root and every schema node below it. */
function nodesOf(schema: Fields, where = ''): readonly { readonly where: string; readonly node: Fields }[] {
  const { properties, items, additionalProperties } = schema;
  return [
    { where, node: schema },
    ...(isFields(properties) ? Object.entries(properties) : []).flatMap(([name, child]) =>
      isFields(child) ? nodesOf(child, where === '' ? name : `${where}.${name}`) : [],
    ),
    ...(isFields(items) ? nodesOf(items, `${where}[]`) : []),
    ...(isFields(additionalProperties) ? nodesOf(additionalProperties, `${where}{}`) : []),
  ];
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
