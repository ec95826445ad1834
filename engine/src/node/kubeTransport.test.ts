import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { chmod, mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { KubeRequest, KubeTransport } from '../kube/index.ts';
import { loadKubeconfig, selectContext } from './kubeconfig.ts';
import { openKubeTransport } from './kubeTransport.ts';

const limits = { timeoutMs: 5000, maxBytes: 1000 };
const { signal } = new AbortController();
const get: KubeRequest = { method: 'GET', path: '/version' };

let folder = '';
let server: Server | undefined;
let transport: KubeTransport | undefined;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'fairlead-kubeconfig-'));
});

afterEach(async () => {
  transport?.close();
  server?.closeAllConnections();
  server?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Serves on loopback; resolves with the URL. */
async function serve(handle: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const made = createServer(handle);
  server = made;
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
  const address = made.address();
  return `http://127.0.0.1:${String(typeof address === 'object' ? address?.port : 0)}`;
}

async function writeConfig(name: string, config: object): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, JSON.stringify(config));
  return file;
}

function configOf(url: string, user: object = {}, cluster: object = {}): object {
  return {
    clusters: [{ name: 'c', cluster: { server: url, ...cluster } }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'ctx', context: { cluster: 'c', user: 'u', namespace: 'apps' } }],
    'current-context': 'ctx',
  };
}

async function open(url: string, user?: object, cluster?: object): Promise<KubeTransport> {
  const kubeconfig = await writeConfig('config', configOf(url, user, cluster));
  const options = { userAgent: 'fairlead/test', variables: {}, usesProxyVariables: false };
  transport = openKubeTransport({ kubeconfig, context: 'ctx', ...options });
  return transport;
}

describe('a request', () => {
  test('carries path, query, headers, body and who asks; the answer comes back unpacked', async () => {
    const seen: string[] = [];
    const url = await serve((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { authorization, 'user-agent': agent, 'content-type': type } = request.headers;
        seen.push(`${request.method ?? ''} ${request.url ?? ''}`, authorization ?? '', agent ?? '', type ?? '');
        seen.push(Buffer.concat(chunks).toString());
        response.writeHead(201, { 'content-encoding': 'gzip', 'Retry-After': '7' });
        response.end(gzipSync('{"ok":true}'));
      });
    });
    const opened = await open(`${url}/k8s/clusters/c-1/`, { token: 'tok' });
    const answer = await opened.request(
      {
        method: 'PATCH',
        path: '/api/v1/namespaces/a%2Fb',
        query: { fieldManager: 'a b&c', dryRun: 'All' },
        headers: { 'content-type': 'application/merge-patch+json' },
        body: '{"é":1}',
      },
      { signal, ...limits },
    );
    expect(answer).toMatchObject({ status: 201, body: '{"ok":true}', headers: { 'retry-after': '7' } });
    expect(seen).toEqual([
      'PATCH /k8s/clusters/c-1/api/v1/namespaces/a%2Fb?fieldManager=a+b%26c&dryRun=All',
      'Bearer tok',
      'fairlead/test',
      'application/merge-patch+json',
      '{"é":1}',
    ]);
  });

  test('with a password', async () => {
    const url = await serve((request, response) => response.end(request.headers.authorization));
    const opened = await open(url, { username: 'ann', password: 'pw' });
    expect((await opened.request(get, { signal, ...limits })).body).toBe(
      `Basic ${Buffer.from('ann:pw').toString('base64')}`,
    );
  });

  test('ends at its limit of bytes, also of packed ones', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      response.end(gzipSync('x'.repeat(100_000)));
    });
    const opened = await open(url);
    await expect(opened.request(get, { signal, ...limits })).rejects.toMatchObject({ code: 'too-large' });
  });

  test('ends at its limit of time', async () => {
    const url = await serve(() => undefined);
    const opened = await open(url);
    const late = opened.request(get, { signal, ...limits, timeoutMs: 50 });
    await expect(late).rejects.toMatchObject({
      code: 'timeout',
      message: expect.stringMatching(/no answer in 0.05 s$/) as string,
    });
  });

  test('ends with the reason of who cancelled it', async () => {
    const controller = new AbortController();
    const url = await serve(() => {
      controller.abort(new Error('enough'));
    });
    const opened = await open(url);
    await expect(opened.request(get, { signal: controller.signal, ...limits })).rejects.toThrow('enough');
  });

  test('that nobody answers, and one that is cut off', async () => {
    const url = await serve((request) => request.socket.destroy());
    const opened = await open(url);
    await expect(opened.request(get, { signal, ...limits })).rejects.toMatchObject({
      code: 'unreachable',
      reason: 'ConnectionReset',
    });
    const nobody = await open('http://127.0.0.1:1');
    await expect(nobody.request(get, { signal, ...limits })).rejects.toMatchObject({
      code: 'unreachable',
      reason: undefined,
    });
  });
});

