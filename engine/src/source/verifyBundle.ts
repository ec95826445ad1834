import { Buffer } from 'node:buffer';
import { isRecord, parseJson } from './json.ts';
import { isSignedBy, type PublicKey } from './verifyKey.ts';
import type { Bundle } from './verifySignatures.ts';

/** A signed statement. @see secure-systems-lab/dsse v1.0, envelope.md */
interface Envelope {
  readonly payloadType: string;
  readonly payload: Buffer;
  readonly signature: Buffer;
}

const statementType = 'application/vnd.in-toto+json';

/**
 * Whether a bundle's statement is signed with this key and speaks of this artifact. A bundle that brings a certificate
 * is signed by somebody else. As in Flux, transparency logs do not matter where there is a key.
 *
 * @see sigstore/cosign v3.0.6 pkg/cosign/verify.go, verifyImageAttestationsSigstoreBundle
 */
export function isBundleSignedBy({ json }: Bundle, key: PublicKey, digest: string): boolean {
  const bundle = parseJson(Buffer.from(json));
  const material = isRecord(bundle) ? bundle['verificationMaterial'] : undefined;
  const envelope = isRecord(bundle) ? readEnvelope(bundle['dsseEnvelope']) : undefined;
  return (
    isRecord(material) &&
    isRecord(material['publicKey']) &&
    envelope !== undefined &&
    isSignedBy(key, preAuthEncoding(envelope), envelope.signature) &&
    speaksOf(envelope, digest)
  );
}

/** Whether a bundle's statement speaks of this artifact; who signed it is not looked at. */
export function isStatementOf({ json }: Bundle, digest: string): boolean {
  const bundle = parseJson(Buffer.from(json));
  const envelope = isRecord(bundle) ? readEnvelope(bundle['dsseEnvelope']) : undefined;
  return envelope !== undefined && speaksOf(envelope, digest);
}

/** Undefined for anything but an envelope with exactly one signature. */
function readEnvelope(value: unknown): Envelope | undefined {
  if (!isRecord(value)) {
    return undefined;
  }
  const { payload, payloadType, signatures } = value;
  const list: readonly unknown[] = Array.isArray(signatures) ? signatures : [];
  const [only] = list;
  const signature = isRecord(only) ? only['sig'] : undefined;
  return list.length === 1 &&
    typeof payload === 'string' &&
    typeof payloadType === 'string' &&
    typeof signature === 'string'
    ? { payloadType, payload: Buffer.from(payload, 'base64'), signature: Buffer.from(signature, 'base64') }
    : undefined;
}

/** What is signed. @see secure-systems-lab/dsse v1.0, protocol.md, PAE */
function preAuthEncoding({ payloadType, payload }: Envelope): Uint8Array {
  const head = `DSSEv1 ${String(Buffer.byteLength(payloadType))} ${payloadType} ${String(payload.length)} `;
  return Buffer.concat([Buffer.from(head), payload]);
}

/** @see in-toto/attestation v1, spec/v1/statement.md */
function speaksOf({ payloadType, payload }: Envelope, digest: string): boolean {
  const statement = payloadType === statementType ? parseJson(payload) : undefined;
  const subjects = isRecord(statement) ? statement['subject'] : undefined;
  const wanted = digest.replace('sha256:', '');
  return (
    Array.isArray(subjects) &&
    subjects.some((subject: unknown) => {
      const digests = isRecord(subject) ? subject['digest'] : undefined;
      return isRecord(digests) && digests['sha256'] === wanted;
    })
  );
}
