import { durationMs, type GitRepository, nameOf, type ValuesLookup } from '../flux/index.ts';
import { type Abortable, type GitLogin, type GitRemote, limits } from '../support/index.ts';
import { authFor } from './credentials.ts';
import { SourceError } from './errors.ts';
import { secretData } from './secretData.ts';
import type { SourceWorld } from './world.ts';

/** A GitRepository that can be asked. Nothing has been sent yet. */
export interface GitAccess {
  readonly remote: GitRemote;
  readonly warnings: readonly string[];
}

/**
 * Where a GitRepository is, and the login that its Secret has. Where that Secret is in the cluster only, the user's own
 * git logs in.
 *
 * @throws SourceError codes `invalid-url`, `invalid-credentials`, `unsupported`
 * @see fluxcd/pkg/git v0.52 options.go, NewAuthOptions
 */
export async function gitAccess(
  source: GitRepository,
  lookup: ValuesLookup,
  { environment }: Pick<SourceWorld, 'environment'>,
  options: Abortable,
): Promise<GitAccess> {
  const { metadata, spec } = source;
  const url = parseGitUrl(spec.url);
  const { namespace } = metadata;
  const { provider = 'generic' } = spec;
  if (provider !== 'generic') {
    throw new SourceError(
      'unsupported',
      `${nameOf(source)}: provider ${provider} logs in from within the cluster, which cannot be done here`,
      { url: spec.url, host: url.host },
    );
  }
  const timeoutMs = spec.timeout === undefined ? limits.sourceTimeoutMs : durationMs(spec.timeout, 'spec.timeout');
  if (url.protocol === 'ssh:') {
    const { login, warnings } = sshLogin(source, url.host, lookup);
    if (spec.proxySecretRef !== undefined) {
      throw new SourceError('unsupported', `${nameOf(source)}: a proxy for ssh is not supported here`, {
        host: url.host,
      });
    }
    url.username ||= 'git';
    url.password = '';
    return { remote: { url: url.href, login, timeoutMs }, warnings };
  }
  // User and password of a URL would be an argument, which everybody on the machine sees.
  const fromUrl = { username: decodeURIComponent(url.username), password: decodeURIComponent(url.password) };
  url.username = '';
  url.password = '';
  const kind = { kind: 'http', url: url.href } as const;
  const auth = await authFor({ namespace, access: spec, host: url.host, lookup, kind }, environment, options);
  const isOutOfReach = spec.secretRef !== undefined && knownSecret(source, lookup) === undefined;
  const login: GitLogin =
    auth.bearerToken !== undefined
      ? { kind: 'bearer', token: auth.bearerToken }
      : auth.basic !== undefined
        ? { kind: 'basic', ...auth.basic }
        : fromUrl.username !== '' || fromUrl.password !== ''
          ? { kind: 'basic', ...fromUrl }
          : { kind: isOutOfReach ? 'own' : 'none' };
  return {
    remote: {
      url: url.href,
      login,
      timeoutMs,
      ...(auth.tls && { tls: auth.tls }),
      ...(auth.proxy && { proxy: auth.proxy }),
    },
    warnings: login.kind === 'own' ? [...auth.warnings, 'your own git logs in'] : auth.warnings,
  };
}

/** The same login for a submodule, where that is on the same host; none elsewhere. */
export function remoteOfSubmodule(remote: GitRemote, submodule: string): GitRemote {
  const url = parseGitUrl(resolveSubmoduleUrl(remote.url, submodule));
  const parent = new URL(remote.url);
  const isSame = url.protocol === parent.protocol && url.host === parent.host;
  if (url.protocol === 'ssh:') {
    url.username ||= 'git';
  } else {
    url.username = '';
  }
  url.password = '';
  return isSame
    ? { ...remote, url: url.href }
    : { url: url.href, login: { kind: 'none' }, timeoutMs: remote.timeoutMs };
}

/** @throws SourceError code `invalid-url` */
export function parseGitUrl(text: string): URL {
  if (!URL.canParse(text)) {
    throw new SourceError('invalid-url', `${JSON.stringify(text)} is not a URL`, { url: text });
  }
  const url = new URL(text);
  if (!['http:', 'https:', 'ssh:'].includes(url.protocol)) {
    throw new SourceError('invalid-url', `${text}: want https, http or ssh`, { url: text });
  }
  return url;
}

/** `../other.git` counts from the repository, as go-git and git have it; `git@host:path` is ssh. */
function resolveSubmoduleUrl(parent: string, submodule: string): string {
  if (submodule.startsWith('./') || submodule.startsWith('../')) {
    return new URL(submodule, parent.endsWith('/') ? parent : `${parent}/`).href;
  }
  const scp = /^([^/@:\s]+@)?([^/:\s]+):(?!\/\/)(.+)$/.exec(submodule);
  return scp === null ? submodule : `ssh://${scp[1] ?? ''}${scp[2] ?? ''}/${(scp[3] ?? '').replace(/^\/+/, '')}`;
}

function sshLogin(
  source: GitRepository,
  host: string,
  lookup: ValuesLookup,
): { readonly login: GitLogin; readonly warnings: readonly string[] } {
  const { secretRef } = source.spec;
  if (secretRef === undefined) {
    throw new SourceError('invalid-credentials', "invalid 'ssh' auth option: 'identity' is required", { host });
  }
  const data = knownSecret(source, lookup);
  if (data === undefined) {
    const name = `${source.metadata.namespace}/${secretRef.name}`;
    return {
      login: { kind: 'own' },
      warnings: [`Secret ${name} is not in reach here; your own ssh keys and known hosts are used`],
    };
  }
  const identity = data.get('identity') ?? '';
  const knownHosts = data.get('known_hosts') ?? '';
  if (identity === '' || knownHosts === '') {
    const missing = identity === '' ? 'identity' : 'known_hosts';
    throw new SourceError('invalid-credentials', `invalid 'ssh' auth option: '${missing}' is required`, { host });
  }
  const passphrase = data.get('password') ?? '';
  return {
    login: { kind: 'ssh', identity, knownHosts, ...(passphrase !== '' && { passphrase }) },
    warnings: [],
  };
}

function knownSecret({ metadata, spec }: GitRepository, lookup: ValuesLookup): ReadonlyMap<string, string> | undefined {
  const found = secretData(lookup, { namespace: metadata.namespace, name: spec.secretRef?.name ?? '' });
  return found.kind === 'known' ? found.data : undefined;
}