test('lines come as they are written, over the edges of packets and characters', async () => {
  const text = Buffer.from('{"a":"é"}\n{"b":1}\nlast');
  const url = await serve((_, response) => {
    const cut = text.indexOf(0xa9);
    response.write(text.subarray(0, cut), () => response.end(text.subarray(cut)));
  });
  const opened = await open(url);
  const lines: string[] = [];
  for await (const line of opened.stream(get, { signal, maxBytes: 1000 })) {
    lines.push(line);
  }
  expect(lines).toEqual(['{"a":"é"}', '{"b":1}', 'last']);
});

describe('a credential plugin', () => {
  const script = async (body: string): Promise<string> => {
    const file = path.join(folder, 'plugin.mjs');
    await writeFile(
      file,
      `import { appendFileSync } from 'node:fs';\nappendFileSync(${JSON.stringify(path.join(folder, 'runs'))}, 'x');\n${body}`,
    );
    await chmod(file, 0o700);
    return file;
  };
  const runs = async (): Promise<number> => (await readFile(path.join(folder, 'runs'), 'utf8').catch(() => '')).length;
  const exec = (file: string): object => ({
    exec: { apiVersion: 'client.authentication.k8s.io/v1', command: process.execPath, args: [file], env: null },
  });

  test('runs at the first request, once, and is told what it is for', async () => {
    const file = await script(`
      const { kind, apiVersion, spec } = JSON.parse(process.env.KUBERNETES_EXEC_INFO);
      const token = [kind, apiVersion, spec.interactive].join(' ');
      console.log(JSON.stringify({ kind, apiVersion, status: { token } }));`);
    const url = await serve((request, response) => response.end(request.headers.authorization));
    const opened = await open(url, exec(file));
    expect(await runs()).toBe(0);
    const want = 'Bearer ExecCredential client.authentication.k8s.io/v1 false';
    expect((await opened.request(get, { signal, ...limits })).body).toBe(want);
    expect((await opened.request(get, { signal, ...limits })).body).toBe(want);
    expect(await runs()).toBe(1);
  });

  test('that fails is an error of its own, and nothing is asked', async () => {
    let asked = 0;
    const url = await serve((_, response) => {
      asked += 1;
      response.end();
    });
    const opened = await open(url, exec(await script("console.error('please log in'); process.exit(1);")));
    await expect(opened.request(get, { signal, ...limits })).rejects.toMatchObject({
      code: 'credentials',
      message: 'get credentials for context "ctx": please log in',
    });
    expect(asked).toBe(0);
  });

  test.for([
    {
      name: 'says nothing',
      plugin: async () => exec(await script('process.exit(1);')),
      want: 'its credential plugin failed without a word',
    },
    {
      name: 'is not there',
      plugin: () => ({ exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'no-such-plugin' } }),
      want: 'there is no program no-such-plugin',
    },
  ])('that $name', async ({ plugin, want }) => {
    const opened = await open(await serve((_, response) => response.end()), await plugin());
    await expect(opened.request(get, { signal, ...limits })).rejects.toMatchObject({
      code: 'credentials',
      message: `get credentials for context "ctx": ${want}`,
    });
  });

  test('that hangs is not waited for', async () => {
    const url = await serve((_, response) => response.end());
    const opened = await open(url, exec(await script('setTimeout(() => undefined, 3000);')));
    await expect(opened.request(get, { signal, ...limits, timeoutMs: 100 })).rejects.toMatchObject({ code: 'timeout' });
  });
});

