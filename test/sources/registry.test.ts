import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { objectSet, type ValuesLookup } from '../../engine/src/flux/index.ts';
import { listVersions, resolveChart, type ResolvedChart } from '../../engine/src/source/index.ts';
import { digestOf } from '../../engine/src/support/index.ts';
import { type Distribution, startDistribution } from '../support/distribution.ts';
import { storeChart, useRegistryCharts } from '../support/registryCharts.ts';
import { openTestWorld, sourceOf } from '../support/sourceWorld.ts';

/** Charts from an open registry that others wrote, beside what helm pulls from it. */
const asking = { signal: new AbortController().signal, maxAgeMs: 0 };
const nobody: ValuesLookup = () => undefined;
const helmLayer = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip';
const versions = ['0.9.0', '1.0.0', '1.2.0', '1.3.0-rc.1', '2.0.0+build.7'];

const { folder, ociChart } = useRegistryCharts('registry');

describe('open', () => {
  let registry: Distribution;
  const digests = new Map<string, string>();
  beforeAll(async () => {
    registry = await startDistribution();
    for (const version of versions) {
      digests.set(version, await registry.push(storeChart, version, 'charts'));
    }
  });
  afterAll(() => registry.close());

  test.for(versions)('%s is what helm pulls', async (version) => {
    const archive = await readFile(await registry.pull(`oci://${registry.host}/charts/store`, version));
    const layerSelector = { mediaType: helmLayer, operation: 'copy' };
    const byTag = await ociChart(registry, { ref: { tag: version.replace('+', '_') }, layerSelector });
    expect(byTag.ociDigest).toBe(digests.get(version));
    const repository = sourceOf('HelmRepository', {
      type: 'oci',
      url: `oci://${registry.host}/charts`,
      insecure: true,
    });
    const pulled = await resolveChart(
      {
        source: repository,
        template: { chart: 'store', version, sourceRef: { kind: 'HelmRepository', name: 'store' } },
        generation: 1,
        objects: objectSet([]),
        lookup: nobody,
      },
      await openTestWorld(folder),
      asking,
    );
    expect(pulled).toMatchObject({ version, digest: digestOf(archive), content: { kind: 'archive' } });
    const names = (resolved: ResolvedChart): readonly string[] => resolved.chart.raw.map(({ name }) => name).sort();
    expect(names(byTag)).toEqual(names(pulled));
    for (const { name, data } of pulled.chart.raw.filter(({ name: file }) => file !== 'Chart.yaml')) {
      expect(byTag.chart.raw.find((file) => file.name === name)?.data).toEqual(data);
    }
  });

  test.for([
    { name: 'a range', ref: { semver: '1.x' }, want: '1.2.0' },
    { name: 'a range with pre-releases', ref: { semver: '>=1.0.0-0 <2.0.0' }, want: '1.3.0-rc.1' },
    { name: 'a range of filtered tags', ref: { semver: '*', semverFilter: '^0\\.' }, want: '0.9.0' },
    { name: 'a tag before another', ref: { tag: '1.0.0' }, want: '1.0.0' },
    { name: 'a range before a tag', ref: { semver: '<1', tag: '1.0.0' }, want: '0.9.0' },
    {
      name: 'build metadata, where the layer is Helm’s',
      ref: { semver: '>=2' },
      layerSelector: { mediaType: helmLayer },
      want: '2.0.0+build.7',
    },
  ])('$name', async ({ ref, layerSelector, want }) => {
    const resolved = await ociChart(registry, { ref, ...(layerSelector && { layerSelector }) });
    expect(resolved.ociDigest).toBe(digests.get(want));
    expect(resolved.version).toBe(`${want.split('+')[0] ?? ''}+${digests.get(want)?.slice(7, 19) ?? ''}`);
  });

  test('a digest before everything else', async () => {
    const digest = digests.get('0.9.0') ?? '';
    const resolved = await ociChart(registry, { ref: { digest, semver: '2.x', tag: '1.0.0' } });
    expect(resolved.ociDigest).toBe(digest);
  });

  test.for([
    { name: 'no tag in a range', spec: { ref: { semver: '>=9' } }, code: 'no-version', says: 'no match found' },
    { name: 'no such tag', spec: { ref: { tag: 'none' } }, code: 'not-found', says: '/manifests/none: 404' },
    {
      name: 'no layer of a type',
      spec: { layerSelector: { mediaType: 'text/x' }, ref: { tag: '1.0.0' } },
      code: 'invalid-manifest',
      says: "media type 'text/x'",
    },
    {
      name: 'a digest that is none',
      spec: { ref: { digest: '../../x' } },
      code: 'invalid-url',
      says: 'not a sha256 digest',
    },
    { name: 'a tag that is none', spec: { ref: { tag: '../x' } }, code: 'invalid-url', says: "'../x' is not a tag" },
    {
      name: 'a tag in the URL',
      spec: { url: 'oci://127.0.0.1:1/charts/store:1.0.0' },
      code: 'invalid-url',
      says: "remove ':1.0.0'",
    },
    {
      name: 'a filter that is none',
      spec: { ref: { semver: '*', semverFilter: '(' } },
      code: 'invalid-version',
      says: 'error parsing regexp',
    },
  ])('$name is an error of its own', async ({ spec, code, says }) => {
    await expect(ociChart(registry, spec)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(says) as string,
    });
  });

  test('an artifact as flux pushes it, by media type, and of an index the image for linux/amd64', async () => {
    const archive = await readFile(await registry.pull(`oci://${registry.host}/charts/store`, '1.0.0'));
    const other = await readFile(await registry.pull(`oci://${registry.host}/charts/store`, '0.9.0'));
    const fluxLayer = 'application/vnd.cncf.flux.content.v1.tar+gzip';
    const first = await putImage(registry, [
      { mediaType: 'application/vnd.example.notes', data: Buffer.from('notes') },
      { mediaType: fluxLayer, data: archive },
    ]);
    const arm = await putImage(registry, [{ mediaType: fluxLayer, data: other }]);
    const amd64 = { os: 'linux', architecture: 'amd64' };
    const list = [
      { ...arm, platform: { os: 'linux', architecture: 'arm64' } },
      { ...first, platform: amd64 },
    ];
    const index = await put(
      registry,
      'manifests/fleet',
      JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests: list }),
      indexType,
    );
    const world = await openTestWorld(folder);
    const spec = { ref: { tag: 'fleet' }, layerSelector: { mediaType: fluxLayer } };
    expect(await ociChart(registry, spec, { world })).toMatchObject({
      ociDigest: `fleet@${index}`,
      version: `1.0.0+${index.slice(7, 19)}`,
    });
    // The digest of an image within the index names that image.
    const byDigest = await ociChart(registry, { ...spec, ref: { digest: arm.digest } }, { world });
    expect(byDigest).toMatchObject({ ociDigest: arm.digest, version: `0.9.0+${arm.digest.slice(7, 19)}` });
    await expect(ociChart(registry, { ref: { tag: 'fleet' } }, { world })).rejects.toMatchObject({
      code: 'invalid-chart',
    });
  });

  test('versions, newest first, without the tags of signatures', async () => {
    await fetchAndPut(registry, '1.0.0', 'sha256-aa.sig');
    const source = sourceOf('OCIRepository', {
      url: `oci://${registry.host}/charts/store`,
      insecure: true,
      layerSelector: { mediaType: helmLayer },
    });
    if (source.kind !== 'OCIRepository') {
      throw new Error(source.kind);
    }
    const world = await openTestWorld(folder);
    const { versions: listed } = await listVersions({ source, chart: '', lookup: nobody }, world, asking);
    expect(listed.map(({ version }) => version)).toEqual([...versions].reverse());
  });
});

