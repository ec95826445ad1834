import { digestOf } from '@fairlead/engine/support';
import { expect, test } from 'vitest';
import { packFiles } from '../../../scripts/servers/packedChart.ts';
import { serviceOver, type TestHostOptions, uriOf } from '../../../test/support/languageService.ts';
import { takeCursor } from '../../../test/support/markers.ts';
import type { FetchParams, RenderedRelease, RenderParams, RenderResult, TracedLine } from '../protocol.ts';
import type { LanguageService } from '../service/index.ts';

/** Rendering and tracing over a host that brings one chart, or does not. */
const { signal } = new AbortController();
const uri = uriOf('apps/web.yaml');
const password = 'not-to-be-shown';

const chart = packFiles(
  Object.entries({
    'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.2.3\n',
    'values.yaml': 'replicas: 1\npassword: ""\n',
    'templates/config.yaml': `apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}
data:
  replicas: {{ .Values.replicas | quote }}
  size: {{ .Values.size | quote }}
  {{- with .Values.password }}
  encoded: {{ . | b64enc }}
  {{- end }}
  {{- $found := lookup "v1" "Secret" .Release.Namespace "kept" }}
  kept: {{ dig "data" "token" "none" $found | quote }}
  made: {{ randAlphaNum 8 }}
  {{- if .Values.broken }}
  {{- fail (printf "no %s" .Values.password) }}
  {{- end }}
`,
  }).map(([name, text]) => ({ name, data: new TextEncoder().encode(text) })),
  { version: '1.2.3', created: '2026-01-01T00:00:00Z' },
);

const artifacts = new Map([['/cache/web', chart.archive]]);
const fetched = {
  name: 'web',
  version: '1.2.3',
  path: '/cache/web',
  digest: digestOf(chart.archive),
  form: 'archive',
  from: 'web 1.2.3 of https://charts.example.com (HelmRepository/apps/shop)',
  warnings: ['an old index'],
  refusals: [],
} as const;

const release = `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: web, namespace: apps}
spec:
  interval: 1m
  chart: {spec: {chart: web, version: 1.x, sourceRef: {kind: HelmRepository, name: shop}}}
  commonMetadata:
    labels:
      team: shop
  valuesFrom:
    - {kind: Secret, name: login, valuesKey: password, targetPath: password}
    - {kind: ConfigMap, name: size}
  values:
    replicas: 3
`;

const files = {
  'apps/web.yaml': release,
  'other/size.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: size, namespace: apps}\ndata:\n  values.yaml: "size: far"\n',
  'apps/size.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: size, namespace: apps}\ndata:\n  values.yaml: |\n    # near\n    size: near\n',
  'sources.yaml': `apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata: {name: shop, namespace: apps}
spec: {interval: 1m, url: https://charts.example.com, secretRef: {name: repository-login}}
`,
  'secrets/repository.yaml':
    'apiVersion: v1\nkind: Secret\nmetadata: {name: repository-login, namespace: apps}\nstringData: {password: of-the-repository}\n',
  'secrets/login.yaml': `apiVersion: v1\nkind: Secret\nmetadata: {name: login, namespace: apps}\nstringData: {password: ${password}}\n`,
};

function service(
  options: TestHostOptions & { readonly files?: Readonly<Record<string, string>> } = {},
): LanguageService {
  return serviceOver(
    { ...files, ...options.files },
    { artifacts, fetch: () => ({ kind: 'fetched', chart: fetched }), ...options },
  );
}

async function rendered(from: LanguageService, params: Partial<RenderParams> = {}): Promise<RenderedRelease> {
  const result = await from.render({ uri, ...params }, signal);
  if (result.kind === 'failed') {
    throw new Error(result.problem.message);
  }
  return result;
}

async function traced(from: LanguageService, line: string): Promise<TracedLine | undefined> {
  const { text, version, release: name } = await rendered(from);
  const at = text.split('\n').indexOf(line);
  const result = from.trace({ uri, release: name, version, startLine: at, endLine: at });
  return result.kind === 'traced' ? result.lines[0] : undefined;
}

