import { Buffer } from 'node:buffer';
import { createHash, createPublicKey, sign, X509Certificate } from 'node:crypto';
import { AddressError, parseAddress, quote, sprint, type Value } from '../gostd/index.ts';
import { GoError } from '../gotemplate/index.ts';
import * as der from './der.ts';
import type { SprigWorld } from './define.ts';
import { type PrivateKey, parsePrivateKey, pemBlockOf } from './keys.ts';
import { decodePem, encodePem } from './pem.ts';

/** A certificate and its private key, both in PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** What a certificate is to say. */
export interface CertificateRequest {
  readonly commonName: string;
  readonly addresses: readonly Value[];
  readonly dnsNames: readonly Value[];
  readonly daysValid: number;
  readonly isAuthority: boolean;
}

/** Who signs. */
interface Issuer {
  readonly subject: Uint8Array;
  readonly subjectKeyId: Uint8Array | undefined;
  /** DER of the public key that the signer is known by; undefined where the certificate signs itself. */
  readonly publicKey: Uint8Array | undefined;
  readonly key: PrivateKey;
}

const oids = {
  commonName: '2.5.4.3',
  keyUsage: '2.5.29.15',
  extendedKeyUsage: '2.5.29.37',
  basicConstraints: '2.5.29.19',
  subjectKeyId: '2.5.29.14',
  authorityKeyId: '2.5.29.35',
  subjectAltName: '2.5.29.17',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  rsaWithSha256: '1.2.840.113549.1.1.11',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  ecdsaWithSha384: '1.2.840.10045.4.3.3',
  ecdsaWithSha512: '1.2.840.10045.4.3.4',
  ed25519: '1.3.101.112',
} as const;

/** A certificate that its own key signs. @throws GoError */
export function selfSign(world: SprigWorld, request: CertificateRequest, key: PrivateKey): Certificate {
  const draft = draftOf(world, request);
  const issuer = { subject: draft.subject, subjectKeyId: undefined, publicKey: undefined, key };
  return issue(draft, key, issuer);
}

/** A certificate that `authority`'s key signs. @throws GoError */
export function signWith(
  world: SprigWorld,
  request: CertificateRequest,
  { key, authority }: { readonly key: PrivateKey; readonly authority: Certificate },
): Certificate {
  const block = decodePem(authority.cert);
  if (block === undefined) {
    throw new GoError('unable to decode certificate');
  }
  const parsed = readCertificate(block.bytes, 'decodedSignerCert.Bytes');
  const signingKey = parseKey(authority.key);
  return issue(draftOf(world, request), key, { ...parsed, key: signingKey });
}

/** A certificate and key that already exist, both base64 of PEM, checked. @throws GoError */
export function checkCertificate(cert: string, key: string): Certificate {
  const block = decodePem(cert);
  if (block === undefined) {
    throw new GoError('unable to decode certificate');
  }
  readCertificate(block.bytes, 'decodedCert.Bytes');
  parseKey(key);
  return { cert, key };
}

interface Draft {
  readonly subject: Uint8Array;
  readonly serial: Uint8Array;
  readonly validity: Uint8Array;
  readonly names: readonly Uint8Array[];
  readonly isAuthority: boolean;
}

/** @see Masterminds/sprig v3.3.0 crypto.go, getBaseCertTemplate */
function draftOf(world: SprigWorld, request: CertificateRequest): Draft {
  const addresses = request.addresses.map(addressName);
  const dnsNames = request.dnsNames.map(dnsName);
  const serial = BigInt(
    `0x${Array.from(world.randomBytes(16), (byte) => byte.toString(16).padStart(2, '0')).join('')}`,
  );
  const from = Math.floor(world.now() / 1000);
  return {
    subject: nameOf(request.commonName),
    serial: der.integer(serial),
    validity: der.sequence(der.time(from), der.time(from + request.daysValid * 86_400)),
    names: [...dnsNames, ...addresses],
    isAuthority: request.isAuthority,
  };
}

