import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CompletionList, Hover, InlayHint, Location, LocationLink } from 'vscode-languageserver-protocol';
import { renderRequest, traceRequest } from '@fairlead/server/protocol';
import { type DemoServers, serveDemo } from '../../scripts/servers/demo.ts';
import { root } from '../../scripts/support/run.ts';
import { type LanguageClient, positionOf, startLanguageClient } from '../support/languageClient.ts';

/** `fairlead lsp --stdio` as other editors run it, over the demo, with versions from a real repository and registry. */
let folder: string;
let servers: DemoServers;
let client: LanguageClient;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'fairlead-lsp-'));
  await cp(path.join(root, 'demo'), folder, { recursive: true });
  servers = await serveDemo({ demo: folder, repositoryPort: 0, registryPort: 0 });
  const sources = path.join(folder, 'sources', 'sources.yaml');
  const text = await readFile(sources, 'utf8');
  await writeFile(
    sources,
    text.replace('127.0.0.1:8879', servers.repositoryHost).replace('127.0.0.1:5480', servers.registryHost),
  );
  client = await startLanguageClient({
    command: [path.join(root, 'dist', 'cli.cjs'), 'lsp', '--stdio', '--online'],
    folders: [pathToFileURL(folder).href],
    env: { FAIRLEAD_CONFIG: path.join(folder, '.config'), FAIRLEAD_CACHE: path.join(folder, '.cache') },
  });
});

afterAll(async () => {
  await client.stop();
  await servers.close();
  await rm(folder, { recursive: true, force: true });
});

interface OpenFile {
  readonly uri: string;
  readonly text: string;
}

async function open(name: string, edit: (text: string) => string = (text) => text): Promise<OpenFile> {
  const file = path.join(folder, name);
  const uri = pathToFileURL(file).href;
  const text = edit(await readFile(file, 'utf8'));
  await client.open(uri, text);
  return { uri, text };
}

test('says what it can do', () => {
  expect(client.started.serverInfo?.name).toBe('fairlead');
  expect(client.started.capabilities).toMatchObject({
    hoverProvider: true,
    definitionProvider: true,
    inlayHintProvider: true,
    codeActionProvider: { codeActionKinds: ['quickfix'] },
    diagnosticProvider: { interFileDependencies: true },
  });
});

test('a misspelled field can be put right', async () => {
  const { uri, text } = await open('broken/release.yaml');
  const start = positionOf(text, 'maxHistroy');
  const actions = await client.connection.sendRequest('textDocument/codeAction', {
    textDocument: { uri },
    range: { start, end: start },
    context: { diagnostics: [] },
  });
  const range = { start, end: positionOf(text, 'maxHistroy', true) };
  expect(actions).toMatchObject([
    { title: 'Change to maxHistory', edit: { changes: { [uri]: [{ range, newText: 'maxHistory' }] } } },
  ]);
});

test('diagnostics have range, code, severity and source', async () => {
  const { uri, text } = await open('broken/release.yaml');
  const items = await client.diagnostics(uri);
  const { line } = positionOf(text, 'maxHistroy');
  const unknown = items.find(({ range }) => range.start.line === line);
  expect(unknown).toMatchObject({
    code: 'schema-unknown-field',
    severity: 1,
    source: 'fairlead',
    message: 'unknown field "spec.maxHistroy"; did you mean maxHistory?',
    range: { start: positionOf(text, 'maxHistroy'), end: positionOf(text, 'maxHistroy', true) },
  });
  expect(items.length).toBeGreaterThan(8);
});

test('a file without mistakes has none', async () => {
  const { uri } = await open('apps/store.yaml');
  expect(await client.diagnostics(uri)).toEqual([]);
});

test('diagnostics follow the typing, and broken YAML hides nothing and invents nothing', async () => {
  const { uri, text } = await open('apps/worker.yaml');
  await client.change(uri, text.replace('interval: 10m', 'interval: [10m'));
  const broken = (await client.diagnostics(uri)).map(({ code }) => code);
  expect(broken).toContain('yaml-syntax');
  expect(broken).not.toContain('cel-rule');
  await client.change(uri, text.replace('interval: 10m', 'interval: 10 minutes'));
  expect((await client.diagnostics(uri)).map(({ code }) => code)).toEqual(['schema-pattern']);
  await client.change(uri, text);
  expect(await client.diagnostics(uri)).toEqual([]);
});

test('completion offers fields with their documentation', async () => {
  const { uri, text } = await open('apps/web.yaml', (before) => before.replace('  dependsOn:', '  up\n  dependsOn:'));
  const list = await client.connection.sendRequest<CompletionList>('textDocument/completion', {
    textDocument: { uri },
    position: positionOf(text, '\n  up', true),
  });
  const upgrade = list.items.find(({ label }) => label === 'upgrade');
  expect(upgrade?.documentation).toMatchObject({ kind: 'markdown' });
  expect(JSON.stringify(upgrade?.documentation)).toMatch(/upgrade/i);
});

test('completion offers the values of an enum', async () => {
  const { uri, text } = await open('apps/web.yaml', (before) => before.replace('mode: warn', 'mode: '));
  const list = await client.connection.sendRequest<CompletionList>('textDocument/completion', {
    textDocument: { uri },
    position: positionOf(text, 'mode: ', true),
  });
  expect(list.items.map(({ label }) => label).sort()).toEqual(['disabled', 'enabled', 'warn']);
});

