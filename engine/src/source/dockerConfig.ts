import { Buffer } from 'node:buffer';
import { fromBytes } from '../gostd/index.ts';
import { isRecord, parseJson } from '../support/index.ts';
import { SourceError } from './errors.ts';

/** What a Docker configuration says of a host. */
export type DockerLogin =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  /** A token that the registry's token service changes for another. */
  | { readonly kind: 'identityToken'; readonly token: string }
  /** A program `docker-credential-NAME` knows. */
  | { readonly kind: 'helper'; readonly name: string };

export interface DockerConfigOptions {
  /** Where the text comes from, for messages. */
  readonly from: string;
  /** Of the repository, where an entry may be for a part of the registry only: `org/charts`. */
  readonly path?: string;
}

/**
 * The login for a host in the text of a Docker `config.json`; undefined where it has none.
 *
 * @throws SourceError code `invalid-credentials` without any of the text
 * @see docker/cli v29 cli/config/configfile, and kubernetes v1.36 pkg/credentialprovider/keyring.go for patterns
 */
export function loginOfDockerConfig(
  text: string,
  host: string,
  { from, path = '' }: DockerConfigOptions,
): DockerLogin | undefined {
  const config = parseJson(text);
  if (config === undefined) {
    throw new SourceError('invalid-credentials', `${from}: the Docker configuration is not JSON`, { host });
  }
  if (!isRecord(config)) {
    return undefined;
  }
  const { auths, credHelpers, credsStore } = config;
  const entry = isRecord(auths) ? bestEntry(auths, host, path) : undefined;
  const login = isRecord(entry) ? loginOfEntry(entry, host, from) : undefined;
  if (login !== undefined) {
    return login;
  }
  const helper = (isRecord(credHelpers) ? bestEntry(credHelpers, host, path) : undefined) ?? credsStore;
  return typeof helper === 'string' && helper !== '' ? { kind: 'helper', name: helper } : undefined;
}

/** How helpers and files name a registry: Docker Hub has a URL of its own. */
export function dockerServerName(host: string): string {
  return dockerHubHosts.includes(host) ? 'https://index.docker.io/v1/' : host;
}

function loginOfEntry(
  { auth, username, password, identitytoken }: Readonly<Record<string, unknown>>,
  host: string,
  from: string,
): DockerLogin | undefined {
  if (typeof identitytoken === 'string' && identitytoken !== '') {
    return { kind: 'identityToken', token: identitytoken };
  }
  if (typeof auth === 'string' && auth !== '') {
    const pair = fromBytes(Buffer.from(auth, 'base64'));
    const colon = pair.indexOf(':');
    if (colon < 0) {
      throw new SourceError('invalid-credentials', `${from}: auth of ${host} is not base64 of user:password`, { host });
    }
    return {
      kind: 'password',
      username: pair.slice(0, colon),
      password: pair.slice(colon + 1).replace(/\0+$/, ''),
    };
  }
  return typeof username === 'string' && typeof password === 'string' && username !== ''
    ? { kind: 'password', username, password }
    : undefined;
}

/**
 * Of the entries for a host the one that says most: keys are hosts, with or without scheme, and may name a path below
 * which they hold, or have stars in the parts of the host's name.
 */
function bestEntry(entries: Readonly<Record<string, unknown>>, host: string, path: string): unknown {
  const hosts = dockerHubHosts.includes(host) ? dockerHubHosts : [host];
  let best: { readonly rank: number; readonly entry: unknown } | undefined;
  for (const [key, entry] of Object.entries(entries)) {
    const [name = '', ...rest] = key.replace(/^https?:\/\//, '').split('/');
    const below = rest.join('/').replace(/\/+$/, '');
    const isWhole = below === '' || below === 'v1' || below === 'v2';
    const isBelow = isWhole || path === below || path.startsWith(`${below}/`);
    const isExact = hosts.includes(name);
    if ((isExact || hosts.some((candidate) => matchesPattern(name, candidate))) && isBelow) {
      const rank = (isWhole ? 0 : below.length * 2) + (isExact ? 1 : 0);
      if (best === undefined || rank > best.rank) {
        best = { rank, entry };
      }
    }
  }
  return best?.entry;
}

/** A star stands for a part of a name, never for a dot. @see kubernetes v1.36 pkg/credentialprovider, URLsMatch */
function matchesPattern(pattern: string, host: string): boolean {
  if (!pattern.includes('*')) {
    return false;
  }
  const [patternName = '', patternPort] = pattern.split(':');
  const [hostName = '', hostPort] = host.split(':');
  const parts = hostName.split('.');
  const patternParts = patternName.split('.');
  return (
    patternPort === hostPort &&
    parts.length === patternParts.length &&
    patternParts.every((part, index) => matchesPart(part, parts[index] ?? ''))
  );
}

function matchesPart(pattern: string, text: string): boolean {
  const [first = '', ...others] = pattern.split('*');
  if (others.length === 0) {
    return pattern === text;
  }
  const last = others.pop() ?? '';
  let at = first.length;
  for (const middle of others) {
    const found = text.indexOf(middle, at);
    if (found < 0) {
      return false;
    }
    at = found + middle.length;
  }
  return text.startsWith(first) && text.endsWith(last) && text.length - last.length >= at;
}

const dockerHubHosts: readonly string[] = ['registry-1.docker.io', 'index.docker.io', 'docker.io'];
