/** A chart whose one template is made up: with Helm's functions, objects and methods. */
import type { FuncMap } from '@fairlead/engine/gotemplate';
import fc from 'fast-check';
import { expressions } from './expressionCases.ts';
import type { JsonObject } from './oracleCases.ts';
import { leftOutOfSprig, sprigSpecials } from './sprigCases.ts';
import { someTemplates, templatesOf, withSlip } from './templateCases.ts';
import { jsonObjects } from './valuesCases.ts';

export interface HelmCase {
  readonly text: string;
  readonly values: JsonObject;
}

/** Where the template stands in the chart. */
export const helmTemplatePath = 'templates/t.yaml';

/** The files of the chart with this template. */
export function helmChart(text: string): Record<string, string> {
  return {
    'Chart.yaml': JSON.stringify({
      apiVersion: 'v2',
      name: 'c',
      version: '1.2.3-rc.1+build',
      appVersion: '4.5',
      description: 'd',
      home: 'https://example.com',
      keywords: ['k', 'l'],
      sources: [],
      maintainers: [{ name: 'n', email: 'n@example.com' }],
      annotations: { 'a/b': 'c' },
      icon: 'i',
      dependencies: [{ name: 'sub', version: '0.1.0', repository: '' }],
    }),
    'values.yaml': JSON.stringify(values),
    'config/a.txt': 'one\ntwo\n',
    'config/b.yaml': 'x: 1\r\ny: é\n',
    'config/deep/c.txt': '',
    'README.md': '# c',
    'templates/_helpers.tpl': [
      '{{- define "c.name" -}}{{ .Chart.Name }}-{{ .Values.s | trunc 3 }}{{- end }}',
      '{{- define "c.dot" }}[{{ typeOf . }}]{{ end }}',
      '{{- define "c.field" }}{{ .a.b }}{{ end }}',
      '{{- define "c.labels" -}}\na: {{ include "c.name" . }}\nb: {{ .Release.Name | quote }}\n{{- end -}}',
      '{{- define "c.range" }}{{ range $k, $v := . }}{{ $k }}={{ kindOf $v }};{{ else }}none{{ end }}{{ end }}',
      '{{- define "c.fail" }}{{ fail "no" }}{{ end }}',
      '{{- define "c.tpl" }}{{ tpl .Values.tpl $ }}{{ end }}',
    ].join('\n'),
    [helmTemplatePath]: text,
    'charts/sub/Chart.yaml': 'apiVersion: v2\nname: sub\nversion: 0.1.0\n',
    'charts/sub/values.yaml': 'x: 1\nl: [a]\n',
    'charts/sub/templates/_sub.tpl': '{{ define "sub.t" }}{{ .Values.x }}{{ end }}',
  };
}

const values: JsonObject = {
  s: 'text',
  e: '',
  n: 3,
  f: 2.5,
  big: 1e21,
  t: true,
  no: false,
  l: ['b', 1, null, { k: 'v' }, ['x'], 2.5],
  six: [1, 2, 3, 4, 5, 6],
  el: [],
  em: {},
  m: { a: 1, b: { c: 'x', d: [1, { y: 'z' }] }, s: 'y', 'k-1': true },
  tpl: '{{ .Values.s | upper }}',
  yaml: 'a: 1\nb: [x, "y"]\n',
  lines: 'first\n  second: "q"\n\n# third\n',
  sub: { y: 2 },
  global: { g: 'all' },
};

const root = '$.Values';
const atoms = {
  string: [
    ...['s', 'e', 'tpl', 'yaml', 'lines', 'm.b.c', 'm.s', 'global.g'].map((path) => `${root}.${path}`),
    ...[
      '$.Release.Name',
      '$.Release.Namespace',
      '$.Chart.Name',
      '$.Chart.Version',
      '$.Chart.AppVersion',
      '$.Template.Name',
    ],
    ...[
      '$.Template.BasePath',
      '$.Capabilities.KubeVersion.Version',
      '$.Capabilities.KubeVersion.Minor',
      '$.Chart.Icon',
    ],
    ...[
      '($.Files.Get "config/a.txt")',
      '($.Files.Get "nowhere")',
      '($.Files.Glob "config/*").AsConfig',
      '$.Release.Service',
    ],
    ...['($.Files.Glob "**/*.txt").AsSecrets', '$.Capabilities.KubeVersion', '$.Capabilities.KubeVersion.GitVersion'],
    ...[
      '"a"',
      '"a: b\\nc: [d]"',
      '"{\\"a\\": [1, null]}"',
      '"1.2.3"',
      '">=1.2"',
      '"x-y"',
      '""',
      '"- a\\n- 1"',
      '"é"',
      '"a = 1\\n[b]\\nc = \\"x\\""',
    ],
  ],
  int: [
    '0',
    '1',
    '2',
    '-1',
    '8',
    `(int ${root}.n)`,
    `(len ${root}.l)`,
    '$.Release.Revision',
    `(len ($.Files.GetBytes "config/a.txt"))`,
  ],
  float: [`${root}.n`, `${root}.f`, `${root}.big`, '1.5', '0.1'],
  bool: [
    'true',
    'false',
    `${root}.t`,
    `${root}.no`,
    '$.Release.IsInstall',
    '$.Release.IsUpgrade',
    '$.Chart.IsRoot',
    '($.Capabilities.APIVersions.Has "v1")',
    '($.Capabilities.APIVersions.Has "x/v1/Y")',
    '$.Chart.Deprecated',
  ],
  list: [
    ...['l', 'six', 'el', 'm.b.d'].map((path) => `${root}.${path}`),
    ...[
      '(list)',
      '(list 1 "a" nil)',
      '(until 3)',
      '$.Chart.Keywords',
      '$.Chart.Maintainers',
      '$.Chart.Sources',
      '$.Chart.Dependencies',
    ],
    ...[
      '($.Files.Lines "config/a.txt")',
      '$.Capabilities.APIVersions',
      '(splitList "/" "a/b")',
      '$.Subcharts.sub.Values.l',
    ],
  ],
  map: [
    ...['m', 'm.b', 'em', 'global', 'sub'].map((path) => `${root}.${path}`),
    ...[
      root,
      '$.Files',
      '$.Chart',
      '$.Release',
      '$.Chart.Annotations',
      '$.Subcharts',
      '$.Subcharts.sub.Values',
      `${root}.AsMap`,
    ],
    ...[
      '(dict "a" 1 "b" (list))',
      '(dict)',
      '($.Files.Glob "config/*")',
      '(fromYaml $.Values.yaml)',
      '$.Template',
      '$.Values.r',
    ],
  ],
  time: ['(toDate "2006-01-02" "2021-03-04")'],
} as const;
const others = [
  ...[
    '.',
    '$x',
    'nil',
    '.Values.s',
    '.Values.missing',
    '$.Values.missing',
    '$.Values.m.missing.deeper',
    '$.missing',
    '.x',
  ],
  ...[
    '$.Values.r.a',
    '$.Values.s.x',
    '$.Values.l.x',
    '$.Files.x',
    '$.Capabilities.x',
    '$.Capabilities.HelmVersion.GoVersion',
  ],
  ...[
    '($.Values.Table "m")',
    '($.Values.Table "x.y")',
    '($.Values.PathValue "m.b.c")',
    '$.Values.YAML',
    '$.Chart.x',
    '$.Files.Get',
  ],
  ...[
    '($.Files.GetBytes "config/a.txt")',
    '$.Capabilities',
    '$.Capabilities.KubeVersion.Major',
    '(semver "1.2.3")',
    '$.Capabilities.APIVersions.Has',
  ],
];

