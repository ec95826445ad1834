import { createHash, generateKeyPairSync, type KeyPairKeyObjectResult } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { fulcioHandler, initializeCA, initializeCTLog, initializeTLog, rekorHandler } from '@sigstore/mock';
import { listenOnLoopback } from '../../scripts/servers/listen.ts';

/** A Sigstore of our own on loopback: certificates for names, and logs of who signed what. */
export interface Sigstore {
  /** JSON, as `cosign trusted-root create` writes it; also in a file. */
  readonly trustedRoot: string;
  readonly trustedRootFile: string;
  /** Arguments for `cosign sign` without a key, under this name. */
  signArgs(subject: string, format: 'bundle' | 'claim'): readonly string[];
  close(): Promise<void>;
}

/** What the log calls itself in what it signs. */
const logUrl = 'http://rekor.example.com';

export const issuer = 'https://accounts.example.com';

/** @param folder where the trusted root is written */
export async function startSigstore(folder: string): Promise<Sigstore> {
  const ctLog = await initializeCTLog(keyPair());
  const ca = await initializeCA(keyPair(), ctLog);
  const log = await initializeTLog(logUrl, keyPair());
  const certificates = fulcioHandler(ca);
  const entries = rekorHandler({
    publicKey: log.publicKey,
    log: (entry) => log.log(asLogged(entry)),
    logV2: (entry) => log.logV2(entry),
  });
  const server = createServer((request, response) => {
    void (async () => {
      let body = '';
      for await (const chunk of request) {
        body += String(chunk);
      }
      if (request.url === certificates.path) {
        // Fulcio takes the token from the header, too, which this one does not know.
        const oidcIdentityToken = (request.headers.authorization ?? '').replace('Bearer ', '');
        const given = JSON.parse(body) as object; // cosign's own request
        const answer = await certificates.fn(JSON.stringify({ ...given, credentials: { oidcIdentityToken } }));
        response.writeHead(answer.statusCode === 201 ? 200 : answer.statusCode).end(answer.response);
      } else if (request.url === entries.path) {
        const answer = await entries.fn(body);
        const [etag = ''] = Object.keys(JSON.parse(textOf(answer.response)) as object); // an entry by its id
        response
          .writeHead(answer.statusCode, {
            'content-type': 'application/json',
            etag,
            location: `${entries.path}/${etag}`,
          })
          .end(answer.response);
      } else {
        response.writeHead(404).end();
      }
    })();
  });
  const { host, port, close } = await listenOnLoopback(server);
  const url = `http://${host}`;
  const trustedRoot = JSON.stringify({
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [trustedLog(log.publicKey, logUrl)],
    certificateAuthorities: [
      {
        subject: { organization: 'tests', commonName: 'tests' },
        uri: url,
        certChain: { certificates: [{ rawBytes: base64(ca.rootCertificate) }] },
        validFor,
      },
    ],
    ctlogs: [trustedLog(ctLog.publicKey, url)],
    timestampAuthorities: [],
  });
  const trustedRootFile = path.join(folder, `trusted-root-${String(port)}.json`);
  await writeFile(trustedRootFile, trustedRoot);
  return {
    trustedRoot,
    trustedRootFile,
    signArgs: (subject, format) => [
      'sign',
      '--yes',
      '--use-signing-config=false',
      '--allow-http-registry',
      `--new-bundle-format=${String(format === 'bundle')}`,
      `--fulcio-url=${url}`,
      `--rekor-url=${url}`,
      `--trusted-root=${trustedRootFile}`,
      `--identity-token=${tokenOf(subject)}`,
    ],
    close,
  };
}

function keyPair(): KeyPairKeyObjectResult {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

/** Nothing here is older than the tests. */
const validFor = { start: '2020-01-01T00:00:00Z' };

function trustedLog(publicKey: Uint8Array, baseUrl: string): object {
  return {
    baseUrl,
    hashAlgorithm: 'SHA2_256',
    publicKey: { rawBytes: base64(publicKey), keyDetails: 'PKIX_ECDSA_P256_SHA_256', validFor },
    logId: { keyId: sha256(publicKey).toString('base64') },
  };
}

interface Proposed {
  readonly kind: string;
  readonly apiVersion: string;
  readonly spec: { readonly proposedContent: { readonly envelope: string; readonly verifiers: readonly string[] } };
}

/** Of an envelope Rekor keeps digests and signatures, not what was sent. @see sigstore/rekor v1.5 pkg/types/dsse/v0.0.1 */
function asLogged(entry: object): object {
  const { kind, apiVersion, spec } = entry as Proposed; // what cosign sends, of whatever kind
  if (kind !== 'dsse') {
    return entry;
  }
  const { envelope, verifiers } = spec.proposedContent;
  const { payload, signatures } = JSON.parse(envelope) as {
    readonly payload: string;
    readonly signatures: readonly { readonly sig: string }[];
  }; // DSSE
  return {
    apiVersion,
    kind,
    spec: {
      envelopeHash: { algorithm: 'sha256', value: sha256(envelope).toString('hex') },
      payloadHash: { algorithm: 'sha256', value: sha256(Buffer.from(payload, 'base64')).toString('hex') },
      signatures: signatures.map(({ sig }, index) => ({ signature: sig, verifier: verifiers[index] })),
    },
  };
}

/** A token as an identity provider gives it; nobody here checks its signature. */
function tokenOf(subject: string): string {
  const nowSeconds = Math.floor(Date.now() / 1000);
  const claims = {
    iss: issuer,
    sub: subject,
    email: subject,
    email_verified: true,
    aud: 'sigstore',
    iat: nowSeconds,
    exp: nowSeconds + 600,
  };
  return [JSON.stringify({ alg: 'RS256', typ: 'JWT', kid: 'tests' }), JSON.stringify(claims), 'signature']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');
}

function textOf(response: string | ArrayBufferView): string {
  return typeof response === 'string' ? response : Buffer.from(base64(response), 'base64').toString();
}

function sha256(data: string | Uint8Array): Buffer {
  return createHash('sha256').update(data).digest();
}

function base64({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}
