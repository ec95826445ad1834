import { describe, expect, test } from 'vitest';
import { chartOf, requestOf } from '../../../../test/support/renderRequests.ts';
import { type Chart, loadValues } from '../../chart/index.ts';
import {
  newRenderCache,
  renderChart,
  type RenderRequest,
  type RenderTrace,
  traceLines,
  traceObjects,
  type TracedStretch,
  valueUses,
} from '../index.ts';

interface Traced {
  readonly text: string;
  readonly trace: RenderTrace;
  readonly values: ReturnType<typeof loadValues>;
}

function traceOf(chart: Chart, more: Partial<RenderRequest> = {}): Traced {
  const { files, trace, values } = renderChart(requestOf(chart, { trace: true, ...more }));
  if (trace === undefined) {
    throw new Error('asked for a trace');
  }
  return { text: files.get('demo/templates/a.yaml') ?? '', trace, values };
}

/** Renders `a.yaml` with these values as the chart's own. */
function traced(template: string, values: string, more: Readonly<Record<string, string>> = {}): Traced {
  return traceOf(chartOf(template, { 'values.yaml': values, ...more }));
}

const file = 'demo/templates/a.yaml';

function shown(trace: RenderTrace, { data, key, control }: TracedStretch): string {
  const names = (paths: readonly number[]): string =>
    paths.map((path) => (trace.paths[path]?.keys ?? []).join('.')).join(' ');
  const parts = [
    ['', data],
    ['key ', key],
    ['if ', control],
  ] as const;
  return parts.flatMap(([word, paths]) => (paths.length === 0 ? [] : [`${word}${names(paths)}`])).join(', ');
}

/** Each line with what flowed into it. */
function lines({ text, trace }: Traced): string[] {
  const texts = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  return traceLines(trace, file, text).map((line, i) => `${(texts[i] ?? '').trimEnd()} <- ${shown(trace, line)}`);
}

