import type { CompletionItem } from 'vscode-languageserver-types';
import { expect, test } from 'vitest';
import { fleetService, repositoryFiles, uriOf } from '../../../test/support/languageService.ts';
import { takeCursor } from '../../../test/support/markers.ts';

/** Completion, hover, definition and inlay hints, each asked of a text with `<|>` where the cursor is. */
const { signal } = new AbortController();
const uri = uriOf('one.yaml');

function release(spec: string): string {
  return `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: one
  namespace: shop
spec:
${spec}`;
}

async function completed(marked: string): Promise<{ readonly text: string; readonly items: CompletionItem[] }> {
  const { text, position } = takeCursor(marked);
  const { items } = await fleetService({ 'one.yaml': text }).completion(uri, position, signal);
  return { text, items };
}

const chart = `  interval: 10m
  chart:
    spec:
      chart: store
      sourceRef: {kind: HelmRepository, name: shop, namespace: flux-system}
`;

const labels: { name: string; text: string; has?: string[]; hasNot?: string[]; want?: string[] }[] = [
  { name: 'fields of the spec', text: release('  <|>\n'), has: ['interval', 'chart', 'valuesFrom', 'upgrade'] },
  { name: 'no field that stands there already', text: release('  interval: 1m\n  <|>\n'), hasNot: ['interval'] },
  { name: 'fields above others', text: release('  <|>\n  interval: 1m\n'), has: ['chart'], hasNot: ['interval'] },
  { name: 'fields of a half-written word', text: release('  upg<|>\n  interval: 1m\n'), has: ['upgrade'] },
  { name: 'fields of an empty map', text: release('  upgrade:\n    <|>\n'), has: ['remediation', 'cleanupOnFail'] },
  { name: 'fields of an item', text: release('  valuesFrom:\n    - <|>\n'), has: ['kind', 'name', 'valuesKey'] },
  {
    name: 'fields of a second line of an item',
    text: release('  valuesFrom:\n    - kind: Secret\n      <|>\n'),
    has: ['name', 'targetPath'],
    hasNot: ['kind'],
  },
  {
    name: 'fields of the metadata',
    text: 'apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata:\n  name: one\n  <|>\n',
    want: ['namespace', 'labels', 'annotations'],
  },
  { name: 'fields in braces', text: release('  upgrade: {<|>}\n'), has: ['remediation'] },
  { name: 'fields in a later document', text: `a: 1\n---\n${release('  <|>\n')}`, has: ['interval'] },
  { name: 'fields with CRLF', text: release('  <|>\n').replaceAll('\n', '\r\n'), has: ['interval'] },
  { name: 'no status', text: 'apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\n<|>\n', hasNot: ['status'] },
  { name: 'nothing below values', text: release('  values:\n    <|>\n'), want: [] },
  { name: 'nothing in a comment', text: release('  # <|>\n'), want: [] },
  { name: 'nothing directly behind a colon', text: release('  chart:<|>\n'), want: [] },
  { name: 'nothing directly behind a colon of an item', text: release('  dependsOn:\n    - name:<|>\n'), want: [] },
  { name: 'no map beside its key', text: release('  chart: <|>\n'), want: [] },
  { name: 'nothing in the second line of a value', text: `apiVersion: x\nkind: HelmRelease\n  <|>\n`, want: [] },
  {
    name: 'nothing in a text of several lines',
    text: release('  chart:\n    spec:\n      version: |\n        <|>\n'),
    want: [],
  },
  { name: 'nothing between a key and what is its own', text: release('  chart:\n  <|>\n    spec: {}\n'), want: [] },
  { name: 'nothing where it would break the map', text: release('    <|>\n  interval: 1m\n'), want: [] },
  { name: 'nothing behind a dash where no list is', text: release('  - <|>\n  interval: 1m\n'), want: [] },
  { name: 'nothing on the line between documents', text: `${release('  suspend: true\n')}---<|>\na: 1\n`, want: [] },
  {
    name: 'fields that fit what stands below',
    text: release('  <|>\n    - kind: ConfigMap\n      name: a\n      optional: true\n'),
    want: ['valuesFrom'],
  },
  {
    name: 'kinds of a source',
    text: release('  chart:\n    spec:\n      sourceRef:\n        kind: <|>\n'),
    want: ['HelmRepository', 'GitRepository', 'Bucket'],
  },
  {
    name: 'choices within quotes',
    text: release('  chart:\n    spec:\n      sourceRef:\n        kind: "<|>"\n'),
    want: ['HelmRepository', 'GitRepository', 'Bucket'],
  },
  { name: 'yes and no', text: release('  suspend: <|>\n'), want: ['true', 'false'] },
  { name: 'not what stands there', text: release('  suspend: true<|>\n'), want: ['false'] },
  {
    name: 'not the release that stands there, though it is elsewhere',
    text: release('  dependsOn:\n    - name: ingress<|>\n'),
    hasNot: ['ingress'],
  },
  {
    name: 'not the version that stands there',
    text: release(chart.replace('chart: store', 'chart: store\n      version: 1.9.2<|>')),
    hasNot: ['1.9.2'],
    has: ['1.10.0'],
  },
  { name: 'kinds of a group', text: 'apiVersion: helm.toolkit.fluxcd.io/v2\nkind: <|>\n', want: ['HelmRelease'] },
  { name: 'groups of a kind', text: 'kind: OCIRepository\napiVersion: <|>\n', want: ['source.toolkit.fluxcd.io/v1'] },
  {
    name: 'charts of a repository',
    text: release(chart.replace('chart: store', 'chart: <|>')),
    want: ['store', 'preview'],
  },
];

