import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeJson, encodeJson, type GoMap, isMap, newMap, sprint } from '../../gostd/index.ts';
import { Origins } from '../../support/index.ts';
import {
  type Chart,
  type ChartFile,
  ChartError,
  coalesceValues,
  loadFiles,
  loadValues,
  mergeMaps,
  processDependencies,
} from '../index.ts';

const encoder = new TextEncoder();

function chartOf(files: Readonly<Record<string, string>>, positions = false): Chart {
  const all: ChartFile[] = Object.entries(files).map(([name, text]) => ({ name, data: encoder.encode(text) }));
  return loadFiles(all, { positions });
}

const chartYaml = (name: string, more = ''): string => `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n${more}`;

/** What a user's values become over a chart's; with warnings. */
function coalesced(defaults: string, user: string): string {
  const warnings: string[] = [];
  const chart = chartOf({ 'Chart.yaml': chartYaml('top'), 'values.yaml': defaults });
  const values = coalesceValues(chart, loadValues(user), {
    onWarning: (warning) => {
      warnings.push(warning);
    },
  });
  return [encodeJson(values, { escapeHtml: false }), ...warnings].join('\n');
}

describe('a user’s values over defaults', () => {
  const cases: { name: string; defaults: string; user: string; want: string }[] = [
    { name: 'maps are merged', defaults: 'a: {b: 1, c: 2}', user: 'a: {c: 3}', want: '{"a":{"b":1,"c":3}}' },
    { name: 'lists are replaced', defaults: 'a: [1, 2]', user: 'a: [3]', want: '{"a":[3]}' },
    { name: 'null removes a default', defaults: 'a: 1\nb: 2', user: 'a: null', want: '{"b":2}' },
    {
      name: 'null removes a default deep down',
      defaults: 'a: {b: {c: 1, d: 2}}',
      user: 'a: {b: {c: null}}',
      want: '{"a":{"b":{"d":2}}}',
    },
    { name: 'null removes a map', defaults: 'a: {b: 1}', user: 'a: null', want: '{}' },
    { name: 'null of a key without default is gone at the top', defaults: 'a: null', user: 'a: null', want: '{}' },
    {
      name: 'null of a key without default stays below',
      defaults: 'a: {b: 1}',
      user: 'a: {c: null}',
      want: '{"a":{"b":1,"c":null}}',
    },
    { name: 'nulls of defaults are gone', defaults: 'a: null\nb: {c: null, d: 1}', user: '', want: '{"b":{"d":1}}' },
    {
      name: 'a scalar over a map wins',
      defaults: 'a: {b: {c: 1}}',
      user: 'a: {b: x}',
      want: '{"a":{"b":"x"}}\nwarning: cannot overwrite table with non table for top.a.b (map[c:1])',
    },
    {
      name: 'a map over a scalar wins',
      defaults: 'a: {b: x}\nc: 1',
      user: 'a: {b: {d: 1}}\nc: {e: 1}',
      want:
        '{"a":{"b":{"d":1}},"c":{"e":1}}\n' +
        'warning: destination for top.a.b is a table. Ignoring non-table value (x)\n' +
        'warning: skipped value for top.c: Not a table.',
    },
  ];
  test.for(cases)('$name', ({ defaults, user, want }) => {
    expect(coalesced(defaults, user)).toBe(want);
  });
});

describe('charts below', () => {
  const files = {
    'Chart.yaml': chartYaml('top'),
    'values.yaml': 'global: {a: 1, m: {x: 1}}\nlow: {b: 2}\n',
    'charts/low/Chart.yaml': chartYaml('low'),
    'charts/low/values.yaml': 'b: 0\nc: 3\nglobal: {a: 0, g: 1, m: {x: 0, z: 0}}\n',
  };

  test('get the values of their section, and the globals of those above', () => {
    const values = coalesceValues(chartOf(files), loadValues('global: {u: 1}\nlow: {c: 4}'));
    expect(encodeJson(values['low'], { escapeHtml: false })).toBe(
      '{"b":2,"c":4,"global":{"a":1,"g":1,"m":{"x":1,"z":0},"u":1}}',
    );
  });

  test('need a map in their section', () => {
    expect(() => coalesceValues(chartOf(files), loadValues('low: text'))).toThrow(
      new ChartError('values', 'type mismatch on low: %!t(string=text)'),
    );
  });

  test('leave the values that came in, and the chart, as they were', () => {
    const chart = chartOf(files);
    const user = loadValues('low: {c: null}\nglobal: {m: null}');
    const before = encodeJson([user, chart.values], { escapeHtml: false });
    coalesceValues(chart, user);
    processDependencies(chart, user);
    expect(encodeJson([user, chart.values], { escapeHtml: false })).toBe(before);
  });
});

