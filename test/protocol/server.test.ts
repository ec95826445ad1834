import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { CompletionList, PublishDiagnosticsParams } from 'vscode-languageserver-protocol';
import {
  clusterSchemasRequest,
  listFilesRequest,
  readFileRequest,
  type SourceParams,
  versionsRequest,
} from '@fairlead/server/protocol';
import { root } from '../../scripts/support/run.ts';
import { type LanguageClient, positionOf, startLanguageClient } from '../support/languageClient.ts';

/** The server that the extension starts: it asks its client for everything outside its process. */
const uri = 'file:///fleet/app.yaml';
const sourceUri = 'file:///fleet/source.yaml';
const source = `apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata: {name: shop, namespace: apps}
spec: {interval: 5m, url: https://user:password@charts.example.com/shop}
`;
const release = `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: store, namespace: apps}
spec:
  interval: 10m
  chart:
    spec:
      chart: store
      version: 1.0.0
      sourceRef: {kind: HelmRepository, name: shop}
`;

interface Asked {
  readonly client: LanguageClient;
  readonly versions: SourceParams[];
  readonly read: string[];
}

async function start(
  options: { readonly pullsDiagnostics?: boolean; readonly schemas?: readonly object[] } = {},
): Promise<Asked> {
  const versions: SourceParams[] = [];
  const read: string[] = [];
  const client = await startLanguageClient({
    command: [path.join(root, 'dist', 'server.cjs'), '--stdio'],
    folders: ['file:///fleet'],
    ...(options.pullsDiagnostics === undefined ? {} : { pullsDiagnostics: options.pullsDiagnostics }),
    answer: (connection) => {
      connection.onRequest(readFileRequest, ({ uri: asked }) => {
        read.push(asked);
        return asked === sourceUri ? { text: source } : {};
      });
      connection.onRequest(listFilesRequest, () => ({ uris: [sourceUri], truncated: false }));
      connection.onRequest(clusterSchemasRequest, () => ({ schemas: options.schemas ?? [] }));
      connection.onRequest(versionsRequest, (params) => {
        versions.push(params);
        return { versions: [{ version: '1.4.0' }, { version: '1.0.0' }], fetchedAt: 0 };
      });
    },
  });
  onTestFinished(async () => {
    await client.stop();
  });
  return { client, versions, read };
}

test('asks its client for files and versions, and has no other way to them', async () => {
  const { client, versions, read } = await start();
  await client.open(uri, release.replace('version: 1.0.0', 'version: '));
  const list = await client.connection.sendRequest<CompletionList>('textDocument/completion', {
    textDocument: { uri },
    position: positionOf(release, 'version: ', true),
  });
  expect(list.items.map(({ label }) => label)).toEqual(expect.arrayContaining(['1.4.0', '1.0.0']));
  expect(read).toEqual([sourceUri]);
  expect(versions[0]).toMatchObject({ chart: 'store', uri: sourceUri });
});

test('sends diagnostics to editors that do not ask for them', async () => {
  const { client } = await start({ pullsDiagnostics: false });
  const sent = new Promise<PublishDiagnosticsParams>((resolve) => {
    client.connection.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => {
      if (params.diagnostics.length > 0) {
        resolve(params);
      }
    });
  });
  await client.open(uri, release.replace('interval: 10m', 'interval: 10x'));
  expect(await sent).toMatchObject({ uri, diagnostics: [{ code: 'schema-pattern' }] });
});

test("judges by the selected cluster's own schemas where there are some", async () => {
  const bundled = JSON.parse(
    await readFile(path.join(root, 'schemas', 'helm.toolkit.fluxcd.io', 'helmrelease_v2.json'), 'utf8'),
  ) as { properties: { spec: { properties: Record<string, object> } } };
  bundled.properties.spec.properties['shiny'] = { type: 'string' };
  const text = release.replace('  interval: 10m', '  interval: 10m\n  shiny: "yes"');
  const without = await start();
  await without.client.open(uri, text);
  expect(await without.client.diagnostics(uri)).toEqual([expect.objectContaining({ code: 'schema-unknown-field' })]);
  const withThem = await start({ schemas: [bundled] });
  await withThem.client.open(uri, text);
  expect(await withThem.client.diagnostics(uri)).toEqual([]);
});

test('lives on after a client that cannot answer', async () => {
  const client = await startLanguageClient({
    command: [path.join(root, 'dist', 'server.cjs'), '--stdio'],
    folders: ['file:///fleet'],
    answer: (connection) => {
      connection.onRequest(readFileRequest, () => {
        throw new Error('the disk is gone');
      });
      connection.onRequest(listFilesRequest, () => ({ uris: [sourceUri], truncated: false }));
      connection.onRequest(clusterSchemasRequest, () => ({ schemas: [] }));
    },
  });
  onTestFinished(async () => {
    await client.stop();
  });
  await client.open(uri, release.replace('interval: 10m', 'interval: 10x'));
  expect((await client.diagnostics(uri)).map(({ code }) => code)).toContain('schema-pattern');
});
