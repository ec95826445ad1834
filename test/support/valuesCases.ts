import fc from 'fast-check';
import type { Json, JsonObject } from './oracleCases.ts';

/** A chart of names, defaults and wishes; filesOf makes it one that loads. */
export interface ChartTree {
  readonly name: string;
  readonly values: JsonObject | undefined;
  readonly dependencies: readonly JsonObject[];
  readonly below: readonly ChartTree[];
}

/** The files of a chart, those of the charts below it included. */
export function filesOf({ name, values, dependencies, below }: ChartTree, folder = ''): Record<string, string> {
  const metadata = { apiVersion: 'v2', name, version: '1.0.0', ...(dependencies.length > 0 && { dependencies }) };
  const files: Record<string, string> = { [`${folder}Chart.yaml`]: JSON.stringify(metadata) };
  if (values !== undefined) {
    files[`${folder}values.yaml`] = JSON.stringify(values);
  }
  for (const one of below) {
    Object.assign(files, filesOf(one, `${folder}charts/${one.name}/`));
  }
  return files;
}

/** A chart with up to two below it, one of which can have one below. */
export function chartTrees(): fc.Arbitrary<ChartTree> {
  const deep = fc.option(chart('deep', []), { nil: undefined });
  const one = fc.option(
    deep.chain((below) => chart('one', below ? [below] : [])),
    { nil: undefined },
  );
  const two = fc.option(chart('two', []), { nil: undefined });
  return fc.tuple(one, two).chain((below) =>
    chart(
      'top',
      below.filter((each) => each !== undefined),
    ),
  );
}

function chart(name: string, below: readonly ChartTree[]): fc.Arbitrary<ChartTree> {
  return fc.record({
    name: fc.constant(name),
    values: fc.option(userValues(), { nil: undefined }),
    dependencies: below.length === 0 ? fc.constant([]) : dependencies(below.map((each) => each.name)),
    below: fc.constant(below),
  });
}

/** Mostly one for each chart below, now and then two that are called the same. */
function dependencies(names: readonly string[]): fc.Arbitrary<JsonObject[]> {
  const some = fc.constantFrom(...names).chain(dependency);
  return fc.oneof(
    {
      weight: 9,
      arbitrary: fc.uniqueArray(some, { maxLength: 4, selector: (one) => JSON.stringify(one['alias'] ?? one['name']) }),
    },
    { weight: 1, arbitrary: fc.array(some, { maxLength: 3 }) },
  );
}

function dependency(name: string): fc.Arbitrary<JsonObject> {
  return fc.record(
    {
      name: fc.constant(name),
      version: fc.oneof(
        { weight: 4, arbitrary: fc.constantFrom('1.0.0', '>0.1', '~1') },
        { weight: 1, arbitrary: fc.constantFrom('2', '') },
      ),
      repository: fc.constant(''),
      alias: fc.constantFrom('other', 'one', 'x'),
      condition: fc.constantFrom(`${name}.on`, 'other.on', `x.on,${name}.on`, 'global.on', 'a', ' b.on , a'),
      tags: fc.subarray(['t', 'u']),
      'import-values': fc.array(
        fc.oneof(
          {
            weight: 24,
            arbitrary: fc.constantFrom<Json>(
              ...['data', 'a', 'exports', 'on'],
              { child: 'a', parent: 'imported' },
              { child: 'b', parent: 'a' },
              { child: 'exports.data', parent: '.' },
              { child: 'a.b', parent: 'a.b' },
              { child: 'global', parent: 'x' },
              { child: 'deep.a', parent: 'deep' },
              { child: 'a', parent: name },
            ),
          },
          fc.constantFrom<Json>(7, null, {}, { child: 'a' }, { child: 1, parent: 'a' }, ['a']),
        ),
        { maxLength: 2 },
      ),
    },
    { requiredKeys: ['name', 'version', 'repository'] },
  );
}

/** Values whose keys are often names of charts, global, tags and the paths of conditions. */
export function userValues(): fc.Arbitrary<JsonObject> {
  const key = fc.constantFrom(
    ...['a', 'b', 'c', 'x', 'one', 'two', 'deep', 'other', 'global', 'tags', 'on', 't', 'u', 'exports', 'data'],
  );
  return objectsOf(key, fc.constantFrom<Json>(null, true, false, 0, 1, 1000000, 2.5, '', 'text', 'é'), 5);
}

/** Any JSON object, with keys and texts that YAML must quote. */
export function jsonObjects(): fc.Arbitrary<JsonObject> {
  const text = fc.oneof(
    fc.constantFrom(...['y', 'no', 'null', '~', '1', '0x1', '1e3', '2001-01-01', '12:30', '- a', 'a: b', '#', '']),
    fc.constantFrom('multi\nline\n', ' lead', 'trail ', '\ttab', '\u0085', '😀', `${'long words '.repeat(12)}end`),
    fc.string({ unit: 'grapheme', maxLength: 6 }),
  );
  const number = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(2 ** 53));
  return objectsOf(text, fc.oneof(text, number, fc.constantFrom<Json>(null, true, false)), 6);
}

function objectsOf(key: fc.Arbitrary<string>, scalar: fc.Arbitrary<Json>, maxKeys: number): fc.Arbitrary<JsonObject> {
  const { object } = fc.letrec<{ object: JsonObject; json: Json }>((tie) => ({
    object: fc.dictionary(key, tie('json'), { maxKeys, depthIdentifier: 'values', noNullPrototype: true }),
    json: fc.oneof(
      { maxDepth: 3, depthIdentifier: 'values' },
      { weight: 4, arbitrary: scalar },
      { weight: 4, arbitrary: tie('object') },
      { weight: 1, arbitrary: fc.array(tie('json'), { maxLength: 3, depthIdentifier: 'values' }) },
    ),
  }));
  return object;
}