test('says what it renders, from which chart, and what is assumed', async () => {
  const result = await rendered(service());
  expect(result).toMatchObject({
    release: { namespace: 'apps', name: 'web' },
    chart: { name: 'web', version: '1.2.3', from: fetched.from },
    warnings: ['an old index'],
    refusals: [],
    assumedEmpty: [{ apiVersion: 'v1', kind: 'Secret', namespace: 'apps', name: 'kept' }],
    unknown: [],
  });
  expect(result.text).toContain('# Source: web/templates/config.yaml\n');
  expect(result.text).toContain('  replicas: "3"\n');
  expect(result.text).toContain('  size: near\n');
  expect(result.text).toContain('  encoded: •••\n');
  expect(JSON.stringify(result)).not.toContain(password);
});

test('the host is asked for the chart, and told in which files Secrets for it are', async () => {
  const asked: FetchParams[] = [];
  await rendered(
    service({
      fetch: (params) => {
        asked.push(params);
        return { kind: 'fetched', chart: fetched };
      },
    }),
  );
  expect(asked).toMatchObject([
    {
      source: { kind: 'HelmRepository', spec: { url: 'https://charts.example.com' } },
      template: { chart: 'web', version: '1.x' },
      objects: [],
      uri,
      secretUris: [uriOf('secrets/repository.yaml')],
    },
  ]);
  expect(JSON.stringify(asked)).not.toMatch(/of-the-repository|not-to-be-shown/);
});

test('unsaved text is what is rendered, and nothing else changes with it', async () => {
  const from = service();
  const before = await rendered(from);
  await from.setDocument(uri, release.replace('replicas: 3', 'replicas: 4'));
  const after = await rendered(from);
  expect(after.text).toBe(before.text.replace('replicas: "3"', 'replicas: "4"'));
  expect(after.version).toBeGreaterThan(before.version);
});

test('a cluster answers what charts look up', async () => {
  const answers: TestHostOptions = {
    lookup: ({ kind, name }) => ({
      kind: 'answered',
      value: { kind, metadata: { name }, data: { token: 'PGluPg==' } },
    }),
  };
  const result = await rendered(service(answers));
  expect(result.text).toContain('  kept: PGluPg==\n');
  expect(result.assumedEmpty).toEqual([]);
  expect(result.unknown).toEqual(['Secret apps/kept: its data stays in the cluster']);
});

test('a cluster that does not answer counts as empty, and the warning says so', async () => {
  const result = await rendered(service({ lookup: () => ({ kind: 'failed', message: 'it is gone' }) }));
  expect(result.text).toContain('  kept: none\n');
  expect(result.warnings).toContain('looking up Secret apps/kept failed: it is gone');
  expect(result.assumedEmpty).toHaveLength(1);
});

