import { type HelmRepository, objectSet, type OciRepository, type Source } from '../../engine/src/flux/index.ts';
import { nodeFiles } from '../../engine/src/node/files.ts';
import { nodeHttp } from '../../engine/src/node/http.ts';
import { type ChartRequest, type FetchOptions, memoryCache, type SourceWorld } from '../../engine/src/source/index.ts';
import { type PackedChart, packFiles } from '../../scripts/servers/packedChart.ts';
import { type Answer, type ChartServer, serveCharts } from './chartServer.ts';
import { useClosing } from './scratch.ts';

/** Servers that are closed after the test that started them; called at the top of a file. */
export function useServers(): {
  readonly closing: ReturnType<typeof useClosing>;
  /** A server that answers everything like this. */
  readonly serve: (answer: Answer) => Promise<ChartServer>;
} {
  const closing = useClosing();
  return { closing, serve: async (answer) => closing(await serveCharts({ '*': answer })) };
}

/** A chart `web`. */
export function chart(version: string, files: Readonly<Record<string, string>> = {}): PackedChart {
  const all = {
    'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 0.0.0\n',
    'values.yaml': 'replicas: 1\nname: default\n',
    'templates/a.yaml': 'kind: A\n',
    ...files,
  };
  const packed = Object.entries(all).map(([name, text]) => ({ name, data: Buffer.from(text) }));
  return packFiles(packed, { version, created: '2026-01-01T00:00:00Z' });
}

/** A world in memory, but for its network; its clock stands still until it is set. */
export interface MemoryWorld extends SourceWorld {
  readonly log: readonly string[];
  readonly clock: { now: number };
}

export interface MemoryWorldOptions {
  readonly allowed?: (host: string) => boolean;
  /** `user:password` by host. */
  readonly logins?: Readonly<Record<string, string>>;
}

export function memoryWorld({ allowed = () => true, logins = {} }: MemoryWorldOptions = {}): MemoryWorld {
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
          const login = logins[host]?.split(':');
          return Promise.resolve(login && { username: login[0] ?? '', password: login[1] ?? '', from: 'test' });
        },
      },
      consent: { allowed },
      log: { debug: note, info: note, warn: note, error: note },
    },
  };
}

export const asking: FetchOptions = { signal: new AbortController().signal, maxAgeMs: 0 };
const metadata = { name: 'shop', namespace: 'apps' };

export function helmRepository(url: string, spec: Partial<HelmRepository['spec']> = {}): HelmRepository {
  return { apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'HelmRepository', metadata, spec: { url, ...spec } };
}

export function ociRepository(url: string, spec: Partial<OciRepository['spec']> = {}): OciRepository {
  return { apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'OCIRepository', metadata, spec: { url, ...spec } };
}

export function chartRequest(source: Source, more: Partial<ChartRequest> = {}): ChartRequest {
  return { source, generation: 1, objects: objectSet([]), lookup: () => undefined, ...more };
}

/** Chart `web` of HelmRepository `shop`. */
export const chartTemplate = (more: object = {}): Pick<Required<ChartRequest>, 'template'> => ({
  template: { chart: 'web', sourceRef: { kind: 'HelmRepository', name: 'shop' }, ...more },
});
