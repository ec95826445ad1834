import { generateKeyPairSync } from 'node:crypto';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { objectSet, parseSource, type ValuesLookup } from '../../engine/src/flux/index.ts';
import { resolveChart } from '../../engine/src/source/index.ts';
import { root } from '../../scripts/support/run.ts';
import { type Cosign, openCosign } from '../support/cosign.ts';
import { type Distribution, startDistribution } from '../support/distribution.ts';
import { useFolder } from '../support/scratch.ts';
import { issuer, type Sigstore, startSigstore } from '../support/sigstore.ts';
import { openTestWorld, secretLookup } from '../support/sourceWorld.ts';
import { openVerifier } from '../support/verifier.ts';

/** Signatures that the real cosign makes, in a registry that others wrote. */
const folder = useFolder('signatures');
let registry: Distribution;
let cosign: Cosign;
let verifier: Awaited<ReturnType<typeof openVerifier>>;
let sigstore: Sigstore;
let otherSigstore: Sigstore;
/** Public keys by name. */
const keys = new Map<string, string>();

const chart = path.join(root, 'demo', 'published', 'store');

beforeAll(async () => {
  registry = await startDistribution();
  cosign = await openCosign();
  verifier = await openVerifier();
  sigstore = await startSigstore(folder);
  otherSigstore = await startSigstore(folder);
  keys.set('p256', await cosign.makeKeys('p256'));
  keys.set('stranger', await cosign.makeKeys('stranger'));
  for (const kind of ['rsa', 'p384', 'ed25519'] as const) {
    keys.set(kind, await cosign.importKeys(kind, kind));
  }
});

afterAll(async () => {
  await Promise.all([registry.close(), cosign.close(), sigstore.close(), otherSigstore.close()]);
});

let count = 0;
/** Pushes a version that nobody signed yet. */
async function push(): Promise<{ readonly version: string; readonly image: string; readonly digest: string }> {
  const version = `1.0.${String(count++)}`;
  const digest = await registry.push(chart, version, 'charts');
  return { version, digest, image: `${registry.host}/charts/store@${digest}` };
}

function secrets(data: Readonly<Record<string, string>>): ValuesLookup {
  return secretLookup({ keys: data });
}

interface Judged {
  readonly from: string;
  readonly refusals: readonly string[];
}

const asking = { signal: new AbortController().signal, maxAgeMs: 0 };

/** How an OCIRepository and a HelmChart with this `spec.verify` take a version. */
async function judge(version: string, verify: object, lookup: ValuesLookup): Promise<readonly Judged[]> {
  const metadata = { name: 'store', namespace: 'apps' };
  const group = 'source.toolkit.fluxcd.io/v1';
  const defaults = { defaultNamespace: 'apps' };
  const oci = parseSource(
    {
      apiVersion: group,
      kind: 'OCIRepository',
      metadata,
      spec: { url: `oci://${registry.host}/charts/store`, insecure: true, ref: { tag: version }, verify },
    },
    defaults,
  );
  const helm = parseSource(
    {
      apiVersion: group,
      kind: 'HelmRepository',
      metadata,
      spec: { type: 'oci', url: `oci://${registry.host}/charts`, insecure: true },
    },
    defaults,
  );
  const common = { generation: 1, objects: objectSet([]), lookup };
  const template = {
    chart: 'store',
    version,
    sourceRef: { kind: 'HelmRepository', name: 'store' },
    verify,
  };
  return [
    await resolveChart({ source: oci, ...common }, await openTestWorld(folder), asking),
    await resolveChart({ source: helm, template, ...common }, await openTestWorld(folder), asking),
  ];
}

const withKeys = { provider: 'cosign', secretRef: { name: 'keys' } };
const formats = ['bundle', 'claim'] as const;

/** What Flux says of an image, with a public key or a trusted root in a file. */
async function askFlux(image: string, args: readonly string[]): Promise<boolean> {
  return (await verifier([...args, image])).verified;
}

