import { expect, test } from 'vitest';
import { defaultCapabilities, loadFiles } from '../chart/index.ts';
import { desiredRelease } from '../desired/index.ts';
import { objectSet, parseHelmRelease, readManifests } from '../flux/index.ts';
import { renderChart } from '../render/index.ts';
import { type Preview, previewOf, traceLine } from './index.ts';

const chartFiles = {
  'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
  'values.yaml': 'replicas: 1\nextra: {}\ndatabase: {host: localhost, password: ""}\nhook: true\n',
  'templates/_helpers.tpl': '{{- define "web.labels" }}\napp: web\ntier: {{ .Values.tier | quote }}\n{{- end }}\n',
  'templates/config.yaml': `apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}
  labels: {{- include "web.labels" . | nindent 4 }}
data:
  replicas: {{ .Values.replicas | quote }}
  {{- if .Values.database.password }}
  dsn: {{ printf "%s@%s" .Values.database.password .Values.database.host }}
  token: {{ .Values.database.password | b64enc }}
  {{- end }}
  app.conf: |
    [database]
    host = {{ .Values.database.host }}
    password = {{ .Values.database.password }}
  all: {{ toJson .Values.database | quote }}
`,
  'templates/secret.yaml': `apiVersion: v1
kind: Secret
metadata: {name: {{ .Release.Name }}}
stringData: {made: up}
`,
  'charts/below/Chart.yaml': 'apiVersion: v2\nname: below\nversion: 1.0.0\n',
  'charts/below/values.yaml': 'exports: {up: {}}\n',
  'charts/below/templates/b.yaml': `apiVersion: v1
kind: ConfigMap
metadata: {name: below}
data:
  global: {{ .Values.global.token | sha256sum }}
  own: {{ .Values.token | b64enc }}
  twice: {{ printf "%s %s" .Values.token (.Values.token | b64enc) }}
`,
  'templates/list.yaml': `apiVersion: v1
kind: ConfigMapList
items:
- apiVersion: v1
  kind: ConfigMap
  metadata: {name: in-a-list}
  data: {token: {{ .Values.database.password | b64enc }}}
`,
  'templates/lines.yaml': `apiVersion: v1
kind: ConfigMap
metadata: {name: lines}
data:
  block: |
    first
{{ printf "%s\\n%s" .Values.database.password (.Values.database.password | b64enc) | indent 4 }}
    last
  folded: >-
    first
    {{ .Values.database.password | b64enc }}
`,
  'templates/hook.yaml': `{{- if .Values.hook }}
apiVersion: batch/v1
kind: Job
metadata: {name: migrate, annotations: {helm.sh/hook: pre-install}}
{{- end }}
`,
};

const password = 'hunter2-and-more';
const text = `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: web, namespace: apps}
spec:
  interval: 1m
  chart: {spec: {chart: web, sourceRef: {kind: HelmRepository, name: shop}}}
  commonMetadata: {annotations: {team: shop}}
  valuesFrom:
    - {kind: Secret, name: login, valuesKey: password, targetPath: database.password}
    - {kind: Secret, name: login, valuesKey: password, targetPath: global.token}
    - {kind: Secret, name: login, valuesKey: password, targetPath: below.token}
    - {kind: ConfigMap, name: more}
  values:
    replicas: 3
---
apiVersion: v1
kind: Secret
metadata: {name: login, namespace: apps}
stringData: {password: ${password}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: more, namespace: apps}
data:
  values.yaml: |
    tier: front
    unread: true
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata: {name: shop, namespace: apps}
spec: {interval: 1m, url: https://charts.example.com}
`;

async function preview(options: { readonly trace: boolean; readonly hooks: boolean }): Promise<Preview> {
  const { manifests } = readManifests(text, { file: 'file:///repo/web.yaml', dialect: 'kubernetes' });
  const objects = objectSet(manifests);
  const [manifest] = objects.ofKind('HelmRelease');
  if (manifest === undefined) {
    throw new Error('no release in the text');
  }
  const files = Object.entries(chartFiles).map(([name, data]) => ({ name, data: new TextEncoder().encode(data) }));
  const desired = await desiredRelease(
    {
      release: parseHelmRelease(manifest.object, { defaultNamespace: 'default' }),
      manifest,
      objects,
      capabilities: defaultCapabilities({}),
      revision: 1,
      isUpgrade: false,
      crossNamespace: 'allow',
      trace: options.trace,
    },
    {
      environment: {
        clock: { now: () => 0, sleep: () => Promise.reject(new Error('nobody waits here')) },
        random: { bytes: (count) => new Uint8Array(count) },
      },
      render: (request) => Promise.resolve(renderChart(request)),
      resolve: () =>
        Promise.resolve({
          chart: loadFiles(files, { positions: true }),
          content: { kind: 'files', files },
          digest: 'sha256:0',
          name: 'web',
          version: '1.0.0',
          from: 'a test',
          warnings: [],
          refusals: [],
        }),
    },
    { signal: new AbortController().signal, maxAgeMs: 0 },
  );
  return previewOf(desired, options);
}

