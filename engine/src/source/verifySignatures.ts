import { Buffer } from 'node:buffer';
import { type Abortable, limits, parseJson, recordsAt, textsAt } from '../support/index.ts';
import { SourceError } from './errors.ts';
import { isDigest, type Registry } from './registry.ts';
import type { FetchOptions, SourceWorld } from './world.ts';

/** What cosign 2 writes: a claim about an artifact, and a signature of the claim's bytes. */
export interface Claim {
  readonly kind: 'claim';
  /** Base64 of the bytes that are signed. */
  readonly payload: string;
  /** Base64. */
  readonly signature: string;
  /** PEM; where the signer had no key of their own. */
  readonly certificate?: string;
  /** What Rekor says of it, as JSON. */
  readonly rekorBundle?: string;
}

/** What cosign 3 writes: a Sigstore bundle, with everything in one JSON text. */
export interface Bundle {
  readonly kind: 'bundle';
  readonly json: string;
}

export type Signature = Claim | Bundle;

const bundleType = 'application/vnd.dev.sigstore.bundle';
const signatureAnnotation = 'dev.cosignproject.cosign/signature';
const certificateAnnotation = 'dev.sigstore.cosign/certificate';
const rekorAnnotation = 'dev.sigstore.cosign/bundle';

/**
 * The signatures of an artifact, from the cache where they are young enough: bundles that refer to it, and where there
 * are none what lies under cosign's own tag.
 *
 * @throws SourceError
 * @see sigstore/cosign v3.0.6 pkg/cosign/verify.go, GetBundles
 */
export async function findSignatures(
  { registry, url, digest }: { readonly registry: Registry; readonly url: string; readonly digest: string },
  { cache, environment }: Pick<SourceWorld, 'cache' | 'environment'>,
  { signal, maxAgeMs }: FetchOptions,
): Promise<readonly Signature[]> {
  const key = `signatures ${url}@${digest}`;
  const note = await cache.recall(key, { signal });
  if (note !== undefined && environment.clock.now() - note.fetchedAt < maxAgeMs) {
    const kept = await cache.get(note.digest, { signal });
    if (kept !== undefined) {
      return JSON.parse(new TextDecoder().decode(kept)) as readonly Signature[]; // written below, and held against its digest
    }
  }
  const bundles = await findBundles(registry, digest, { signal });
  const signatures = bundles.length > 0 ? bundles : await findClaims(registry, digest, { signal });
  const bytes = new TextEncoder().encode(JSON.stringify(signatures));
  await cache.note(key, { digest: await cache.put(bytes, { signal }), fetchedAt: environment.clock.now() }, { signal });
  return signatures;
}

async function findBundles(registry: Registry, digest: string, { signal }: Abortable): Promise<readonly Bundle[]> {
  const referrers = (await registry.referrers(digest, { signal })).filter(
    ({ artifactType = bundleType }) => artifactType.startsWith(bundleType) || artifactType.startsWith(emptyConfigType),
  );
  const bundles: Bundle[] = [];
  for (const referrer of bounded(referrers)) {
    const [layer, ...more] = await layersOf(registry, referrer.digest, { signal });
    if (layer !== undefined && more.length === 0 && layer.mediaType.startsWith(bundleType)) {
      const bytes = await registry.blob(layer.digest, { signal, maxBytes: limits.maxSignatureBytes });
      bundles.push({ kind: 'bundle', json: new TextDecoder().decode(bytes) });
    }
  }
  return bundles;
}

/** Referrers that older clients list carry the type of their config instead of their own. */
const emptyConfigType = 'application/vnd.oci.empty.v1+json';

async function findClaims(registry: Registry, digest: string, { signal }: Abortable): Promise<readonly Claim[]> {
  const layers = await layersOf(registry, `${digest.replace(':', '-')}.sig`, { signal });
  const claims: Claim[] = [];
  for (const { digest: layer, annotations } of bounded(layers)) {
    const signature = annotations[signatureAnnotation];
    if (signature !== undefined) {
      const bytes = await registry.blob(layer, { signal, maxBytes: limits.maxSignatureBytes });
      const certificate = annotations[certificateAnnotation];
      const rekorBundle = annotations[rekorAnnotation];
      claims.push({
        kind: 'claim',
        payload: Buffer.from(bytes).toString('base64'),
        signature,
        ...(certificate !== undefined && { certificate }),
        ...(rekorBundle !== undefined && { rekorBundle }),
      });
    }
  }
  return claims;
}

function bounded<T>(signatures: readonly T[]): readonly T[] {
  if (signatures.length > limits.maxSignatures) {
    throw new SourceError('too-large', `more than ${String(limits.maxSignatures)} signatures of one artifact`);
  }
  return signatures;
}

interface SignatureLayer {
  readonly mediaType: string;
  readonly digest: string;
  readonly annotations: Readonly<Record<string, string>>;
}

/** The layers of a manifest; none where there is no such manifest. */
async function layersOf(
  registry: Registry,
  reference: string,
  { signal }: Abortable,
): Promise<readonly SignatureLayer[]> {
  let manifest: unknown;
  try {
    manifest = parseJson((await registry.manifest(reference, { signal })).bytes);
  } catch (error) {
    if (error instanceof SourceError && error.code === 'not-found') {
      return [];
    }
    throw error;
  }
  return recordsAt(manifest, 'layers').flatMap(({ mediaType, digest, annotations }) =>
    typeof mediaType === 'string' && isDigest(digest) ? [{ mediaType, digest, annotations: textsAt(annotations) }] : [],
  );
}
