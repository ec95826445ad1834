import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { digestOf } from '@fairlead/engine/support';
import {
  clusterSchemasRequest,
  type FetchParams,
  fetchRequest,
  type FetchResult,
  listFilesRequest,
  type LookupParams,
  lookupRequest,
  type LookupResult,
  readFileRequest,
  renderRequest,
  type RenderResult,
  traceRequest,
} from '@fairlead/server/protocol';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { CancellationTokenSource } from 'vscode-languageserver-protocol';
import { packFiles } from '../../scripts/servers/packedChart.ts';
import { root } from '../../scripts/support/run.ts';
import { type LanguageClient, startLanguageClient } from '../support/languageClient.ts';

/** The server that the extension starts: it renders in its worker what its client fetched, and never sees a login. */
const uri = 'file:///fleet/app.yaml';
const password = 'kept-out-of-sight';
const files: Readonly<Record<string, string>> = {
  [uri]: `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: store, namespace: apps}
spec:
  interval: 10m
  chart: {spec: {chart: store, version: 1.x, sourceRef: {kind: HelmRepository, name: shop}}}
  valuesFrom: [{kind: Secret, name: login, valuesKey: password, targetPath: password}]
  values: {replicas: 2}
`,
  'file:///fleet/source.yaml': `apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata: {name: shop, namespace: apps}
spec: {interval: 5m, url: https://charts.example.com/shop, secretRef: {name: repository}}
`,
  'file:///fleet/secrets.yaml': `apiVersion: v1
kind: Secret
metadata: {name: login, namespace: apps}
stringData: {password: ${password}}
---
apiVersion: v1
kind: Secret
metadata: {name: repository, namespace: apps}
stringData: {username: somebody, password: ${password}-either}
`,
};

const chart = packFiles(
  Object.entries({
    'Chart.yaml': 'apiVersion: v2\nname: store\nversion: 1.4.0\n',
    'templates/config.yaml': `apiVersion: v1
kind: ConfigMap
metadata: {name: {{ .Release.Name }}}
data:
  replicas: {{ .Values.replicas | quote }}
  hash: {{ .Values.password | sha256sum }}
  plain: {{ .Values.password }}
  found: {{ (lookup "v1" "ConfigMap" "apps" "other").data | toJson | quote }}
`,
  }).map(([name, text]) => ({ name, data: Buffer.from(text) })),
  { created: '2026-01-01T00:00:00Z' },
);

let folder: string;
let kept: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'fairlead-preview-'));
  kept = path.join(folder, 'store');
  await writeFile(kept, chart.archive);
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

interface Asked {
  readonly client: LanguageClient;
  readonly fetched: FetchParams[];
  readonly lookedUp: LookupParams[];
  readonly render: () => Promise<RenderResult>;
}

async function start(
  answers: { readonly fetch?: () => FetchResult; readonly lookup?: () => LookupResult } = {},
): Promise<Asked> {
  const fetched: FetchParams[] = [];
  const lookedUp: LookupParams[] = [];
  const chartResult: FetchResult = {
    kind: 'fetched',
    chart: {
      name: 'store',
      version: '1.4.0',
      path: kept,
      digest: digestOf(chart.archive),
      form: 'archive',
      from: 'a test',
      warnings: [],
      refusals: [],
    },
  };
  const client = await startLanguageClient({
    command: [path.join(root, 'dist', 'server.cjs'), '--stdio'],
    folders: ['file:///fleet'],
    answer: (connection) => {
      connection.onRequest(readFileRequest, ({ uri: asked }) => {
        const text = files[asked];
        return text === undefined ? {} : { text };
      });
      connection.onRequest(listFilesRequest, () => ({ uris: Object.keys(files), truncated: false }));
      connection.onRequest(clusterSchemasRequest, () => ({ schemas: [] }));
      connection.onRequest(fetchRequest, (params) => {
        fetched.push(params);
        return answers.fetch?.() ?? chartResult;
      });
      connection.onRequest(lookupRequest, (params) => {
        lookedUp.push(params);
        return answers.lookup?.() ?? { kind: 'no-cluster' };
      });
    },
  });
  onTestFinished(async () => {
    await client.stop();
  });
  return {
    client,
    fetched,
    lookedUp,
    render: () => client.connection.sendRequest(renderRequest, { uri, position: { line: 2, character: 0 } }),
  };
}

