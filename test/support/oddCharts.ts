/** Charts in which something is odd that a chart may well have, as files of a folder with what is asked of it. */
interface OddChart {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly args: readonly string[];
}

const old = 'apiVersion: v1\nname: a\nversion: 1.0.0\n';
const told = { 'templates/chart.yaml': 'chart: {{ toJson .Chart | quote }}\n' };

export const oddCharts: readonly OddChart[] = [
  ...requirements().map(([name, chart, text]) => ({
    name: `requirements.yaml ${name}`,
    files: { ...told, ...below('x'), ...below('z'), 'Chart.yaml': old + chart, 'requirements.yaml': text },
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
