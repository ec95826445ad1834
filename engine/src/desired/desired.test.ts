import { expect, test } from 'vitest';
import { defaultCapabilities } from '../chart/index.ts';
import { objectSet, parseHelmRelease, readManifests } from '../flux/index.ts';
import { newMap } from '../gostd/index.ts';
import { renderChart } from '../render/index.ts';
import { memoryCache, resolveChart, type SourceWorld } from '../source/index.ts';
import type { FileEntry, Files } from '../support/index.ts';
import { type DesiredInput, type DesiredRelease, desiredRelease, type DesiredWorld, problemOf } from './index.ts';

/** A folder tree: text of files, and `-> target` for links. */
type Tree = Readonly<Record<string, string>>;

function memoryFiles(tree: Tree): Files {
  const isFolder = (path: string): boolean => Object.keys(tree).some((name) => name.startsWith(`${path}/`));
  const follow = (path: string): string => {
    const link = Object.keys(tree).find(
      (name) => tree[name]?.startsWith('-> ') && (path === name || path.startsWith(`${name}/`)),
    );
    return link === undefined ? path : follow((tree[link] ?? '').slice(3) + path.slice(link.length));
  };
  return {
    read: (path) => {
      const text = tree[follow(path)];
      return Promise.resolve(text === undefined ? undefined : new TextEncoder().encode(text));
    },
    list: (path) => {
      if (!isFolder(path)) {
        return Promise.resolve(undefined);
      }
      const names = Object.keys(tree).filter((name) => name.startsWith(`${path}/`));
      const entries = new Map<string, FileEntry>();
      for (const name of names) {
        const [first = '', ...rest] = name.slice(path.length + 1).split('/');
        const kind = rest.length > 0 ? 'folder' : tree[name]?.startsWith('-> ') === true ? 'link' : 'file';
        entries.set(first, { name: first, kind });
      }
      return Promise.resolve([...entries.values()]);
    },
    realPath: (path) => {
      const real = follow(path);
      return Promise.resolve(real in tree || isFolder(real) ? real : undefined);
    },
  };
}

const chart: Tree = {
  '/repo/charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
  '/repo/charts/web/values.yaml': 'replicas: 1\n',
  '/repo/charts/web/templates/a.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\n  namespace: {{ .Release.Namespace }}\ndata:\n  replicas: {{ .Values.replicas | quote }}\n  version: {{ .Chart.Version }}\n',
  '/repo/charts/web/templates/hook.yaml':
    'apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: hook\n  annotations:\n    helm.sh/hook: pre-install\n',
  '/repo/charts/web/templates/NOTES.txt': 'Hello {{ .Release.Name }}',
  '/repo/charts/web/crds/a.yaml': 'kind: CustomResourceDefinition\n',
};

function sourceWorld(tree: Tree): SourceWorld {
  const nothing = (): void => undefined;
  const refuse = (): never => {
    throw new Error('nothing here may use the network');
  };
  return {
    cache: memoryCache({ maxBytes: 1e8 }),
    localSources: {},
    environment: {
      clock: { now: () => 0, sleep: refuse },
      random: { bytes: (count) => new Uint8Array(count) },
      http: { request: refuse },
      files: memoryFiles(tree),
      git: {
        describe: (path) =>
          Promise.resolve(
            path.startsWith('/repo')
              ? {
                  root: '/repo',
                  remoteUrls: ['git@example.com:org/repo.git'],
                  branch: 'main',
                  head: 'c0ffee'.repeat(6) + 'c0ff',
                }
              : undefined,
          ),
      },
      credentials: { forHost: () => Promise.resolve(undefined) },
      consent: { allowed: () => false },
      log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
    },
  };
}

function world(tree: Tree): DesiredWorld {
  const from = sourceWorld(tree);
  return {
    environment: from.environment,
    render: (request) => Promise.resolve(renderChart(request)),
    resolve: (request, options) => resolveChart(request, from, options),
  };
}

const source = (url = 'https://example.com/org/repo', more = ''): string => `apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: repo, namespace: apps}
spec: {interval: 1m, url: '${url}', ref: {branch: main}${more}}
---
`;

const release = (
  spec: string,
  path = './charts/web',
  templateSpec = '',
): string => `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: web, namespace: apps}
spec:
  interval: 1m
  chart:
    spec: {chart: '${path}', sourceRef: {kind: GitRepository, name: repo}${templateSpec}}
${spec}---
`;