describe('dependencies', () => {
  const files = {
    'Chart.yaml': chartYaml(
      'top',
      'dependencies:\n- {name: low, version: 1.x, condition: low.enabled, import-values: [up]}\n- {name: low, version: 1.x, alias: twin, tags: [extra]}\n',
    ),
    'values.yaml': 'tags: {extra: false}\nsame: top\n',
    'charts/low/Chart.yaml': chartYaml('low'),
    'charts/low/values.yaml': 'exports: {up: {same: low, more: 1}}\n',
  };
  const cases: { name: string; user: string; charts: string[]; values: string }[] = [
    { name: 'by default', user: '', charts: ['low'], values: '1 top' },
    { name: 'off by condition', user: 'low: {enabled: false}', charts: [], values: '<nil> top' },
    { name: 'on by tag', user: 'tags: {extra: true}', charts: ['low', 'twin'], values: '1 top' },
    { name: 'condition that is no boolean', user: 'low: {enabled: "no"}', charts: ['low'], values: '1 top' },
  ];
  test.for(cases)('$name', ({ user, charts, values }) => {
    const chart = processDependencies(chartOf(files), loadValues(user));
    expect(chart.dependencies.map(({ metadata }) => metadata.name)).toEqual(charts);
    expect(sprint([chart.values['more'], ' ', chart.values['same']])).toBe(values);
  });
});

test('origins follow values through charts', () => {
  const chart = chartOf(
    {
      'Chart.yaml': chartYaml('top'),
      'values.yaml': 'low:\n  b: 2\n',
      'charts/low/Chart.yaml': chartYaml('low'),
      'charts/low/values.yaml': 'b: 0\nc: 3\n',
    },
    true,
  );
  const origins = new Origins();
  const user = loadValues('low:\n  d: 4\n', {
    origins,
    at: (position) => ({ kind: 'user', layer: 'inline', file: 'release.yaml', position }),
  });
  const values = coalesceValues(processDependencies(chart, user, { origins }), user, { origins });
  const low = values['low'];
  const where = (key: string): unknown => {
    const origin = isMap(low) ? origins.get(low, key) : undefined;
    return origin?.kind === 'chart' ? [origin.chart, origin.position.line] : origin?.kind;
  };
  expect([where('b'), where('c'), where('d')]).toEqual([['top', 1], ['low', 1], 'user']);
});

describe('properties', () => {
  const maps = fc
    .dictionary(fc.constantFrom('a', 'b', 'c', '__proto__', '1'), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4 })
    .map((object) => asMap(decodeJson(JSON.stringify(object))));

  test('coalescing what was coalesced changes nothing', () => {
    const chart = chartOf({ 'Chart.yaml': chartYaml('top') });
    fc.assert(
      fc.property(maps, maps, (defaults, user) => {
        const full: Chart = { ...chart, values: defaults };
        const once = coalesceValues(full, withoutNulls(user));
        expect(encodeJson(coalesceValues(full, once), { escapeHtml: false })).toBe(
          encodeJson(once, { escapeHtml: false }),
        );
      }),
    );
  });

  test('a map merged with itself or with nothing is itself', () => {
    const text = (map: GoMap): string => encodeJson(map, { escapeHtml: false });
    fc.assert(
      fc.property(maps, (map) => {
        expect([mergeMaps(map, map), mergeMaps(newMap(), map), mergeMaps(map, newMap())].map(text)).toEqual(
          Array.from({ length: 3 }, () => text(map)),
        );
      }),
    );
  });
});

function asMap(value: unknown): GoMap {
  if (!isMap(value)) {
    throw new Error('a JSON object is a map');
  }
  return value;
}

/** A null takes back a default once; the default is back in the next round. */
function withoutNulls(map: GoMap): GoMap {
  return asMap(decodeJson(JSON.stringify(map, (_, value: unknown) => (value === null ? 'none' : value))));
}
