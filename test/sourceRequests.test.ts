import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { listVersions, resolveChart, versionsOf } from '../engine/src/source/index.ts';
import {
  asking,
  chart,
  chartRequest,
  chartTemplate,
  helmRepository,
  memoryWorld,
  ociRepository,
  useServers,
} from './support/chartRequests.ts';
import { caught } from './support/sourceFolder.ts';
import { secretLookup } from './support/sourceWorld.ts';

/** Which host gets a request of a source, with which login, and what becomes known of it. */
const { serve } = useServers();

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
  const lookup = secretLookup({ login: { username: 'joe', password: 'hunter22' } });
  const source = helmRepository(server.url, { secretRef: { name: 'login' } });
  await resolveChart(chartRequest(source, { ...chartTemplate(), lookup }), memoryWorld(), asking);
  expect(other.requests[0]?.headers.authorization).toBeUndefined();
  const passing = helmRepository(server.url, { secretRef: { name: 'login' }, passCredentials: true });
  await resolveChart(chartRequest(passing, { ...chartTemplate(), lookup }), memoryWorld(), asking);
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
  const lookup = secretLookup({ login: { username: 'joe', password: 'hunter22' } });
  for (const path of ['/away', '/stay']) {
    const source = helmRepository(`${server.url}${path}`, { secretRef: { name: 'login' } });
    expect((await caught(listVersions({ source, chart: 'web', lookup }, memoryWorld(), asking))).code).toBe(
      'not-found',
    );
  }
  expect(other.requests[0]?.headers.authorization).toBeUndefined();
  expect(server.requests.at(-1)?.path).toBe('/again');
  expect(server.requests.at(-1)?.headers.authorization).toMatch(/^Basic /);
});

test('nothing is sent to a host that was not allowed', async () => {
  const server = await serve((_, response) => response.end());
  const host = new URL(server.url).host;
  const here = memoryWorld({ allowed: (asked) => asked !== host });
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
  const here = memoryWorld({ allowed: (host) => host === registry });
  const error = await caught(versionsOf(`oci://${registry}/charts`, 'web', { ...asking, world: here }));
  expect(error).toMatchObject({ code: 'offline', host: new URL(tokens.url).host });
  expect(tokens.requests).toEqual([]);
});

test('a host that is not there, and one without TLS', async () => {
  const server = await serve((_, response) => response.end());
  const { host } = new URL(server.url);
  expect(await caught(versionsOf(`https://${host}`, 'web', { ...asking, world: memoryWorld() }))).toMatchObject({
    code: 'tls',
  });
  await server.close();
  const error = await caught(versionsOf(server.url, 'web', { ...asking, world: memoryWorld() }));
  expect(error).toMatchObject({ code: 'network', host });
  expect(error.message).toContain('connection refused');
  const unknown = await caught(versionsOf('http://name.invalid', 'web', { ...asking, world: memoryWorld() }));
  expect(unknown.code).toBe('network');
});

test('a request ends when its signal does', async () => {
  const controller = new AbortController();
  const server = await serve(() => {
    controller.abort();
  });
  const options = { signal: controller.signal, maxAgeMs: 0, world: memoryWorld() };
  await expect(versionsOf(server.url, 'web', options)).rejects.toThrow(/abort/i);
});

test('no secret is in an error or a log, whatever goes wrong', async () => {
  const planted = ['hunter22', 'tok3n-planted', Buffer.from('joe:hunter22').toString('base64')];
  const server = await serve((_, response) => response.writeHead(500).end('hunter22'));
  const url = server.url.replace('http://', 'http://joe:hunter22@');
  const host = new URL(server.url).host;
  const here = memoryWorld({ logins: { [host]: 'joe:hunter22' } });
  const lookup = secretLookup({ login: { username: 'joe', password: 'hunter22' } });
  const docker = secretLookup({ login: { '.dockerconfigjson': '{"auths": hunter22' } });
  const token = secretLookup({ login: { bearerToken: 'tok3n-planted' } });
  const half = secretLookup({ login: { password: 'hunter22' } });
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