/** @see Go 1.26 crypto/x509/x509.go, CreateCertificate */
function issue(draft: Draft, key: PrivateKey, issuer: Issuer): Certificate {
  if (issuer.key.kind === 'dsa') {
    throw new GoError('error creating certificate: x509: certificate private key does not implement crypto.Signer');
  }
  if (key.kind === 'dsa') {
    throw new GoError('error creating certificate: x509: unsupported public key type: *dsa.PublicKey');
  }
  const publicKey = createPublicKey(key.key).export({ format: 'der', type: 'spki' });
  const signerKey = createPublicKey(issuer.key.key).export({ format: 'der', type: 'spki' });
  if (issuer.publicKey !== undefined && !signerKey.equals(issuer.publicKey)) {
    throw new GoError("error creating certificate: x509: provided PrivateKey doesn't match parent's PublicKey");
  }
  const algorithm = algorithmOf(issuer.key);
  const body = der.sequence(
    der.element(der.contextTag(0, 'constructed'), der.integer(2n)),
    draft.serial,
    algorithm.identifier,
    issuer.subject,
    draft.validity,
    draft.subject,
    publicKey,
    der.element(der.contextTag(3, 'constructed'), der.sequence(...extensions(draft, publicKey, issuer))),
  );
  const signature = sign(algorithm.digest, body, issuer.key.key);
  const bytes = der.sequence(body, algorithm.identifier, der.bitString(signature));
  return { cert: encodePem({ type: 'CERTIFICATE', bytes }), key: encodePem(pemBlockOf(key)) };
}

function algorithmOf(key: PrivateKey & { kind: 'signer' }): { identifier: Uint8Array; digest: string | null } {
  switch (key.key.asymmetricKeyType) {
    case 'rsa':
      return { identifier: der.sequence(der.oid(oids.rsaWithSha256), der.element(der.tags.null)), digest: 'sha256' };
    case 'ed25519':
      return { identifier: der.sequence(der.oid(oids.ed25519)), digest: null };
    case 'ec': {
      const curve = key.key.asymmetricKeyDetails?.namedCurve;
      const [algorithm, digest] =
        curve === 'secp384r1'
          ? [oids.ecdsaWithSha384, 'sha384']
          : curve === 'secp521r1'
            ? [oids.ecdsaWithSha512, 'sha512']
            : [oids.ecdsaWithSha256, 'sha256'];
      return { identifier: der.sequence(der.oid(algorithm)), digest };
    }
    default:
      throw new GoError('error creating certificate: x509: only RSA, ECDSA and Ed25519 keys supported');
  }
}

/** @see Go 1.26 crypto/x509/x509.go, buildCertExtensions */
function extensions(draft: Draft, publicKey: Uint8Array, issuer: Issuer): Uint8Array[] {
  const usage = draft.isAuthority
    ? der.bitString(Uint8Array.of(0b1010_0100), 2)
    : der.bitString(Uint8Array.of(0b1010_0000), 5);
  const isForeign = Buffer.compare(issuer.subject, draft.subject) !== 0;
  const list = [
    extension(oids.keyUsage, usage, 'critical'),
    extension(oids.extendedKeyUsage, der.sequence(der.oid(oids.serverAuth), der.oid(oids.clientAuth))),
    extension(
      oids.basicConstraints,
      der.sequence(...(draft.isAuthority ? [der.element(der.tags.boolean, Uint8Array.of(0xff))] : [])),
      'critical',
    ),
  ];
  if (draft.isAuthority) {
    list.push(extension(oids.subjectKeyId, der.element(der.tags.octetString, keyId(publicKey))));
  }
  if (isForeign && issuer.subjectKeyId !== undefined) {
    const identifier = der.element(der.contextTag(0, 'primitive'), issuer.subjectKeyId);
    list.push(extension(oids.authorityKeyId, der.sequence(identifier)));
  }
  if (draft.names.length > 0) {
    const isNameless = draft.subject.length === 2;
    list.push(extension(oids.subjectAltName, der.sequence(...draft.names), isNameless ? 'critical' : undefined));
  }
  return list;
}