function desire(text: string, options: Partial<DesiredInput> & { readonly tree?: Tree } = {}): Promise<DesiredRelease> {
  const { manifests, problem } = readManifests(text, { file: 'apps/web.yaml', dialect: 'kustomize' });
  expect(problem).toBeUndefined();
  const objects = objectSet(manifests);
  const manifest = objects.ofKind('HelmRelease')[0];
  if (manifest === undefined) {
    throw new Error('no release in the text');
  }
  const input: DesiredInput = {
    release: parseHelmRelease(manifest.object, { defaultNamespace: 'default' }),
    manifest,
    objects,
    near: '/repo/apps/web.yaml',
    capabilities: defaultCapabilities({}),
    revision: 1,
    isUpgrade: false,
    crossNamespace: 'refuse',
    ...options,
  };
  return desiredRelease(input, world({ ...chart, ...options.tree }), {
    signal: new AbortController().signal,
    maxAgeMs: 0,
  });
}

test('a release from the working copy becomes manifest, hooks, notes and digest', async () => {
  const desired = await desire(source() + release('  targetNamespace: prod\n  values: {replicas: 3}\n'));
  expect(desired).toMatchObject({
    releaseName: 'prod-web',
    namespace: 'prod',
    storageNamespace: 'apps',
    notes: 'Hello prod-web',
    refusals: [],
    warnings: [],
    unknown: [],
    resolved: { name: 'web', version: '1.0.0' },
  });
  expect(desired.manifest).toBe(`---
# Source: web/templates/a.yaml
apiVersion: v1
data:
  replicas: "3"
  version: 1.0.0
kind: ConfigMap
metadata:
  labels:
    helm.toolkit.fluxcd.io/name: web
    helm.toolkit.fluxcd.io/namespace: apps
  name: prod-web
  namespace: prod

`);
  expect(desired.hooks.map(({ name, events }) => [name, events])).toEqual([['hook', ['pre-install']]]);
  expect(desired.hooks[0]?.manifest).toContain('helm.toolkit.fluxcd.io/name: web');
  expect(desired.crds.map(({ name }) => name)).toEqual(['crds/a.yaml']);
  expect(desired.configDigest).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(desired.origins.get(desired.config, 'replicas')).toMatchObject({ kind: 'user', file: 'apps/web.yaml' });
});

const versions: { name: string; templateSpec: string; want: string }[] = [
  { name: 'as in Chart.yaml', templateSpec: '', want: '1.0.0' },
  { name: 'with the commit', templateSpec: ', reconcileStrategy: Revision', want: '1.0.0+c0ffeec0ffee' },
  { name: 'with the generation', templateSpec: ', valuesFiles: [env/prod.yaml]', want: '1.0.0+7' },
  {
    name: 'with both',
    templateSpec: ', reconcileStrategy: Revision, valuesFiles: [charts/web/values.yaml, env/prod.yaml]',
    want: '1.0.0+c0ffeec0ffee.7',
  },
];

test.for(versions)('version of a chart in Git: $name', async ({ templateSpec, want }) => {
  const tree = { '/repo/env/prod.yaml': 'replicas: 9\n' };
  const desired = await desire(source() + release('', './charts/web', templateSpec), { tree, helmChartGeneration: 7 });
  expect(desired.resolved.version).toBe(want);
  expect(desired.manifest).toContain(`version: ${want}`);
  expect(desired.manifest).toContain(templateSpec.includes('prod') ? 'replicas: "9"' : 'replicas: "1"');
});

test('what is ignored, and links, are not in the chart', async () => {
  const tree = {
    '/repo/charts/web/templates/b.yaml': 'kind: B\n',
    '/repo/charts/web/templates/c.yaml': '-> /repo/charts/web/templates/a.yaml',
    '/repo/charts/web/templates/d.zip': '# nothing',
    '/repo/charts/.sourceignore': 'b.yaml\n',
  };
  const { chart: found } = await desire(source() + release(''), { tree });
  expect(found.templates.map(({ name }) => name)).toEqual([
    'templates/NOTES.txt',
    'templates/a.yaml',
    'templates/d.zip',
    'templates/hook.yaml',
  ]);
});

test('dependencies on charts of the same repository are added', async () => {
  const tree = {
    '/repo/charts/web/Chart.yaml':
      'apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies:\n- {name: lib, version: ^1, repository: file://../lib}\n',
    '/repo/charts/lib/Chart.yaml': 'apiVersion: v2\nname: lib\nversion: 1.2.0\n',
    '/repo/charts/lib/templates/l.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: lib}\n',
  };
  const desired = await desire(source() + release(''), { tree });
  expect(desired.chart.dependencies.map(({ metadata }) => metadata.version)).toEqual(['1.2.0']);
  expect(desired.manifest).toContain('# Source: web/charts/lib/templates/l.yaml');
  const wrong = { ...tree, '/repo/charts/lib/Chart.yaml': 'apiVersion: v2\nname: lib\nversion: 2.0.0\n' };
  await expect(desire(source() + release(''), { tree: wrong })).rejects.toMatchObject({
    code: 'dependency',
    message: "failed to add local dependency 'lib': can't get a valid version for constraint '^1'",
  });
});

