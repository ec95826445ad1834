import fc from 'fast-check';
import type { JsonObject } from './oracleCases.ts';

/** A chart by its files, and how it is rendered. */
export interface ChartCase {
  readonly files: Readonly<Record<string, string>>;
  readonly values: JsonObject;
  readonly isUpgrade: boolean;
  readonly includeCrds: boolean;
  readonly kubeVersion: string | undefined;
}

/** Charts of every shape: old and new, with charts below them, hooks, notes, partials that share names, CRDs, files. */
export function chartCases(): fc.Arbitrary<ChartCase> {
  return fc.record({
    files: chartFolder('top', 2),
    values: fc.record(
      { size: fc.constantFrom(1, 2.5, 1e6), one: flags(), two: flags(), global: flags(), tags: flags() },
      { requiredKeys: [], noNullPrototype: true },
    ),
    isUpgrade: fc.boolean(),
    includeCrds: fc.boolean(),
    kubeVersion: fc.constantFrom(undefined, undefined, '1.28', 'v1.31.2-gke.5'),
  });
}

function flags(): fc.Arbitrary<JsonObject> {
  return fc.dictionary(fc.constantFrom('on', 'a', 'size'), fc.constantFrom(true, false, null, 'text', 3), {
    maxKeys: 3,
    noNullPrototype: true,
  });
}

function chartFolder(name: string, depth: number): fc.Arbitrary<Record<string, string>> {
  const below =
    depth === 0
      ? fc.constant([])
      : fc
          .subarray(['one', 'two'], { maxLength: 2 })
          .chain((names) =>
            fc.tuple(
              ...names.map((each) =>
                chartFolder(each, depth - 1).map((files): [string, Record<string, string>] => [each, files]),
              ),
            ),
          );
  return below.chain((charts) =>
    fc
      .record({
        metadata: metadata(
          name,
          charts.map(([each]) => each),
        ),
        templates: fc.dictionary(templateNames(), templateTexts(), { maxKeys: 5, noNullPrototype: true }),
        others: fc.dictionary(otherNames(), otherTexts(), { maxKeys: 3, noNullPrototype: true }),
        values: fc.constantFrom('', 'size: 3\n', 'on: true\ngone: null\nlist: [1, {a: b}]\n', '# none\n'),
      })
      .map(({ metadata: described, templates, others, values }) => ({
        ...described,
        'values.yaml': values,
        ...others,
        ...prefixed('templates', templates),
        ...Object.fromEntries(charts.flatMap(([each, files]) => Object.entries(prefixed(`charts/${each}`, files)))),
      })),
  );
}

function prefixed(folder: string, files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]));
}

/** Chart.yaml, and requirements.yaml where an old chart has one. */
function metadata(name: string, below: readonly string[]): fc.Arbitrary<Record<string, string>> {
  const dependencies =
    below.length === 0
      ? fc.constant([])
      : fc.array(
          fc.record(
            {
              name: fc.constantFrom(...below),
              version: fc.constantFrom('1.0.0', '*', '~1', '2.x'),
              condition: fc.constantFrom('one.on', 'two.on,global.on'),
              tags: fc.subarray(['a', 'on']),
              alias: fc.constantFrom('one', 'two', 'other'),
            },
            { requiredKeys: ['name', 'version'], noNullPrototype: true },
          ),
          { maxLength: 2 },
        );
  return fc
    .record({
      api: fc.constantFrom('v1', 'v2', 'v2'),
      isRequirements: fc.boolean(),
      dependencies,
      more: fc.record(
        {
          type: fc.constantFrom('application', 'application', 'library'),
          kubeVersion: fc.constantFrom('>=1.20.0-0', '^1.20', '<1.29.0-0', '>= 1.30', 'nonsense'),
          deprecated: fc.boolean(),
          appVersion: fc.constantFrom('1.0', 'x'),
          description: fc.constantFrom('a chart', 'tab\tline\nend'),
        },
        { requiredKeys: [], noNullPrototype: true },
      ),
    })
    .map(({ api, isRequirements, dependencies: wanted, more }): Record<string, string> => {
      const head = { apiVersion: api, name, version: '1.0.0', ...more };
      const isApart = isRequirements && wanted.length > 0;
      return {
        'Chart.yaml': JSON.stringify(wanted.length > 0 && !isApart ? { ...head, dependencies: wanted } : head),
        ...(isApart ? { 'requirements.yaml': JSON.stringify({ dependencies: wanted }) } : {}),
      };
    });
}

