import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '@fairlead/engine/support';
import { renderChart } from '@fairlead/engine/render';
import type {
  ChartsResult,
  FetchParams,
  FetchResult,
  LookupParams,
  LookupResult,
  SourceParams,
  VersionsResult,
} from '@fairlead/server/protocol';
import {
  createLanguageService,
  isKindSchema,
  type KindSchema,
  type LanguageService,
  type RenderMachine,
  type ServiceHost,
} from '@fairlead/server/service';

const root = join(import.meta.dirname, '..', '..');

/** The bundled schemas, as the server reads them. */
const bundledSchemas: readonly KindSchema[] = readdirSync(join(root, 'schemas'), { withFileTypes: true })
  .filter((group) => group.isDirectory())
  .flatMap(({ name: group }) =>
    readdirSync(join(root, 'schemas', group)).map((name) => join(root, 'schemas', group, name)),
  )
  .map((file): unknown => JSON.parse(readFileSync(file, 'utf8')))
  .filter(isKindSchema);

/** Files of the repository by name: a text, or the text of a file below the repository's root. */
export type Files = Readonly<Record<string, string>>;

/** What is not as in `test/fixtures/fleet`. */
export interface TestHostOptions {
  readonly versions?: (params: SourceParams) => VersionsResult;
  /** Files that are there and cannot be read. */
  readonly unreadable?: readonly string[];
  readonly charts?: (params: SourceParams) => ChartsResult;
  readonly schemas?: readonly unknown[];
  readonly fetch?: (params: FetchParams) => FetchResult;
  readonly lookup?: (params: LookupParams) => LookupResult;
  /** Files of the artifact cache, by path. */
  readonly artifacts?: ReadonlyMap<string, Uint8Array>;
}

/** The URI of a file in memory. */
export function uriOf(name: string): string {
  return `file:///fleet/${name}`;
}

/** A text of the repository, by its path from the root. */
export function repositoryText(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** Every file in a folder of the repository, by name. */
export function repositoryFiles(folder: string): Record<string, string> {
  const names = readdirSync(join(root, folder)).filter((name) => name.endsWith('.yaml'));
  return Object.fromEntries(names.map((name) => [name, repositoryText(join(folder, name))]));
}

/** A host over files in memory, which answers at once and takes an error of the service for a failure of the test. */
function testHost(files: Files, options: TestHostOptions): ServiceHost {
  const texts = new Map(Object.entries(files).map(([name, text]) => [uriOf(name), text]));
  const unreadable = new Set(options.unreadable?.map(uriOf));
  const nothing = (): void => undefined;
  const log: Log = {
    debug: nothing,
    info: nothing,
    warn: nothing,
    error: (message) => {
      throw new Error(message);
    },
  };
  return {
    log,
    readFile: (uri) =>
      unreadable.has(uri) ? Promise.reject(new Error('permission denied')) : Promise.resolve(texts.get(uri)),
    listFiles: () => Promise.resolve({ uris: [...texts.keys()], truncated: false }),
    versions: (params) => Promise.resolve((options.versions ?? fleetVersions)(params)),
    charts: (params) => Promise.resolve((options.charts ?? fleetCharts)(params)),
    fetch: (params) => Promise.resolve((options.fetch ?? refuseToFetch)(params)),
    lookup: (params) => Promise.resolve(options.lookup?.(params) ?? { kind: 'no-cluster' }),
    clusterSchemas: () => Promise.resolve({ schemas: options.schemas ?? [] }),
  };
}

/** A language service over these files alone. */
export function serviceOver(files: Files, options: TestHostOptions = {}): LanguageService {
  return createLanguageService(testHost(files, options), { schemas: bundledSchemas, machine: testMachine(options) });
}

/** Renders in this thread; time stands still and nothing is random. */
function testMachine({ artifacts }: TestHostOptions): RenderMachine {
  return {
    environment: {
      clock: { now: () => 0, sleep: () => Promise.reject(new Error('nobody waits here')) },
      random: { bytes: (count) => new Uint8Array(count) },
    },
    // eslint-disable-next-line @typescript-eslint/require-await -- what it throws is to be a rejection
    render: async (request) => renderChart(request),
    readArtifact: (path) => Promise.resolve(artifacts?.get(path)),
  };
}

function refuseToFetch(): FetchResult {
  throw new Error('nothing here may be fetched');
}

/** A language service over the given files and the fleet beside them. */
export function fleetService(files: Files, options: TestHostOptions = {}): LanguageService {
  return serviceOver({ ...repositoryFiles('test/fixtures/fleet'), ...files }, options);
}

/** Newest first, by URL of the source and, in a Helm repository, name of the chart. */
const published: Readonly<Record<string, readonly string[]>> = {
  'https://charts.example.com/shop store': ['2.0.0-rc.1', '1.10.0', '1.9.2', '1.9.1', '1.0.0', '0.9.0'],
  'https://charts.example.com/shop preview': ['0.3.0-beta.2', '0.3.0-beta.1', '0.2.0-alpha.1'],
  'oci://registry.example.com/charts/web': ['3.0.0', '2.1.4', '2.1.3', '2.0.0'],
  'oci://registry.example.com/charts store': ['1.10.0', '1.9.2'],
};

/** What the fleet's repositories hold, as the client would answer. */
function fleetVersions({ source, chart }: SourceParams): VersionsResult {
  const url = urlOf(source);
  const versions = published[chart === undefined ? url : `${url} ${chart}`];
  return versions === undefined
    ? { versions: [], problem: { code: 'not-found', message: `no chart ${chart ?? ''} at ${url}` } }
    : {
        versions: versions.map((version) => ({ version, appVersion: `v${version}`, created: '2025-04-03T10:00:00Z' })),
        fetchedAt: Date.UTC(2025, 3, 4, 10, 30),
      };
}

function fleetCharts({ source }: SourceParams): ChartsResult {
  const url = urlOf(source);
  const charts = Object.keys(published)
    .filter((key) => key.startsWith(`${url} `))
    .map((key) => ({ name: key.slice(url.length + 1), description: 'a *chart* of ours' }));
  return { charts };
}

/** Empty of a source that is being written. */
function urlOf(source: unknown): string {
  const { spec } = source as { readonly spec?: { readonly url?: unknown } }; // what is no object at all is no source
  return typeof spec?.url === 'string' ? spec.url : '';
}