test('completion offers chart names and versions of a real repository', async () => {
  const { uri, text } = await open('apps/store.yaml', (before) =>
    before.replace('chart: store', 'chart: ').replace('version: 1.x', 'version: '),
  );
  const complete = async (position: ReturnType<typeof positionOf>): Promise<string[]> =>
    (
      await client.connection.sendRequest<CompletionList>('textDocument/completion', {
        textDocument: { uri },
        position,
      })
    ).items.map(({ label }) => label);
  expect(await complete(positionOf(text, '      chart: ', true))).toEqual(['store']);
  await client.change(uri, text.replace('chart: \n', 'chart: store\n'));
  const changed = text.replace('chart: \n', 'chart: store\n');
  expect(await complete(positionOf(changed, 'version: ', true))).toEqual(
    expect.arrayContaining(['1.2.0', '1.1.0', '1.0.0']),
  );
});

test('inlay hints show the version that a range resolves to, of a repository and of a registry', async () => {
  const hints = async (name: string): Promise<string[]> => {
    const { uri, text } = await open(name);
    const found = await client.connection.sendRequest<InlayHint[] | null>('textDocument/inlayHint', {
      textDocument: { uri },
      range: { start: { line: 0, character: 0 }, end: { line: text.split('\n').length, character: 0 } },
    });
    return (found ?? []).map(({ label }) =>
      typeof label === 'string' ? label : label.map(({ value }) => value).join(''),
    );
  };
  expect(await hints('apps/store.yaml')).toEqual([expect.stringContaining('1.2.0')]);
  expect((await hints('sources/sources.yaml')).join(' ')).toContain('2.1.4');
});

test('hover explains a field', async () => {
  const { uri, text } = await open('apps/worker.yaml');
  const hover = await client.connection.sendRequest<Hover | null>('textDocument/hover', {
    textDocument: { uri },
    position: positionOf(text, 'commonMetadata'),
  });
  expect(JSON.stringify(hover?.contents)).toContain('Labels and annotations');
});

test('definition leads from a release to its source', async () => {
  const { uri, text } = await open('apps/worker.yaml');
  const found = await client.connection.sendRequest<Location | (Location | LocationLink)[] | null>(
    'textDocument/definition',
    { textDocument: { uri }, position: positionOf(text, 'name: shop', true) },
  );
  const [first] = [found].flat();
  const target = first === undefined || first === null ? '' : 'uri' in first ? first.uri : first.targetUri;
  expect(target).toBe(pathToFileURL(path.join(folder, 'sources', 'sources.yaml')).href);
});

test('renders a release with a chart of the repository, and says what made a line', async () => {
  const { uri, text } = await open('apps/store.yaml', (before) => before.replace('replicaCount: 2', 'replicaCount: 5'));
  const result = await client.connection.sendRequest(renderRequest, { uri, position: positionOf(text, 'name: store') });
  if (result.kind === 'failed') {
    throw new Error(result.problem.message);
  }
  expect(result).toMatchObject({ chart: { name: 'store', version: '1.2.0' }, assumedEmpty: [], refusals: [] });
  expect(result.text).toContain('  replicas: 5\n');
  expect(result.text).not.toMatch(/not-a-real-password|bm90LWEtcmVhbC1wYXNzd29yZA/);
  const line = result.text.split('\n').indexOf('  replicas: 5');
  const { release, version } = result;
  const traced = await client.connection.sendRequest(traceRequest, {
    uri,
    release,
    version,
    startLine: line,
    endLine: line,
  });
  const range = { start: positionOf(text, 'replicaCount: 5'), end: positionOf(text, 'replicaCount: 5', true) };
  expect(traced).toMatchObject({
    kind: 'traced',
    lines: [
      {
        line,
        pointer: '/spec/replicas',
        data: [{ path: 'replicaCount', text: '5', origin: { kind: 'file', uri, range } }],
      },
    ],
  });
});

test('a file that changes on the disk changes what is said of others', async () => {
  const { uri } = await open('apps/store.yaml');
  const sources = path.join(folder, 'sources', 'sources.yaml');
  const text = await readFile(sources, 'utf8');
  const changed = async (content: string): Promise<void> => {
    await writeFile(sources, content);
    await client.connection.sendNotification('workspace/didChangeWatchedFiles', {
      changes: [{ uri: pathToFileURL(sources).href, type: 2 }],
    });
  };
  await client.connection.sendNotification('textDocument/didClose', {
    textDocument: { uri: pathToFileURL(sources).href },
  });
  await changed(text.replace('name: shop', 'name: shopping'));
  await expect.poll(() => client.diagnostics(uri)).toEqual([expect.objectContaining({ code: 'reference-missing' })]);
  await changed(text);
  await expect.poll(() => client.diagnostics(uri)).toEqual([]);
});

test('a request about a file that is not there answers nothing, and the server lives on', async () => {
  const uri = pathToFileURL(path.join(folder, 'nothing.yaml')).href;
  const position = { line: 3, character: 9 };
  expect(await client.connection.sendRequest('textDocument/hover', { textDocument: { uri }, position })).toBeNull();
  expect(await client.diagnostics(uri)).toEqual([]);
});

test('it ends with code 0, having written nothing to standard error', async () => {
  const other = await startLanguageClient({
    command: [path.join(root, 'dist', 'cli.cjs'), 'lsp', '--stdio'],
    folders: [pathToFileURL(folder).href],
    env: { FAIRLEAD_CONFIG: path.join(folder, '.config'), FAIRLEAD_CACHE: path.join(folder, '.cache') },
  });
  expect(await other.stop()).toBe(0);
  expect(other.errors()).toBe('');
});
