import { type Bucket, durationMs, nameOf, type ValuesLookup } from '../flux/index.ts';
import { type Abortable, type BucketLocation, limits } from '../support/index.ts';
import { authFor } from './credentials.ts';
import { SourceError } from './errors.ts';
import { secretData } from './secretData.ts';
import type { SourceWorld } from './world.ts';

/** A Bucket that can be asked. Nothing has been sent yet. */
export interface BucketAccess {
  readonly location: BucketLocation;
  /** `minio.example.com:9000` */
  readonly host: string;
  readonly warnings: readonly string[];
}

/**
 * Where a Bucket is, and the keys that its Secret has. A Bucket whose keys come from within the cluster is refused.
 *
 * @throws SourceError codes `invalid-url`, `invalid-credentials`, `unsupported`
 * @see fluxcd/source-controller v1.9 internal/bucket/minio/minio.go, NewClient
 */
export async function bucketAccess(
  source: Bucket,
  lookup: ValuesLookup,
  { environment }: Pick<SourceWorld, 'environment'>,
  options: Abortable,
): Promise<BucketAccess> {
  const { metadata, spec } = source;
  const { namespace } = metadata;
  const { bucketName, endpoint, region, insecure = false, provider = 'generic', timeout } = spec;
  const url = `${insecure ? 'http' : 'https'}://${endpoint}`;
  if (endpoint.includes('/') || endpoint.includes('@') || !URL.canParse(url)) {
    throw new SourceError('invalid-url', `${nameOf(source)}: spec.endpoint is no host: ${JSON.stringify(endpoint)}`);
  }
  const { host } = new URL(url);
  const why = refusalOf(source);
  if (why !== undefined) {
    throw new SourceError('unsupported', `${nameOf(source)}: ${why}`, { host });
  }
  // The Secret has keys and no login: proxy and certificates are all that is taken from here.
  const { certSecretRef, proxySecretRef } = spec;
  const access = { ...(certSecretRef && { certSecretRef }), ...(proxySecretRef && { proxySecretRef }) };
  const { tls, proxy, warnings } = await authFor(
    { namespace, access, host, lookup, kind: { kind: 'http', url } },
    environment,
    options,
  );
  const { keys, warning } = keysOf(source, lookup, host);
  if (provider === 'aws' && keys === undefined) {
    throw new SourceError(
      'unsupported',
      `${nameOf(source)}: ${warning ?? 'provider aws without a secretRef logs in from within the cluster'}`,
      { host },
    );
  }
  return {
    location: {
      endpoint: url,
      bucket: bucketName,
      ...(region !== undefined && region !== '' && { region }),
      ...(keys && { keys }),
      ...(tls && !insecure && { tls }),
      ...(proxy && { proxy }),
      timeoutMs: timeout === undefined ? limits.sourceTimeoutMs : durationMs(timeout, 'spec.timeout'),
    },
    host,
    warnings: warning === undefined ? warnings : [...warnings, warning],
  };
}

function refusalOf({ spec }: Bucket): string | undefined {
  const { provider = 'generic', sts } = spec;
  switch (provider) {
    case 'generic':
    case 'aws':
      return sts === undefined
        ? undefined
        : `keys that a service gives out (spec.sts.provider ${sts.provider ?? ''}) are not supported here`;
    case 'gcp':
      return 'provider gcp speaks a protocol of its own; storage.googleapis.com with HMAC keys is provider generic';
    case 'azure':
      return 'provider azure speaks a protocol of its own, which is not supported here';
    default:
      return `unknown provider ${JSON.stringify(provider)}`;
  }
}

function keysOf(
  { metadata, spec }: Bucket,
  lookup: ValuesLookup,
  host: string,
): { readonly keys?: BucketLocation['keys'] & object; readonly warning?: string } {
  if (spec.secretRef === undefined) {
    return {};
  }
  const name = `${metadata.namespace}/${spec.secretRef.name}`;
  const found = secretData(lookup, { namespace: metadata.namespace, name: spec.secretRef.name });
  if (found.kind === 'unknown') {
    return { warning: `Secret ${name} is not used: ${found.why}` };
  }
  const accessKey = found.data.get('accesskey');
  const secretKey = found.data.get('secretkey');
  if (accessKey === undefined || secretKey === undefined) {
    throw new SourceError(
      'invalid-credentials',
      `invalid '${spec.secretRef.name}' secret data: required fields 'accesskey' and 'secretkey'`,
      { host },
    );
  }
  return accessKey === '' || secretKey === '' ? {} : { keys: { accessKey, secretKey } };
}
