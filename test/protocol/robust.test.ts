import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import {
  CancellationTokenSource,
  type CompletionList,
  type Location,
  LSPErrorCodes,
} from 'vscode-languageserver-protocol';
import {
  chartsRequest,
  clusterSchemasRequest,
  listFilesRequest,
  readFileRequest,
  versionsRequest,
} from '@fairlead/server/protocol';
import { root } from '../../scripts/support/run.ts';
import { type LanguageClient, positionOf, startLanguageClient } from '../support/languageClient.ts';

/** What goes wrong, or comes at the same time, between an editor and the built servers. */
const server = [path.join(root, 'dist', 'server.cjs'), '--stdio'];
const lsp = [path.join(root, 'dist', 'cli.cjs'), 'lsp', '--stdio'];
const uri = 'file:///fleet/one.yaml';
const source = `apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata:
  name: shop
  namespace: shop
spec:
  interval: 5m
  url: https://charts.example.com
`;
const release = `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: store
  namespace: shop
spec:
  interval: 10m
  chart:
    spec:
      chart: store
      version: 1.x
      sourceRef:
        kind: HelmRepository
        name: shop
`;

interface Slow {
  readonly client: LanguageClient;
  /** Resolves when the server asked for versions. */
  readonly asked: Promise<void>;
  /** Resolves when it took the question back. */
  readonly takenBack: Promise<void>;
}

/** A client whose network never answers. */
async function startSlow(): Promise<Slow> {
  const asked = Promise.withResolvers<undefined>();
  const takenBack = Promise.withResolvers<undefined>();
  const client = await startLanguageClient({
    command: server,
    folders: ['file:///fleet'],
    answer: (connection) => {
      connection.onRequest(readFileRequest, () => ({ text: source }));
      connection.onRequest(listFilesRequest, () => ({ uris: ['file:///fleet/source.yaml'], truncated: false }));
      connection.onRequest(clusterSchemasRequest, () => ({ schemas: [] }));
      connection.onRequest(chartsRequest, () => ({ charts: [] }));
      connection.onRequest(versionsRequest, async (_params, token) => {
        asked.resolve(undefined);
        await new Promise<void>((resolve) => {
          token.onCancellationRequested(() => {
            resolve();
          });
        });
        takenBack.resolve(undefined);
        return { versions: [] };
      });
    },
  });
  onTestFinished(async () => {
    await client.stop();
  });
  return { client, asked: asked.promise, takenBack: takenBack.promise };
}

test('a cancelled request ends at once, and so does what the server asked for it', async () => {
  const { client, asked, takenBack } = await startSlow();
  await client.open(uri, release.replace('1.x', ''));
  const cancel = new CancellationTokenSource();
  const params = { textDocument: { uri }, position: positionOf(release, 'version: ', true) };
  const answer = client.connection.sendRequest('textDocument/completion', params, cancel.token);
  const refused = expect(answer).rejects.toMatchObject({ code: LSPErrorCodes.RequestCancelled });
  await asked;
  cancel.cancel();
  await refused;
  await takenBack;
});

test('what needs no network does not wait for it', async () => {
  const { client, asked } = await startSlow();
  await client.open(uri, release);
  const cancel = new CancellationTokenSource();
  const hints = client.connection.sendRequest(
    'textDocument/inlayHint',
    { textDocument: { uri }, range: { start: { line: 0, character: 0 }, end: { line: 20, character: 0 } } },
    cancel.token,
  );
  const refused = expect(hints).rejects.toMatchObject({ code: LSPErrorCodes.RequestCancelled });
  await asked;
  const hover = await client.connection.sendRequest('textDocument/hover', {
    textDocument: { uri },
    position: positionOf(release, 'interval'),
  });
  expect(JSON.stringify(hover)).toContain('**interval**');
  cancel.cancel();
  await refused;
});

async function makeFolder(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'fairlead-protocol-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
  return folder;
}

/** `fairlead lsp` over these folders. */
async function startOver(folders: readonly string[], pullsDiagnostics = true): Promise<LanguageClient> {
  const config = await makeFolder({});
  const client = await startLanguageClient({
    command: lsp,
    folders: folders.map((folder) => pathToFileURL(folder).href),
    env: { FAIRLEAD_CONFIG: path.join(config, 'config'), FAIRLEAD_CACHE: path.join(config, 'cache') },
    pullsDiagnostics,
  });
  onTestFinished(async () => {
    await client.stop();
  });
  return client;
}

test('a release of one folder finds its source in another', async () => {
  const apps = await makeFolder({ 'apps/store.yaml': release });
  const sources = await makeFolder({ 'deep/er/source.yml': source });
  const client = await startOver([apps, sources]);
  const file = pathToFileURL(path.join(apps, 'apps', 'store.yaml')).href;
  await client.open(file, release);
  expect(await client.diagnostics(file)).toEqual([]);
  const found = await client.connection.sendRequest<Location[]>('textDocument/definition', {
    textDocument: { uri: file },
    position: positionOf(release, 'name: shop', true),
  });
  expect(found.map(({ uri: target }) => target)).toEqual([
    pathToFileURL(path.join(sources, 'deep/er/source.yml')).href,
  ]);
});

