import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { objectSet, type ValuesLookup } from '../../engine/src/flux/index.ts';
import { resolveChart, type ResolvedChart } from '../../engine/src/source/index.ts';
import { buildTool } from '../../scripts/cluster/build.ts';
import { packFiles } from '../../scripts/servers/packedChart.ts';
import { run } from '../../scripts/support/run.ts';
import { issueCertificate, makeAuthority } from '../support/certificates.ts';
import { type Answer, type ChartServer, forLogin, indexOf, serveCharts } from '../support/chartServer.ts';
import { useClosing, useFolder } from '../support/scratch.ts';
import { openTestWorld, secretLookup, sourceOf, type TestWorld } from '../support/sourceWorld.ts';

/** Chart repositories over HTTP and TLS, with logins, client certificates and proxies; `helm pull` beside us. */
const folder = useFolder('repository');
let helm: string;
const closing = useClosing();
beforeAll(async () => {
  helm = await buildTool('helm', { onProgress: (line) => process.stdout.write(`${line}\n`) });
});

const { archive } = packFiles(
  [
    { name: 'Chart.yaml', data: Buffer.from('apiVersion: v2\nname: store\nversion: 1.0.0\n') },
    { name: 'templates/a.yaml', data: Buffer.from('kind: A\n') },
    { name: 'values.yaml', data: Buffer.from('replicas: 1\n') },
  ],
  { version: '1.0.0', created: '2026-01-01T00:00:00Z' },
);
const digest = createHash('sha256').update(archive).digest('hex');
const index = indexOf([{ version: '1.0.0', digest }]);
const authority = makeAuthority('charts');
const server = issueCertificate(authority, { addresses: ['127.0.0.1'] });
const client = issueCertificate(authority, {});
const login = { username: 'joe', password: 'hunter22' };
const sending =
  (body: string | Uint8Array): Answer =>
  (_, response) => {
    response.end(body);
  };

async function serve(...args: Parameters<typeof serveCharts>): Promise<ChartServer> {
  return closing(await serveCharts(...args));
}

interface Taken {
  readonly lookup?: ValuesLookup;
  readonly world?: TestWorld;
}

async function take(
  url: string,
  spec: object = {},
  { lookup = () => undefined, world }: Taken = {},
): Promise<ResolvedChart> {
  const source = sourceOf('HelmRepository', { url, ...spec });
  const template = { chart: 'store', version: '1.x', sourceRef: { kind: 'HelmRepository', name: 'store' } } as const;
  const request = { source, template, generation: 1, objects: objectSet([]), lookup };
  const options = { signal: new AbortController().signal, maxAgeMs: 0 };
  return await resolveChart(request, world ?? (await openTestWorld(folder)), options);
}

/** What `helm pull` writes for this chart of the repository at `url`. */
async function pull(url: string, args: readonly string[] = []): Promise<Uint8Array> {
  const home = await mkdtemp(path.join(folder, 'helm-'));
  const env = {
    HELM_CACHE_HOME: path.join(home, 'cache'),
    HELM_CONFIG_HOME: path.join(home, 'config'),
    HELM_DATA_HOME: path.join(home, 'data'),
  };
  const { code, output } = await run(helm, ['pull', 'store', '--repo', url, '--version', '1.x', '-d', home, ...args], {
    output: 'capture',
    env,
  });
  if (code !== 0) {
    throw new Error(output);
  }
  const file = (await readdir(home)).find((name) => name.endsWith('.tgz'));
  return await readFile(path.join(home, file ?? 'none'));
}

const places: { name: string; at: string; path: string; urls: (base: string) => string[]; archiveAt: string }[] = [
  { name: 'relative', at: '', path: '', urls: () => ['store.tgz'], archiveAt: '/store.tgz' },
  { name: 'relative to a path', at: '/a/b', path: '/a/b', urls: () => ['c/store.tgz'], archiveAt: '/a/b/c/store.tgz' },
  {
    name: 'relative to a path with a slash',
    at: '/a/',
    path: '/a',
    urls: () => ['store.tgz'],
    archiveAt: '/a/store.tgz',
  },
  { name: 'above the path', at: '/a/b', path: '/a/b', urls: () => ['../store.tgz'], archiveAt: '/a/store.tgz' },
  { name: 'from the root', at: '/a/b', path: '/a/b', urls: () => ['/store.tgz'], archiveAt: '/store.tgz' },
  { name: 'absolute', at: '/a', path: '/a', urls: (base) => [`${base}/else/store.tgz`], archiveAt: '/else/store.tgz' },
  { name: 'two, the first counts', at: '', path: '', urls: () => ['one.tgz', 'two.tgz'], archiveAt: '/one.tgz' },
];