describe('a line knows the values it is made of', () => {
  const values =
    'a: x\nb: why\nisOn: true\nisOff: false\nempty: ""\nmap: {k: v, l: w}\nlist: [one, two]\nnested: {m: {deep: z}}\n';
  const helpers =
    '{{- define "h" }}\nhelped: {{ .Values.a }}\nsecond: {{ .Values.b }}\n{{- end }}' +
    '{{- define "given" }}{{ .it }}-{{ .ctx.Values.b }}{{ end }}';
  const cases: { name: string; template: string; want: string[] }[] = [
    { name: 'a field', template: 'x: {{ .Values.a }}', want: ['x: x <- a'] },
    { name: 'two on a line', template: 'x: {{ .Values.a }}{{ .Values.b }}', want: ['x: xwhy <- a b'] },
    { name: 'a variable', template: '{{ $v := .Values.a }}x: {{ $v }}', want: ['x: x <- a'] },
    { name: 'a pipeline', template: 'x: {{ .Values.a | upper | quote }}', want: ['x: "X" <- a'] },
    {
      name: 'a default that is taken',
      template: 'x: {{ .Values.empty | default .Values.a }}',
      want: ['x: x <- a, if empty a'],
    },
    { name: 'a default that is not', template: 'x: {{ .Values.b | default "d" }}', want: ['x: why <- b, if b'] },
    {
      name: 'ternary',
      template: 'x: {{ ternary .Values.a .Values.b .Values.isOff }}',
      want: ['x: why <- b, if a b isOff'],
    },
    { name: 'and, or', template: 'x: {{ or .Values.empty .Values.a }}', want: ['x: x <- a, if empty'] },
    { name: 'a comparison only decides', template: 'x: {{ eq .Values.a "x" }}', want: ['x: true <- if a'] },
    { name: 'a branch', template: '{{ if .Values.isOn }}x: 1{{ end }}', want: ['x: 1 <- if isOn'] },
    {
      name: 'a branch that is not taken marks its place',
      template: 'x: 1{{ if .Values.isOff }}2{{ end }}',
      want: ['x: 1 <- if isOff'],
    },
    { name: 'else', template: '{{ if .Values.isOff }}a{{ else }}x: 1{{ end }}', want: ['x: 1 <- if isOff'] },
    { name: 'with', template: '{{ with .Values.map }}x: {{ .k }}{{ end }}', want: ['x: v <- map.k, if map'] },
    {
      name: 'a variable that a branch not taken would set',
      template: '{{ $v := "1" }}{{ if .Values.isOff }}{{ $v = "2" }}{{ end }}{{ "" }}\nx: {{ $v }}',
      want: [' <- if isOff', 'x: 1 <- if isOff'],
    },
    {
      name: 'range over a map',
      template: '{{ range $k, $v := .Values.map }}{{ $k }}: {{ $v }}\n{{ end }}',
      want: ['k: v <- map.k, key map.k, if map', 'l: w <- map.l, key map.l, if map'],
    },
    {
      name: 'range over a list',
      template: '{{ range .Values.list }}- {{ . }}\n{{ end }}',
      want: ['- one <- list.0, if list', '- two <- list.1, if list'],
    },
    {
      name: 'break decides about what follows',
      template: '{{ range .Values.list }}{{ if $.Values.isOff }}{{ break }}{{ end }}- {{ . }}\n{{ end }}',
      want: ['- one <- list.0, if list isOff', '- two <- list.1, if list isOff'],
    },
    {
      name: 'toYaml: each line its own',
      template: '{{ toYaml .Values.map | nindent 2 }}',
      want: [' <- ', '  k: v <- map.k, key map.k', '  l: w <- map.l, key map.l'],
    },
    { name: 'toJson', template: 'x: {{ toJson .Values.list }}', want: ['x: ["one","two"] <- list.0 list.1'] },
    {
      name: 'through JSON with escapes, line by line',
      template:
        '{{ $d := dict "a\\"b\\\\" .Values.a "l" (list .Values.b true 1) }}{{ $j := toPrettyJson $d | fromJson }}' +
        'x: {{ index $j "a\\"b\\\\" }}\ny: {{ index $j.l 0 }}\nz: {{ index $j.l 1 }}',
      want: ['x: x <- a', 'y: why <- b', 'z: true <- '],
    },
    {
      name: 'YAML that only looks like JSON',
      template:
        '{{ define "f" }}{"k": {{ .Values.a }}, l: [{{ .Values.b }}]}{{ end }}{{ $m := include "f" . | fromYaml }}' +
        'x: {{ $m.k }}\ny: {{ first $m.l }}',
      want: ['x: x <- a', 'y: why <- b'],
    },
    {
      name: 'include with nindent',
      template: 'x:{{ include "h" . | trim | nindent 2 }}',
      want: ['x: <- ', '  helped: x <- a', '  second: why <- b'],
    },
    {
      name: 'what include is given',
      template: 'x: {{ include "given" (dict "it" .Values.a "ctx" $) }}',
      want: ['x: x-why <- a b'],
    },
    { name: 'template', template: '{{ template "given" (dict "it" .Values.a "ctx" $) }}', want: ['x-why <- a b'] },
    { name: 'tpl of nothing', template: 'x: {{ tpl .Values.empty . | default "d" }}', want: ['x: d <- if empty'] },
    {
      name: 'tpl of a value',
      template: 'x: {{ tpl (printf "%s{{ .Values.b }}" .Values.a) . }}',
      want: ['x: xwhy <- a b'],
    },
    {
      name: 'tpl of a copy, line by line',
      template: '{{ tpl (toYaml .Values.map) . }}',
      want: ['k: v <- map.k, key map.k', 'l: w <- map.l, key map.l'],
    },
    {
      name: 'fromYaml of what was included',
      template: '{{ $m := include "h" . | fromYaml }}x: {{ $m.second }}',
      want: ['x: why <- b'],
    },
    {
      name: 'get, index, dig',
      template: 'x: {{ get .Values.map "k" }}{{ index .Values.list 1 }}{{ dig "m" "deep" "d" .Values.nested }}',
      want: ['x: vtwoz <- map.k list.1 nested.m.deep'],
    },
    {
      name: 'merge: each entry from the map that won',
      template: '{{ $m := merge (dict "k" "own") .Values.map }}k: {{ $m.k }}\nl: {{ $m.l }}',
      want: ['k: own <- if map.k', 'l: w <- map.l'],
    },
    {
      name: 'set',
      template: '{{ $d := dict }}{{ $_ := set $d "k" .Values.a }}x: {{ $d.k }}',
      want: ['x: x <- a'],
    },
    {
      name: 'a deep copy',
      template: '{{ $c := deepCopy .Values.nested }}x: {{ $c.m.deep }}',
      want: ['x: z <- nested.m.deep'],
    },
    { name: 'first, last', template: 'x: {{ first .Values.list }}', want: ['x: one <- list.0, if list'] },
    { name: 'a digest of a file', template: 'x: {{ include "h" . | sha256sum | trunc 4 }}', want: ['x: 28ad <- a b'] },
  ];
  test.for(cases)('$name', ({ template, want }) => {
    const got = lines(traced(template, values, { 'templates/_h.tpl': helpers }));
    expect(got.map((line) => line.replace(/x: [0-9a-f]{4} <- a b$/, 'x: 28ad <- a b'))).toEqual(want);
  });
});

test('keys are told of in the order that they come in, which is that of their bytes', () => {
  const template = '{{ range keys .Values.map }}{{ . }}\n{{ end }}{{ range values .Values.map }}{{ . }}\n{{ end }}';
  expect(lines(traced(template, 'map: {"\u{1f600}": 1, "\ufffd": 2}'))).toEqual([
    '\ufffd <- key map.\ufffd, if map',
    '\u{1f600} <- key map.\u{1f600}, if map',
    '2 <- map.\ufffd, if map',
    '1 <- map.\u{1f600}, if map',
  ]);
});