function extension(name: string, value: Uint8Array, critical?: 'critical'): Uint8Array {
  const flag = critical === undefined ? [] : [der.element(der.tags.boolean, Uint8Array.of(0xff))];
  return der.sequence(der.oid(name), ...flag, der.element(der.tags.octetString, value));
}

/** The first 160 bits of SHA-256 of the key's bits. */
function keyId(publicKey: Uint8Array): Uint8Array {
  const bits = der.readAll(der.readAll(publicKey)?.[0]?.content ?? publicKey)?.[1]?.content ?? publicKey;
  return createHash('sha256').update(bits.subarray(1)).digest().subarray(0, 20);
}

function nameOf(commonName: string): Uint8Array {
  if (commonName === '') {
    return der.sequence();
  }
  if (!commonName.isWellFormed()) {
    throw new GoError('error creating certificate: asn1: string not valid UTF-8');
  }
  const tag = /^[a-zA-Z0-9'()+,\-./ :=?]*$/.test(commonName) ? der.tags.printableString : der.tags.utf8String;
  const pair = der.sequence(der.oid(oids.commonName), der.text(tag, commonName));
  return der.sequence(der.element(der.tags.set, pair));
}

function addressName(value: Value): Uint8Array {
  if (typeof value !== 'string') {
    throw new GoError(`error parsing ip: ${sprint([value ?? null])} is not a string`);
  }
  const refused = (cause?: unknown): GoError => new GoError(`error parsing ip: ${value}`, { cause });
  try {
    const { bytes, zone } = parseAddress(value);
    if (zone !== '') {
      throw refused();
    }
    const isMapped = bytes.length === 16 && bytes.slice(0, 12).join() === '0,0,0,0,0,0,0,0,0,0,255,255';
    return der.element(der.contextTag(7, 'primitive'), Uint8Array.from(isMapped ? bytes.slice(12) : bytes));
  } catch (error) {
    throw error instanceof AddressError ? refused(error) : error;
  }
}

function dnsName(value: Value): Uint8Array {
  if (typeof value !== 'string') {
    throw new GoError(`error processing alternate dns name: ${sprint([value ?? null])} is not a string`);
  }
  if (!/^[\0-\x7f]*$/.test(value)) {
    throw new GoError(`error creating certificate: x509: ${quote(value)} cannot be encoded as an IA5String`);
  }
  return der.text(der.contextTag(2, 'primitive'), value);
}

/** What signing needs to know of the signer's certificate. */
function readCertificate(bytes: Uint8Array, what: string): Omit<Issuer, 'key'> {
  try {
    const publicKey = new X509Certificate(bytes).publicKey.export({ format: 'der', type: 'spki' });
    const fields = der.readAll(der.readAll(der.readAll(bytes)?.[0]?.content ?? bytes)?.[0]?.content ?? bytes) ?? [];
    // The version, element [0], is left out in version 1.
    const first = fields[0]?.tag === der.contextTag(0, 'constructed') ? 1 : 0;
    const subject = fields[first + 4]?.raw ?? bytes;
    const all = fields.find((field) => field.tag === der.contextTag(3, 'constructed'));
    return { publicKey, subject, subjectKeyId: all === undefined ? undefined : findKeyId(all.content) };
  } catch (cause) {
    throw new GoError(`error parsing certificate: ${what}: x509: malformed certificate`, { cause });
  }
}

function findKeyId(extensionList: Uint8Array): Uint8Array | undefined {
  const wanted = Buffer.from(der.oid(oids.subjectKeyId));
  for (const each of der.readAll(der.readAll(extensionList)?.[0]?.content ?? extensionList) ?? []) {
    const parts = der.readAll(each.content) ?? [];
    if (parts[0] !== undefined && wanted.equals(parts[0].raw)) {
      return der.readAll(parts.at(-1)?.content ?? extensionList)?.[0]?.content;
    }
  }
  return undefined;
}

function parseKey(pem: string): PrivateKey {
  try {
    return parsePrivateKey(pem);
  } catch (error) {
    throw error instanceof GoError
      ? new GoError(`error parsing private key: ${error.message}`, { cause: error })
      : error;
  }
}