/** Arguments of --set and its like: mostly sensible, now and then not. */
export function someStrvals(kind: 'set' | 'string' | 'json' | 'literal'): fc.Arbitrary<string> {
  const name = fc.constantFrom('a', 'm', 'l', 'n', 'd', 'x', 'a\\.b', 'é', 'with space');
  const step = fc.oneof(
    { weight: 16, arbitrary: fc.oneof({ weight: 8, arbitrary: name }, fc.constant('')) },
    { weight: 8, arbitrary: fc.constantFrom('l[0]', 'l[1]', 'l[3]', 'a[0][1]', 'l[1].x', 'a[1].b') },
    { weight: 1, arbitrary: fc.constantFrom('m[0]', '[0]') },
    { weight: 1, arbitrary: fc.constantFrom('l[-1]', 'l[x]', 'l[', 'l]', 'a[65537]', 'a[ 1 ]', 'a[]') },
  );
  const path = fc.array(step, { minLength: 1, maxLength: 3 }).map((steps) => steps.join('.'));
  const value = {
    set: [
      '1',
      '-1',
      '01',
      '0x1',
      '1.5',
      '1e3',
      'true',
      'TRUE',
      'null',
      'nil',
      'text',
      '',
      '{1,2}',
      '{a,{b}}',
      '{',
      '}',
    ],
    string: ['1', 'true', 'text', '01', 'null', '', '{1,2}', 'te xt', '"q"', '{a'],
    json: [
      '1',
      '1.5',
      '"a"',
      '"a,b"',
      '{"b":[1,null]}',
      '[1,{"c":true}]',
      'null',
      'true',
      '-2e3',
      ' 3 ',
      '{',
      'x',
      '1 2',
      '1b',
      '01',
      '1.',
      'truefalse',
      '"a"b',
      '[]x',
      '1e',
    ],
    literal: ['1', 'a,b', 'x=y', '{1}', '', 'a\\,b', '[0]', 'null'],
  }[kind];
  const odd = ['a\\,b', 'a=b', '9223372036854775807', '9223372036854775808', '\\', 'a\nb', '[', 'é', '@f', ' 1', '1,'];
  const assignment = fc
    .tuple(
      path,
      fc.oneof({ weight: 12, arbitrary: fc.constant('=') }, fc.constantFrom('', '==')),
      fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...value) }, fc.constantFrom(...odd)),
    )
    .map((parts) => parts.join(''));
  return fc.array(assignment, { minLength: 1, maxLength: 3 }).map((all) => all.join(','));
}

/** The values of a HelmRelease, inline and by reference, with the ConfigMaps or Secrets they name. */
export interface Composition {
  readonly values: JsonObject;
  readonly valuesFrom: readonly {
    readonly kind: 'ConfigMap' | 'Secret';
    readonly name: string;
    readonly valuesKey?: string;
    readonly targetPath?: string;
    readonly optional?: boolean;
    readonly literal?: boolean;
  }[];
  /** By name, then by key. */
  readonly objects: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export function compositions(kind: 'ConfigMap' | 'Secret'): fc.Arbitrary<Composition> {
  const reference = fc.record(
    {
      kind: fc.constant(kind),
      name: fc.constantFrom('one', 'one', 'two', 'two', 'none'),
      valuesKey: fc.constantFrom('values.yaml', 'values.yaml', 'text', 'text', 'none'),
      targetPath: fc.constantFrom('', 'a', 'a.b', 'one.a.b', 'l[0]', 'l[1].x', 'global.on', 'a\\.b', 'b[x', 'x.y.z'),
      optional: fc.boolean(),
      literal: fc.boolean(),
    },
    { requiredKeys: ['kind', 'name'] },
  );
  const text = fc.constantFrom(
    ...['5', 'true', '"q"', "'1'", 'a,b', 'x=y', '{1,2}', '', 'null', '\\', 'a\nb', '1.5', 'é', '"', "a'"],
  );
  return fc.record({
    values: userValues(),
    valuesFrom: fc.array(reference, { maxLength: 3 }),
    objects: fc.record({
      one: fc.record({ 'values.yaml': userValues().map((values) => JSON.stringify(values)), text }),
      two: fc.record({ 'values.yaml': valuesTexts(), text }),
    }),
  });
}

/** Texts of values files: one or more documents, mostly maps. */
export function valuesTexts(): fc.Arbitrary<string> {
  const document = fc.oneof(
    { weight: 6, arbitrary: userValues().map((values) => JSON.stringify(values)) },
    {
      weight: 3,
      arbitrary: fc.constantFrom('a: 1', 'a: {b: 1}\nb: yes', 'a:\n  c: 0755\n', '# note', '', 'y: 1\n1: 2'),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom('- 1', 'text', 'a: [', 'null', 'a: 1\na: 2', '"', 'a: &x 1\nb: *x', '\ta'),
    },
  );
  const separator = fc.constantFrom(
    '\n---\n',
    '\n--- # next\n',
    '\n---',
    '\n--- a: 1\n',
    '\r\n---\r\n',
    '\n...\n---\n',
  );
  return fc
    .tuple(
      fc.constantFrom('', '', '---\n', '# top\n---\n', '\n'),
      fc.array(fc.tuple(document, separator), { maxLength: 3 }),
      document,
    )
    .map(([start, parts, last]) => `${start}${parts.map(([text, end]) => `${text}${end}`).join('')}${last}`);
}
