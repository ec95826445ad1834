import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { objectSet, parseSource, type ValuesLookup } from '../../engine/src/flux/index.ts';
import { openWorld } from '../../engine/src/node/index.ts';
import { resolveChart, type SourceWorld } from '../../engine/src/source/index.ts';
import { root } from '../../scripts/support/run.ts';
import { type Cosign, openCosign } from '../support/cosign.ts';
import { type Distribution, startDistribution } from '../support/distribution.ts';

/** Signatures that the real cosign makes, in a registry that others wrote. */
let registry: Distribution;
let cosign: Cosign;
let folder: string;
/** Public keys by name. */
const keys = new Map<string, string>();
/** Digest of the manifest of each chart version. */
const digests = new Map<string, string>();

const chart = path.join(root, 'demo', 'published', 'store');

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'fairlead-signatures-'));
  [registry, cosign] = await Promise.all([startDistribution(), openCosign()]);
  keys.set('p256', await cosign.makeKeys('p256'));
  keys.set('stranger', await cosign.makeKeys('stranger'));
  for (const kind of ['rsa'] as const) {
    keys.set(kind, await cosign.importKeys(kind, kind));
  }
});

afterAll(async () => {
  await Promise.all([registry.close(), cosign.close(), rm(folder, { recursive: true, force: true })]);
});

let count = 0;
/** Pushes a version that nobody signed yet. */
async function push(): Promise<{ readonly version: string; readonly image: string; readonly digest: string }> {
  const version = `1.0.${String(count++)}`;
  const digest = await registry.push(chart, version, 'charts');
  digests.set(version, digest);
  return { version, digest, image: `${registry.host}/charts/store@${digest}` };
}

function secrets(data: Readonly<Record<string, string>>): ValuesLookup {
  return ({ kind, name }) =>
    kind === 'Secret' && name === 'keys'
      ? { kind: 'known', data: new Map(Object.entries(data)), sealed: new Map() }
      : undefined;
}

async function world(): Promise<SourceWorld> {
  const place = await mkdtemp(path.join(folder, 'world-'));
  const quiet = (): void => undefined;
  return openWorld({
    configFolder: path.join(place, 'config'),
    cacheFolder: path.join(place, 'cache'),
    allowHosts: ['*'],
    localSources: {},
    usesProxyVariables: false,
    variables: { HOME: place },
    version: 'test',
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  });
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
    await resolveChart({ source: oci, ...common }, await world(), asking),
    await resolveChart({ source: helm, template, ...common }, await world(), asking),
  ];
}

const withKeys = { provider: 'cosign', secretRef: { name: 'keys' } };

describe.for(['bundle', 'claim'] as const)('signed as a %s', (format) => {
  test.for(['p256', 'rsa'])('with a key of kind %s', async (key) => {
    const { version, image } = await push();
    await cosign.run([...cosign.signArgs(key, format), image]);
    const lookup = secrets({ 'other.pub': keys.get('stranger') ?? '', 'cosign.pub': keys.get(key) ?? '' });
    for (const { from, refusals } of await judge(version, withKeys, lookup)) {
      expect(refusals).toEqual([]);
      expect(from).toContain('signed by cosign.pub of Secret apps/keys');
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
});
