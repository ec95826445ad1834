import { describe, expect, test } from 'vitest';
import { chartFrom, chartOf, requestOf } from '../../../test/support/renderRequests.ts';
import { loadValues } from '../chart/index.ts';
import { decodeJson } from '../gostd/index.ts';
import {
  type LookupKey,
  newRenderCache,
  RenderError,
  renderChart,
  type RenderRequest,
  splitNotes,
  type TemplatePlace,
} from './index.ts';

function attempt(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

/** The text of the template `a.yaml`, or the error. */
function rendered(text: string, more: Partial<RenderRequest> = {}): string {
  try {
    return renderChart(requestOf(chartOf(text), more)).files.get('demo/templates/a.yaml') ?? '';
  } catch (error) {
    if (error instanceof RenderError) {
      return `${error.code}: ${error.message}`;
    }
    throw error;
  }
}

test('a cache changes no result, whatever was rendered before', () => {
  const text =
    '{{ now | date "2006-01-02 15:04" }} {{ uuidv4 }} {{ lookup "v1" "Pod" "ns" "p" }} {{ tpl .Values.text . }} {{ regexFind "[a-z]+" .Values.text }}';
  const at = (seed: number, more: Partial<RenderRequest> = {}): Partial<RenderRequest> => ({
    values: loadValues(`text: "seed ${String(seed)} {{ .Release.Name }}"`),
    world: {
      now: () => seed * 10_000_000,
      randomBytes: (count) => new Uint8Array(count).fill(seed),
      timeZone: seed % 2 === 0 ? 'UTC' : 'Asia/Tokyo',
    },
    lookup: { get: () => decodeJson(JSON.stringify({ seed })) },
    ...more,
  });
  const cache = newRenderCache();
  const seeds = [1, 2, 3, 4, 1];
  const cached = seeds.map((seed) => rendered(text, at(seed, { cache })));
  expect(cached).toEqual(seeds.map((seed) => rendered(text, at(seed))));
  expect(new Set(cached).size).toBe(4);
  expect(cached[0]).toContain('map[seed:1] seed 1 r seed');
});

test('a render is a function of its request', () => {
  const text = '{{ now | unixEpoch }} {{ randAlphaNum 8 }} {{ uuidv4 }}';
  expect(rendered(text)).toBe(rendered(text));
});

describe('lookup', () => {
  const text =
    '{{ (lookup "v1" "Secret" "ns" "s").data }}{{ lookup "v1" "Pod" "" "" | len }}{{ lookup "v1" "Pod" "" "" | len }}';

  test('finds nothing where nobody asked yet, and says once what was missing', () => {
    const { files, missingLookups } = renderChart(requestOf(chartOf(text)));
    expect(files.get('demo/templates/a.yaml')).toBe('00');
    expect(missingLookups).toEqual([
      { apiVersion: 'v1', kind: 'Secret', namespace: 'ns', name: 's' },
      { apiVersion: 'v1', kind: 'Pod', namespace: '', name: '' },
    ] satisfies LookupKey[]);
  });

  test('is answered from the snapshot', () => {
    const secret = decodeJson('{"data": {"a": "b"}}');
    const lookup = { get: ({ kind }: LookupKey) => (kind === 'Secret' ? secret : decodeJson('{}')) };
    const { files, missingLookups } = renderChart(requestOf(chartOf(text), { lookup }));
    expect(files.get('demo/templates/a.yaml')).toBe('map[a:b]00');
    expect(missingLookups).toEqual([]);
  });
});

describe('errors', () => {
  test('tell the calls that led there, and what was nil', () => {
    const chart = chartOf('x: 1\n{{ template "outer" . }}', {
      'templates/_h.tpl':
        '{{ define "outer" }}\n{{ include "inner" . }}{{ end }}{{ define "inner" }}é {{ .Values.a.b.c }}{{ end }}',
    });
    const failed = attempt(() => renderChart(requestOf(chart)));
    const at = ({ template, position }: TemplatePlace): string =>
      `${template}:${String(position.line + 1)}:${String(position.character)}`;
    expect(failed).toMatchObject({ code: 'execute', place: { nil: '.Values.a' } });
    const place = failed instanceof RenderError ? failed.place : undefined;
    expect(place && [...place.calls, place].map(at)).toEqual([
      'demo/templates/a.yaml:2:12',
      'demo/templates/_h.tpl:2:3',
      'demo/templates/_h.tpl:2:64',
    ]);
  });

  test('tell the place beside the text', () => {
    const chart = chartOf('kind: X\n  name: {{ required "give a name" .Values.name }}\n');
    expect(() => renderChart(requestOf(chart))).toThrow(
      expect.objectContaining({
        code: 'fail',
        message: 'execution error at (demo/templates/a.yaml:2:11): give a name',
        place: { template: 'demo/templates/a.yaml', position: { line: 1, character: 11 }, calls: [], nil: undefined },
      }),
    );
  });

  const cases: { name: string; text: string; want: string }[] = [
    { name: 'parse', text: '{{ if }}', want: 'parse: parse error at (demo/templates/a.yaml:1): missing value for if' },
    {
      name: 'unknown function',
      text: '{{ env "HOME" }}',
      want: 'parse: parse error at (demo/templates/a.yaml:1): function "env" not defined',
    },
    {
      name: 'nil',
      text: '{{ .Values.a.b }}',
      want:
        'execute: demo/templates/a.yaml:1:10\n  executing "demo/templates/a.yaml" at <.Values.a.b>:\n' +
        '    nil pointer evaluating interface {}.b',
    },
    {
      name: 'fail',
      text: '{{ fail "no: way" }}',
      want: 'fail: execution error at (demo/templates/a.yaml:1:3): no: way',
    },
  ];
  test.for(cases)('$name', ({ text, want }) => {
    expect(rendered(text)).toBe(want);
  });
});

describe('limits', () => {
  test('of output', () => {
    expect(rendered('{{ repeat 1000 "x" }}', { limits: { maxBytes: 999, maxMs: 1000 } })).toMatch(/^limit: /);
  });

  test('of time', () => {
    let now = 0;
    const world = { now: () => (now += 10), randomBytes: (count: number) => new Uint8Array(count), timeZone: 'UTC' };
    const text = '{{ range until 100000 }}{{ end }}';
    expect(rendered(text, { world, limits: { maxBytes: 1000, maxMs: 50 } })).toMatch(/^limit: /);
  });

  test('of templates that include themselves', () => {
    const text = '{{ define "loop" }}{{ include "loop" . }}{{ end }}{{ include "loop" . }}';
    expect(rendered(text)).toMatch(/nested reference name: loop|too deeply/);
  });
});

describe('templates', () => {
  test('of the chart above redefine those of charts below', () => {
    const chart = chartFrom({
      'Chart.yaml': 'apiVersion: v2\nname: top\nversion: 1.0.0\n',
      'templates/_x.tpl': '{{ define "who" }}top{{ end }}',
      'charts/low/Chart.yaml': 'apiVersion: v2\nname: low\nversion: 1.0.0\n',
      'charts/low/templates/_x.tpl': '{{ define "who" }}low{{ end }}',
      'charts/low/templates/a.yaml': '{{ include "who" . }} {{ .Chart.Name }} {{ .Template.Name }}',
    });
    const { files } = renderChart(requestOf(chart));
    expect([...files]).toEqual([['top/charts/low/templates/a.yaml', 'top low top/charts/low/templates/a.yaml']]);
  });

  test('lose Go’s mark of a missing value, wherever it comes from', () => {
    expect(rendered('a{{ .Values.x }}b<no value>c')).toBe('abc');
  });

  test('see what was set in values by others', () => {
    const chart = chartOf('{{ .Values.x }}', { 'templates/b.yaml': '{{ $_ := set .Values "x" 1 }}' });
    expect(renderChart(requestOf(chart)).files.get('demo/templates/a.yaml')).toBe('1');
  });

  test('hand notes out apart from the rest', () => {
    const chart = chartOf('x: 1', {
      'templates/NOTES.txt': 'Hello {{ .Release.Name }}',
      'templates/sub/NOTES.txt': 'no',
    });
    const { chart: used, files } = renderChart(requestOf(chart));
    expect(splitNotes(used, files)).toEqual({
      notes: 'Hello r',
      files: new Map([['demo/templates/a.yaml', 'x: 1']]),
    });
  });
});

test('the chart and the values that came in stay as they were', () => {
  const chart = chartOf('{{ $_ := set .Values.map "b" 2 }}{{ $_ := unset .Values "list" }}', {
    'values.yaml': 'map: {a: 1}\nlist: [1]\n',
  });
  const values = loadValues('map: {c: 3}');
  renderChart(requestOf(chart, { values }));
  expect([chart.values, values]).toEqual([loadValues('map: {a: 1}\nlist: [1]\n'), loadValues('map: {c: 3}')]);
});