test.for(places)(
  'helm pull fetches the same from a URL that is $name',
  async ({ at, path: below, urls, archiveAt }) => {
    let text = '';
    const { url, requests } = await serve({
      [`${below}/index.yaml`]: (_, response) => response.end(text),
      [archiveAt]: archive,
    });
    text = indexOf([{ version: '1.0.0', digest, urls: urls(url) }, { version: '0.9.0' }]);
    const theirs = await pull(`${url}${at}`);
    const asked = requests.map((one) => one.path);
    const ours = await take(`${url}${at}`);
    expect(requests.map((one) => one.path).slice(asked.length)).toEqual(asked);
    expect(ours.digest).toBe(`sha256:${createHash('sha256').update(theirs).digest('hex')}`);
    expect(Buffer.from(ours.content.kind === 'archive' ? ours.content.bytes : []).equals(theirs)).toBe(true);
  },
);

test('over TLS with an authority, a login and a client certificate of its own, as helm pull', async () => {
  const { url } = await serve(
    { '/index.yaml': forLogin(login, sending(index)), '/store.tgz': forLogin(login, sending(archive)) },
    { cert: server.cert, key: server.key, ca: authority.cert, requestCert: true, rejectUnauthorized: true },
  );
  const lookup = secretLookup({
    login,
    tls: { 'ca.crt': authority.cert, 'tls.crt': client.cert, 'tls.key': client.key },
    ca: { 'ca.crt': authority.cert },
    mixed: { 'ca.crt': authority.cert, 'tls.crt': client.cert, 'tls.key': server.key },
    noPem: { 'ca.crt': authority.cert, 'tls.crt': 'no', 'tls.key': 'PEM' },
    old: { ...login, caFile: authority.cert, certFile: client.cert, keyFile: client.key },
  });
  const spec = { secretRef: { name: 'login' }, certSecretRef: { name: 'tls' } };
  const ours = await take(url, spec, { lookup });
  expect(ours.warnings).toEqual([]);
  expect(await take(url, { secretRef: { name: 'old' } }, { lookup })).toMatchObject({ digest: ours.digest });
  const files = { ca: authority.cert, cert: client.cert, key: client.key };
  const args = await Promise.all(
    Object.entries(files).map(async ([name, text]) => {
      const file = path.join(folder, `${name}.pem`);
      await writeFile(file, text, { mode: 0o600 });
      return [`--${name}-file`, file];
    }),
  );
  const theirs = await pull(url, [...args.flat(), '--username', login.username, '--password', login.password]);
  expect(ours.digest).toBe(`sha256:${createHash('sha256').update(theirs).digest('hex')}`);

  const without = (less: object): Promise<unknown> => take(url, less, { lookup });
  await expect(without({ certSecretRef: { name: 'tls' } })).rejects.toMatchObject({
    code: 'unauthorized',
    status: 401,
  });
  const refusals = {
    ca: 'the other side wants a client certificate',
    mixed: 'client certificate and key do not belong together',
    noPem: 'a certificate or key that the source brings along is not PEM',
  };
  for (const [name, words] of Object.entries(refusals)) {
    await expect(without({ ...spec, certSecretRef: { name } })).rejects.toMatchObject({
      code: 'tls',
      message: expect.stringContaining(words) as string,
    });
  }
  await expect(without({ secretRef: { name: 'login' } })).rejects.toMatchObject({
    code: 'tls',
    message: expect.stringContaining('the certificate is signed by an authority that is not trusted') as string,
  });
});