describe.for(formats)('signed as a %s', (format) => {
  test.for(['p256', 'rsa', 'p384', 'ed25519'])('with a key of kind %s, as Flux judges it', async (key) => {
    const { version, image } = await push();
    await cosign.run([...cosign.signArgs(key, format), image]);
    const verified = await askFlux(image, ['-key', path.join(cosign.folder, `${key}.pub`)]);
    // cosign 3 signs with other hashes for the other kinds of keys than Flux verifies with.
    expect(verified).toBe(key === 'p256' || key === 'rsa');
    const lookup = secrets({ 'other.pub': keys.get('stranger') ?? '', 'cosign.pub': keys.get(key) ?? '' });
    for (const { from, refusals } of await judge(version, withKeys, lookup)) {
      const why = expect.stringContaining(
        'of what cosign 3 signs, Flux verifies only keys on P-256 and RSA keys',
      ) as string;
      expect(refusals).toEqual(verified ? [] : [why]);
      expect(from.includes('signed by cosign.pub of Secret apps/keys')).toBe(verified);
    }
  });

  test('with a key that may not sign', async () => {
    const { version, image } = await push();
    await cosign.run([...cosign.signArgs('stranger', format), image]);
    const lookup = secrets({ 'cosign.pub': keys.get('p256') ?? '' });
    for (const { refusals } of await judge(version, withKeys, lookup)) {
      expect(refusals).toEqual([
        `failed to verify the signature using provider 'cosign': no matching signatures were found for '${image}': ` +
          'its signature is not by cosign.pub of Secret apps/keys',
      ]);
    }
  });

  test('by two, of whom one may sign', async () => {
    const { version, image } = await push();
    await cosign.run([...cosign.signArgs('stranger', format), image]);
    await cosign.run([...cosign.signArgs('p256', format), image]);
    for (const { refusals } of await judge(version, withKeys, secrets({ 'a.pub': keys.get('p256') ?? '' }))) {
      expect(refusals).toEqual([]);
    }
  });

  test('by a name, as Flux judges it', async () => {
    const { version, image } = await push();
    await cosign.run([...sigstore.signArgs('release@example.com', format), image]);
    const cases = [
      { issuer: `^${issuer}$`, subject: '^release@example\\.com$', want: true },
      { issuer: 'accounts', subject: 'example', want: true },
      { issuer: '^https://other\\.example\\.com$', subject: '.*', want: false },
      { issuer: '.*', subject: '^other@', want: false },
    ];
    for (const { issuer: issuers, subject, want } of cases) {
      const trusted = ['-trusted-root', sigstore.trustedRootFile];
      expect(await askFlux(image, [...trusted, '-issuer', issuers, '-subject', subject])).toBe(want);
      const verify = { matchOIDCIdentity: [{ issuer: issuers, subject }], trustedRootSecretRef: { name: 'keys' } };
      const [oci] = await judge(version, verify, secrets({ 'trusted_root.json': sigstore.trustedRoot }));
      expect(oci?.refusals).toEqual(
        want
          ? []
          : [
              "failed to verify the signature using provider 'cosign': no matching signatures were found for " +
                `'${image}': it is signed by release@example.com (${issuer})`,
            ],
      );
      expect(oci?.from.includes(`signed by release@example.com (${issuer})`)).toBe(want);
    }
  });

  test('by a name that another Sigstore vouches for', async () => {
    const { version, image } = await push();
    await cosign.run([...otherSigstore.signArgs('release@example.com', format), image]);
    const verify = { matchOIDCIdentity: [{ issuer: '.*', subject: '.*' }], trustedRootSecretRef: { name: 'keys' } };
    const [oci] = await judge(version, verify, secrets({ 'trusted_root.json': sigstore.trustedRoot }));
    expect(oci?.refusals).toEqual([expect.stringMatching(/no matching signatures were found for .*store@sha256/)]);
    expect(await askFlux(image, ['-trusted-root', sigstore.trustedRootFile, '-issuer', '.*', '-subject', '.*'])).toBe(
      false,
    );
  });

  test('by a name where a key is asked for', async () => {
    const { version, image } = await push();
    await cosign.run([...sigstore.signArgs('release@example.com', format), image]);
    expect(await askFlux(image, ['-key', path.join(cosign.folder, 'p256.pub')])).toBe(false);
    for (const { refusals } of await judge(version, withKeys, secrets({ 'a.pub': keys.get('p256') ?? '' }))) {
      expect(refusals).toHaveLength(1);
    }
  });

  test('by a key where a name is asked for', async () => {
    const { version, image } = await push();
    await cosign.run([...cosign.signArgs('p256', format), image]);
    const verify = { matchOIDCIdentity: [{ issuer: '.*', subject: '.*' }], trustedRootSecretRef: { name: 'keys' } };
    const [oci] = await judge(version, verify, secrets({ 'trusted_root.json': sigstore.trustedRoot }));
    expect(oci?.refusals).toHaveLength(1);
    expect(await askFlux(image, ['-trusted-root', sigstore.trustedRootFile, '-issuer', '.*', '-subject', '.*'])).toBe(
      false,
    );
  });
});

test('a bundle that is put to another chart', async () => {
  const [signed, other] = [await push(), await push()];
  await cosign.run([...cosign.signArgs('p256', 'bundle'), signed.image]);
  await retag(signed.digest.replace(':', '-'), other.digest.replace(':', '-'));
  expect(await askFlux(other.image, ['-key', path.join(cosign.folder, 'p256.pub')])).toBe(false);
  for (const { refusals } of await judge(other.version, withKeys, secrets({ 'a.pub': keys.get('p256') ?? '' }))) {
    expect(refusals).toHaveLength(1);
  }
});

