type Files = Readonly<Record<string, string>>;

const below: Files = {
  'Chart.yaml': 'apiVersion: v2\nname: below\nversion: 1.2.3\n',
  'values.yaml': 'on: false\nsize: 3\n',
  '.helmignore': 'left.txt\n',
  'left.txt': 'out',
  'crds/thing.yaml': 'kind: CustomResourceDefinition\n',
  'templates/_names.tpl': '{{ define "name" }}{{ .Chart.Name }}-{{ .Release.Name }}{{ end }}',
  'templates/a.yaml':
    'kind: ConfigMap\nmetadata: {name: {{ include "name" . }}}\ndata: {size: "{{ .Values.size }}", global: {{ .Values.global | toJson }}}\nfiles: {{ range $name, $_ := .Files.Glob "**" }}{{ $name }} {{ end }}\n',
  'templates/NOTES.txt': 'notes of {{ .Chart.Name }}',
};

function top(dependencies: string): Files {
  return {
    'Chart.yaml': `apiVersion: v2\nname: top\nversion: 0.1.0\n${dependencies}`,
    'values.yaml': 'global: {zone: x}\nbelow: {size: 4}\nsecond: {size: 5}\n',
    'templates/a.yaml':
      'kind: ConfigMap\nmetadata: {name: {{ include "name" . }}}\nbelow: {{ keys .Subcharts | sortAlpha | join "," }}\n',
  };
}

/** A chart that Helm packs into `charts/` of another one, and how that is rendered. */
export const packedBelow: readonly {
  readonly name: string;
  readonly below: Files;
  readonly files: Files;
  readonly args: readonly string[];
}[] = [
  { name: 'nobody asks for it', below, files: top(''), args: ['--include-crds'] },
  {
    name: 'asked for twice, once by another name',
    below,
    files: top(
      'dependencies:\n- {name: below, version: ~1.2}\n- {name: below, version: "*", alias: second, condition: second.on}\n',
    ),
    args: ['--set', 'below.on=true'],
  },
  {
    name: 'asked for in another version',
    below,
    files: top('dependencies:\n- {name: below, version: 2.x, condition: below.on}\n'),
    args: ['--set', 'below.on=false'],
  },
  {
    name: 'turned off',
    below,
    files: top('dependencies:\n- {name: below, version: 1.2.3, condition: below.on, repository: "file://../below"}\n'),
    args: [],
  },
  {
    name: 'beside a folder of the same chart',
    below,
    files: {
      ...top('dependencies:\n- {name: below, version: 1.2.3}\n'),
      'charts/below/Chart.yaml': 'apiVersion: v2\nname: below\nversion: 1.2.4\n',
      'charts/below/templates/b.yaml': 'kind: Secret\n',
    },
    args: [],
  },
  {
    name: 'an old chart, with requirements',
    below: { ...below, 'Chart.yaml': 'name: below\nversion: 1.2.3\napiVersion: v1\n' },
    files: {
      ...top(''),
      'Chart.yaml': 'apiVersion: v1\nname: top\nversion: 0.1.0\ndeprecated: true\n',
      'requirements.yaml':
        'dependencies:\n- name: below\n  version: 1.2.3\n  alias: second\n  import-values: [{child: size, parent: imported}]\n',
      'requirements.lock':
        'dependencies:\n- name: below\n  version: 1.2.0\ndigest: sha256:x\ngenerated: 2020-01-01T00:00:00Z\n',
    },
    args: [],
  },
  {
    name: 'beside files that are no charts',
    below,
    files: { ...top(''), 'charts/_left.tgz': 'no archive', 'charts/.left.tgz': 'no archive', 'charts/_left/x': '' },
    args: [],
  },
];