function templateNames(): fc.Arbitrary<string> {
  return fc.constantFrom(
    ...['a.yaml', 'b.yml', 'c.txt', 'd.json', '_helpers.tpl', '_z.yaml', 'NOTES.txt', 'sub/NOTES.txt', 'sub/a.yaml'],
    ...['sub/_part.tpl', 'tests/t.yaml', 'a-b.yaml', 'A.yaml', 'sub/deep/x.yaml', '.hidden.yaml', 'no extension'],
  );
}

const named = (kind: string, more = ''): string =>
  `apiVersion: v1\nkind: ${kind}\nmetadata:\n  name: {{ .Chart.Name }}-${kind.toLowerCase()}\n${more}`;
const hook = (events: string, more = ''): string =>
  named('Job', `  annotations:\n    helm.sh/hook: ${events}\n${more}`);

function templateTexts(): fc.Arbitrary<string> {
  const documents = fc.array(
    fc.constantFrom(
      ...['ConfigMap', 'Service', 'Namespace', 'Deployment', 'Zebra', 'CustomResourceDefinition'].map((kind) =>
        named(kind),
      ),
      hook('pre-install'),
      hook('post-install,post-upgrade', '    helm.sh/hook-weight: "-5"\n    helm.sh/hook-delete-policy: hook-failed\n'),
      hook('test', '    helm.sh/hook-weight: 5\n    helm.sh/hook-output-log-policy: Hook-Succeeded , x\n'),
      hook('unheard-of'),
      named('ConfigMap', 'data: {{ .Values | toJson }}\n'),
      named('ConfigMap', 'data: {who: {{ include "who" . | quote }}}\n'),
      named('ConfigMap', 'data: {size: {{ .Values.size }}, on: {{ .Values.on }}, rev: {{ .Release.Revision }}}\n'),
      'chart: {{ .Chart | toJson }}\n',
      'release: {{ .Release | toJson }}\ntemplate: {{ .Template | toJson }}\n',
      'kube: {{ .Capabilities.KubeVersion.Version }} {{ .Capabilities.KubeVersion.Minor }}\n',
      'files: {{ range $name, $_ := .Files.Glob "**" }}{{ $name }} {{ end }}\n',
      'text: {{ .Files.Get "files/a.txt" | quote }} {{ .Files.Lines "files/b.txt" | toJson }}\n',
      'below: {{ keys .Subcharts | sortAlpha | join "," }}{{ .Subcharts.one.Values.size }}\n',
      '{{ define "who" }}{{ .Template.Name }}{{ end }}',
      '{{- define "who" -}} a partial of {{ .Chart.Name }} {{- end -}}\n',
      '{{ if not .Values.on }}kind: Off\n{{ end }}',
      '{{ .Values.one.on | required "one must be on" }}\n',
      '{{ .Values.nothing.here }}\n',
      '{{ template "who" $ }}\n',
      'is: {{ .Chart.IsRoot }} {{ .Release.IsUpgrade }} {{ .Release.IsInstall }}\n',
      '# only a comment\n',
      ' \n',
      'kind: [broken\n',
      'metadata: {annotations: {helm.sh/hook: 1}}\n',
      'plain text',
      'text: |+\n  kept\n\n\n',
    ),
    { minLength: 1, maxLength: 3 },
  );
  return fc
    .tuple(documents, fc.constantFrom('---\n', '\n---\n', '--- # next\n', '\n\n---\n\n', '---\r\n', '  ---\n'))
    .map(([texts, separator]) => texts.join(separator));
}

function otherNames(): fc.Arbitrary<string> {
  return fc.constantFrom(
    ...['crds/one.yaml', 'crds/deep/two.yaml', 'crds/read.md', 'crds/three.JSON', 'files/a.txt', 'files/b.txt'],
    ...['README.md', 'LICENSE', 'Chart.lock', 'requirements.lock', 'charts/README.md', 'charts/_no/Chart.yaml'],
    ...['charts/.no/Chart.yaml', 'values.yml', 'crds/.hidden.yaml', 'templates', 'ci/values.yaml', '.helmignore'],
  );
}

function otherTexts(): fc.Arbitrary<string> {
  return fc.constantFrom(
    ...['', '{}\n', 'text\nof lines\n', 'kind: CustomResourceDefinition\nmetadata: {name: x}\n', 'a: 1\n---\nb: 2'],
  );
}