test('renders what its client fetched, and asks for it without a secret', async () => {
  const { fetched, lookedUp, render } = await start();
  const result = await render();
  expect(result).toMatchObject({
    kind: 'rendered',
    release: { namespace: 'apps', name: 'store' },
    chart: { version: '1.4.0' },
    assumedEmpty: [{ kind: 'ConfigMap', namespace: 'apps', name: 'other' }],
  });
  const text = result.kind === 'rendered' ? result.text : '';
  expect(text).toContain('  replicas: "2"\n');
  expect(text).toContain('  plain: •••\n');
  expect(text).toContain('  hash: •••\n');
  expect(lookedUp).toEqual([{ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'apps', name: 'other' }]);
  expect(fetched).toMatchObject([{ uri, template: { version: '1.x' }, secretUris: ['file:///fleet/secrets.yaml'] }]);
  expect(JSON.stringify([result, fetched, lookedUp])).not.toContain(password);
});

test('says of each line what made it, and of an old render that it is gone', async () => {
  const { client, render } = await start();
  const result = await render();
  if (result.kind === 'failed') {
    throw new Error(result.problem.message);
  }
  const lines = result.text.split('\n');
  const ask = { uri, release: result.release, version: result.version, startLine: 0, endLine: lines.length };
  const traced = await client.connection.sendRequest(traceRequest, ask);
  const made = (line: string): unknown =>
    traced.kind === 'traced' ? traced.lines.find((one) => one.line === lines.indexOf(line)) : undefined;
  const range = { start: { line: 7, character: 11 }, end: { line: 7, character: 23 } };
  expect(made('  replicas: "2"')).toMatchObject({
    object: { kind: 'ConfigMap', name: 'store' },
    pointer: '/data/replicas',
    writer: { template: 'store/templates/config.yaml', position: { line: 4, character: 15 } },
    data: [{ path: 'replicas', text: '2', origin: { kind: 'file', uri, range } }],
  });
  expect(made('  hash: •••')).toMatchObject({
    data: [{ path: 'password', origin: { kind: 'secret', object: 'apps/login' } }],
  });
  expect(JSON.stringify(traced)).not.toContain(password);
  await render();
  expect(await client.connection.sendRequest(traceRequest, ask)).toEqual({ kind: 'stale' });
});

test('unsaved text is what is rendered', async () => {
  const { client, render } = await start();
  await client.open(uri, (files[uri] ?? '').replace('replicas: 2', 'replicas: 7'));
  expect(await render()).toMatchObject({ text: expect.stringContaining('  replicas: "7"\n') as string });
});

test('a connected cluster answers what the chart looks up', async () => {
  const { render } = await start({ lookup: () => ({ kind: 'answered', value: { data: { from: 'the cluster' } } }) });
  expect(await render()).toMatchObject({
    assumedEmpty: [],
    text: expect.stringContaining(`found: '{"from":"the cluster"}'`) as string,
  });
});

test('a host that is not allowed is named, at the release', async () => {
  const problem = { code: 'offline', message: 'charts.example.com may not be asked', host: 'charts.example.com' };
  const { render } = await start({ fetch: () => ({ kind: 'failed', problem }) });
  expect(await render()).toMatchObject({
    kind: 'failed',
    problem,
    place: { uri, range: { start: { line: 2, character: 17 } } },
  });
});

test('a render that is given up ends, and the next one comes off', async () => {
  const source = new CancellationTokenSource();
  const { client, render } = await start({
    fetch: () => {
      source.cancel();
      return { kind: 'failed', problem: { code: 'timeout', message: 'too late' } };
    },
  });
  await expect(client.connection.sendRequest(renderRequest, { uri }, source.token)).rejects.toThrow(/cancel/);
  expect(await render()).toMatchObject({ kind: 'failed', problem: { code: 'timeout' } });
});
