import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { Buffer } from 'node:buffer';

/** ECDSA, RSA or Ed25519. */
export type PublicKey = KeyObject;

const pemBlock = /-----BEGIN ([A-Z ]+)-----[\s\S]*?-----END \1-----/;

/**
 * The key in a PEM text; undefined where its first block is no public key. A private key or a certificate is none.
 *
 * @see sigstore/sigstore v1.10 pkg/cryptoutils/publickey.go, UnmarshalPEMToPublicKey
 */
export function publicKeyOf(pem: string): PublicKey | undefined {
  const [block, label] = pemBlock.exec(pem) ?? [];
  if (block === undefined || (label !== 'PUBLIC KEY' && label !== 'RSA PUBLIC KEY')) {
    return undefined;
  }
  try {
    return createPublicKey(block);
  } catch {
    // OpenSSL's words say nothing of the text that a person could use.
    return undefined;
  }
}

/**
 * Whether `signature` is over `message` by this key: with SHA-256 whatever the curve, as cosign signs, and RSA by
 * PKCS #1 v1.5.
 *
 * @see sigstore/sigstore v1.10 pkg/signature/verifier.go, LoadVerifier
 */
export function isSignedBy(key: PublicKey, message: Uint8Array, signature: Buffer): boolean {
  switch (key.asymmetricKeyType) {
    case 'ec':
    case 'rsa':
      return verify('sha256', message, key, signature);
    case 'ed25519':
      return verify(undefined, message, key, signature);
    default:
      return false;
  }
}

/** Whether cosign 3 signs with the hash that `isSignedBy` takes; for other curves it takes another one. */
export function isUsual({ asymmetricKeyType, asymmetricKeyDetails }: PublicKey): boolean {
  return asymmetricKeyType === 'rsa' || asymmetricKeyDetails?.namedCurve === 'prime256v1';
}