test.for(labels)('completes $name', async ({ text, has = [], hasNot = [], want }) => {
  const found = (await completed(text)).items.map(({ label }) => label);
  expect(found).toEqual(want ?? expect.arrayContaining(has));
  expect(found.filter((label) => hasNot.includes(label))).toEqual([]);
});

/** The text after a person chose `item`, in an editor that indents as the item asks for, with placeholders filled in. */
function chosen(text: string, item: CompletionItem | undefined): string {
  if (item?.textEdit === undefined || !('range' in item.textEdit)) {
    throw new Error('no such item');
  }
  const { range, newText } = item.textEdit;
  const lines = text.split('\n');
  const first = lines[range.start.line] ?? '';
  const indent = /^\s*/.exec(first)?.[0] ?? '';
  const plain = newText
    .replace(/\$\{\d+\|([^,|]*)[^}]*\}/g, '$1')
    .replace(/\$\d+/g, '')
    .replaceAll('\n', `\n${indent}`);
  const last = lines[range.end.line] ?? '';
  const line = first.slice(0, range.start.character) + plain + last.slice(range.end.character);
  return [...lines.slice(0, range.start.line), line, ...lines.slice(range.end.line + 1)].join('\n');
}

const choices: { name: string; text: string; label: string; want: string }[] = [
  {
    name: 'a field with what must follow it',
    text: release('  <|>\n'),
    label: 'chartRef',
    want: release('  chartRef:\n    kind: OCIRepository\n    name: \n'),
  },
  {
    name: 'a field of an item stands beside its others',
    text: release('  driftDetection:\n    ignore:\n      - <|>\n'),
    label: 'paths',
    want: release('  driftDetection:\n    ignore:\n      - paths:\n          - \n'),
  },
  {
    name: 'a key above what is its own',
    text: release('  <|>\n    spec:\n      chart: store\n'),
    label: 'chart',
    want: release('  chart:\n    spec:\n      chart: store\n'),
  },
  {
    name: 'a key instead of another, with its value',
    text: release('  intvl<|>al: 10m # often\n'),
    label: 'interval',
    want: release('  interval: 10m # often\n'),
  },
  {
    name: 'a key in braces',
    text: release('  upgrade: {<|>}\n'),
    label: 'remediation',
    want: release('  upgrade: {remediation: {}}\n'),
  },
  {
    name: 'a key in braces with what must follow it',
    text: release('').replace('spec:', 'spec: {interval: 1m, <|>}'),
    label: 'chartRef',
    want: release('').replace('spec:', 'spec: {interval: 1m, chartRef: {kind: OCIRepository, name: }}'),
  },
  {
    name: 'a version instead of another',
    text: release(chart.replace('chart: store', 'chart: store\n      version: 1.<|>0.0')),
    label: '1.10.0',
    want: release(chart.replace('chart: store', 'chart: store\n      version: 1.10.0')),
  },
  {
    name: 'a version within a range',
    text: release(chart.replace('chart: store', 'chart: store\n      version: ">=1.0.0 <<|>"')),
    label: '2.0.0-rc.1',
    want: release(chart.replace('chart: store', 'chart: store\n      version: ">=1.0.0 <2.0.0-rc.1"')),
  },
  {
    name: 'a source of another namespace',
    text: release('  chartRef:\n    kind: OCIRepository\n    name: <|>\n'),
    label: 'web',
    want: release('  chartRef:\n    kind: OCIRepository\n    name: web\n    namespace: flux-system\n'),
  },
  {
    name: 'a source of the namespace that stands there',
    text: release('  chartRef:\n    kind: OCIRepository\n    name: <|>\n    namespace: flux-system\n'),
    label: 'web',
    want: release('  chartRef:\n    kind: OCIRepository\n    name: web\n    namespace: flux-system\n'),
  },
  {
    name: 'a source in braces',
    text: release('  chartRef: {kind: OCIRepository, name: <|>}\n'),
    label: 'web',
    want: release('  chartRef: {kind: OCIRepository, name: web, namespace: flux-system}\n'),
  },
  {
    name: 'a release to wait for',
    text: release('  dependsOn:\n    - name: <|>\n'),
    label: 'ingress',
    want: release('  dependsOn:\n    - name: ingress\n      namespace: edge\n'),
  },
  {
    name: 'a release of the same namespace',
    text: release('  dependsOn:\n    - name: data<|>\n'),
    label: 'database',
    want: release('  dependsOn:\n    - name: database\n'),
  },
];

