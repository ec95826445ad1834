/** Charts in which something is odd that a chart may well have, as files of a folder with what is asked of it. */
interface OddChart {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly args: readonly string[];
}

const plain = 'apiVersion: v2\nname: a\nversion: 1.0.0\n';
const old = 'apiVersion: v1\nname: a\nversion: 1.0.0\n';
const told = { 'templates/chart.yaml': 'chart: {{ toJson .Chart | quote }}\n' };

const shown = {
  'templates/a.yaml': [
    'values: {{ toJson .Values | quote }}',
    'release: {{ toJson .Release | quote }}',
    'kube: {{ .Capabilities.KubeVersion.Version | quote }}',
    'api: {{ list "x/v1" "y/v1" "x/v1,y/v1" "" | toJson }}',
    'has: {{ range list "x/v1" "y/v1" "x/v1,y/v1" "" }}{{ $.Capabilities.APIVersions.Has . }} {{ end }}',
    '',
  ].join('\n'),
  'templates/test.yaml': 'kind: Pod\nmetadata: {name: t, annotations: {helm.sh/hook: test}}\n',
  'crds/x.yaml': 'kind: X\n',
  'one.yaml': 'a: 1\n',
  'one,two.yaml': 'a: 2\n',
  '100%.yaml': 'a: 3\n',
};

export const oddCharts: readonly OddChart[] = [
  ...requirements().map(([name, chart, text]) => ({
    name: `requirements.yaml ${name}`,
    files: { ...told, ...below('x'), ...below('z'), 'Chart.yaml': old + chart, 'requirements.yaml': text },
    args: ['r', '.'],
  })),
  ...commandLines().map((args) => ({ name: args.join(' '), files: { ...shown, 'Chart.yaml': plain }, args })),
  ...nameTemplates().map((text) => ({
    name: `a name like ${text}`,
    files: { ...shown, 'Chart.yaml': plain },
    args: ['.', '--name-template', text],
  })),
  ...brokenTexts().map(([name, text]) => ({
    name: `${name} with --debug`,
    files: { 'Chart.yaml': plain, 'templates/a.yaml': text },
    args: ['r', '.', '--debug'],
  })),
  ...['[', ': 1'].map((text) => ({
    name: `a broken template shown with --debug: a${text}`,
    files: { 'Chart.yaml': plain, 'templates/a.yaml': `a: ${text}\n`, 'templates/b.yaml': 'b: 1\n' },
    args: ['r', '.', '--debug', '-s', 'templates/b.yaml', '-s', 'templates/missing.yaml'],
  })),
  ...['http://json-schema.org/draft-07/schema#', 'https://json-schema.org/draft/2020-12/schema'].map((draft) => ({
    name: `a schema of another draft within one of ${draft}`,
    files: { 'Chart.yaml': plain, 'values.schema.json': schemaWithin(draft) },
    args: ['r', '.'],
  })),
  ...['2020-02-30T00:00:00Z', '2020-13-01T00:00:00Z', '2020-01-01T24:00:00Z', '2020-01-01T00:00:60Z'].map(lockOf),
  ...['2020-01-01T00:00:00+25:00', '2020-01-01T00:00:00,5Z', '2020-01-01T0:00:00Z', '2020-01-01 00:00:00Z'].map(lockOf),
];

/** What Chart.yaml says, and what requirements.yaml says over it: Go reads both into one. */
function requirements(): [name: string, chart: string, text: string][] {
  return [
    ['with more dependencies', 'dependencies: [{name: x, tags: [t]}]\n', 'dependencies: [{name: z}, {name: x}]\n'],
    [
      'with fewer dependencies',
      'dependencies: [{name: x, condition: x.on}, {name: z}]\n',
      'dependencies: [{name: z}]\n',
    ],
    ['with a dependency that says nothing', 'dependencies: [{name: x, version: 1.0.0}]\n', 'dependencies: [{}]\n'],
    ['with a dependency that is null', 'dependencies: [{name: x}]\n', 'dependencies: [null]\n'],
    ['without dependencies', 'dependencies: [{name: x}]\n', 'dependencies: []\n'],
    ['with null for dependencies', 'dependencies: [{name: x}]\n', 'dependencies: null\n'],
    ['that is null', 'dependencies: [{name: x}]\n', 'null\n'],
    ['with dependencies twice', '', 'dependencies: [{name: x}]\nDependencies: [{name: z, version: 1.0.0}]\n'],
    ['with imports', 'dependencies: [{name: x, import-values: [a, b]}]\n', 'dependencies: [{import-values: [c]}]\n'],
    ['without a name', '', 'name: ""\n'],
    ['with another name', '', 'name: other\n'],
    ['without a description', 'description: d\n', 'description: ""\n'],
    ['not deprecated', 'deprecated: true\n', 'deprecated: false\n'],
    ['with keywords', 'keywords: [a, b, c]\n', 'keywords: [null, z]\n'],
    ['with maintainers', 'maintainers: [{name: a, email: e}]\n', 'maintainers: [{name: b}]\n'],
    ['with annotations', 'annotations: {a: 1, b: 2}\n', 'annotations: {b: 3, c: 4}\n'],
    ['with null for annotations', 'annotations: {a: 1}\n', 'annotations: null\n'],
    ['with a long s', '', 'keyword\u017f: [a]\n'],
  ];
}

