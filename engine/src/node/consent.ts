import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { at, type Consent, parseJson } from '../support/index.ts';

/** Which hosts the user allowed requests to, kept outside any repository. */
export interface ConsentStore extends Consent {
  /** Remembers the hosts for the sessions to come. */
  allow(hosts: readonly string[]): Promise<void>;
  /** Takes back what was remembered for them. */
  forget(hosts: readonly string[]): Promise<void>;
  remembered(): readonly string[];
}

export interface ConsentOptions {
  /** The user's own folder of Fairlead's settings. */
  readonly configFolder: string;
  /** Allowed for this process only, as `--allow-host` and `--online` say; `*` allows all. */
  readonly allowHosts: readonly string[];
}

const fileName = 'allowed-hosts.json';

/** Reads what was allowed before. A file that cannot be read allows nothing. */
export async function openConsent({ configFolder, allowHosts }: ConsentOptions): Promise<ConsentStore> {
  const path = join(configFolder, fileName);
  const now = new Set(allowHosts.map(normalize));
  const remembered = new Set(await readHosts(path));
  const save = async (): Promise<void> => {
    await mkdir(configFolder, { recursive: true, mode: 0o700 });
    const temporary = `${path}.${String(process.pid)}.tmp`;
    await writeFile(temporary, `${JSON.stringify({ version: 1, hosts: [...remembered].sort() }, undefined, 2)}\n`, {
      mode: 0o600,
    });
    await rename(temporary, path);
  };
  return {
    allowed: (host) => now.has('*') || now.has(normalize(host)) || remembered.has(normalize(host)),
    allow: async (hosts) => {
      for (const host of await readHosts(path)) {
        remembered.add(host);
      }
      hosts.forEach((host) => remembered.add(normalize(host)));
      await save();
    },
    forget: async (hosts) => {
      hosts.forEach((host) => remembered.delete(normalize(host)));
      await save();
    },
    remembered: () => [...remembered].sort(),
  };
}

async function readHosts(path: string): Promise<readonly string[]> {
  const hosts = at(parseJson(await readFile(path, 'utf8').catch(() => '')), 'hosts');
  return Array.isArray(hosts) ? hosts.filter((host): host is string => typeof host === 'string').map(normalize) : [];
}

function normalize(host: string): string {
  return host.toLowerCase();
}