test.for(choices)('puts in $name', async ({ text: marked, label, want }) => {
  const { text, items } = await completed(marked);
  expect(
    chosen(
      text,
      items.find((item) => item.label === label),
    ),
  ).toBe(want);
});

const places = [
  '  <|>\n',
  '  <|>\n  interval: 1m\n',
  '  upgrade:\n    <|>\n',
  '  valuesFrom:\n    - <|>\n',
  '  valuesFrom:\n    - kind: Secret\n      <|>\n',
  '  driftDetection:\n    ignore:\n      - <|>\n',
  '  postRenderers:\n    - kustomize:\n        patches:\n          - <|>\n',
];

test.for(places)('every field that is offered in %j can be read once it is put in', async (place) => {
  const { text, items } = await completed(release(place));
  expect(items.length).toBeGreaterThan(1);
  for (const item of items) {
    const after = chosen(text, item);
    const problems = await fleetService({ 'one.yaml': after }).diagnostics(uri, signal);
    const codes = new Set(problems.map(({ code }) => code));
    expect({ after, unread: codes.has('yaml-syntax'), unknown: codes.has('schema-unknown-field') }).toEqual({
      after,
      unread: false,
      unknown: false,
    });
  }
});

test('a value from elsewhere is not offered: a release reads its own namespace only', async () => {
  const text = release('  valuesFrom:\n    - kind: Secret\n      name: <|>\n');
  expect((await completed(text)).items.map(({ label }) => label)).toEqual(['credentials']);
  expect((await completed(text.replace('namespace: shop', 'namespace: edge'))).items).toEqual([]);
});

test('a version that is short is quoted, since YAML would read a number', async () => {
  const { text, position } = takeCursor(release(chart.replace('chart: store', 'chart: store\n      version: <|>')));
  const versions = { versions: [{ version: '1.10' }], fetchedAt: 0 };
  const { items } = await fleetService({ 'one.yaml': text }, { versions: () => versions }).completion(
    uri,
    position,
    signal,
  );
  expect(items[0]?.textEdit).toMatchObject({ newText: '"1.10"' });
});

const hovers: { name: string; text: string; want: string | undefined }[] = [
  {
    name: 'a field of the metadata',
    text: release('').replace('namespace: shop', 'name<|>space: shop'),
    want: 'Namespace of this object',
  },
  { name: 'a field', text: release('  inter<|>val: 1m\n'), want: '**interval** `string, required`' },
  { name: 'a value', text: release('  interval: 1<|>m\n'), want: '**interval**' },
  {
    name: 'a field of an item',
    text: release('  valuesFrom:\n    - ki<|>nd: Secret\n'),
    want: '`Secret`, `ConfigMap`',
  },
  { name: 'nothing below values', text: release('  values:\n    inter<|>val: 1m\n'), want: undefined },
  { name: 'nothing of other kinds', text: 'apiVersion: v1\nkind: Secret\nda<|>ta: {}\n', want: undefined },
  {
    name: 'a range and what it resolves to',
    text: release(chart.replace('chart: store', 'chart: store\n      version: ~1<|>.9.0')),
    want: 'Resolves to **1\\.9\\.2**; the newest is 2\\.0\\.0\\-rc\\.1 of 6, as of 2025-04-04 10:30 UTC',
  },
];

test.for(hovers)('explains $name', async ({ text: marked, want }) => {
  const { text, position } = takeCursor(marked);
  const hover = await fleetService({ 'one.yaml': text }).hover(uri, position, signal);
  const contents = hover === undefined ? undefined : JSON.stringify(hover.contents);
  expect(contents).toEqual(want === undefined ? undefined : expect.stringContaining(JSON.stringify(want).slice(1, -1)));
});