test('an edit of a part counts in UTF-16 units, and what was typed wins over the disk until it is closed', async () => {
  const folder = await makeFolder({ 'source.yaml': source, 'store.yaml': release });
  const client = await startOver([folder]);
  const file = pathToFileURL(path.join(folder, 'store.yaml')).href;
  const text = release.replace('interval: 10m', 'releaseName: "🚢é" # 🚢\n  interval: 10m');
  await client.open(file, text);
  const edit = async (before: string, part: string, newText: string): Promise<void> => {
    await client.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri: file, version: 1000 },
      contentChanges: [
        { range: { start: positionOf(before, part), end: positionOf(before, part, true) }, text: newText },
      ],
    });
  };
  const spans = async (): Promise<unknown[]> =>
    (await client.diagnostics(file)).map(({ code, range }) => [code, range.start.character, range.end.character]);
  expect(await spans()).toEqual([]);
  await edit(text, 'releaseName: "🚢é" # 🚢\n  interval', 'install: {"🚢é": 1, replace: 7} #\n  intervall');
  expect(await spans()).toEqual([
    ['schema-required', 0, 4],
    ['schema-unknown-field', 12, 17],
    ['schema-type', 31, 32],
    ['schema-unknown-field', 2, 11],
  ]);
  await client.connection.sendNotification('textDocument/didClose', { textDocument: { uri: file } });
  await expect.poll(spans).toEqual([]);
});

test('nothing is asked of the network that the user did not allow', async () => {
  const folder = await makeFolder({ 'source.yaml': source, 'store.yaml': release });
  const client = await startOver([folder]);
  const file = pathToFileURL(path.join(folder, 'store.yaml')).href;
  await client.open(file, release);
  const list = await client.connection.sendRequest<CompletionList>('textDocument/completion', {
    textDocument: { uri: file },
    position: positionOf(release, 'version: 1.x', true),
  });
  expect(list.items).toEqual([]);
  const hover = await client.connection.sendRequest('textDocument/hover', {
    textDocument: { uri: file },
    position: positionOf(release, '1.x'),
  });
  expect(JSON.stringify(hover)).toContain('Versions are not known');
});

test('texts that nobody would write on purpose get an answer', async () => {
  const folder = await makeFolder({});
  const client = await startOver([folder]);
  const texts = [
    '',
    '\ufeff',
    '---\n---\n---',
    '\u0000',
    'a: &a [*a, *a]\n',
    `a: &x ["${'y'.repeat(50)}"]\n${Array.from({ length: 12 }, (_, i) => `b${i}: &b${i} [*${i === 0 ? 'x' : `b${i - 1}`}, *${i === 0 ? 'x' : `b${i - 1}`}]`).join('\n')}\n`,
    '['.repeat(20_000),
    `${release}${'  '.repeat(3000)}x: [`,
    release.replaceAll('\n', '\r'),
    `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nspec: ${'{a: '.repeat(2000)}`,
  ];
  for (const [index, text] of texts.entries()) {
    const file = pathToFileURL(path.join(folder, `${index}.yaml`)).href;
    await client.open(file, text);
    expect(Array.isArray(await client.diagnostics(file))).toBe(true);
    const position = { line: 0, character: 3 };
    await client.connection.sendRequest('textDocument/completion', { textDocument: { uri: file }, position });
    await client.connection.sendRequest('textDocument/hover', { textDocument: { uri: file }, position });
  }
  const last = pathToFileURL(path.join(folder, 'last.yaml')).href;
  await client.open(last, release.replace('interval: 10m', 'interval: soon'));
  expect((await client.diagnostics(last)).map(({ code }) => code)).toContain('schema-pattern');
});

async function exitOf(child: ChildProcess): Promise<number | null> {
  return await new Promise((resolve) => {
    child.once('exit', resolve);
  });
}

test.for([
  { name: 'server.cjs', command: server },
  { name: 'fairlead lsp', command: lsp },
])('$name writes nothing but the protocol, and ends when its editor is gone', async ({ command }) => {
  const child = spawn(process.execPath, command, { stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString('utf8');
  });
  const ended = exitOf(child);
  const send = (message: object): void => {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    child.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  };
  send({ id: 1, method: 'initialize', params: { processId: null, rootUri: null, capabilities: {} } });
  await expect.poll(() => output).toContain('"id":1');
  send({ id: 2, method: 'textDocument/nonsense', params: {} });
  await expect.poll(() => output).toContain('"id":2');
  child.stdin.end();
  // It was not told to shut down, so it ends with 1.
  expect(await ended).toBe(1);
  let rest = output;
  while (rest !== '') {
    const header = /^Content-Length: (\d+)\r\n\r\n/.exec(rest);
    expect(header, rest).not.toBeNull();
    const end = (header?.[0].length ?? 0) + Number(header?.[1]);
    expect(JSON.parse(rest.slice(header?.[0].length, end))).toMatchObject({ jsonrpc: '2.0' });
    rest = rest.slice(end);
  }
});
