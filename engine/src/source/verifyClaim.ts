import { Buffer } from 'node:buffer';
import { parseJson, textAt } from '../support/index.ts';
import { isSignedBy, type PublicKey } from './verifyKey.ts';
import type { Claim } from './verifySignatures.ts';

/** Whether a claim is signed with this key and speaks of this artifact. */
export function isClaimSignedBy({ payload, signature }: Claim, key: PublicKey, digest: string): boolean {
  const message = Buffer.from(payload, 'base64');
  return isSignedBy(key, message, Buffer.from(signature, 'base64')) && claimedDigest(message) === digest;
}

/** The digest that a claim in simple signing's form speaks of. @see sigstore/cosign v3.0.6 specs/SIGNATURE_SPEC.md */
export function claimedDigest(payload: Uint8Array): string | undefined {
  return textAt(parseJson(payload), 'critical', 'image', 'docker-manifest-digest');
}
