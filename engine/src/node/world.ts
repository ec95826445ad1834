import { homedir } from 'node:os';
import { join } from 'node:path';
import type { SourceWorld } from '../source/index.ts';
import type { Credentials, Log } from '../support/index.ts';
import { nodeArtifactCache } from './artifactCache.ts';
import { nodeBuckets } from './bucket.ts';
import { type ConsentStore, openConsent } from './consent.ts';
import { nodeEnvironment } from './environment.ts';
import { nodeGitRemotes } from './gitRemotes.ts';

/** Where Fairlead keeps what outlives a process. */
export interface UserFolders {
  /** Allowed hosts and enrolled clusters. */
  readonly configFolder: string;
  /** Charts and indexes; may be deleted at any time. */
  readonly cacheFolder: string;
}

export interface WorldOptions extends UserFolders {
  readonly allowHosts: readonly string[];
  /** Folders that stand for Git repositories, by URL. */
  readonly localSources: Readonly<Record<string, string>>;
  /** False in the extension host, which looks after proxies itself. */
  readonly usesProxyVariables: boolean;
  readonly variables: NodeJS.ProcessEnv;
  readonly version: string;
  readonly log: Log;
  /** Logins that an editor keeps; asked before those of other programs. */
  readonly ownLogins?: Credentials;
}

/** The machine and its network, for everything that fetches charts. */
export interface MachineWorld extends SourceWorld {
  readonly consent: ConsentStore;
}

const maxCacheBytes = 2 * 1024 ** 3;

/** Below the XDG folders, or where `FAIRLEAD_CONFIG` and `FAIRLEAD_CACHE` say. */
export function userFolders(variables: NodeJS.ProcessEnv): UserFolders {
  const xdg = (name: string, fallback: string): string =>
    join(variables[name] ?? join(homedir(), fallback), 'fairlead');
  return {
    configFolder: variables['FAIRLEAD_CONFIG'] ?? xdg('XDG_CONFIG_HOME', '.config'),
    cacheFolder: variables['FAIRLEAD_CACHE'] ?? xdg('XDG_CACHE_HOME', '.cache'),
  };
}

/** The machine as the user has set it up: folders, hosts that may be asked, logins. Nothing is asked of the network. */
export async function openWorld(options: WorldOptions): Promise<MachineWorld> {
  const {
    configFolder,
    cacheFolder,
    allowHosts,
    localSources,
    usesProxyVariables,
    variables,
    version,
    log,
    ownLogins,
  } = options;
  const consent = await openConsent({ configFolder, allowHosts });
  const userAgent = `fairlead/${version}`;
  const environment = nodeEnvironment({
    consent,
    log,
    variables,
    usesProxyVariables,
    userAgent,
    ...(ownLogins && { ownLogins }),
  });
  return {
    environment,
    cache: nodeArtifactCache({ folder: join(cacheFolder, 'artifacts'), maxBytes: maxCacheBytes }),
    localSources,
    remote: {
      git: nodeGitRemotes(variables),
      buckets: nodeBuckets(environment.http),
    },
    consent,
  };
}
