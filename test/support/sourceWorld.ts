import { mkdtemp } from 'node:fs/promises';
import path from 'node:path';
import { parseSource, type Source, type ValuesLookup } from '../../engine/src/flux/index.ts';
import { type MachineWorld, openWorld } from '../../engine/src/node/index.ts';

/** A world of its own below a folder: its cache, its consent, its home, and what it logged. */
export interface TestWorld extends MachineWorld {
  readonly folder: string;
  readonly log: readonly string[];
}

export interface TestWorldOptions {
  readonly allowHosts?: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
  /** Whether `variables` name proxies, as for the command line. */
  readonly usesProxyVariables?: boolean;
}

export async function openTestWorld(
  parent: string,
  { allowHosts = ['*'], variables = {}, usesProxyVariables = false }: TestWorldOptions = {},
): Promise<TestWorld> {
  const folder = await mkdtemp(path.join(parent, 'world-'));
  const log: string[] = [];
  const note = (message: string): void => {
    log.push(message);
  };
  const world = await openWorld({
    configFolder: path.join(folder, 'config'),
    cacheFolder: path.join(folder, 'cache'),
    allowHosts,
    localSources: {},
    usesProxyVariables,
    variables: { HOME: folder, PATH: process.env['PATH'], ...variables },
    version: 'test',
    log: { debug: note, info: note, warn: note, error: note },
  });
  return { ...world, folder, log };
}

/** A source object `apps/store` of this kind. */
export function sourceOf(kind: string, spec: object): Source {
  return parseSource(
    {
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      kind,
      metadata: { name: 'store', namespace: 'apps' },
      spec,
    },
    { defaultNamespace: 'apps' },
  );
}

/** Secrets by name, with their data. */
export function secretLookup(secrets: Readonly<Record<string, Readonly<Record<string, string>>>>): ValuesLookup {
  return ({ kind, name }) => {
    const data = kind === 'Secret' ? secrets[name] : undefined;
    return data && { kind: 'known', data: new Map(Object.entries(data)), sealed: new Map() };
  };
}