describe('a kubeconfig', () => {
  test('is not written, and opening a context asks nothing', async () => {
    const kubeconfig = await writeConfig('config', configOf('https://127.0.0.1:1', { token: 't' }));
    await utimes(kubeconfig, 1, 1);
    const text = await readFile(kubeconfig, 'utf8');
    const options = { userAgent: 'fairlead/test', variables: {}, usesProxyVariables: false };
    transport = openKubeTransport({ kubeconfig, context: 'ctx', ...options });
    await transport.request(get, { signal, ...limits }).catch(() => undefined);
    expect(await readFile(kubeconfig, 'utf8')).toBe(text);
    expect((await stat(kubeconfig)).mtimeMs).toBe(1000);
  });

  test('of several files: the first that names something wins, and missing ones do not matter', async () => {
    const first = await writeConfig('first', {
      contexts: [{ name: 'a', context: { cluster: 'c', user: 'u' } }],
      clusters: [{ name: 'c', cluster: { server: 'https://first' } }],
    });
    const second = await writeConfig('second', {
      contexts: [
        { name: 'a', context: { cluster: 'other', user: 'u' } },
        { name: 'b', context: { cluster: 'c', user: 'u' } },
      ],
      clusters: [{ name: 'c', cluster: { server: 'https://second' } }],
      users: [{ name: 'u', user: { token: 't' } }],
      'current-context': 'b',
    });
    const missing = path.join(folder, 'missing');
    const KUBECONFIG = [missing, first, '', second].join(path.delimiter);
    const config = loadKubeconfig({ variables: { KUBECONFIG } });
    expect(config.contexts.map(({ name, cluster }) => `${name} ${cluster}`)).toEqual(['a c', 'b c']);
    expect(config.currentContext).toBe('b');
    expect(selectContext(config, 'a')).toMatchObject({ cluster: { server: 'https://first' }, user: { token: 't' } });
  });

  const wrong: { name: string; config: object; message: string }[] = [
    { name: 'without the context', config: {}, message: 'context "ctx" does not exist' },
    {
      name: 'without its cluster',
      config: { contexts: [{ name: 'ctx', context: { cluster: 'c', user: 'u' } }] },
      message: 'context "ctx" names cluster "c", which does not exist',
    },
    {
      name: 'without its user',
      config: {
        contexts: [{ name: 'ctx', context: { cluster: 'c', user: 'u' } }],
        clusters: [{ name: 'c', cluster: { server: 'https://c' } }],
      },
      message: 'context "ctx" names user "u", which does not exist',
    },
  ];
  test.for(wrong)('$name', async ({ config, message }) => {
    const kubeconfig = await writeConfig('config', config);
    const loaded = loadKubeconfig({ kubeconfig, variables: {} });
    expect(() => selectContext(loaded, 'ctx')).toThrow(expect.objectContaining({ code: 'config', message }) as Error);
  });

  test('that cannot be read does not show what is in it', async () => {
    const kubeconfig = path.join(folder, 'broken');
    await writeFile(kubeconfig, 'users: [{token: planted');
    const load = (): unknown => loadKubeconfig({ kubeconfig, variables: {} });
    expect(load).toThrow(expect.objectContaining({ code: 'config' }) as Error);
    expect(load).not.toThrow(/planted/);
    expect(() => loadKubeconfig({ kubeconfig: path.join(folder, 'missing'), variables: {} })).toThrow(
      /missing: no such file$/,
    );
  });
});

test('whom a cluster is checked against has a digest, and one that is not checked has none', async () => {
  const ca = Buffer.from('PEM').toString('base64');
  const withCa = await open('https://127.0.0.1:1', {}, { 'certificate-authority-data': ca });
  expect(withCa.caDigest).toMatch(/^sha256:[0-9a-f]{64}$/);
  const unchecked = await open('https://127.0.0.1:1', {}, { 'insecure-skip-tls-verify': true });
  expect(unchecked.caDigest).toBe('unchecked');
});
