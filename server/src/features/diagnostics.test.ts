import type { Problem } from '@fairlead/engine/support';
import { expect, test } from 'vitest';
import {
  fleetService,
  repositoryFiles,
  repositoryText,
  serviceOver,
  uriOf,
} from '../../../test/support/languageService.ts';
import { readWants } from '../../../test/support/wants.ts';

const { signal } = new AbortController();

async function problemsOf(name: string, text: string): Promise<readonly Problem[]> {
  return await fleetService({ [name]: text }).diagnostics(uriOf(name), signal);
}

/** Every want that no problem meets, and every problem that nobody wanted. */
function unexpected(problems: readonly Problem[], text: string): string[] {
  const left = [...problems];
  const missing = readWants(text).flatMap((want) => {
    const found = left.findIndex(
      ({ code, message, range }) =>
        code === want.code && range.start.line === want.line && message.includes(want.message),
    );
    if (found === -1) {
      return [`line ${want.line + 1}: no ${want.code} "${want.message}"`];
    }
    left.splice(found, 1);
    return [];
  });
  return [
    ...missing,
    ...left.map(({ code, message, range }) => `line ${range.start.line + 1}: nobody wants ${code} "${message}"`),
  ];
}

const golden = ['test/golden/diagnostics', 'test/fixtures/guides'].flatMap((folder) =>
  Object.entries(repositoryFiles(folder)).map(([name, text]) => ({ name, text })),
);

test.for(golden)('says what is wrong in $name', async ({ name, text }) => {
  expect(unexpected(await problemsOf(name, text), text)).toEqual([]);
});

test.for(golden)('says the same of $name with CRLF', async ({ name, text }) => {
  const crlf = text.replaceAll('\n', '\r\n');
  expect(unexpected(await problemsOf(name, crlf), text)).toEqual([]);
});

const base = `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: web
`;
const patches = [
  { name: 'fields that stand in the object itself', patch: 'spec:\n  upgrade:\n    crds: Create\n', want: [] },
  { name: 'a field that is taken away', patch: 'spec:\n  upgrade: null\n  chart:\n    $patch: delete\n', want: [] },
  { name: 'a misspelled field', patch: 'spec:\n  intervall: 5m\n', want: ['schema-unknown-field'] },
  { name: 'a value of the wrong type', patch: 'spec:\n  suspend: "yes"\n', want: ['schema-type'] },
  {
    name: 'an item of a list, which is replaced',
    patch: 'spec:\n  valuesFrom:\n    - kind: Secret\n',
    want: ['schema-required'],
  },
];
const taken = [
  { name: 'patches', kustomization: 'patches:\n  - path: over lays/web patch.yaml\n' },
  { name: 'patchesStrategicMerge', kustomization: 'patchesStrategicMerge:\n  - over lays/web patch.yaml\n' },
].flatMap((how) => patches.map((what) => ({ ...what, how: how.name, kustomization: how.kustomization })));

test.for(taken)('judges $name in $how as a part', async ({ patch, kustomization, want }) => {
  const files = { 'over lays/web patch.yaml': base + patch, 'kustomization.yaml': kustomization };
  // Editors escape a blank in a URI; the names here are as they are.
  const problems = await serviceOver(files).diagnostics(uriOf('over lays/web patch.yaml'), signal);
  expect(problems.map(({ code }) => code)).toEqual(want);
});

test('a file that is no longer a patch is judged whole', async () => {
  const files = { 'web.yaml': `${base}spec: {}\n`, 'kustomization.yaml': 'patches:\n  - path: web.yaml\n' };
  const service = serviceOver(files);
  expect(await service.diagnostics(uriOf('web.yaml'), signal)).toEqual([]);
  await service.setDocument(uriOf('kustomization.yaml'), 'resources:\n  - web.yaml\n');
  const codes = (await service.diagnostics(uriOf('web.yaml'), signal)).map(({ code }) => code);
  expect(codes).toEqual(['schema-required', 'cel-rule']);
});