test('a line knows the template lines that wrote it, through include', () => {
  const helpers = '{{- define "h" }}\nfirst: 1\nsecond: {{ .Values.a }}\n{{- end }}';
  const { text, trace } = traced('x:\n  {{- include "h" . | nindent 2 }}\n', 'a: 1', { 'templates/_h.tpl': helpers });
  const written = traceLines(trace, file, text).map(({ writer }) => {
    const { template, position, call } = writer ?? { template: '', position: { line: -1 }, call: -1 };
    const from = trace.calls[call];
    return `${template}:${String(position.line + 1)}${from === undefined ? '' : ` by ${from.name} at ${from.template}:${String(from.position.line + 1)}`}`;
  });
  expect(written).toEqual([
    `${file}:1`,
    ':0',
    `demo/templates/_h.tpl:2 by h at ${file}:2`,
    `demo/templates/_h.tpl:3 by h at ${file}:2`,
  ]);
});

test('fields of objects have what wrote them, by JSON pointer', () => {
  const template =
    'kind: ConfigMap\nmetadata: {name: m}\ndata:\n  a/b: {{ .Values.a }}\n  text: |\n    {{- .Values.text | nindent 4 }}\n---\nkind: Secret\n';
  const { text, trace } = traced(template, 'a: 1\ntext: |\n  l1\n  l2\n');
  const objects = traceObjects(trace, file, text);
  expect(objects.map(({ kind, name }) => [kind, name])).toEqual([
    ['ConfigMap', 'm'],
    ['Secret', undefined],
  ]);
  expect(
    objects[0]?.fields.map(
      ({ pointer, position, ...field }) => `${pointer}:${String(position.line + 1)} ${shown(trace, field)}`,
    ),
  ).toEqual(['/kind:1 ', '/metadata:2 ', '/metadata/name:2 ', '/data:3 ', '/data/a~1b:4 a', '/data/text:5 text']);
});

test('values are told apart by what became of them', () => {
  const template =
    '{{ .Values.read }}{{ toYaml .Values.copied }}{{ range $k, $v := .Values.listed }}{{ $k }}{{ end }}' +
    '{{ if .Values.isOff }}{{ .Values.named.x }}{{ include "h" .Values.deep }}{{ end }}';
  const values =
    'read: 1\ncopied: {a: {b: 1}}\nlisted: {a: {b: 1}}\nisOff: false\nnamed: {x: 1, z: 1}\ndeep: {er: 1, none: 1}\nunread: 1\n';
  const { trace, values: all } = traced(template, values, { 'templates/_h.tpl': '{{ define "h" }}{{ .er }}{{ end }}' });
  expect(valueUses(trace, all).map(({ keys, use }) => `${keys.join('.')} ${use}`)).toEqual([
    'read read',
    'copied.a.b copied',
    'listed.a.b listed',
    'isOff read',
    'named.x named',
    'named.z unread',
    'deep.er named',
    'deep.none unread',
    'unread unread',
  ]);
});

test('a template whose name is made while it runs may be any', () => {
  const { trace, values } = traced('{{ if .Values.no }}{{ include (print "h" 1) . }}{{ end }}', 'found: 1\nlost: 1\n', {
    'templates/_h.tpl': '{{ define "h1" }}{{ .Values.found }}{{ end }}',
  });
  expect(valueUses(trace, values).map(({ keys, use }) => `${keys.join('.')} ${use}`)).toEqual([
    'found named',
    'lost unread',
  ]);
});

test('a traced render is the same text', () => {
  const template =
    '{{ $m := merge (dict) .Values.m }}{{ range $k, $v := $m }}{{ $k }}={{ tpl $v $ }}{{ .Values }}{{ end }}';
  const values = 'm: {a: "{{ .Release.Name }}", b: "{{ .Values.nope }}|é"}';
  expect(() => traced(template, values)).toThrow();
  expect(traced(template.replace('{{ .Values }}', ''), values).text).toBe('a=rb=|é');
});

test('what switches a chart on decides about its lines', () => {
  const { trace } = traced('x: 1', 'low: {enabled: true, v: 1}', {
    'Chart.yaml':
      'apiVersion: v2\nname: demo\nversion: 1.0.0\ndependencies:\n- {name: low, version: 1.x, condition: low.enabled, tags: [t]}\n',
    'charts/low/Chart.yaml': 'apiVersion: v2\nname: low\nversion: 1.0.0\n',
    'charts/low/templates/b.yaml': 'y: {{ .Values.v }}\n',
  });
  const [line] = traceLines(trace, 'demo/charts/low/templates/b.yaml', 'y: 1\n');
  expect(line && shown(trace, line)).toBe('low.v, if low.enabled tags.t');
});

test('what is kept of renders of the same chart changes no trace', () => {
  const template = '{{ if .Values.isOn }}a: {{ .Values.a }}{{ else }}b: {{ .Values.b }} {{ .Values.a }}{{ end }}\n';
  const chart = chartOf(`${template}{{ toYaml .Values.map }}\n`, {
    'values.yaml': 'isOn: true\na: x\nb: y\nmap: {k: v}\n',
  });
  const cache = newRenderCache();
  for (const text of ['', 'isOn: false', 'map: {l: {m: n}}', 'a: z', '']) {
    const values = loadValues(text);
    expect(traceOf(chart, { values, cache }).trace).toEqual(traceOf(chart, { values }).trace);
  }
});