const one = { namespace: 'apps', name: 'web' };
const failures: {
  readonly name: string;
  readonly options?: TestHostOptions & { readonly files?: Readonly<Record<string, string>> };
  readonly params?: Partial<RenderParams>;
  readonly want: Omit<Extract<RenderResult, { kind: 'failed' }>, 'kind'>;
}[] = [
  {
    name: 'a host that is not allowed',
    options: {
      fetch: () => ({
        kind: 'failed',
        problem: { code: 'offline', message: 'may not ask charts.example.com', host: 'charts.example.com' },
      }),
    },
    want: {
      release: one,
      problem: { code: 'offline', message: 'may not ask charts.example.com', host: 'charts.example.com' },
    },
  },
  {
    name: 'a chart that is not in the cache any more',
    options: { artifacts: new Map() },
    want: {
      release: one,
      problem: { code: 'not-found', message: 'chart web was fetched and is not in the cache any more' },
    },
  },
  {
    name: 'a file in the cache that is another',
    options: { artifacts: new Map([['/cache/web', new Uint8Array(3)]]) },
    want: {
      release: one,
      problem: { code: 'source-unavailable', message: 'chart web: the file in the cache is not what was put there' },
    },
  },
  {
    name: 'no source',
    options: { files: { 'sources.yaml': '' } },
    want: {
      release: one,
      problem: {
        code: 'reference-missing',
        message: 'could not get Source object: there is no HelmRepository apps/shop',
      },
    },
  },
  {
    name: 'a template that fails with the password',
    options: { files: { 'apps/web.yaml': `${release}    broken: true\n` } },
    want: {
      release: one,
      problem: {
        code: 'chart-render',
        message: 'execution error at (web/templates/config.yaml:15:6): no •••',
      },
    },
  },
  {
    name: 'a file that is no YAML',
    options: { files: { 'apps/web.yaml': `${release}  [\n` } },
    want: {
      release: one,
      problem: {
        code: 'yaml-syntax',
        message: 'this file cannot be read as YAML: expected ": " on this line, or less indentation on the next',
      },
      place: { uri, range: { start: { line: 14, character: 2 }, end: { line: 14, character: 3 } } },
    },
  },
  {
    name: 'a file that only Kubernetes cannot read',
    options: { files: { 'apps/web.yaml': `${release}    &a replicas: 1\n    <<: 1\n` } },
    want: {
      release: one,
      problem: {
        code: 'yaml-syntax',
        message: 'this file cannot be read as YAML: map merge requires map or sequence of maps as the value',
      },
    },
  },
  {
    name: 'a patch of a release',
    options: {
      files: {
        'patch.yaml': release.replace('name: web', '# a part\n  name: web'),
        'kustomization.yaml': 'patches:\n  - path: apps/web.yaml\n',
      },
    },
    want: {
      release: one,
      problem: {
        code: 'no-release',
        message: 'this file is a patch that a kustomization.yaml takes: preview the release that it changes',
      },
      place: {
        uri: uriOf('patch.yaml'),
        range: { start: { line: 3, character: 8 }, end: { line: 3, character: 11 } },
      },
    },
  },
  {
    name: 'a patch of a release that is elsewhere',
    options: { files: { 'kustomization.yaml': 'patches:\n  - path: apps/web.yaml\n' } },
    want: {
      release: one,
      problem: { code: 'no-release', message: 'this file is a patch that a kustomization.yaml takes' },
    },
  },
  {
    name: 'a file without a release',
    params: { uri: uriOf('sources.yaml') },
    want: { problem: { code: 'no-release', message: 'there is no HelmRelease here: put the cursor into one' } },
  },
  {
    name: 'a release that is gone',
    params: { release: { namespace: 'apps', name: 'gone' } },
    want: { problem: { code: 'no-release', message: 'HelmRelease apps/gone is not in this file any more' } },
  },
  {
    name: 'a file that nobody knows',
    params: { uri: uriOf('nowhere.yaml') },
    want: { problem: { code: 'no-release', message: 'this file is not in the workspace, or it is too large' } },
  },
];

test.for(failures)('a failure is told: $name', async ({ options, params, want }) => {
  const result = await service(options).render({ uri, ...params }, signal);
  expect(result).toMatchObject({ kind: 'failed', ...want });
  expect(JSON.stringify(result)).not.toContain(password);
});

test.for([
  { name: 'in the first', cursor: release.replace('name: web', 'name: w<|>eb'), want: 'web' },
  { name: 'in the second', cursor: `${release}---\n${release.replace('name: web', 'name: other<|>')}`, want: 'other' },
  {
    name: 'between others',
    cursor: `${release}---\nkind: C<|>onfigMap\napiVersion: v1\nmetadata: {name: c}\n`,
    want: 'web',
  },
])('the release at the cursor: $name', async ({ cursor, want }) => {
  const { text, position } = takeCursor(cursor);
  const result = await rendered(service({ files: { 'apps/web.yaml': text } }), { position });
  expect(result.release).toEqual({ namespace: 'apps', name: want });
});

test.for([
  {
    line: '  replicas: "3"',
    want: {
      writer: {
        kind: 'template',
        template: 'web/templates/config.yaml',
        position: { line: 5, character: 15 },
        calls: [],
      },
      data: [
        {
          path: 'replicas',
          text: '3',
          origin: {
            kind: 'file',
            layer: 'values',
            uri,
            range: { start: { line: 13, character: 4 }, end: { line: 13, character: 15 } },
          },
        },
      ],
    },
  },
  {
    line: '  size: near',
    want: {
      data: [
        {
          path: 'size',
          text: 'near',
          origin: {
            kind: 'file',
            layer: 'ConfigMap apps/size values.yaml',
            uri: uriOf('apps/size.yaml'),
            range: { start: { line: 6, character: 4 }, end: { line: 6, character: 14 } },
          },
        },
      ],
    },
  },
  {
    line: '  encoded: •••',
    want: { data: [{ path: 'password', origin: { kind: 'secret', object: 'apps/login', key: 'password' } }] },
  },
  {
    line: '    team: shop',
    want: {
      writer: {
        kind: 'flux',
        field: 'labels',
        key: 'team',
        isOwn: false,
        place: { uri, range: { start: { line: 8, character: 6 }, end: { line: 8, character: 16 } } },
      },
    },
  },
])('what made `$line`', async ({ line, want }) => {
  const found = await traced(service(), line);
  expect(found).toMatchObject(want);
  expect(JSON.stringify(found)).not.toContain(password);
});