test('a host for archives gets neither login nor client certificate, unless the source passes them on', async () => {
  const tls = { cert: server.cert, key: server.key, ca: authority.cert, requestCert: true, rejectUnauthorized: false };
  const certificates: boolean[] = [];
  const other = await serve(
    {
      '*': (request, response) => {
        const { socket } = request;
        certificates.push('authorized' in socket && socket.authorized === true);
        response.end(archive);
      },
    },
    tls,
  );
  const { url } = await serve(
    { '/index.yaml': forLogin(login, sending(indexOf([{ version: '1.0.0', urls: [`${other.url}/store.tgz`] }]))) },
    tls,
  );
  const lookup = secretLookup({
    all: { ...login, 'ca.crt': authority.cert, 'tls.crt': client.cert, 'tls.key': client.key },
  });
  const spec = { secretRef: { name: 'all' } };
  await take(url, spec, { lookup });
  await take(url, { ...spec, passCredentials: true }, { lookup });
  expect(other.requests.map(({ headers }) => headers.authorization?.split(' ')[0])).toEqual([undefined, 'Basic']);
  expect(certificates).toEqual([false, true]);
});

test('a redirect to https of the same host keeps the login; one to another host loses it and keeps the authority', async () => {
  const tls = { cert: server.cert, key: server.key };
  const safe = await serve({ '/index.yaml': forLogin(login, sending(index)), '/store.tgz': archive }, tls);
  const other = await serve({ '*': archive }, tls);
  const { url } = await serve({
    '/index.yaml': (_, response) => response.writeHead(301, { location: `${safe.url}/index.yaml` }).end(),
    '/store.tgz': (_, response) => response.writeHead(302, { location: `${safe.url}/away` }).end(),
  });
  const lookup = secretLookup({ all: { ...login, 'ca.crt': authority.cert } });
  await expect(take(url, { secretRef: { name: 'all' } }, { lookup })).rejects.toMatchObject({ code: 'not-found' });
  expect(safe.requests.map(({ headers }) => headers.authorization?.split(' ')[0])).toEqual(['Basic', 'Basic']);
  const here = await serve(
    {
      '/index.yaml': sending(index),
      '/store.tgz': (_, response) => response.writeHead(307, { location: `${other.url}/x` }).end(),
    },
    tls,
  );
  await take(here.url, { secretRef: { name: 'all' } }, { lookup });
  expect(here.requests[1]?.headers.authorization).toMatch(/^Basic/);
  expect(other.requests[0]?.headers.authorization).toBeUndefined();
});

test('an archive whose compression a server takes for that of the transport comes as it is, as helm pull has it', async () => {
  const labelled: Answer = (_, response) =>
    response.writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'application/x-tar' }).end(archive);
  const { url } = await serve({ '/index.yaml': index, '/store.tgz': labelled });
  expect((await take(url)).digest).toBe(`sha256:${digest}`);
  expect(Buffer.from(await pull(url)).equals(archive)).toBe(true);
});

test('what did not change is not sent again, and in another process neither', async () => {
  const statuses: number[] = [];
  const once =
    (body: string | Uint8Array, headers: Record<string, string>): Answer =>
    (request, response) => {
      const { 'if-none-match': match, 'if-modified-since': since } = request.headers;
      const isSame = headers['etag'] === undefined ? since === headers['last-modified'] : match === headers['etag'];
      statuses.push(isSame ? 304 : 200);
      response.writeHead(isSame ? 304 : 200, headers).end(isSame ? undefined : body);
    };
  const { url } = await serve({
    '/index.yaml': once(index, { etag: '"one"' }),
    '/store.tgz': once(archive, { 'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT' }),
  });
  const world = await openTestWorld(folder);
  await take(url, {}, { world });
  await take(url, {}, { world });
  expect(statuses).toEqual([200, 200, 304, 304]);
});

test('proxies of the environment are used, and gone around where they say so', async () => {
  const { url, host } = await serve({ '/index.yaml': index, '/store.tgz': archive });
  const proxied: string[] = [];
  const proxy = await serve({
    '*': (request, response) => {
      proxied.push(request.url ?? '');
      response.end(new URL(request.url ?? '').pathname === '/index.yaml' ? index : archive);
    },
  });
  const through = await openTestWorld(folder, {
    usesProxyVariables: true,
    variables: { http_proxy: proxy.url, HTTP_PROXY: proxy.url },
  });
  await take('http://charts.example.com', {}, { world: through });
  expect(proxied).toEqual(['http://charts.example.com/index.yaml', 'http://charts.example.com/store.tgz']);
  const around = await openTestWorld(folder, {
    usesProxyVariables: true,
    variables: { http_proxy: proxy.url, no_proxy: host },
  });
  await take(url, {}, { world: around });
  expect(proxied).toHaveLength(2);
});