function below(name: string): Record<string, string> {
  return { [`charts/${name}/Chart.yaml`]: `apiVersion: v1\nname: ${name}\nversion: 1.0.0\n` };
}

function lockOf(generated: string): OddChart {
  return {
    name: `a lock of ${generated}`,
    files: { ...told, 'Chart.yaml': old, 'requirements.lock': `generated: "${generated}"\n` },
    args: ['r', '.'],
  };
}

/** Where Helm's own parser of arguments has ways of its own, and what it says of files. */
function commandLines(): string[][] {
  const files = [
    '"one,two.yaml"',
    '"one.yaml",one.yaml',
    '',
    ',',
    'one.yaml,',
    '"one.yaml',
    'a"b',
    '"a"b',
    'one.yaml\nx',
  ];
  const more = [
    '\n',
    '"a\nb',
    '100%.yaml',
    'x%zz',
    ':x',
    '1a:b',
    'one.yaml/',
    'x'.repeat(300),
    'templates',
    '\n\n"é"x',
  ];
  const named = ['a=,b=one.yaml', 'a={}', 'a=missing,b', 'a=100%.yaml', 'a={one.yaml,missing}', 'a=one.yaml/'];
  const json = ['a=1b=2', 'a=truefalse=3', 'a=01=2', 'a=1.5.b=2', 'a=1.', 'a=-', 'a=tru', 'a=1e', '\ufeff{"a":1}'];
  const versions = ['', '1.99999999999999999999', '99999999999999999999.1'];
  return [
    ...[...files, ...more].map((file) => ['r', '.', '-f', file]),
    ...named.map((text) => ['r', '.', '--set-file', text]),
    ...[...json, '\u0085{"a":2}'].map((text) => ['r', '.', '--set-json', text]),
    ...versions.map((version) => ['r', '.', '--kube-version', version]),
    ...['"x/v1,y/v1"', 'x/v1,y/v1', '', '"x', 'x"y', ','].map((list) => ['r', '.', '-a', list]),
    ['r', '.', '-f=one.yaml', '-n=apps', '-s=templates/a.yaml'],
    ['r', '.', '--is-upgrade=true', '--include-crds=1', '--skip-tests=T', '--no-hooks=false'],
    ['r', '.', '--is-upgrade', '--is-upgrade=false', '--skip-tests=false', '--skip-tests'],
    ['--is-upgrade', 'r', '--set', '--is-upgrade=x', '.'],
    ['r', '--', '.'],
    ['r', '.', '-n', ''],
    ['r', '.', '--dry-run', '--skip-crds', '--include-crds', '--timeout', '5m', '--wait=watcher', '--atomic=false'],
    ['r', '.', '--dry-run=client', '--version', '1.2.3', '--devel', '--description', '--debug'],
    ['r', '.', 'more', 'and more'],
    ['.', '-g'],
    ['r', '.', '-g'],
    ['r', '.', '--name-template', 'x'],
    ['.', '-g', '--name-template', 'x'],
    ['r', ''],
  ];
}

function nameTemplates(): string[] {
  const names = [
    'x',
    '',
    'UP',
    'a b',
    'a-{{ "B" | lower }}',
    'r-{{ list 1 2 | join "-" }}',
    '{{ define "x" }}y{{ end }}z',
  ];
  const wrong = [
    '{{',
    '{{ x }}',
    '{{ fail "n" }}',
    '{{ .x }}',
    '{{ nil }}',
    '{{ include "x" . }}',
    '{{ template "x" }}',
  ];
  return [...names, ...wrong, '{{ index list 1 }}', '{{ . }}'];
}

function brokenTexts(): [name: string, text: string][] {
  return [
    ['YAML', 'a: 1\n'],
    ['no YAML', 'a: [\n'],
    ['YAML and no YAML', 'a: 1\n---\na: [\n'],
    ['a template that fails', '{{ fail "x" }}'],
    ['no template', '{{ x }}'],
  ];
}

/** What is wrong with it is told by the rules of the draft around it. */
function schemaWithin($schema: string): string {
  const inner = { $id: 'http://h/e', $schema: 'https://json-schema.org/draft/2019-09/schema', definitions: { z: 5 } };
  return JSON.stringify({ $schema, properties: { a: inner } });
}
