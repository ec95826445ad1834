import { durationMs, type HelmRepository, type OciRepository, type ValuesLookup } from '../flux/index.ts';
import type { Abortable } from '../support/index.ts';
import { authFor } from './credentials.ts';
import { SourceError } from './errors.ts';
import type { HttpRepository } from './helmRepository.ts';
import { parseRepositoryUrl, usesPlainHttp } from './ociReference.ts';
import { openRegistry, type Registry } from './registry.ts';
import { hostOf } from './request.ts';
import type { SourceWorld } from './world.ts';

/** A HelmRepository or OCIRepository that requests can be sent to. Nothing has been sent yet. */
export interface Connected<T> {
  readonly to: T;
  readonly warnings: readonly string[];
}

/** @throws SourceError codes `invalid-url`, `invalid-credentials`, `unsupported` */
export async function connectHttp(
  { metadata, spec }: HelmRepository,
  lookup: ValuesLookup,
  { environment }: Pick<SourceWorld, 'environment'>,
  options: Abortable,
): Promise<Connected<HttpRepository>> {
  const kind = { kind: 'http', url: spec.url } as const;
  const request = { namespace: metadata.namespace, access: spec, host: hostOf(spec.url), lookup, kind };
  const auth = await authFor(request, environment, options);
  const timeoutMs = spec.timeout === undefined ? undefined : durationMs(spec.timeout, 'spec.timeout');
  return {
    to: {
      url: spec.url,
      auth,
      passCredentials: spec.passCredentials === true,
      ...(timeoutMs !== undefined && { timeoutMs }),
    },
    warnings: auth.warnings,
  };
}

/**
 * @param url `oci://host/path` of the repository within the registry
 * @throws SourceError codes `invalid-url`, `invalid-credentials`, `unsupported`
 */
export async function connectRegistry(
  { kind: sourceKind, metadata, spec }: HelmRepository | OciRepository,
  url: string,
  lookup: ValuesLookup,
  { environment, signal }: Pick<SourceWorld, 'environment'> & Abortable,
): Promise<Connected<Registry>> {
  const { host, path } = parseRepositoryUrl(url);
  if (path === '') {
    throw new SourceError('invalid-url', `${url}: no repository in it`, { url });
  }
  const kind = { kind: 'registry', path, takesPlainSecret: sourceKind === 'HelmRepository' } as const;
  const request = { namespace: metadata.namespace, access: spec, host, lookup, kind };
  const auth = await authFor(request, environment, { signal });
  const plainHttp = usesPlainHttp(host, { insecure: spec.insecure === true });
  // Without certificates of its own, an insecure OCIRepository takes any.
  const isInsecure = spec.insecure === true && auth.tls === undefined;
  const trusting = isInsecure ? { ...auth, tls: { isInsecure } } : auth;
  const { provider, timeout } = spec;
  const timeoutMs = timeout === undefined ? undefined : durationMs(timeout, 'spec.timeout');
  return {
    to: openRegistry(
      {
        host,
        path,
        plainHttp,
        auth: trusting,
        ...(provider !== undefined && { provider }),
        ...(timeoutMs !== undefined && { timeoutMs }),
      },
      { environment },
    ),
    warnings: auth.warnings,
  };
}

/** Whether a HelmRepository is a registry. @throws SourceError code `invalid-url` where type and URL contradict each other */
export function isRegistry({ spec }: HelmRepository): boolean {
  const isOci = spec.url.startsWith('oci://');
  if (isOci !== (spec.type === 'oci')) {
    const why = isOci ? 'an oci:// URL needs type: oci' : 'type: oci needs an oci:// URL';
    throw new SourceError('invalid-url', `${spec.url}: ${why}`, { url: spec.url });
  }
  return isOci;
}
