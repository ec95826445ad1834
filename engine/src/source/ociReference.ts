import { SourceError } from './errors.ts';

/** A repository of a registry. */
export interface OciRepositoryName {
  /** Where requests go: `registry-1.docker.io`, `localhost:5000`. */
  readonly host: string;
  /** `charts/podinfo` */
  readonly path: string;
}

export interface OciName extends OciRepositoryName {
  readonly tag?: string;
  /** `sha256:…` */
  readonly digest?: string;
}

const hostName = /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?$/;
const pathPart = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const tagName = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const digestName = /^sha256:[0-9a-f]{64}$/;

/**
 * Reads `oci://host/path`, with a tag or digest or without.
 *
 * @throws SourceError code `invalid-url`
 * @see OCI distribution-spec v1.1, and distribution/reference for Docker Hub's names
 */
export function parseOciUrl(url: string): OciName {
  const refuse = (why: string): never => {
    throw new SourceError('invalid-url', `${url}: ${why}`, { url });
  };
  if (!url.startsWith('oci://')) {
    return refuse("URL must be in format 'oci://<domain>/<org>/<repo>'");
  }
  const name = url.slice('oci://'.length).replace(/\/+$/, '');
  const [beforeDigest = '', digest, ...more] = name.split('@');
  if (more.length > 0 || (digest !== undefined && !digestName.test(digest))) {
    return refuse('what follows @ is not a sha256 digest');
  }
  const slash = beforeDigest.indexOf('/');
  const host = slash < 0 ? beforeDigest : beforeDigest.slice(0, slash);
  if (!hostName.test(host)) {
    return refuse('no registry host');
  }
  const afterHost = slash < 0 ? '' : beforeDigest.slice(slash + 1);
  const colon = afterHost.lastIndexOf(':');
  const path = colon < 0 ? afterHost : afterHost.slice(0, colon);
  const tag = colon < 0 ? undefined : afterHost.slice(colon + 1);
  if (path !== '' && !path.split('/').every((part) => pathPart.test(part))) {
    return refuse('repository path has characters that registries do not allow');
  }
  if (tag !== undefined && !tagName.test(tag)) {
    return refuse(`'${tag}' is not a tag`);
  }
  const isDockerHub = host === 'docker.io' || host === 'index.docker.io';
  return {
    host: isDockerHub ? 'registry-1.docker.io' : host.toLowerCase(),
    path: isDockerHub && path !== '' && !path.includes('/') ? `library/${path}` : path,
    ...(tag !== undefined && { tag }),
    ...(digest !== undefined && { digest }),
  };
}

/**
 * As `parseOciUrl` for a place where neither tag nor digest may stand.
 *
 * @throws SourceError code `invalid-url`
 */
export function parseRepositoryUrl(url: string): OciRepositoryName {
  const { host, path, tag, digest } = parseOciUrl(url);
  if (tag !== undefined || digest !== undefined) {
    throw new SourceError(
      'invalid-url',
      `${url}: URL must not contain a ${tag === undefined ? 'digest' : `tag; remove ':${tag}'`}`,
      { url },
    );
  }
  return { host, path };
}

/** Whether a registry is spoken to without TLS: when the source says so, and on this machine. */
export function usesPlainHttp(host: string, { insecure }: { readonly insecure: boolean }): boolean {
  const name = host.replace(/:[0-9]+$/, '');
  return insecure || name === 'localhost' || name === '[::1]' || /^127(?:\.[0-9]{1,3}){3}$/.test(name);
}

/** Whether a registry takes this for a tag. */
export function isTag(text: string): boolean {
  return tagName.test(text);
}
