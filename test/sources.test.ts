import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import {
  type HelmRepository,
  objectSet,
  type OciRepository,
  type Source,
  type ValuesLookup,
} from '../engine/src/flux/index.ts';
import { nodeFiles } from '../engine/src/node/files.ts';
import { nodeHttp } from '../engine/src/node/http.ts';
import {
  type ChartRequest,
  listVersions,
  memoryCache,
  resolveChart,
  SourceError,
  type SourceWorld,
  versionsOf,
} from '../engine/src/source/index.ts';
import { serveHelmRepository } from '../scripts/servers/helmRepository.ts';
import { type PackedChart, packFiles } from '../scripts/servers/packedChart.ts';
import { helmImage, serveRegistry } from '../scripts/servers/registry.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

function closing<T extends { close(): Promise<void> }>(server: T): T {
  closers.push(() => server.close());
  return server;
}

/** A server that answers as told, and the requests it got. */
async function serve(
  handler: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ readonly url: string; readonly requests: IncomingMessage[]; close(): Promise<void> }> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    handler(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on a port
  return closing({
    url: `http://127.0.0.1:${String(port)}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  });
}

function chart(version: string, files: Readonly<Record<string, string>> = {}): PackedChart {
  const all = {
    'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 0.0.0\n',
    'values.yaml': 'replicas: 1\nname: default\n',
    'templates/a.yaml': 'kind: A\n',
    ...files,
  };
  const packed = Object.entries(all).map(([name, text]) => ({ name, data: Buffer.from(text) }));
  return packFiles(packed, { version, created: '2026-01-01T00:00:00Z' });
}

function world(
  options: { readonly allowed?: (host: string) => boolean; readonly logins?: Readonly<Record<string, string>> } = {},
): SourceWorld & {
  readonly log: string[];
  readonly clock: { now: number };
} {
  const log: string[] = [];
  const clock = { now: 1_000_000 };
  const note = (message: string): void => {
    log.push(message);
  };
  return {
    log,
    clock,
    cache: memoryCache({ maxBytes: 100_000_000 }),
    localSources: {},
    environment: {
      clock: { now: () => clock.now, sleep: () => Promise.resolve() },
      random: { bytes: (count) => new Uint8Array(count) },
      http: nodeHttp({ userAgent: 'test' }),
      files: nodeFiles,
      git: { describe: () => Promise.resolve(undefined) },
      credentials: {
        forHost: (host) => {
          const login = options.logins?.[host]?.split(':');
          return Promise.resolve(login && { username: login[0] ?? '', password: login[1] ?? '', from: 'test' });
        },
      },
      consent: { allowed: options.allowed ?? (() => true) },
      log: { debug: note, info: note, warn: note, error: note },
    },
  };
}

const asking = { signal: new AbortController().signal, maxAgeMs: 0 };
const metadata = { name: 'shop', namespace: 'apps' };

function helmRepository(url: string, spec: Partial<HelmRepository['spec']> = {}): HelmRepository {
  return { apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'HelmRepository', metadata, spec: { url, ...spec } };
}

function ociRepository(url: string, spec: Partial<OciRepository['spec']> = {}): OciRepository {
  return { apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'OCIRepository', metadata, spec: { url, ...spec } };
}

function request(source: Source, more: Partial<ChartRequest> = {}): ChartRequest {
  return { source, generation: 1, objects: objectSet([]), lookup: () => undefined, ...more };
}

const template = (more: object = {}): Pick<Required<ChartRequest>, 'template'> => ({
  template: { chart: 'web', sourceRef: { kind: 'HelmRepository', name: 'shop' }, ...more },
});

const secret =
  (data: Readonly<Record<string, string>>): ValuesLookup =>
  ({ name }) =>
    name === 'login' ? { kind: 'known', data: new Map(Object.entries(data)), sealed: new Map() } : undefined;

async function caught(promise: Promise<unknown>): Promise<SourceError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof SourceError) {
      return error;
    }
    throw error;
  }
  throw new Error('nothing was thrown');
}

test('a chart repository gives the newest version of a range, and is not asked twice for what it still has', async () => {
  const paths: string[] = [];
  const server = closing(
    await serveHelmRepository([chart('1.0.0'), chart('1.2.0'), chart('2.0.0')], {
      port: 0,
      onRequest: ({ url = '', headers }) =>
        paths.push(`${url} ${headers['if-none-match'] === undefined ? 'all' : 'if changed'}`),
    }),
  );
  const here = world();
  const source = helmRepository(server.url);
  const first = await resolveChart(request(source, template({ version: '1.x' })), here, asking);
  expect([first.name, first.version, first.content.kind]).toEqual(['web', '1.2.0', 'archive']);
  const second = await resolveChart(request(source, template({ version: '1.x' })), here, asking);
  expect(second.digest).toBe(first.digest);
  await resolveChart(request(source, template({ version: '1.x' })), here, { ...asking, maxAgeMs: 60_000 });
  expect(paths).toEqual([
    '/index.yaml all',
    '/web-1.2.0.tgz all',
    '/index.yaml if changed',
    '/web-1.2.0.tgz if changed',
  ]);
  const { versions } = await listVersions({ source, chart: 'web', lookup: () => undefined }, here, asking);
  expect(versions.map(({ version }) => version)).toEqual(['2.0.0', '1.2.0', '1.0.0']);
});

test('values files become the chart’s values and show in its version', async () => {
  const files = { 'values-prod.yaml': 'replicas: 3\n', 'more.yaml': 'extra: true\n' };
  const server = closing(await serveHelmRepository([chart('1.0.0+x', files)], { port: 0 }));
  const resolve = (spec: object): Promise<unknown> =>
    resolveChart(request(helmRepository(server.url), { ...template(spec), generation: 4 }), world(), asking);
  const resolved = await resolve({ valuesFiles: ['values.yaml', './values-prod.yaml'] });
  expect(resolved).toMatchObject({ version: '1.0.0+4', chart: { values: { replicas: 3, name: 'default' } } });
  expect(await resolve({ valuesFiles: ['values-prod.yaml'] })).toMatchObject({ chart: { values: { replicas: 3 } } });
  expect(await resolve({ valuesFiles: ['values.yaml'] })).toMatchObject({ version: '1.0.0+x' });
  expect(await caught(resolve({ valuesFiles: ['none.yaml'] }))).toMatchObject({
    code: 'values-files',
    message: "no values file found at path 'none.yaml'",
  });
  const lenient = await resolve({ valuesFiles: ['none.yaml', 'more.yaml'], ignoreMissingValuesFiles: true });
  expect(lenient).toMatchObject({ version: '1.0.0+4', chart: { values: { extra: true } } });
});

test('credentials go to the repository’s own host and not to another', async () => {
  const archive = chart('1.0.0');
  const other = await serve((_, response) => response.end(archive.archive));
  const index = JSON.stringify({
    apiVersion: 'v1',
    entries: { web: [{ name: 'web', version: '1.0.0', urls: [`${other.url}/web.tgz`] }] },
  });
  const server = await serve(({ headers }, response) => {
    response.writeHead(headers.authorization === undefined ? 401 : 200).end(index);
  });
  const lookup = secret({ username: 'joe', password: 'hunter22' });
  const source = helmRepository(server.url, { secretRef: { name: 'login' } });
  await resolveChart(request(source, { ...template(), lookup }), world(), asking);
  expect(other.requests[0]?.headers.authorization).toBeUndefined();
  const passing = helmRepository(server.url, { secretRef: { name: 'login' }, passCredentials: true });
  await resolveChart(request(passing, { ...template(), lookup }), world(), asking);
  expect(other.requests[1]?.headers.authorization).toMatch(/^Basic /);
});

test('a redirect to another host loses credentials, and to the same one keeps them', async () => {
  const other = await serve((_, response) => response.end('apiVersion: v1\nentries: {}\n'));
  const server = await serve(({ url = '' }, response) => {
    const to = url.startsWith('/away') ? `${other.url}/index.yaml` : '/again';
    if (url.startsWith('/again')) {
      response.end('apiVersion: v1\nentries: {}\n');
    } else {
      response.writeHead(302, { location: to }).end();
    }
  });
  const lookup = secret({ username: 'joe', password: 'hunter22' });
  for (const path of ['/away', '/stay']) {
    const source = helmRepository(`${server.url}${path}`, { secretRef: { name: 'login' } });
    expect((await caught(listVersions({ source, chart: 'web', lookup }, world(), asking))).code).toBe('not-found');
  }
  expect(other.requests[0]?.headers.authorization).toBeUndefined();
  expect(server.requests.at(-1)?.url).toBe('/again');
  expect(server.requests.at(-1)?.headers.authorization).toMatch(/^Basic /);
});

const loginSchemes = ['basic', 'bearer'] as const;
test.for(loginSchemes)('a registry with %s login gives tags page by page, and the chart', async (scheme) => {
  const images = ['1.0.0', '1.1.0+b7', '1.2.0-rc.1', '2.0.0'].map((version) => helmImage('charts/web', chart(version)));
  const login = { scheme, username: 'joe', password: 'hunter22' };
  const server = closing(await serveRegistry(images, { port: 0, maxTags: 2, login }));
  const url = `oci://${server.host}/charts/web`;
  const logins = { [server.host]: 'joe:hunter22' };
  const semver = ociRepository(url, {
    ref: { semver: '1.x' },
    layerSelector: { mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip', operation: 'copy' },
  });
  const resolved = await resolveChart(request(semver), world({ logins }), asking);
  expect(resolved.version).toMatch(/^1\.1\.0\+[0-9a-f]{12}$/);
  expect(resolved.ociDigest).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(resolved.version.split('+')[1]).toBe(resolved.ociDigest?.slice(7, 19));

  const byDigest = ociRepository(url, { ref: { digest: resolved.ociDigest ?? '' } });
  expect((await resolveChart(request(byDigest), world({ logins }), asking)).version).toBe(resolved.version);

  const repository = helmRepository(`oci://${server.host}/charts`, { type: 'oci' });
  const fromRepository = await resolveChart(
    request(repository, template({ version: '>=1.0.0' })),
    world({ logins }),
    asking,
  );
  expect(fromRepository).toMatchObject({ version: '2.0.0' });
  expect(fromRepository.ociDigest).toBeUndefined();
  const listed = await listVersions(
    { source: repository, chart: 'web', lookup: () => undefined },
    world({ logins }),
    asking,
  );
  expect(listed.versions.map(({ version }) => version)).toEqual(['2.0.0', '1.2.0-rc.1', '1.1.0+b7', '1.0.0']);

  const wrong = world({ logins: { [server.host]: 'joe:wrong-pass' } });
  expect(await caught(resolveChart(request(semver), wrong, asking))).toMatchObject({
    code: 'unauthorized',
    status: 401,
  });
});

test('a tag is fetched again only when it moved', async () => {
  const seen: string[] = [];
  const image = helmImage('web', chart('1.0.0'));
  const server = closing(
    await serveRegistry([image], {
      port: 0,
      onRequest: ({ method = '', url = '' }) => seen.push(`${method} ${url.split('/').at(-2) ?? ''}`),
    }),
  );
  const here = world();
  const source = ociRepository(`oci://${server.host}/web`, { ref: { tag: '1.0.0' } });
  await resolveChart(request(source), here, asking);
  await resolveChart(request(source), here, asking);
  await resolveChart(request(source), here, { ...asking, maxAgeMs: 60_000 });
  expect(seen).toEqual(['GET manifests', 'GET blobs', 'HEAD manifests']);
});

test('tags are taken from the cache while they are young', async () => {
  const seen: string[] = [];
  const server = closing(
    await serveRegistry([helmImage('charts/web', chart('1.0.0'))], {
      port: 0,
      onRequest: ({ url = '' }) => seen.push(url),
    }),
  );
  const here = world();
  const list = async (maxAgeMs: number): Promise<number> =>
    (await versionsOf(`oci://${server.host}/charts`, 'web', { ...asking, maxAgeMs, world: here })).fetchedAt;
  const first = await list(0);
  here.clock.now += 1000;
  expect(await list(5000)).toBe(first);
  expect(await list(500)).toBe(first + 1000);
  expect(seen).toHaveLength(2);
});

test('a registry that knows no HEAD is asked for the manifest again', async () => {
  const image = helmImage('web', chart('1.0.0'));
  const registry = closing(await serveRegistry([image], { port: 0 }));
  const seen: string[] = [];
  const server = await serve(({ method = '', url = '' }, response) => {
    seen.push(method);
    if (method === 'HEAD') {
      response.writeHead(405).end();
    } else {
      response.writeHead(307, { location: `http://${registry.host}${url}` }).end();
    }
  });
  const here = world();
  const source = ociRepository(server.url.replace('http:', 'oci:') + '/web', { ref: { tag: '1.0.0' } });
  await resolveChart(request(source), here, asking);
  await resolveChart(request(source), here, asking);
  expect(seen).toEqual(['GET', 'GET', 'HEAD', 'GET']);
});

test('a blob from another host comes without our token and is held against its digest', async () => {
  const packed = chart('1.0.0');
  let body: Uint8Array = packed.archive;
  const blobs = await serve((_, response) => response.end(body));
  const login = { scheme: 'bearer', username: 'joe', password: 'hunter22' } as const;
  const server = closing(await serveRegistry([helmImage('web', packed)], { port: 0, login, blobUrl: `${blobs.url}/` }));
  const source = ociRepository(`oci://${server.host}/web`, { ref: { tag: '1.0.0' } });
  const logins = { [server.host]: 'joe:hunter22' };
  await resolveChart(request(source), world({ logins }), asking);
  expect(blobs.requests[0]?.headers.authorization).toBeUndefined();
  body = Buffer.from('something else');
  expect(await caught(resolveChart(request(source), world({ logins }), asking))).toMatchObject({ code: 'digest' });
});

test('a layer that Flux would pack anew loses what is ignored', async () => {
  const files = { 'logo.png': 'x', 'README.md': 'x' };
  const server = closing(await serveRegistry([helmImage('web', chart('1.0.0', files))], { port: 0 }));
  const names = async (spec: Partial<OciRepository['spec']>): Promise<readonly string[]> => {
    const source = ociRepository(`oci://${server.host}/web`, { ref: { tag: '1.0.0' }, ...spec });
    return (await resolveChart(request(source), world(), asking)).chart.raw.map(({ name }) => name).sort();
  };
  const all = ['Chart.yaml', 'README.md', 'logo.png', 'templates/a.yaml', 'values.yaml'];
  expect(await names({})).toEqual(all.filter((name) => name !== 'logo.png'));
  expect(await names({ ignore: '*.md' })).toEqual(all.filter((name) => name !== 'README.md'));
  expect(await names({ layerSelector: { operation: 'copy' } })).toEqual(all);
});

test('nothing is sent to a host that was not allowed', async () => {
  const server = await serve((_, response) => response.end());
  const host = new URL(server.url).host;
  const here = world({ allowed: (asked) => asked !== host });
  const error = await caught(versionsOf(server.url, 'web', { ...asking, world: here }));
  expect(error).toMatchObject({ code: 'offline', host });
  expect((await caught(versionsOf(`oci://${host}/charts`, 'web', { ...asking, world: here }))).code).toBe('offline');
  expect(server.requests).toEqual([]);
});

test('a registry’s token service is another host that must be allowed', async () => {
  const tokens = await serve((_, response) => response.end('{"token":"t"}'));
  const server = await serve((_, response) => {
    response.writeHead(401, { 'www-authenticate': `Bearer realm="${tokens.url}/token",service="x"` }).end();
  });
  const registry = new URL(server.url).host;
  const here = world({ allowed: (host) => host === registry });
  const error = await caught(versionsOf(`oci://${registry}/charts`, 'web', { ...asking, world: here }));
  expect(error).toMatchObject({ code: 'offline', host: new URL(tokens.url).host });
  expect(tokens.requests).toEqual([]);
});

const answers: {
  name: string;
  status: number;
  headers?: Record<string, string>;
  body?: string;
  code: string;
  more?: object;
}[] = [
  { name: 'nothing there', status: 404, code: 'not-found' },
  { name: 'not let in', status: 401, code: 'unauthorized' },
  { name: 'not allowed', status: 403, code: 'forbidden' },
  {
    name: 'too often',
    status: 429,
    headers: { 'retry-after': '7' },
    code: 'rate-limited',
    more: { retryAfterMs: 7000 },
  },
  { name: 'broken', status: 503, code: 'server' },
  { name: 'no index', status: 200, body: '<html>Sign in: now</html>', code: 'invalid-index' },
  { name: 'empty', status: 200, body: '', code: 'invalid-index' },
  { name: 'round and round', status: 302, headers: { location: '/index.yaml' }, code: 'network' },
  { name: 'redirected to a file', status: 302, headers: { location: 'file:///etc/passwd' }, code: 'network' },
];

test.for(answers)('a repository that answers: $name', async ({ status, headers = {}, body = '', code, more = {} }) => {
  const server = await serve((_, response) => response.writeHead(status, headers).end(body));
  const error = await caught(versionsOf(`${server.url}?key=hunter22`, 'web', { ...asking, world: world() }));
  expect(error).toMatchObject({ code, ...more });
  expect(error.message).not.toContain('hunter22');
});

test('a host that is not there, and one without TLS', async () => {
  const server = await serve((_, response) => response.end());
  const { host } = new URL(server.url);
  expect(await caught(versionsOf(`https://${host}`, 'web', { ...asking, world: world() }))).toMatchObject({
    code: 'tls',
  });
  await server.close();
  const error = await caught(versionsOf(server.url, 'web', { ...asking, world: world() }));
  expect(error).toMatchObject({ code: 'network', host });
  expect(error.message).toContain('connection refused');
  const unknown = await caught(versionsOf('http://name.invalid', 'web', { ...asking, world: world() }));
  expect(unknown.code).toBe('network');
});

test('a request ends when its signal does', async () => {
  const controller = new AbortController();
  const server = await serve(() => {
    controller.abort();
  });
  const options = { signal: controller.signal, maxAgeMs: 0, world: world() };
  await expect(versionsOf(server.url, 'web', options)).rejects.toThrow(/abort/i);
});

test('no secret is in an error or a log, whatever goes wrong', async () => {
  const planted = ['hunter22', 'tok3n-planted', Buffer.from('joe:hunter22').toString('base64')];
  const server = await serve((_, response) => response.writeHead(500).end('hunter22'));
  const url = server.url.replace('http://', 'http://joe:hunter22@');
  const host = new URL(server.url).host;
  const here = world({ logins: { [host]: 'joe:hunter22' } });
  const lookup = secret({ username: 'joe', password: 'hunter22' });
  const docker = secret({ '.dockerconfigjson': '{"auths": hunter22' });
  const token = secret({ bearerToken: 'tok3n-planted' });
  const half = secret({ password: 'hunter22' });
  const named = { secretRef: { name: 'login' } };
  const tries: (() => Promise<unknown>)[] = [
    () => versionsOf(`${url}/a?sig=hunter22`, 'web', { ...asking, world: here }),
    () => versionsOf(`oci://${host}/charts`, 'web', { ...asking, world: here }),
    () => listVersions({ source: helmRepository(server.url, named), chart: 'web', lookup }, here, asking),
    () => listVersions({ source: helmRepository(server.url, named), chart: 'web', lookup: token }, here, asking),
    () => listVersions({ source: helmRepository(server.url, named), chart: 'web', lookup: half }, here, asking),
    () => listVersions({ source: ociRepository(`oci://${host}/web`, named), chart: '', lookup: docker }, here, asking),
    () => versionsOf('https://joe:hunter22@', 'web', { ...asking, world: here }),
  ];
  for (const attempt of tries) {
    const error = await caught(attempt());
    const told = [error.message, error.url, error.host, inspect(error.cause), error.stack, JSON.stringify(error)].join(
      '\n',
    );
    expect(planted.filter((text) => told.includes(text))).toEqual([]);
  }
  expect(planted.filter((text) => here.log.join('\n').includes(text))).toEqual([]);
});

test('versions by the URL of a repository, in a range', async () => {
  const server = closing(await serveHelmRepository([chart('1.0.0'), chart('1.2.0'), chart('2.0.0')], { port: 0 }));
  const list = async (constraint: string): Promise<readonly string[]> =>
    (await versionsOf(server.url, 'web', { ...asking, world: world(), constraint })).versions.map(
      ({ version }) => version,
    );
  expect(await list('^1')).toEqual(['1.2.0', '1.0.0']);
  expect((await caught(list('one'))).message).toBe('improper constraint: "one"');
  expect((await caught(versionsOf(server.url, 'none', { ...asking, world: world() }))).code).toBe('not-found');
});
