import { Buffer } from 'node:buffer';
import type { LocalReference, SourceAccess, ValuesLookup } from '../flux/index.ts';
import { toBytes } from '../gostd/index.ts';
import type { Abortable, BasicCredentials, Environment, HttpProxy, HttpTls } from '../support/index.ts';
import { loginOfDockerConfig } from './dockerConfig.ts';
import { SourceError } from './errors.ts';
import { secretData } from './secretData.ts';

/** What to log in with at one host. Never printed. */
export interface SourceAuth {
  readonly basic?: { readonly username: string; readonly password: string };
  readonly bearerToken?: string;
  /** A token that a registry's token service changes for another. */
  readonly identityToken?: string;
  readonly tls?: HttpTls;
  readonly proxy?: HttpProxy;
  /** Where the login is from, for people. */
  readonly from?: string;
  /** What could not be used, for people. */
  readonly warnings: readonly string[];
}

export interface AuthRequest {
  readonly namespace: string;
  readonly access: SourceAccess;
  /** `example.com`, `localhost:5000` */
  readonly host: string;
  readonly lookup: ValuesLookup;
  /** A registry says by itself when it wants a login; a chart repository's is looked for by its URL. */
  readonly kind:
    | {
        readonly kind: 'registry';
        /** `org/charts` */
        readonly path: string;
        /** Whether a Secret may hold user and password by themselves: a HelmRepository's may, an OCIRepository's not. */
        readonly takesPlainSecret: boolean;
      }
    | { readonly kind: 'http'; readonly url: string };
}

/**
 * Credentials for a source: from the Secrets it names, else for a chart repository from the user's own logins.
 * A Secret that is not in reach here is a warning: the cluster has it.
 *
 * @throws SourceError code `invalid-credentials`
 */
export async function authFor(
  { namespace, access, host, lookup, kind }: AuthRequest,
  { credentials, consent }: Pick<Environment, 'credentials' | 'consent'>,
  options: Abortable,
): Promise<SourceAuth> {
  const warnings: string[] = [];
  const secret = (reference: LocalReference | undefined): ReadonlyMap<string, string> | undefined => {
    if (reference === undefined) {
      return undefined;
    }
    const found = secretData(lookup, { namespace, name: reference.name });
    if (found.kind === 'known') {
      return found.data;
    }
    warnings.push(`Secret ${namespace}/${reference.name} is not used: ${found.why}`);
    return undefined;
  };
  const proxy = proxyOf(secret(access.proxySecretRef), `${namespace}/${access.proxySecretRef?.name ?? ''}`, host);
  if (access.serviceAccountName !== undefined) {
    warnings.push(
      `serviceAccountName ${access.serviceAccountName}: its pull secrets are in the cluster; here your own logins are used`,
    );
  }
  if (access.provider !== undefined && access.provider !== 'generic') {
    warnings.push(`provider ${access.provider} logs in from within the cluster; here your own logins are used`);
  }
  const given = secret(access.secretRef);
  const isOfUse = given?.has('.dockerconfigjson') === true || kind.kind === 'http' || kind.takesPlainSecret;
  if (given !== undefined && !isOfUse) {
    warnings.push(
      `Secret ${namespace}/${access.secretRef?.name ?? ''} is not used: it has no .dockerconfigjson, and Flux takes nothing else for an OCIRepository`,
    );
  }
  const login = isOfUse ? given : undefined;
  const name = `${namespace}/${access.secretRef?.name ?? ''}`;
  const fromSecret = login === undefined ? {} : loginOf(login, { host, name, kind });
  const own =
    kind.kind === 'http' && !hasLogin(fromSecret) && consent.allowed(host)
      ? await credentials.forHost(host, { ...options, repositoryUrl: kind.url })
      : undefined;
  const tls = tlsOf(secret(access.certSecretRef) ?? (kind.kind === 'registry' ? undefined : login)) ?? own?.tls;
  return {
    ...(own && ownLogin(own)),
    ...fromSecret,
    ...(tls && { tls }),
    ...(proxy && { proxy }),
    warnings,
  };
}

type Login = Pick<SourceAuth, 'basic' | 'bearerToken' | 'identityToken' | 'from'>;

/** A login of the user's own as what is sent. */
export function ownLogin({ username, password, isIdentityToken = false, from }: BasicCredentials): Login {
  return isIdentityToken
    ? { identityToken: password, from }
    : { ...(username !== '' && { basic: { username, password } }), from };
}

export function hasLogin({ basic, bearerToken, identityToken }: Login): boolean {
  return basic !== undefined || bearerToken !== undefined || identityToken !== undefined;
}

/** `Basic …` or `Bearer …`; undefined without credentials. */
export function authorizationOf({ basic, bearerToken }: SourceAuth): string | undefined {
  if (bearerToken !== undefined) {
    return `Bearer ${bearerToken}`;
  }
  return basic && `Basic ${Buffer.from(toBytes(`${basic.username}:${basic.password}`)).toString('base64')}`;
}

interface LoginOptions extends Pick<AuthRequest, 'host' | 'kind'> {
  /** Of the Secret. */
  readonly name: string;
}

function loginOf(data: ReadonlyMap<string, string>, { host, name, kind }: LoginOptions): Login {
  const from = `Secret ${name}`;
  const docker = data.get('.dockerconfigjson');
  if (docker !== undefined) {
    const login = loginOfDockerConfig(docker, host, { from, ...(kind.kind === 'registry' && { path: kind.path }) });
    switch (login?.kind) {
      case 'password':
        return { basic: { username: login.username, password: login.password }, from };
      case 'identityToken':
        return { identityToken: login.token, from };
      // A helper that a Secret names is no program of this machine.
      case 'helper':
      case undefined:
        return {};
    }
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
  return username === '' && bearerToken === undefined
    ? {}
    : {
        ...(username !== '' && { basic: { username, password } }),
        ...(bearerToken !== undefined && { bearerToken }),
        from,
      };
}

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