const definitions: { name: string; text: string; want: string[] }[] = [
  {
    name: 'an OCIRepository',
    text: release('  chartRef:\n    kind: OCIRepository\n    name: w<|>eb\n    namespace: flux-system\n'),
    want: ['sources.yaml web'],
  },
  {
    name: 'a HelmRepository',
    text: release(chart.replace('name: shop', 'name: <|>shop')),
    want: ['sources.yaml shop'],
  },
  {
    name: 'a release to wait for',
    text: release('  dependsOn:\n    - name: data<|>base\n'),
    want: ['releases.yaml database'],
  },
  {
    name: 'values',
    text: release('  valuesFrom:\n    - kind: Secret\n      name: credentials<|>\n'),
    want: ['releases.yaml credentials'],
  },
  { name: 'nothing', text: release('  dependsOn:\n    - name: no<|>body\n'), want: [] },
  { name: 'no field', text: release('  inter<|>val: 1m\n'), want: [] },
];

const kustomization = `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: flux-system}
spec:
  interval: 1m
  prune: true
`;
const infrastructure = kustomization.replace('name: apps', 'name: infrastructure');

test.for([
  { name: 'a Kustomization to wait for', text: `${kustomization}  dependsOn: [{name: infra<|>structure}]\n`, want: 1 },
  {
    name: 'the source of a Kustomization',
    text: `${kustomization}  sourceRef: {kind: GitRepository, name: mono<|>repo}\n`,
    want: 1,
  },
  { name: 'no release, to wait for', text: `${kustomization}  dependsOn: [{name: data<|>base}]\n`, want: 0 },
])('leads to $name', async ({ text: marked, want }) => {
  const { text, position } = takeCursor(marked);
  const source = `apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: monorepo, namespace: flux-system}\n`;
  const files = { 'one.yaml': text, 'other.yaml': `${infrastructure}---\n${source}` };
  expect(await fleetService(files).definition(uri, position, signal)).toHaveLength(want);
});

test('completes Kustomizations to wait for', async () => {
  const { text, position } = takeCursor(`${kustomization}  dependsOn:\n    - name: <|>\n`);
  const found = await fleetService({ 'one.yaml': text, 'other.yaml': infrastructure }).completion(
    uri,
    position,
    signal,
  );
  expect(found.items.map(({ label }) => label)).toEqual(['infrastructure']);
});

test('leads to the generator that makes values', async () => {
  const { text, position } = takeCursor(release('  valuesFrom:\n    - {kind: ConfigMap, name: ma<|>de}\n'));
  const files = { 'one.yaml': text, 'kustomization.yaml': 'configMapGenerator:\n  - name: made\n' };
  const range = { start: { line: 1, character: 10 }, end: { line: 1, character: 14 } };
  expect(await fleetService(files).definition(uri, position, signal)).toEqual([
    { uri: uriOf('kustomization.yaml'), range },
  ]);
});

test.for(definitions)('leads to $name', async ({ text: marked, want }) => {
  const { text, position } = takeCursor(marked);
  const fleet = repositoryFiles('test/fixtures/fleet');
  const found = await fleetService({ 'one.yaml': text }).definition(uri, position, signal);
  const named = found.map(({ uri: target, range: { start, end } }) => {
    const file = Object.keys(fleet).find((name) => uriOf(name) === target) ?? target;
    return `${file} ${fleet[file]?.split('\n')[start.line]?.slice(start.character, end.character) ?? ''}`;
  });
  expect(named).toEqual(want);
});

const hints: { name: string; text: string; want: string[] }[] = [
  {
    name: 'a range',
    text: release(chart.replace('chart: store', 'chart: store\n      version: 1.x')),
    want: ['10:18 → 1.10.0'],
  },
  {
    name: 'a version',
    text: release(chart.replace('chart: store', 'chart: store\n      version: 1.9.2')),
    want: [],
  },
  {
    name: 'a registry',
    text: release('  chartRef:\n    kind: OCIRepository\n    name: web\n    namespace: flux-system\n'),
    want: ['8:13 → 2.1.4'],
  },
  {
    name: 'a tag',
    text: release('  chartRef:\n    kind: OCIRepository\n    name: web-pinned\n    namespace: flux-system\n'),
    want: ['8:20 → 2.1.3'],
  },
  {
    name: 'a range that does not parse',
    text: release(chart.replace('chart: store', 'chart: store\n      version: ">>"')),
    want: [],
  },
];

test.for(hints)('shows what is chosen by $name', async ({ text, want }) => {
  const range = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
  const found = await fleetService({ 'one.yaml': text }).inlayHints(uri, range, signal);
  expect(
    found.map(({ position, label }) => `${position.line}:${position.character} ${JSON.stringify(label).slice(1, -1)}`),
  ).toEqual(want);
});
