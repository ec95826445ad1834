import { digestOf } from '@fairlead/engine/support';
import { expect, test } from 'vitest';
import { packFiles } from '../../../scripts/servers/packedChart.ts';
import { serviceOver, uriOf } from '../../../test/support/languageService.ts';
import { takeCursor } from '../../../test/support/markers.ts';

/** Where a value stands that the schema of the chart refuses. */
const uri = uriOf('apps/web.yaml');
const schema = {
  required: ['replicas'],
  properties: {
    replicas: { type: 'integer' },
    image: { required: ['tag'], properties: { tag: { type: 'string' } } },
    ports: { items: { properties: { port: { type: 'integer' } } } },
    password: { minLength: 100 },
  },
};
const archive = packFiles(
  Object.entries({
    'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.2.3\n',
    'values.yaml': 'replicas: 1\n',
    'values.schema.json': JSON.stringify(schema),
  }).map(([name, text]) => ({ name, data: new TextEncoder().encode(text) })),
  { version: '1.2.3', created: '2026-01-01T00:00:00Z' },
).archive;

const release = (spec: string): string => `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {namespace: apps, name: web}
spec:
  interval: 1m
  chart: {spec: {chart: web, sourceRef: {kind: HelmRepository, name: shop}}}
${spec}`;
const others = `apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata: {name: shop, namespace: apps}
spec: {interval: 1m, url: https://charts.example.com}
---
apiVersion: v1
kind: Secret
metadata: {name: login, namespace: apps}
stringData: {password: not-to-be-shown}
`;
const configMap = (values: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: base, namespace: apps}\ndata:\n  values.yaml: |\n${values}`;

/** `<|>` stands where the place begins. */
const cases: readonly {
  readonly name: string;
  readonly spec: string;
  readonly configMap?: string;
  readonly says: string;
}[] = [
  {
    name: 'a value in the release',
    spec: '  values:\n    image: {tag: "1"}\n    <|>replicas: many\n',
    says: "at '/replicas': got string, want integer",
  },
  {
    name: 'a value that a Kustomization puts in',
    spec: '  values:\n    <|>replicas: ${replicas}\n',
    says: 'The value there is what a Kustomization puts in (postBuild)',
  },
  {
    name: 'a value in a list',
    spec: '  values:\n    ports:\n      - port: 80\n      - <|>port: http\n',
    says: "at '/ports/1/port': got string, want integer",
  },
  {
    name: 'a value that is missing: what it is missing in',
    spec: '  values:\n    <|>image:\n      name: web\n',
    says: "at '/image': missing property 'tag'",
  },
  {
    name: 'a value that is missing at the top: the release',
    spec: '  values:\n    replicas: null\n',
    says: "at '': missing property 'replicas'",
  },
  {
    name: 'a value in a ConfigMap',
    spec: '  valuesFrom: [{kind: ConfigMap, name: base}]\n  values: {image: {tag: a}}\n',
    configMap: configMap('    # of all\n    <|>replicas: x\n'),
    says: "at '/replicas': got string, want integer",
  },
  {
    name: 'a value of a Secret: the release',
    spec: '  valuesFrom: [{kind: Secret, name: login, valuesKey: password, targetPath: password}]\n',
    says: "at '/password': minLength: got 15, want 100",
  },
];

test.for(cases)('$name', async ({ spec, configMap: base = '', says }) => {
  const written = release(spec);
  const files = { 'apps/web.yaml': written, 'apps/base.yaml': base, 'others.yaml': others };
  const marked = Object.entries(files).filter(([, text]) => text.includes('<|>'));
  const [name, text] = marked[0] ?? ['apps/web.yaml', written.replace('name: web', 'name: <|>web')];
  const { position } = takeCursor(text);
  const service = serviceOver(
    Object.fromEntries(Object.entries(files).map(([file, content]) => [file, content.replaceAll('<|>', '')])),
    {
      artifacts: new Map([['/cache/web', archive]]),
      fetch: () => ({
        kind: 'fetched',
        chart: {
          name: 'web',
          version: '1.2.3',
          path: '/cache/web',
          digest: digestOf(archive),
          form: 'archive',
          from: 'web',
          warnings: [],
          refusals: [],
        },
      }),
    },
  );
  const result = await service.render({ uri }, new AbortController().signal);
  expect(result).toMatchObject({
    kind: 'failed',
    problem: { code: 'values-schema' },
    place: { uri: uriOf(name), range: { start: position } },
  });
  expect(JSON.stringify(result)).toContain(says);
  expect(JSON.stringify(result)).not.toContain('not-to-be-shown');
});
