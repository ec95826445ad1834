import { expect, test } from 'vitest';
import { fleetService, uriOf } from '../../../test/support/languageService.ts';
import { takeCursor } from '../../../test/support/markers.ts';

/** What is offered at `<|>`, and the line it makes. */
const { signal } = new AbortController();
const uri = uriOf('one.yaml');

const head = `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: one, namespace: shop}
spec:
`;
const chart = `${head}  interval: 10m
  chart:
    spec:
      chart: store
      sourceRef: {kind: HelmRepository, name: shop, namespace: flux-system}
`;
const cases: readonly {
  readonly name: string;
  readonly text: string;
  readonly title: string;
  readonly want: string;
}[] = [
  {
    name: 'a misspelled field',
    text: `${chart}  tim<|>out: 5m # long\n`,
    title: 'Change to timeout',
    want: `${chart}  timeout: 5m # long\n`,
  },
  {
    name: 'a misspelled label',
    text: chart.replace('name: one,', 'name: one, label<|>: {},'),
    title: 'Change to labels',
    want: chart.replace('name: one,', 'name: one, labels: {},'),
  },
  {
    name: 'a misspelled choice in quotes',
    text: `${chart}  install:\n    crds: "create<|>"\n`,
    title: 'Change to Create',
    want: `${chart}  install:\n    crds: Create\n`,
  },
  {
    name: 'a version without quotes',
    text: chart.replace('chart: store', 'chart: store\n      version: 1.1<|>0'),
    title: 'Change to "1.10"',
    want: chart.replace('chart: store', 'chart: store\n      version: "1.10"'),
  },
  {
    name: 'a number in quotes',
    text: `${chart}  maxHistory: "<|>3"\n`,
    title: 'Change to 3',
    want: `${chart}  maxHistory: 3\n`,
  },
  {
    name: 'a boolean in quotes',
    text: `${chart}  suspend: 't<|>rue'\n`,
    title: 'Change to true',
    want: `${chart}  suspend: true\n`,
  },
  {
    name: 'a word that Flux does not take for a boolean',
    text: `${chart}  values:\n    enabled: o<|>ff\n`,
    title: 'Change to false',
    want: `${chart}  values:\n    enabled: false\n`,
  },
  {
    name: 'a version of the API that Flux does not serve',
    text: chart.replace('io/v2', 'io/v2<|>beta1'),
    title: 'Change to helm.toolkit.fluxcd.io/v2',
    want: chart,
  },
  {
    name: 'a misspelled kind',
    text: chart.replace('kind: HelmRelease', 'kind: Helmr<|>elease'),
    title: 'Change to HelmRelease',
    want: chart,
  },
  {
    name: 'a misspelled name',
    text: `${chart}  dependsOn:\n    - name: databse<|>\n`,
    title: 'Change to database',
    want: `${chart}  dependsOn:\n    - name: database\n`,
  },
  {
    name: 'a release in another namespace',
    text: `${chart}  dependsOn:\n    - name: ingress<|> # first\n    - name: database\n`,
    title: 'Add namespace: edge',
    want: `${chart}  dependsOn:\n    - name: ingress\n      namespace: edge # first\n    - name: database\n`,
  },
  {
    name: 'a source in another namespace than the one that is written',
    text: chart.replace('name: shop, namespace: flux-system', 'name: sh<|>op, namespace: shop'),
    title: 'Change to flux-system',
    want: chart,
  },
  {
    name: 'a source in another namespace, in braces',
    text: chart.replace('name: shop, namespace: flux-system', 'name: sh<|>op'),
    title: 'Add namespace: flux-system',
    want: chart,
  },
  {
    name: 'a misspelled chart',
    text: chart.replace('chart: store', 'chart: st<|>roe'),
    title: 'Change to store',
    want: chart,
  },
];

test.for(cases)('puts right $name', async ({ text: marked, title, want }) => {
  const { text, position } = takeCursor(marked);
  const service = fleetService({ 'one.yaml': text });
  const range = { start: position, end: position };
  const [fix, ...others] = await service.quickFixes(uri, range, signal);
  expect(others).toEqual([]);
  expect(fix).toMatchObject({ title, kind: 'quickfix', isPreferred: true });
  const [edit] = fix?.edit?.changes?.[uri] ?? [];
  expect(edit && replaced(text, edit)).toBe(want);
  const diagnostics = await service.diagnostics(uri, signal);
  expect(diagnostics.map(({ message }) => message)).toContain(fix?.diagnostics?.[0]?.message);
  await service.setDocument(uri, want);
  expect(await service.diagnostics(uri, signal)).toEqual([]);
});

test('nothing is put right that is elsewhere, or that only a person knows', async () => {
  const { text, position } = takeCursor(`${chart}  timout: 5m\n  suspend: <|>perhaps\n`);
  const range = { start: position, end: position };
  expect(await fleetService({ 'one.yaml': text }).quickFixes(uri, range, signal)).toEqual([]);
});

interface Edit {
  readonly range: {
    readonly start: { readonly line: number; readonly character: number };
    readonly end: { readonly line: number; readonly character: number };
  };
  readonly newText: string;
}

function replaced(text: string, { range: { start, end }, newText }: Edit): string {
  const lines = text.split('\n');
  const offset = ({ line, character }: Edit['range']['start']): number =>
    lines.slice(0, line).reduce((sum, each) => sum + each.length + 1, character);
  return `${text.slice(0, offset(start))}${newText}${text.slice(offset(end))}`;
}
