import type { Verification, ValuesLookup } from '../flux/index.ts';
import { SourceError } from './errors.ts';
import type { Registry } from './registry.ts';
import { secretData } from './secretData.ts';
import { isBundleSignedBy } from './verifyBundle.ts';
import { isClaimSignedBy } from './verifyClaim.ts';
import { verifyIdentity } from './verifyIdentity.ts';
import { isUsual, type PublicKey, publicKeyOf } from './verifyKey.ts';
import { findSignatures, type Signature } from './verifySignatures.ts';
import type { FetchOptions, SourceWorld } from './world.ts';

export interface VerifyRequest {
  /** `spec.verify` of the OCIRepository or HelmChart. */
  readonly verification: Verification;
  /** Of that object; its Secrets are there. */
  readonly namespace: string;
  readonly lookup: ValuesLookup;
  /** `oci://host/path` of what was fetched, to name it. */
  readonly url: string;
  /** Of its manifest. */
  readonly digest: string;
  readonly registry: Registry;
}

/** Whether someone who may have signed an artifact did. What cannot be verified is refused. */
export type Verdict =
  /** `by` is for people: `cosign.pub of Secret apps/keys`. */
  { readonly kind: 'verified'; readonly by: string } | { readonly kind: 'refused'; readonly why: string };

/**
 * Verifies an artifact as `spec.verify` asks. Signatures that cannot be fetched are a refusal like wrong ones.
 *
 * Stricter than Flux in one thing: a signature of cosign 2 counts only for the digest that its claim names, as in
 * cosign's own command line; source-controller does not look at the claim.
 *
 * @see fluxcd/source-controller v1.9 internal/controller/ocirepository_controller.go, verifySignature
 * @see fluxcd/source-controller v1.9 internal/oci/cosign/cosign.go, Verify
 */
export async function verifyArtifact(
  request: VerifyRequest,
  world: Pick<SourceWorld, 'cache' | 'environment'>,
  options: FetchOptions,
): Promise<Verdict> {
  const { provider = 'cosign' } = request.verification;
  const refused = (reason: string): Verdict => ({
    kind: 'refused',
    why: `failed to verify the signature using provider '${provider}': ${reason}`,
  });
  try {
    switch (provider) {
      case 'cosign':
        return { kind: 'verified', by: await verifyCosign(request, world, options) };
      case 'notation':
        return refused('Fairlead cannot verify signatures of notation');
      default:
        return refused(`unsupported verification provider: ${provider}`);
    }
  } catch (error) {
    if (error instanceof SourceError) {
      return refused(error.message);
    }
    throw error;
  }
}

/** Who signed it. @throws SourceError code `unverified`, and where signatures cannot be fetched */
async function verifyCosign(
  request: VerifyRequest,
  world: Pick<SourceWorld, 'cache' | 'environment'>,
  options: FetchOptions,
): Promise<string> {
  const { verification, digest, url } = request;
  const name = `${url.replace(/^oci:\/\//, '')}@${digest}`;
  // Before anything is fetched: without keys or names there is nobody to look for.
  const signers = readSigners(request);
  const signatures = await findSignatures(request, world, options);
  if (signatures.length === 0) {
    throw new SourceError('unverified', `no matching signatures were found for '${name}': it is not signed`);
  }
  if (signers.kind === 'identities') {
    return verifyIdentity({ ...signers, digest, signatures }, { name, nowMs: world.environment.clock.now() });
  }
  const signer = signers.keys.find(({ key }) => signatures.some((signature) => isSigned(signature, key, digest)));
  if (signer === undefined) {
    const names = signers.keys.map((key) => key.name).join(', ');
    const { name: secret = '' } = verification.secretRef ?? {};
    const count = signatures.length === 1 ? 'its signature is' : `its ${String(signatures.length)} signatures are`;
    throw new SourceError(
      'unverified',
      `no matching signatures were found for '${name}': ${count} not by ${names} of Secret ${request.namespace}/${secret}` +
        (signers.keys.every(({ key }) => isUsual(key))
          ? ''
          : '; of what cosign 3 signs, Flux verifies only keys on P-256 and RSA keys'),
    );
  }
  return `${signer.name} of Secret ${request.namespace}/${verification.secretRef?.name ?? ''}`;
}

function isSigned(signature: Signature, key: PublicKey, digest: string): boolean {
  switch (signature.kind) {
    case 'claim':
      return isClaimSignedBy(signature, key, digest);
    case 'bundle':
      return isBundleSignedBy(signature, key, digest);
  }
}

interface NamedKey {
  /** Its key in the Secret. */
  readonly name: string;
  readonly key: PublicKey;
}

type Signers =
  | { readonly kind: 'keys'; readonly keys: readonly NamedKey[] }
  | {
      readonly kind: 'identities';
      readonly identities: NonNullable<Verification['matchOIDCIdentity']>;
      /** JSON. */
      readonly trustedRoot: string | undefined;
    };

/** @throws SourceError codes `unverified`, `invalid-credentials` */
function readSigners(request: VerifyRequest): Signers {
  const { secretRef, matchOIDCIdentity = [], trustedRootSecretRef } = request.verification;
  if (secretRef === undefined) {
    const trustedRoot = trustedRootSecretRef && secretOf(trustedRootSecretRef.name, request).get('trusted_root.json');
    if (trustedRootSecretRef !== undefined && trustedRoot === undefined) {
      throw new SourceError(
        'unverified',
        `Secret ${request.namespace}/${trustedRootSecretRef.name} has no key trusted_root.json`,
      );
    }
    return { kind: 'identities', identities: matchOIDCIdentity, trustedRoot };
  }
  const keys = [...secretOf(secretRef.name, request)]
    .filter(([name]) => name.endsWith('.pub'))
    .map(([name, pem]) => {
      const key = publicKeyOf(pem);
      if (key === undefined) {
        throw new SourceError(
          'unverified',
          `${name} of Secret ${request.namespace}/${secretRef.name} is not a public key in PEM`,
        );
      }
      return { name, key };
    });
  if (keys.length === 0) {
    throw new SourceError(
      'unverified',
      `no public keys found in secret '${request.namespace}/${secretRef.name}': their names end in .pub`,
    );
  }
  return { kind: 'keys', keys };
}

function secretOf(name: string, { namespace, lookup }: VerifyRequest): ReadonlyMap<string, string> {
  const found = secretData(lookup, { namespace, name });
  if (found.kind === 'known') {
    return found.data;
  }
  throw new SourceError('unverified', `Secret ${namespace}/${name} cannot be read here: ${found.why}`);
}
