import { Buffer } from 'node:buffer';
import { createHash, X509Certificate } from 'node:crypto';
import { bundleFromJSON } from '@sigstore/bundle';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import { type Signer, toSignedEntity, toTrustMaterial, type TrustMaterial, Verifier } from '@sigstore/verify';
import type { Verification } from '../flux/index.ts';
import { compileRegexp, RegexpError, toBytes } from '../gostd/index.ts';
import { isRecord, messageOf, parseJson, recordAt, textAt } from '../support/index.ts';
import { SourceError } from './errors.ts';
import { isStatementOf } from './verifyBundle.ts';
import { claimedDigest } from './verifyClaim.ts';
import { publicTrustedRoot } from './verifyPublicRoot.ts';
import type { Bundle, Claim, Signature } from './verifySignatures.ts';

export interface IdentityRequest {
  readonly identities: NonNullable<Verification['matchOIDCIdentity']>;
  /** JSON of the Sigstore instance that vouches for the signers' names; the public one where it is absent. */
  readonly trustedRoot: string | undefined;
  readonly digest: string;
  readonly signatures: readonly Signature[];
}

/**
 * Who signed an artifact without a key of their own: a name that a certificate of Sigstore holds, in a transparency
 * log while the certificate was valid.
 *
 * @param options.name of the artifact, for messages; `nowMs` since 1970
 * @returns for people: `release@example.com (https://accounts.example.com)`
 * @throws SourceError code `unverified`
 * @see sigstore/cosign v3.0.6 pkg/cosign/verify.go, CheckCertificatePolicy and verificationOptions
 */
export function verifyIdentity(
  { identities, trustedRoot, digest, signatures }: IdentityRequest,
  { name, nowMs }: { readonly name: string; readonly nowMs: number },
): string {
  if (identities.length === 0) {
    throw new SourceError('unverified', 'neither secretRef nor matchOIDCIdentity says who must have signed it');
  }
  if (identities.length > 1 && signatures.some(({ kind }) => kind === 'bundle')) {
    throw new SourceError('unverified', 'Flux verifies a Sigstore bundle against one entry of matchOIDCIdentity only');
  }
  const trust = readTrustedRoot(trustedRoot ?? publicTrustedRoot({ nowMs }));
  const wanted = identities.map(readIdentity);
  const reasons: string[] = [];
  for (const signature of signatures) {
    try {
      const { subject, issuer } = signerOf(signature, digest, trust);
      if (wanted.some((identity) => identity.subject.test(subject) && identity.issuer.test(issuer))) {
        return `${subject} (${issuer})`;
      }
      reasons.push(`it is signed by ${subject} (${issuer})`);
    } catch (error) {
      // Whatever goes wrong with a text that anybody may have written, it is no signature.
      reasons.push(messageOf(error));
    }
  }
  throw new SourceError('unverified', `no matching signatures were found for '${name}': ${reasons.join('; ')}`);
}

function readTrustedRoot(text: string): TrustMaterial {
  try {
    return toTrustMaterial(TrustedRoot.fromJSON(parseJson(toBytes(text))));
  } catch (error) {
    throw new SourceError('unverified', `unable to parse trusted root: ${messageOf(error)}`, { cause: error });
  }
}

interface Matcher {
  test(text: string): boolean;
}

function readIdentity({ issuer, subject }: { readonly issuer: string; readonly subject: string }): {
  readonly issuer: Matcher;
  readonly subject: Matcher;
} {
  try {
    return { issuer: compileRegexp(issuer), subject: compileRegexp(subject) };
  } catch (error) {
    if (error instanceof RegexpError) {
      throw new SourceError('unverified', `matchOIDCIdentity: ${error.message}`, { cause: error });
    }
    throw error;
  }
}

/** Who signed, by name and by who vouches for the name. Throws what is wrong with the signature. */
function signerOf(signature: Signature, digest: string, trust: TrustMaterial): { subject: string; issuer: string } {
  const { identity } = signature.kind === 'bundle' ? verifyBundle(signature, trust) : verifyClaim(signature, trust);
  const speaksOfIt =
    signature.kind === 'bundle'
      ? isStatementOf(signature, digest)
      : claimedDigest(Buffer.from(signature.payload, 'base64')) === digest;
  if (!speaksOfIt) {
    throw new SourceError('unverified', 'a signature is for another artifact');
  }
  const { subjectAlternativeName: subject, extensions } = identity ?? {};
  if (subject === undefined || extensions?.issuer === undefined) {
    throw new SourceError('unverified', 'the certificate of a signature names nobody');
  }
  return { subject, issuer: extensions.issuer };
}

function verifyBundle({ json }: Bundle, trust: TrustMaterial): Signer {
  return new Verifier(trust, thresholds).verify(toSignedEntity(bundleFromJSON(JSON.parse(json))));
}

/** One entry of each log, and a time that somebody vouches for. */
const thresholds = { ctlogThreshold: 1, tlogThreshold: 1, timestampThreshold: 1 };

/** A claim with what Rekor promised of it is a bundle of the first version, written otherwise. */
function verifyClaim({ payload, signature, certificate, rekorBundle }: Claim, trust: TrustMaterial): Signer {
  if (certificate === undefined) {
    throw new SourceError('unverified', 'a signature is by a key, not by a name');
  }
  if (rekorBundle === undefined) {
    throw new SourceError('unverified', 'a signature does not bring its entry of the transparency log along');
  }
  const message = Buffer.from(payload, 'base64');
  const bundle = bundleFromJSON({
    mediaType: 'application/vnd.dev.sigstore.bundle+json;version=0.1',
    verificationMaterial: {
      x509CertificateChain: {
        certificates: [{ rawBytes: new X509Certificate(certificate).raw.toString('base64') }],
      },
      tlogEntries: [tlogEntryOf(rekorBundle)],
    },
    messageSignature: {
      messageDigest: { algorithm: 'SHA2_256', digest: createHash('sha256').update(message).digest('base64') },
      signature,
    },
  });
  return new Verifier(trust, thresholds).verify(toSignedEntity(bundle, message));
}

/** @see sigstore/cosign v3.0.6 pkg/cosign/bundle/rekor.go, RekorBundle */
function tlogEntryOf(rekorBundle: string): object {
  const bundle = parseJson(rekorBundle);
  const promise = textAt(bundle, 'SignedEntryTimestamp');
  const { body, integratedTime, logIndex, logID } = recordAt(bundle, 'Payload');
  if (typeof promise !== 'string' || typeof body !== 'string') {
    throw new SourceError('unverified', 'the entry of the transparency log cannot be read');
  }
  const entry = parseJson(Buffer.from(body, 'base64'));
  return {
    logIndex: String(logIndex),
    logId: { keyId: Buffer.from(String(logID), 'hex').toString('base64') },
    kindVersion: isRecord(entry) ? { kind: entry['kind'], version: entry['apiVersion'] } : undefined,
    integratedTime: String(integratedTime),
    inclusionPromise: { signedEntryTimestamp: promise },
    canonicalizedBody: body,
  };
}