const failures: { name: string; text: string; tree?: Tree; code: string; problem: string }[] = [
  { name: 'no source', text: release(''), code: 'source-missing', problem: 'reference-missing' },
  {
    name: 'another repository',
    text: source('https://example.com/org/other') + release(''),
    code: 'unsupported',
    problem: 'source-unavailable',
  },
  { name: 'no such path', text: source() + release('', './charts/none'), code: 'not-found', problem: 'chart-missing' },
  {
    name: 'a link out of the repository',
    text: source() + release('', './charts/out'),
    tree: { '/repo/charts/out': '-> /etc', '/etc/Chart.yaml': 'apiVersion: v2\nname: out\nversion: 1.0.0\n' },
    code: 'outside',
    problem: 'chart-invalid',
  },
  {
    name: 'missing values',
    text: source() + release('  valuesFrom: [{kind: ConfigMap, name: none}]\n'),
    code: 'values-missing',
    problem: 'values-reference',
  },
  {
    name: 'patches that cannot be applied yet',
    text: source() + release('  postRenderers: [{kustomize: {images: [{name: a, newTag: b}]}}]\n'),
    code: 'unsupported',
    problem: 'chart-render',
  },
  {
    name: 'a template that fails',
    text: source() + release(''),
    tree: { '/repo/charts/web/templates/a.yaml': '{{ fail "no" }}' },
    code: 'fail',
    problem: 'chart-render',
  },
];

test.for(failures)('what cannot be: $name', async ({ text, tree = {}, code, problem }) => {
  let thrown: unknown;
  try {
    await desire(text, { tree });
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toMatchObject({ code });
  expect(problemOf(thrown, [])?.code).toBe(problem);
});

test('.. stops at the root of the repository, as Flux has it', async () => {
  expect((await desire(source() + release('', '../../charts/web'))).resolved.name).toBe('web');
});

test('a source in another namespace is refused unless it is known to be allowed', async () => {
  const text =
    source().replace('namespace: apps', 'namespace: flux-system') +
    release('').replace('name: repo}', 'name: repo, namespace: flux-system}');
  await expect(desire(text)).rejects.toMatchObject({
    code: 'access-denied',
    message: 'cross-namespace references are not allowed: cannot access GitRepository flux-system/repo',
  });
  expect((await desire(text, { crossNamespace: 'allow' })).releaseName).toBe('web');
});

test('values that only the cluster knows are placeholders, and nothing may be applied', async () => {
  const external =
    'apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: s, namespace: apps}\nspec: {}\n---\n';
  const desired = await desire(
    source() + external + release('  valuesFrom: [{kind: Secret, name: s, valuesKey: n, targetPath: replicas}]\n'),
  );
  expect(desired.manifest).toContain('replicas: unknown, made in the cluster by ExternalSecret/apps/s');
  expect(desired.refusals).toEqual([
    'values of Secret s are not known here: made in the cluster by ExternalSecret/apps/s',
  ]);
});

const lookups: Tree = {
  '/repo/charts/web/templates/a.yaml': `{{- $a := lookup "v1" "ConfigMap" "apps" "a" }}
{{- $next := (default dict $a.data).next }}
apiVersion: v1
kind: ConfigMap
metadata: {name: found}
data: {a: {{ $next | quote }}, b: {{ if $next }}{{ (lookup "v1" "ConfigMap" "apps" $next).data.value | quote }}{{ else }}""{{ end }}}
`,
};

test('lookups are answered by the cluster until none is open', async () => {
  const asked: string[] = [];
  const desired = await desire(source() + release(''), {
    tree: lookups,
    fetchLookup: ({ name }) => {
      asked.push(name);
      const data = name === 'a' ? newMap([['next', 'b']]) : newMap([['value', 'done']]);
      return Promise.resolve(newMap([['data', data]]));
    },
  });
  expect(asked).toEqual(['a', 'b']);
  expect(desired.manifest).toContain('b: done');
  expect([desired.unansweredLookups, desired.refusals]).toEqual([[], []]);
});

test('lookups that nobody answers are taken to find nothing, and nothing may be applied', async () => {
  const desired = await desire(source() + release(''), { tree: lookups });
  expect(desired.unansweredLookups).toMatchObject([{ kind: 'ConfigMap', name: 'a' }]);
  expect(desired.refusals).toEqual(['the chart looks up objects of the cluster, which was not asked']);
});

test('a signature that cannot be verified is refused', async () => {
  const desired = await desire(source(undefined, ', verify: {mode: HEAD, secretRef: {name: keys}}') + release(''));
  expect(desired.refusals).toEqual(['spec.verify asks for commit signatures, which cannot be verified here']);
});
