import { expect, test } from 'vitest';
import { listVersions, resolveChart, versionsOf } from '../engine/src/source/index.ts';
import { serveHelmRepository } from '../scripts/servers/helmRepository.ts';
import {
  asking,
  chart,
  chartRequest,
  helmRepository,
  memoryWorld,
  chartTemplate,
  useServers,
} from './support/chartRequests.ts';
import { caught } from './support/sourceFolder.ts';

/** Chart repositories on loopback: which version is taken, what is asked for again, and what a bad answer ends in. */
const { closing, serve } = useServers();

test('a chart repository gives the newest version of a range, and is not asked twice for what it still has', async () => {
  const paths: string[] = [];
  const server = closing(
    await serveHelmRepository([chart('1.0.0'), chart('1.2.0'), chart('2.0.0')], {
      port: 0,
      onRequest: ({ url = '', headers }) =>
        paths.push(`${url} ${headers['if-none-match'] === undefined ? 'all' : 'if changed'}`),
    }),
  );
  const here = memoryWorld();
  const source = helmRepository(server.url);
  const first = await resolveChart(chartRequest(source, chartTemplate({ version: '1.x' })), here, asking);
  expect([first.name, first.version, first.content.kind]).toEqual(['web', '1.2.0', 'archive']);
  const second = await resolveChart(chartRequest(source, chartTemplate({ version: '1.x' })), here, asking);
  expect(second.digest).toBe(first.digest);
  await resolveChart(chartRequest(source, chartTemplate({ version: '1.x' })), here, { ...asking, maxAgeMs: 60_000 });
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
    resolveChart(
      chartRequest(helmRepository(server.url), { ...chartTemplate(spec), generation: 4 }),
      memoryWorld(),
      asking,
    );
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
  const error = await caught(versionsOf(`${server.url}?key=hunter22`, 'web', { ...asking, world: memoryWorld() }));
  expect(error).toMatchObject({ code, ...more });
  expect(error.message).not.toContain('hunter22');
});

test('versions by the URL of a repository, in a range', async () => {
  const server = closing(await serveHelmRepository([chart('1.0.0'), chart('1.2.0'), chart('2.0.0')], { port: 0 }));
  const list = async (constraint: string): Promise<readonly string[]> =>
    (await versionsOf(server.url, 'web', { ...asking, world: memoryWorld(), constraint })).versions.map(
      ({ version }) => version,
    );
  expect(await list('^1')).toEqual(['1.2.0', '1.0.0']);
  expect((await caught(list('one'))).message).toBe('improper constraint: "one"');
  expect((await caught(versionsOf(server.url, 'none', { ...asking, world: memoryWorld() }))).code).toBe('not-found');
});
