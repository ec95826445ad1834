import { expect, test } from 'vitest';
import type { OciRepository } from '../engine/src/flux/index.ts';
import { listVersions, resolveChart, versionsOf } from '../engine/src/source/index.ts';
import { helmImage, serveRegistry } from '../scripts/servers/registry.ts';
import {
  asking,
  chart,
  chartRequest,
  helmRepository,
  memoryWorld,
  ociRepository,
  chartTemplate,
  useServers,
} from './support/chartRequests.ts';
import { caught } from './support/sourceFolder.ts';

/** Charts of registries on loopback: tags, manifests, layers, and what is asked for again. */
const { closing, serve } = useServers();

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
  const resolved = await resolveChart(chartRequest(semver), memoryWorld({ logins }), asking);
  expect(resolved.version).toMatch(/^1\.1\.0\+[0-9a-f]{12}$/);
  expect(resolved.ociDigest).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(resolved.version.split('+')[1]).toBe(resolved.ociDigest?.slice(7, 19));

  const byDigest = ociRepository(url, { ref: { digest: resolved.ociDigest ?? '' } });
  expect((await resolveChart(chartRequest(byDigest), memoryWorld({ logins }), asking)).version).toBe(resolved.version);

  const repository = helmRepository(`oci://${server.host}/charts`, { type: 'oci' });
  const fromRepository = await resolveChart(
    chartRequest(repository, chartTemplate({ version: '>=1.0.0' })),
    memoryWorld({ logins }),
    asking,
  );
  expect(fromRepository).toMatchObject({ version: '2.0.0' });
  expect(fromRepository.ociDigest).toBeUndefined();
  const listed = await listVersions(
    { source: repository, chart: 'web', lookup: () => undefined },
    memoryWorld({ logins }),
    asking,
  );
  expect(listed.versions.map(({ version }) => version)).toEqual(['2.0.0', '1.2.0-rc.1', '1.1.0+b7', '1.0.0']);

  const wrong = memoryWorld({ logins: { [server.host]: 'joe:wrong-pass' } });
  expect(await caught(resolveChart(chartRequest(semver), wrong, asking))).toMatchObject({
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
  const here = memoryWorld();
  const source = ociRepository(`oci://${server.host}/web`, { ref: { tag: '1.0.0' } });
  await resolveChart(chartRequest(source), here, asking);
  await resolveChart(chartRequest(source), here, asking);
  await resolveChart(chartRequest(source), here, { ...asking, maxAgeMs: 60_000 });
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
  const here = memoryWorld();
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
  const here = memoryWorld();
  const source = ociRepository(server.url.replace('http:', 'oci:') + '/web', { ref: { tag: '1.0.0' } });
  await resolveChart(chartRequest(source), here, asking);
  await resolveChart(chartRequest(source), here, asking);
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
  await resolveChart(chartRequest(source), memoryWorld({ logins }), asking);
  expect(blobs.requests[0]?.headers.authorization).toBeUndefined();
  body = Buffer.from('something else');
  expect(await caught(resolveChart(chartRequest(source), memoryWorld({ logins }), asking))).toMatchObject({
    code: 'digest',
  });
});

test('a layer that Flux would pack anew loses what is ignored', async () => {
  const files = { 'logo.png': 'x', 'README.md': 'x' };
  const server = closing(await serveRegistry([helmImage('web', chart('1.0.0', files))], { port: 0 }));
  const names = async (spec: Partial<OciRepository['spec']>): Promise<readonly string[]> => {
    const source = ociRepository(`oci://${server.host}/web`, { ref: { tag: '1.0.0' }, ...spec });
    return (await resolveChart(chartRequest(source), memoryWorld(), asking)).chart.raw.map(({ name }) => name).sort();
  };
  const all = ['Chart.yaml', 'README.md', 'logo.png', 'templates/a.yaml', 'values.yaml'];
  expect(await names({})).toEqual(all.filter((name) => name !== 'logo.png'));
  expect(await names({ ignore: '*.md' })).toEqual(all.filter((name) => name !== 'README.md'));
  expect(await names({ layerSelector: { operation: 'copy' } })).toEqual(all);
});