const chart: Files = {
  'chart/Chart.yaml': 'apiVersion: v2\nname: packed\nversion: 1.0.0\n',
  'chart/values.yaml': 'a: 1\n',
  'chart/templates/a.yaml':
    'a: {{ .Values.a }}\nfiles: {{ range $name, $_ := .Files.Glob "**" }}{{ $name }} {{ end }}\n',
  'chart/docs/read.md': 'text\n',
};

/** Folders, and the arguments of tar that pack them. */
export const tarred: readonly { readonly name: string; readonly files: Files; readonly tar: readonly string[] }[] = [
  { name: 'with its folders', files: chart, tar: ['chart'] },
  { name: 'by a path with a dot', files: chart, tar: ['./chart'] },
  { name: 'without a folder on top', files: chart, tar: ['-C', 'chart', 'Chart.yaml', 'values.yaml', 'templates'] },
  { name: 'two folders on top', files: { ...chart, 'other/more.txt': 'x' }, tar: ['chart', 'other'] },
  { name: 'files beside the folder', files: { ...chart, 'more.txt': 'x' }, tar: ['chart', 'more.txt'] },
  { name: 'in the form of POSIX', files: chart, tar: ['--format=posix', 'chart'] },
  { name: 'in the form of old tar', files: chart, tar: ['--format=v7', 'chart'] },
  {
    name: 'with a long name',
    files: { ...chart, [`chart/${'long/'.repeat(40)}name.txt`]: 'x' },
    tar: ['--format=gnu', 'chart'],
  },
  { name: 'out of its folder', files: chart, tar: ['--transform=s,chart/docs,chart/../docs,', 'chart'] },
  { name: 'out of it all', files: chart, tar: ['-P', '--transform=s,chart/docs,../docs,', 'chart'] },
  { name: 'from the root', files: chart, tar: ['-P', '--transform=s,^chart,/chart,', 'chart'] },
  { name: 'with back slashes', files: chart, tar: ['--transform=s,/,\\\\,g', 'chart'] },
  { name: 'with a drive', files: chart, tar: ['--transform=s,chart/docs,chart/c:/docs,', 'chart'] },
  { name: 'twice the same file', files: chart, tar: ['chart', 'chart/values.yaml'] },
  { name: 'nothing', files: chart, tar: ['-T', '/dev/null'] },
  { name: 'no Chart.yaml', files: chart, tar: ['chart/values.yaml'] },
  {
    name: 'with a byte order mark',
    files: { ...chart, 'chart/values.yaml': '\ufeffa: 2\n', 'chart/templates/b.yaml': '\ufeffb: 1\n' },
    tar: ['chart'],
  },
];

/**
 * A link below `deep/chart`, which is a chart; `outside/x.yaml` stands beside `deep`. One to a folder around it is not
 * here: Helm follows it until the system refuses, and shows the whole way.
 */
export const links: readonly { readonly name: string; readonly link: string; readonly to: string }[] = [
  { name: 'to a file', link: 'linked.md', to: 'docs/read.md' },
  { name: 'to a folder', link: 'linked', to: 'docs' },
  { name: 'to a file outside', link: 'templates/x.yaml', to: '../../../outside/x.yaml' },
  { name: 'to a folder outside', link: 'templates/out', to: '../../../outside' },
  { name: 'to nothing', link: 'linked.md', to: 'none.md' },
  { name: 'to nothing outside', link: 'docs/linked.md', to: '../../../none.md' },
  { name: 'to nothing in a folder that is not there', link: 'linked.md', to: 'none/of/them.md' },
  { name: 'to below a file', link: 'linked.md', to: 'docs/read.md/none' },
  { name: 'to nothing by an absolute path', link: 'linked.md', to: '/nowhere/at/all' },
  { name: 'to itself', link: 'linked.md', to: 'linked.md' },
  { name: 'that is a values file', link: 'values.yaml', to: '../../outside/x.yaml' },
  { name: 'to a link', link: 'docs/read2.md', to: 'read.md' },
  { name: 'by a way that a rule leaves out', link: 'templates/.x', to: 'none' },
];