const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const indexType = 'application/vnd.oci.image.index.v1+json';

/** Puts a manifest or its like; resolves with its digest. */
async function put(registry: Distribution, place: string, body: string, type: string): Promise<string> {
  const response = await fetch(`http://${registry.host}/v2/charts/store/${place}`, {
    method: 'PUT',
    headers: { 'content-type': type },
    body,
  });
  expect(response.status).toBe(201);
  return digestOf(body);
}

interface Layer {
  readonly mediaType: string;
  readonly data: Uint8Array<ArrayBuffer>;
}

/** Puts an image with these layers, under its digest only. */
async function putImage(
  registry: Distribution,
  layers: readonly Layer[],
): Promise<{ digest: string; size: number; mediaType: string }> {
  const config = { mediaType: 'application/vnd.cncf.flux.config.v1+json', data: new TextEncoder().encode('{}') };
  for (const { data } of [config, ...layers]) {
    const begun = await fetch(`http://${registry.host}/v2/charts/store/blobs/uploads/`, { method: 'POST' });
    const url = new URL(begun.headers.get('location') ?? '');
    url.searchParams.set('digest', digestOf(data));
    expect((await fetch(url, { method: 'PUT', body: data })).status).toBe(201);
  }
  const describe = ({ mediaType, data }: Layer): object => ({ mediaType, digest: digestOf(data), size: data.length });
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: manifestType,
    config: describe(config),
    layers: layers.map(describe),
  });
  const digest = await put(registry, `manifests/${digestOf(manifest)}`, manifest, manifestType);
  return { digest, size: manifest.length, mediaType: manifestType };
}

/** Puts what is under one tag under another. */
async function fetchAndPut(registry: Distribution, from: string, to: string): Promise<void> {
  const manifests = `http://${registry.host}/v2/charts/store/manifests`;
  const response = await fetch(`${manifests}/${from}`, {
    headers: { accept: 'application/vnd.oci.image.manifest.v1+json' },
  });
  const type = response.headers.get('content-type') ?? '';
  const put = await fetch(`${manifests}/${to}`, {
    method: 'PUT',
    headers: { 'content-type': type },
    body: await response.arrayBuffer(),
  });
  expect(put.status).toBe(201);
}