test('a claim that is put to another chart, which Flux does not notice', async () => {
  const [signed, other] = [await push(), await push()];
  await cosign.run([...cosign.signArgs('p256', 'claim'), signed.image]);
  await retag(`${signed.digest.replace(':', '-')}.sig`, `${other.digest.replace(':', '-')}.sig`);
  expect(await askFlux(other.image, ['-key', path.join(cosign.folder, 'p256.pub')])).toBe(true);
  // cosign's own command line does.
  const verified = await cosign.tries([
    'verify',
    '--key=p256.pub',
    '--insecure-ignore-tlog',
    '--allow-http-registry',
    other.image,
  ]);
  expect(verified.code).not.toBe(0);
  expect(verified.output).toContain('invalid or missing digest in claim');
  for (const { refusals } of await judge(other.version, withKeys, secrets({ 'a.pub': keys.get('p256') ?? '' }))) {
    expect(refusals).toHaveLength(1);
  }
});

/** Puts what is under one tag under another, as anybody may who can push. */
async function retag(from: string, to: string): Promise<void> {
  const manifests = `http://${registry.host}/v2/charts/store/manifests`;
  const accept = 'application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json';
  const response = await fetch(`${manifests}/${from}`, { headers: { accept } });
  const put = await fetch(`${manifests}/${to}`, {
    method: 'PUT',
    headers: { 'content-type': response.headers.get('content-type') ?? '' },
    body: await response.arrayBuffer(),
  });
  expect([response.status, put.status]).toEqual([200, 201]);
}

const provider = (reason: string, name = 'cosign'): string =>
  `failed to verify the signature using provider '${name}': ${reason}`;

test.for([
  {
    name: 'the Secret is not there',
    verify: { secretRef: { name: 'none' } },
    want: provider('Secret apps/none cannot be read here: not found'),
  },
  {
    name: 'the Secret has no key',
    verify: withKeys,
    data: { 'cosign.key': 'x' },
    want: provider("no public keys found in secret 'apps/keys': their names end in .pub"),
  },
  {
    name: 'a key is none',
    verify: withKeys,
    data: { 'cosign.pub': 'ssh-ed25519 AAAA' },
    want: provider('cosign.pub of Secret apps/keys is not a public key in PEM'),
  },
  {
    name: 'nobody is named',
    verify: { provider: 'cosign' },
    want: provider('neither secretRef nor matchOIDCIdentity says who must have signed it'),
  },
  {
    name: 'the public Sigstore knows nothing of the certificate',
    verify: { matchOIDCIdentity: [{ issuer: '.*', subject: '.*' }] },
    want: expect.stringMatching(/no matching signatures were found for .*Failed to verify certificate chain/) as string,
  },
  {
    name: 'the Secret has no trusted root',
    verify: { matchOIDCIdentity: [{ issuer: '.*', subject: '.*' }], trustedRootSecretRef: { name: 'keys' } },
    want: provider('Secret apps/keys has no key trusted_root.json'),
  },
  {
    name: 'notation',
    verify: { provider: 'notation', secretRef: { name: 'keys' } },
    want: provider('Fairlead cannot verify signatures of notation', 'notation'),
  },
  {
    name: 'a provider that nobody knows',
    verify: { provider: 'pgp' },
    want: provider('unsupported verification provider: pgp', 'pgp'),
  },
])('refused where $name', async ({ verify, data, want }) => {
  const { version, image } = await push();
  await cosign.run([...cosign.signArgs('p256', 'bundle'), image]);
  await cosign.run([...sigstore.signArgs('release@example.com', 'bundle'), image]);
  const [oci] = await judge(version, verify, secrets(data ?? {}));
  expect(oci?.refusals).toEqual([want]);
});

test('refused where it is not signed, or a private key is given for a public one', async () => {
  const { version, image } = await push();
  const lookup = secrets({ 'cosign.pub': keys.get('p256') ?? '' });
  for (const { refusals } of await judge(version, withKeys, lookup)) {
    expect(refusals).toEqual([provider(`no matching signatures were found for '${image}': it is not signed`)]);
  }
  const secretKey = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const [oci] = await judge(version, withKeys, secrets({ 'cosign.pub': secretKey }));
  expect(oci?.refusals).toEqual([provider('cosign.pub of Secret apps/keys is not a public key in PEM')]);
  expect(JSON.stringify(oci?.refusals)).not.toContain(secretKey.split('\n')[1]);
});

test('refused where Flux takes one name only', async () => {
  const { version, image } = await push();
  await cosign.run([...sigstore.signArgs('release@example.com', 'bundle'), image]);
  const anybody = { issuer: '.*', subject: '.*' };
  const verify = { matchOIDCIdentity: [anybody, anybody], trustedRootSecretRef: { name: 'keys' } };
  const [oci] = await judge(version, verify, secrets({ 'trusted_root.json': sigstore.trustedRoot }));
  expect(oci?.refusals).toEqual([
    provider('Flux verifies a Sigstore bundle against one entry of matchOIDCIdentity only'),
  ]);
});