test('what a Kustomization puts in is shown as it is written, and told', async () => {
  const text = `${release.replace('team: shop', 'team: ${team}')}    size: \${size:=big} of \${size:=big}, \${team}\n`;
  const result = await rendered(service({ files: { 'apps/web.yaml': text } }));
  expect(result.text).toContain('  size: ${size:=big} of ${size:=big}, ${team}\n');
  expect(result.warnings).toContain('shown as written, where a Kustomization puts something in: ${team}, ${size:=big}');
});

const fromGenerator = release.replace('name: size}', 'name: made}').replace('name: login', 'name: made');
const sops = 'size: ENC[AES256_GCM,data:x]\nsops: {mac: "ENC[AES256_GCM,data:y]"}\n';
const generators: {
  readonly name: string;
  readonly kustomization: string;
  readonly more?: Readonly<Record<string, string>>;
  readonly says: string;
  readonly from?: { readonly uri: string; readonly line: number };
  readonly unknown?: readonly string[];
}[] = [
  {
    name: 'of a file',
    kustomization: 'configMapGenerator:\n- name: made\n  files: [values.yaml=base/big.yaml]\n',
    more: { 'apps/base/big.yaml': '# of the generator\nsize: big\n' },
    says: '  size: big',
    from: { uri: uriOf('apps/base/big.yaml'), line: 1 },
  },
  {
    name: 'of a file by its own name, beside another',
    kustomization: 'configMapGenerator:\n- name: made\n  namespace: apps\n  files: [base/values.yaml, web.yaml]\n',
    more: { 'apps/base/values.yaml': 'size: big\n' },
    says: '  size: big',
    from: { uri: uriOf('apps/kustomization.yaml'), line: 1 },
  },
  {
    name: 'of a text',
    kustomization: `namespace: apps\nconfigMapGenerator:\n- name: made\n  literals: ["values.yaml='size: a=b'"]\n`,
    says: '  size: a=b',
    from: { uri: uriOf('apps/kustomization.yaml'), line: 2 },
  },
  {
    name: 'of a file that SOPS encrypted',
    kustomization: 'configMapGenerator:\n- name: made\n  files: [values.yaml=big.yaml]\n',
    more: { 'apps/big.yaml': sops },
    says: '  size: null',
    unknown: ['ConfigMap made: encrypted with SOPS'],
  },
];

test.for(generators)('values of a generator: $name', async ({ kustomization, more, says, from, unknown = [] }) => {
  const secret = 'secretGenerator:\n- name: made\n  literals: [password=not-to-be-shown]\n';
  const asked = service({
    files: { ...more, 'apps/web.yaml': fromGenerator, 'apps/kustomization.yaml': kustomization + secret },
  });
  const result = await rendered(asked);
  expect(result.text).toContain('  encoded: •••\n');
  expect(result.text).toContain(`${says}\n`);
  expect(result.unknown).toEqual(unknown);
  const line = await traced(asked, says);
  expect(line?.data).toMatchObject(
    from === undefined ? [] : [{ path: 'size', origin: { uri: from.uri, range: { start: { line: from.line } } } }],
  );
});

test('what a generator makes of a file that is not there is missing', async () => {
  const kustomization = 'configMapGenerator:\n- name: size\n  files: [values.yaml=gone.txt]\n';
  const files = { 'apps/kustomization.yaml': kustomization, 'apps/size.yaml': '', 'other/size.yaml': '' };
  await expect(rendered(service({ files }))).rejects.toThrow('configmaps "size" not found');
});

test('a trace is of the render it is asked about, or says that this one is gone', async () => {
  const from = service();
  const { version, release: name, text } = await rendered(from);
  const lines = text.split('\n').length;
  const ask = { uri, release: name, version, startLine: -5, endLine: lines + 5 };
  const all = from.trace(ask);
  expect(all.kind === 'traced' && all.lines.map(({ line }) => line)).toEqual([...Array(lines).keys()]);
  await rendered(from);
  expect(from.trace(ask)).toEqual({ kind: 'stale' });
  expect(from.trace({ ...ask, release: { namespace: 'apps', name: 'gone' } })).toEqual({ kind: 'stale' });
});