test.for([{ trace: true }, { trace: false }])('the password is nowhere as it is, traced: $trace', async ({ trace }) => {
  const { text: shown } = await preview({ trace, hooks: true });
  expect(shown).not.toContain(password);
  expect(shown).toContain(trace ? 'dsn: •••\n' : 'dsn: •••@localhost\n');
  expect(shown).toContain(`    host = localhost\n    ${trace ? '' : 'password = '}•••\n`);
  expect(shown).toContain('stringData:\n  made: •••\n');
  expect(shown).toContain('  replicas: "3"\n');
});

test('what a template made of the password is masked where the release was traced', async () => {
  const encoded = btoa(password);
  expect((await preview({ trace: false, hooks: false })).text).toContain(encoded);
  const { text: shown } = await preview({ trace: true, hooks: false });
  expect(shown).not.toContain(encoded);
  expect(shown).toContain('  token: •••\n');
  expect(shown).toContain('  global: •••\n  own: •••\n  twice: •••\n');
});

test('of a text of several lines those with a secret are masked, and of what came in a list all but its head', async () => {
  const { text: shown } = await preview({ trace: true, hooks: false });
  expect(shown).toContain('  block: |\n    first\n    •••\n    •••\n    last\n  folded: •••\n');
  expect(shown).toContain('apiVersion: v1\ndata: •••\nkind: ConfigMap\n');
  expect(shown).toContain('  name: in-a-list\n');
});

test('every document names its template, and hooks come last', async () => {
  const { text: shown } = await preview({ trace: true, hooks: true });
  const templates = [...shown.matchAll(/^---\n# Source: (.*)$/gm)].map(([, template]) => template);
  expect(templates).toEqual([
    'web/templates/secret.yaml',
    'web/charts/below/templates/b.yaml',
    'web/templates/config.yaml',
    'web/templates/lines.yaml',
    'web/templates/list.yaml',
    'web/templates/hook.yaml',
  ]);
  expect((await preview({ trace: true, hooks: false })).text).not.toContain('kind: Job');
});

test.for([
  {
    line: '  replicas: "3"',
    want: {
      pointer: '/data/replicas',
      writer: {
        kind: 'template',
        template: 'web/templates/config.yaml',
        position: { line: 6, character: 15 },
        calls: [],
      },
      data: [
        {
          path: 'replicas',
          text: '3',
          origin: {
            kind: 'user',
            layer: 'values',
            file: 'file:///repo/web.yaml',
            position: { line: 13, character: 4 },
          },
        },
      ],
    },
  },
  {
    line: '    tier: front',
    want: {
      pointer: '/metadata/labels/tier',
      writer: {
        kind: 'template',
        template: 'web/templates/_helpers.tpl',
        position: { line: 2, character: 9 },
        calls: [{ template: 'web/templates/config.yaml', position: { line: 4, character: 14 }, name: 'web.labels' }],
      },
      data: [
        {
          path: 'tier',
          text: 'front',
          origin: {
            kind: 'user',
            layer: 'ConfigMap apps/more values.yaml',
            file: 'file:///repo/web.yaml',
            position: { line: 25, character: 4 },
          },
        },
      ],
    },
  },
  {
    name: 'a value that a Secret holds',
    line: '  token: •••',
    want: {
      pointer: '/data/token',
      data: [{ path: 'database.password', origin: { kind: 'secret', object: 'apps/login', key: 'password' } }],
      control: [{ path: 'database.password', origin: { kind: 'secret', object: 'apps/login', key: 'password' } }],
    },
  },
  {
    name: 'a line within a text, and a default of the chart',
    line: '    host = localhost',
    want: {
      pointer: '/data/app.conf',
      writer: {
        kind: 'template',
        template: 'web/templates/config.yaml',
        position: { line: 13, character: 4 },
        calls: [],
      },
      data: [
        {
          path: 'database.host',
          text: 'localhost',
          origin: { kind: 'chart', chart: 'web', file: 'values.yaml', position: { line: 2, character: 11 } },
        },
      ],
    },
  },
  {
    name: 'a map that holds a secret',
    line: '  all: •••',
    want: { pointer: '/data/all' },
  },
  {
    name: 'a label of helm-controller',
    line: '    helm.toolkit.fluxcd.io/name: web',
    want: { writer: { kind: 'flux', field: 'labels', key: 'helm.toolkit.fluxcd.io/name', isOwn: true }, data: [] },
  },
  {
    name: 'an annotation of commonMetadata',
    line: '    team: shop',
    want: { writer: { kind: 'flux', field: 'annotations', key: 'team', isOwn: false } },
  },
  {
    name: 'what belongs to the object as a whole',
    line: '# Source: web/templates/config.yaml',
    want: { pointer: '', object: { apiVersion: 'v1', kind: 'ConfigMap', name: 'web' }, data: [] },
  },
  {
    name: 'a line of a hook',
    line: 'kind: Job',
    want: {
      object: { kind: 'Job', name: 'migrate' },
      control: [{ path: 'hook', text: 'true', origin: { kind: 'chart', file: 'values.yaml' } }],
    },
  },
])('who wrote `$line`', async ({ line, want }) => {
  const shown = await preview({ trace: true, hooks: true });
  const at = shown.text.split('\n').lastIndexOf(line);
  const traced = traceLine(shown, at);
  expect(traced).toMatchObject(want);
  expect(JSON.stringify(traced)).not.toContain(password);
});