/** Cases over the chart of `helmChart`. */
export function helmCases(funcs: FuncMap): fc.Arbitrary<HelmCase> {
  const special = sprigSpecials();
  const name = fc.constantFrom(
    '"c.name"',
    '"c.dot"',
    '"c.labels"',
    '"c.range"',
    '"c.field"',
    '"c.fail"',
    '"c.tpl"',
    '"sub.t"',
    '"no"',
  );
  const data = fc.constantFrom(
    '.',
    '$',
    '$.Values',
    '$.Values.m',
    '(dict "a" (dict "b" 1))',
    '$.Values.l',
    '$.Subcharts.sub',
    'nil',
    '(dict "Values" (dict "tpl" "{{ . }}") "Template" $.Template)',
  );
  const inner = someTemplates().map((text) => JSON.stringify(text));
  const quoted = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.constantFrom(
        '$.Values.tpl',
        '"{{ .Values.s }}"',
        '"{{ include \\"c.name\\" . }}"',
        '"{{ .a.b }}"',
        '"{{"',
        '"{{ fail \\"x\\" }}"',
        '"{{ define \\"d\\" }}x{{ end }}{{ include \\"d\\" . }}"',
        '"{{ .Template.Name }}"',
        '(toYaml $.Values.m)',
        '"{{ required \\"m\\" .no }}"',
      ),
    },
    { weight: 1, arbitrary: inner },
  );
  // Nothing is written into what the chart was given: a map that comes to hold itself ends the real thing.
  special.set('unset', [fc.constantFrom('$.Values.m', '$.Values.em', '(dict "a" 1)'), undefined]);
  special.set('include', [name, data]);
  special.set('tpl', [quoted, data]);
  special.set('fromToml', [
    fc.constantFrom('"a = 1"', '"[a]\\nb = [1, 2.5, \\"x\\"]\\n[[c]]\\nd = true"', '(toToml $.Values.m)', '""'),
  ]);
  for (const writer of ['toYaml', 'toJson', 'toToml', 'toYamlPretty', 'mustToYaml']) {
    special.set(writer, [undefined]);
  }
  const bySort = expressions({
    funcs,
    atoms,
    others,
    special,
    isLeftOut: (called) => leftOutOfSprig.test(called) || called === 'lookup',
  });
  const views = fc.constantFrom(
    '',
    '',
    '',
    ' | quote',
    ' | toYaml | nindent 2',
    ' | toJson',
    ' | default "d"',
    ' | toString',
    ' | kindOf',
    ' | b64enc',
  );
  const cut = fc.tuple(bySort.list, fc.nat(9), fc.nat(17)).map(([list, from, to]) => `slice (${list}) ${from} ${to}`);
  const pipe = fc
    .tuple(
      fc.oneof(
        { weight: 9, arbitrary: bySort.any },
        { weight: 2, arbitrary: bySort.string },
        { weight: 2, arbitrary: bySort.map },
        { weight: 1, arbitrary: cut },
      ),
      views,
    )
    .map((parts) => parts.join(''));
  const ranged = fc.oneof(
    bySort.list,
    bySort.map,
    fc.constantFrom('3', '$x', '$.Values.f', '.', '0', '$.Values.m', '$.Values.s'),
  );
  const text = templatesOf(pipe, ranged);
  return fc.record({
    text: fc.oneof(
      { weight: 9, arbitrary: text }, // What is wrong with a TOML text we tell in other words.
      {
        weight: 1,
        arbitrary: text.chain((whole) => (whole.includes('fromToml') ? fc.constant(whole) : withSlip(whole))),
      },
    ),
    values: jsonObjects().map((r): JsonObject => ({ r })),
  });
}
