import { Buffer } from 'node:buffer';
import type { LocalReference, SourceAccess, ValuesLookup } from '../flux/index.ts';
import { fromBytes, toBytes } from '../gostd/index.ts';
import type { Abortable, Environment, HttpProxy, HttpTls } from '../support/index.ts';
import { SourceError } from './errors.ts';

/** What to log in with at one host. Never printed. */
export interface SourceAuth {
  readonly basic?: { readonly username: string; readonly password: string };
  readonly bearerToken?: string;
  /** A token that a registry's token service changes for another. */
  readonly identityToken?: string;
  readonly tls?: HttpTls;
  readonly proxy?: HttpProxy;
  /** What could not be used, for people. */
  readonly warnings: readonly string[];
}

export interface AuthRequest {
  readonly namespace: string;
  readonly access: SourceAccess;
  /** `example.com`, `localhost:5000` */
  readonly host: string;
  readonly lookup: ValuesLookup;
  /** Registries also look at what the user logged in to with `docker login` or `helm registry login`. */
  readonly isRegistry: boolean;
}

/**
 * Credentials for a source: from the Secrets it names, else for registries from the user's own logins.
 * A Secret that is not in reach here is a warning: the cluster has it.
 *
 * @throws SourceError codes `invalid-credentials`, `unsupported`
 */
export async function authFor(
  { namespace, access, host, lookup, isRegistry }: AuthRequest,
  { credentials }: Pick<Environment, 'credentials'>,
  options: Abortable,
): Promise<SourceAuth> {
  const warnings: string[] = [];
  const secret = (reference: LocalReference | undefined): ReadonlyMap<string, string> | undefined => {
    if (reference === undefined) {
      return undefined;
    }
    const found = lookup({ kind: 'Secret', namespace, name: reference.name });
    if (found?.kind === 'known' && found.sealed.size === 0) {
      return found.data;
    }
    const why = found === undefined ? 'not found' : found.kind === 'unknown' ? found.reason : 'encrypted with SOPS';
    warnings.push(`Secret ${namespace}/${reference.name} is not used: ${why}`);
    return undefined;
  };
  const proxy = proxyOf(secret(access.proxySecretRef), `${namespace}/${access.proxySecretRef?.name ?? ''}`, host);
  if (access.provider !== undefined && access.provider !== 'generic') {
    warnings.push(`provider ${access.provider} logs in from within the cluster; here your own logins are used`);
  }
  const login = secret(access.secretRef);
  const fromSecret = login === undefined ? {} : loginOf(login, host, `${namespace}/${access.secretRef?.name ?? ''}`);
  const own =
    isRegistry && fromSecret.basic === undefined && fromSecret.identityToken === undefined
      ? await credentials.forHost(host, options)
      : undefined;
  const tls = tlsOf(secret(access.certSecretRef) ?? (isRegistry ? undefined : login));
  return {
    ...(own && { basic: { username: own.username, password: own.password } }),
    ...fromSecret,
    ...(tls && { tls }),
    ...(proxy && { proxy }),
    warnings,
  };
}

/** `Basic …` or `Bearer …`; undefined without credentials. */
export function authorizationOf({ basic, bearerToken }: SourceAuth): string | undefined {
  if (bearerToken !== undefined) {
    return `Bearer ${bearerToken}`;
  }
  return basic && `Basic ${Buffer.from(toBytes(`${basic.username}:${basic.password}`)).toString('base64')}`;
}

type Login = Pick<SourceAuth, 'basic' | 'bearerToken' | 'identityToken'>;

function loginOf(data: ReadonlyMap<string, string>, host: string, name: string): Login {
  const docker = data.get('.dockerconfigjson');
  if (docker !== undefined) {
    return loginOfDockerConfig(docker, host, `Secret ${name}`) ?? {};
  }
  const username = data.get('username') ?? '';
  const password = data.get('password') ?? '';
  if ((username === '') !== (password === '')) {
    throw new SourceError(
      'invalid-credentials',
      `invalid '${name}' secret data: required fields 'username' and 'password'`,
      { host },
    );
  }
  const bearerToken = data.get('bearerToken');
  return {
    ...(username !== '' && { basic: { username, password } }),
    ...(bearerToken !== undefined && { bearerToken }),
  };
}

/**
 * The login for a host in the text of a Docker `config.json`; undefined where it has none.
 *
 * @throws SourceError code `invalid-credentials` without any of the text
 */
export function loginOfDockerConfig(text: string, host: string, from: string): Login | undefined {
  let config: unknown;
  try {
    config = JSON.parse(text);
  } catch {
    // The parser's message quotes the text.
    throw new SourceError('invalid-credentials', `${from}: the Docker configuration is not JSON`, { host });
  }
  const auths = isRecord(config) ? config['auths'] : undefined;
  const entry = isRecord(auths) ? entryFor(auths, host) : undefined;
  if (!isRecord(entry)) {
    return undefined;
  }
  const { auth, username, password, identitytoken } = entry;
  if (typeof identitytoken === 'string' && identitytoken !== '') {
    return { identityToken: identitytoken };
  }
  if (typeof auth === 'string' && auth !== '') {
    const pair = fromBytes(Buffer.from(auth, 'base64'));
    const colon = pair.indexOf(':');
    if (colon < 0) {
      throw new SourceError('invalid-credentials', `${from}: auth of ${host} is not base64 of user:password`, { host });
    }
    return { basic: { username: pair.slice(0, colon), password: pair.slice(colon + 1).replace(/\0+$/, '') } };
  }
  return typeof username === 'string' && typeof password === 'string' && username !== ''
    ? { basic: { username, password } }
    : undefined;
}

/** Keys of a Docker configuration are hosts, with or without scheme and path. */
function entryFor(auths: Readonly<Record<string, unknown>>, host: string): unknown {
  const hosts = dockerHubHosts.includes(host) ? dockerHubHosts : [host];
  for (const [key, entry] of Object.entries(auths)) {
    const name = key.replace(/^https?:\/\//, '').split('/')[0] ?? '';
    if (hosts.includes(name)) {
      return entry;
    }
  }
  return undefined;
}

const dockerHubHosts: readonly string[] = ['registry-1.docker.io', 'index.docker.io', 'docker.io'];

/** @see fluxcd/pkg/runtime v0.110 secrets: `ca.crt`, `tls.crt`, `tls.key`, and their old names */
function tlsOf(data: ReadonlyMap<string, string> | undefined): HttpTls | undefined {
  const ca = data?.get('ca.crt') ?? data?.get('caFile');
  const cert = data?.get('tls.crt') ?? data?.get('certFile');
  const key = data?.get('tls.key') ?? data?.get('keyFile');
  return ca === undefined && cert === undefined
    ? undefined
    : { ...(ca !== undefined && { ca }), ...(cert !== undefined && { cert }), ...(key !== undefined && { key }) };
}

/** @see fluxcd/pkg/runtime v0.110 secrets, ProxyURLFromSecret */
function proxyOf(data: ReadonlyMap<string, string> | undefined, name: string, host: string): HttpProxy | undefined {
  if (data === undefined) {
    return undefined;
  }
  const address = data.get('address') ?? '';
  if (!URL.canParse(address)) {
    const why = address === '' ? "required field 'address' is missing" : "'address' is not a URL";
    throw new SourceError('invalid-credentials', `invalid '${name}' secret data: ${why}`, { host });
  }
  const url = new URL(address);
  const username = data.get('username') ?? '';
  if (username !== '') {
    url.username = encodeURIComponent(username);
    url.password = encodeURIComponent(data.get('password') ?? '');
  }
  return { url: url.href };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
