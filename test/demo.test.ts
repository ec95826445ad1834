import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { defaultCapabilities } from '../engine/src/chart/index.ts';
import { desiredRelease, readReleases } from '../engine/src/desired/index.ts';
import { objectSet } from '../engine/src/flux/index.ts';
import { nodeFiles } from '../engine/src/node/files.ts';
import { nodeHttp } from '../engine/src/node/http.ts';
import { renderChart } from '../engine/src/render/index.ts';
import { memoryCache, resolveChart, SourceError, type SourceWorld } from '../engine/src/source/index.ts';
import type { Environment } from '../engine/src/support/index.ts';
import { type DemoServers, serveDemo } from '../scripts/servers/demo.ts';
import { freePort } from '../scripts/support/freePort.ts';

const demo = join(import.meta.dirname, '..', 'demo');
let servers: DemoServers;

beforeAll(async () => {
  servers = await serveDemo({ demo, repositoryPort: 0, registryPort: 0 });
});
afterAll(async () => {
  await servers.close();
});

const { signal } = new AbortController();

function environment(): Environment {
  const nothing = (): void => undefined;
  const http = nodeHttp({ userAgent: 'test' });
  return {
    clock: { now: () => 0, sleep: () => Promise.resolve() },
    random: { bytes: (count) => new Uint8Array(count) },
    // The demo names fixed ports; a test takes free ones.
    http: {
      request: (request, options) => {
        const url = request.url
          .replace('127.0.0.1:8879', servers.repositoryHost)
          .replace('127.0.0.1:5480', servers.registryHost);
        return http.request({ ...request, url }, options);
      },
    },
    files: nodeFiles,
    git: { describe: () => Promise.resolve(undefined) },
    credentials: { forHost: () => Promise.resolve(undefined) },
    consent: { allowed: (host) => host.startsWith('127.0.0.1:') },
    log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
  };
}

test.for([
  {
    name: 'store',
    version: '1.2.0',
    kinds: ['ConfigMap', 'Deployment', 'Secret', 'Service'],
    hooks: ['store-connection', 'store-migrate'],
  },
  {
    name: 'web',
    version: /^2\.1\.4\+[0-9a-f]{12}$/,
    kinds: ['ConfigMap', 'Deployment', 'HorizontalPodAutoscaler', 'Service'],
    hooks: [],
  },
  { name: 'worker', version: '0.3.0', kinds: ['CronJob'], hooks: [] },
])('the demo’s release $name resolves and renders', async ({ name, version, kinds, hooks }) => {
  const read = await readReleases([join(demo, 'apps'), join(demo, 'sources')], environment(), { signal });
  const written = read.releases.find(({ release }) => release.metadata.name === name);
  if (written === undefined) {
    throw new SourceError('not-found', `the demo has no release ${name}`);
  }
  const world: SourceWorld = {
    environment: environment(),
    cache: memoryCache({ maxBytes: 1e8 }),
    localSources: { 'https://git.example.com/shop/fleet.git': demo },
  };
  const desired = await desiredRelease(
    {
      ...written,
      objects: objectSet(read.objects.all),
      near: written.manifest.file,
      capabilities: defaultCapabilities({}),
      revision: 1,
      isUpgrade: false,
      crossNamespace: 'allow',
    },
    {
      environment: environment(),
      render: (request) => Promise.resolve(renderChart(request)),
      resolve: (request, options) => resolveChart(request, world, options),
    },
    { signal, maxAgeMs: 0 },
  );
  expect(desired.resolved.version).toMatch(version);
  expect([desired.refusals, desired.warnings, desired.unknown]).toEqual([[], [], []]);
  const rendered = [...desired.manifest.matchAll(/^kind: (.*)$/gm)].map(([, kind]) => kind);
  expect([...new Set(rendered)].sort()).toEqual(kinds);
  expect(desired.hooks.map((hook) => hook.name).sort()).toEqual(hooks);
});

test('a port that is taken is named, and nothing keeps listening', async () => {
  const { port } = new URL(`http://${servers.registryHost}`);
  const repositoryPort = await freePort();
  await expect(serveDemo({ demo, repositoryPort, registryPort: Number(port) })).rejects.toThrow(
    `something else listens on port ${port} of 127.0.0.1: stop it first`,
  );
  const later = await serveDemo({ demo, repositoryPort, registryPort: 0 });
  await later.close();
});
