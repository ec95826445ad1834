import { Buffer } from 'node:buffer';
import { at, isRecord, parseJson, recordAt, recordsAt } from '../support/index.ts';
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
  const bundle = parseJson(json);
  const envelope = readEnvelope(bundle);
  return (
    isRecord(at(bundle, 'verificationMaterial', 'publicKey')) &&
    envelope !== undefined &&
    isSignedBy(key, preAuthEncoding(envelope), envelope.signature) &&
    speaksOf(envelope, digest)
  );
}

/** Whether a bundle's statement speaks of this artifact; who signed it is not looked at. */
export function isStatementOf({ json }: Bundle, digest: string): boolean {
  const envelope = readEnvelope(parseJson(json));
  return envelope !== undefined && speaksOf(envelope, digest);
}

/** Undefined for anything but an envelope with exactly one signature. */
function readEnvelope(bundle: unknown): Envelope | undefined {
  const { payload, payloadType, signatures } = recordAt(bundle, 'dsseEnvelope');
  const list: readonly unknown[] = Array.isArray(signatures) ? signatures : [];
  const signature = at(list[0], 'sig');
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
  const wanted = digest.replace('sha256:', '');
  return recordsAt(statement, 'subject').some((subject) => at(subject, 'digest', 'sha256') === wanted);
}