test.for([
  { name: 'in the same namespace', kustomization: 'namespace: shop\n', want: [] },
  { name: 'in whichever namespace', kustomization: '', want: [] },
  {
    name: 'in another namespace',
    kustomization: 'namespace: edge\n',
    want: ['reference-missing', 'reference-missing'],
  },
])('values that a generator makes are there: $name', async ({ kustomization, want }) => {
  const text = `${base}  namespace: shop
spec:
  interval: 1m
  chartRef: {kind: OCIRepository, name: web, namespace: flux-system}
  valuesFrom:
    - {kind: ConfigMap, name: made}
    - {kind: Secret, name: made}
`;
  const generators = 'configMapGenerator: [{name: made, literals: [a=b]}]\nsecretGenerator: [{name: made}]\n';
  const problems = await fleetService({
    'made.yaml': text,
    'kustomization.yaml': kustomization + generators,
  }).diagnostics(uriOf('made.yaml'), signal);
  expect(problems.map(({ code }) => code)).toEqual(want);
});

test('a file that cannot be read hides no other', async () => {
  const files = { 'a.yaml': base, 'b.yaml': base, 'c.yaml': base };
  const service = serviceOver(files, { unreadable: ['a.yaml', 'c.yaml'] });
  expect(await service.diagnostics(uriOf('b.yaml'), signal)).toHaveLength(1);
});

test('says nothing of a version that a quote never ends, but that', async () => {
  const text = `${base}spec:\n  chart:\n    spec:\n      chart: store\n      version: "1.x\n      interval: 5m\n`;
  const messages = (await problemsOf('quote.yaml', text)).map(({ message }) => message);
  expect(messages).toEqual(['this " is never closed']);
});

test('says in one line what is nested too deeply', async () => {
  const text = `${base}spec:\n  values: ${'['.repeat(5000)}${']'.repeat(5000)}\n`;
  expect((await problemsOf('deep.yaml', text)).map(({ message }) => message)).toEqual(['nested too deeply to be read']);
});

test('finds nothing to say of the demo', async () => {
  const files = { ...repositoryFiles('demo/sources'), ...repositoryFiles('demo/apps') };
  const service = serviceOver(files, { versions: () => ({ versions: [] }) });
  const problems = await Promise.all(
    Object.keys(files).map(async (name) => [name, await service.diagnostics(uriOf(name), signal)]),
  );
  expect(problems).toEqual(Object.keys(files).map((name) => [name, []]));
});

test('says everything that is wrong in demo/broken', async () => {
  const text = repositoryText('demo/broken/release.yaml');
  const files = { ...repositoryFiles('demo/sources'), ...repositoryFiles('demo/apps'), 'release.yaml': text };
  const problems = await serviceOver(files).diagnostics(uriOf('release.yaml'), signal);
  expect(problems.map(({ range, code, message }) => `${range.start.line + 1} ${code} ${message}`))
    .toMatchInlineSnapshot(`
      [
        "7 cel-rule spec: either chart or chartRef must be set, not both",
        "8 schema-pattern spec.interval: "1d" is not a duration: numbers with the units ms, s, m or h, such as 90s or 1h30m",
        "12 version-constraint not a version or range: improper constraint: ">=1.0.0 <"",
        "14 schema-enum spec.chart.spec.sourceRef.kind must be one of HelmRepository, GitRepository, Bucket, not "HelmRepo"",
        "22 reference-missing no HelmRelease database in namespace shop in this workspace",
        "25 schema-type spec.install.remediation.retries must be a whole number, not "3": leave out the quotes",
        "27 schema-unknown-field unknown field "spec.upgrade.cleanUpOnFail"; did you mean cleanupOnFail?",
        "28 schema-unknown-field unknown field "spec.maxHistroy"; did you mean maxHistory?",
        "31 reference-missing no ConfigMap no-such-values in namespace shop in this workspace",
        "34 yaml-duplicate-key key "replicaCount" is already set in this map",
        "36 schema-version Flux serves no HelmRelease as helm.toolkit.fluxcd.io/v2beta1: use helm.toolkit.fluxcd.io/v2",
      ]
    `);
});
