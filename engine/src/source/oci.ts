import type { LayerSelector, OciReference } from '../flux/index.ts';
import { compileRegexp, RegexpError } from '../gostd/index.ts';
import { type Abortable, at, isRecord, limits, parseJson, recordAt } from '../support/index.ts';
import { SourceError } from './errors.ts';
import { isDigest, manifestTypes, type Registry, type RegistryManifest } from './registry.ts';
import { isTag } from './ociReference.ts';
import { chooseTag } from './version.ts';
import type { FetchOptions, SourceWorld } from './world.ts';

/** Media type of the layer that holds a Helm chart. @see helm v4.3.1 pkg/registry, ChartLayerMediaType */
const helmLayerType = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip';
/** What Helm before 3.7 wrote. @see helm v4.3.1 pkg/registry, LegacyChartLayerMediaType */
const legacyHelmLayerType = 'application/tar+gzip';

/** What lies in a registry under one tag or digest. */
export interface OciArtifact {
  /** `tag@sha256:…`, or `sha256:…` where only a digest was asked for. */
  readonly revision: string;
  readonly tag?: string;
  /** Of the manifest. */
  readonly digest: string;
  readonly layer: Uint8Array;
}

export interface OciRequest {
  /** `oci://host/path`, to name the artifact and to remember answers by. */
  readonly url: string;
  readonly registry: Registry;
  readonly reference: OciReference;
  /** Which layer; `undefined` takes the one that holds a Helm chart. */
  readonly layer: LayerSelector | undefined;
}

/**
 * Fetches the layer that an OCIRepository selects.
 *
 * @throws SourceError
 * @see fluxcd/source-controller v1.9 internal/controller/ocirepository_controller.go, getArtifactRef and selectLayer
 */
export async function fetchOciArtifact(
  request: OciRequest,
  world: Pick<SourceWorld, 'cache' | 'environment'>,
  options: FetchOptions,
): Promise<OciArtifact> {
  const { reference } = request;
  if (reference.digest !== undefined && reference.digest !== '') {
    if (!isDigest(reference.digest)) {
      throw new SourceError('invalid-url', `${request.url}: '${reference.digest}' is not a sha256 digest`, {
        url: request.url,
      });
    }
    const { digest, layer } = await fetchLayer(request, reference.digest, world, options);
    return { revision: digest, digest, layer };
  }
  const tag = await selectTag(request, world, options);
  const { digest, layer } = await fetchLayer(request, tag, world, options);
  return { revision: `${tag}@${digest}`, tag, digest, layer };
}

/** A registry's tags, and when it said so. */
export interface TagList {
  readonly tags: readonly string[];
  /** Milliseconds since 1970. */
  readonly fetchedAt: number;
}

/**
 * All tags of a repository, from the cache where they are young enough.
 *
 * @throws SourceError
 */
export async function fetchTags(
  { registry, url }: Pick<OciRequest, 'registry' | 'url'>,
  { cache, environment }: Pick<SourceWorld, 'cache' | 'environment'>,
  { signal, maxAgeMs }: FetchOptions,
): Promise<TagList> {
  const key = `tags ${url}`;
  const note = await cache.recall(key, { signal });
  if (note !== undefined && environment.clock.now() - note.fetchedAt < maxAgeMs) {
    const kept = await cache.get(note.digest, { signal });
    const tags = kept === undefined ? undefined : parseJson(kept);
    if (isTextList(tags)) {
      return { tags, fetchedAt: note.fetchedAt };
    }
  }
  const tags = await registry.tags({ signal });
  const fetchedAt = environment.clock.now();
  const digest = await cache.put(new TextEncoder().encode(JSON.stringify(tags)), { signal });
  await cache.note(key, { digest, fetchedAt }, { signal });
  return { tags, fetchedAt };
}

/**
 * The tags that `semverFilter` lets through.
 *
 * @throws SourceError code `invalid-version` for a filter that is no regular expression
 */
export function filterTags(tags: readonly string[], semverFilter: string | undefined): readonly string[] {
  if (semverFilter === undefined || semverFilter === '') {
    return tags;
  }
  try {
    const filter = compileRegexp(semverFilter);
    return tags.filter((tag) => filter.test(tag));
  } catch (error) {
    if (error instanceof RegexpError) {
      throw new SourceError('invalid-version', error.message, { cause: error });
    }
    throw error;
  }
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}

/** Whether tags are versions with `_` in place of `+`. Flux says so only where the layer's type is Helm's. */
export function translatesTags(layer: LayerSelector | undefined): boolean {
  return layer?.mediaType === helmLayerType;
}

async function selectTag(
  request: OciRequest,
  world: Pick<SourceWorld, 'cache' | 'environment'>,
  options: FetchOptions,
): Promise<string> {
  const { semver = '', semverFilter, tag = '' } = request.reference;
  if (semver !== '') {
    const { tags } = await fetchTags(request, world, options);
    return chooseTag(filterTags(tags, semverFilter), semver, { translate: translatesTags(request.layer) });
  }
  if (tag !== '' && !isTag(tag)) {
    throw new SourceError('invalid-url', `${request.url}: '${tag}' is not a tag`, { url: request.url });
  }
  return tag === '' ? 'latest' : tag;
}

interface FetchedLayer {
  readonly digest: string;
  readonly layer: Uint8Array;
}

async function fetchLayer(
  request: OciRequest,
  reference: string,
  { cache, environment }: Pick<SourceWorld, 'cache' | 'environment'>,
  options: FetchOptions,
): Promise<FetchedLayer> {
  const { registry, url } = request;
  const { signal } = options;
  const isDigest = reference.startsWith('sha256:');
  const key = `oci ${url}:${reference}`;
  const manifest = await fetchManifest();
  const image = await imageOf(manifest, registry, url, options);
  const wanted = selectLayer(image, request.layer, url);
  const kept = await cache.get(wanted.digest, { signal });
  if (kept !== undefined) {
    return { digest: manifest.digest, layer: kept };
  }
  const { size = limits.maxChartBytes } = wanted;
  if (size > limits.maxChartBytes) {
    throw new SourceError('too-large', `fetch ${url}: the layer has ${String(size)} bytes`, { url });
  }
  // A blob that goes on behind its size is not read to its end, which may not exist.
  const layer = await registry.blob(wanted.digest, { signal, maxBytes: size });
  await cache.put(layer, { signal });
  return { digest: manifest.digest, layer };

  /** Content under a digest never changes; a tag is asked for its digest again. */
  async function fetchManifest(): Promise<RegistryManifest> {
    const note = isDigest
      ? { digest: reference, fetchedAt: environment.clock.now() }
      : await cache.recall(key, { signal });
    if (note !== undefined) {
      const bytes = await cache.get(note.digest, { signal });
      const isFresh = isDigest || environment.clock.now() - note.fetchedAt < options.maxAgeMs;
      if (bytes !== undefined && (isFresh || (await registry.head(reference, { signal })) === note.digest)) {
        return { digest: note.digest, mediaType: '', bytes };
      }
    }
    const fetched = await registry.manifest(reference, { signal });
    await cache.put(fetched.bytes, { signal });
    if (!isDigest) {
      await cache.note(key, { digest: fetched.digest, fetchedAt: environment.clock.now() }, { signal });
    }
    return fetched;
  }
}

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  /** Bytes. */
  readonly size?: number;
}

/** The layers of an image; of an index, those of the image for Linux on amd64, as Flux takes it. */
async function imageOf(
  { bytes }: RegistryManifest,
  registry: Registry,
  url: string,
  { signal }: Abortable,
): Promise<readonly Descriptor[]> {
  const manifest = parseJson(bytes);
  const manifests = at(manifest, 'manifests');
  if (Array.isArray(manifests)) {
    const chosen: unknown = manifests.find(isForLinux);
    const [descriptor] = descriptorsOf(chosen === undefined ? [] : [chosen]);
    if (descriptor === undefined) {
      throw new SourceError('invalid-manifest', `fetch ${url}: no artifact for linux/amd64 in the index`, { url });
    }
    const image = parseJson((await registry.manifest(descriptor.digest, { signal })).bytes);
    return layersOf(image, url);
  }
  return layersOf(manifest, url);
}

function isForLinux(entry: unknown): boolean {
  const { mediaType, platform } = recordAt(entry);
  return (
    manifestTypes.image.some((type) => type === mediaType) &&
    (platform === undefined || (at(platform, 'os') === 'linux' && at(platform, 'architecture') === 'amd64'))
  );
}

function layersOf(manifest: unknown, url: string): readonly Descriptor[] {
  const layers = at(manifest, 'layers');
  if (!Array.isArray(layers)) {
    throw new SourceError('invalid-manifest', `fetch ${url}: the manifest has no layers`, { url });
  }
  return descriptorsOf(layers);
}

function descriptorsOf(values: readonly unknown[]): readonly Descriptor[] {
  return values.flatMap((value) => {
    if (!isRecord(value)) {
      return [];
    }
    const { mediaType, digest, size } = value;
    return typeof mediaType === 'string' && isDigest(digest)
      ? [{ mediaType, digest, ...(typeof size === 'number' && { size }) }]
      : [];
  });
}

/** The layer that is wanted. */
function selectLayer(layers: readonly Descriptor[], selector: LayerSelector | undefined, url: string): Descriptor {
  if (layers.length === 0) {
    throw new SourceError('invalid-manifest', `fetch ${url}: no layers found in artifact`, { url });
  }
  const { mediaType = '' } = selector ?? {};
  const found = mediaType === '' ? layers[0] : layers.find((layer) => layer.mediaType === mediaType);
  if (found === undefined) {
    throw new SourceError(
      'invalid-manifest',
      `fetch ${url}: failed to find layer with media type '${mediaType}' in artifact`,
      { url },
    );
  }
  return found;
}

/**
 * The layer with the chart among those of an artifact that Helm pushed.
 *
 * @see helm v4.3.1 pkg/registry/client.go, Pull
 */
export async function fetchHelmChart(
  request: Omit<OciRequest, 'layer'>,
  world: Pick<SourceWorld, 'cache' | 'environment'>,
  options: FetchOptions,
): Promise<OciArtifact> {
  try {
    return await fetchOciArtifact({ ...request, layer: { mediaType: helmLayerType } }, world, options);
  } catch (error) {
    if (error instanceof SourceError && error.code === 'invalid-manifest') {
      return fetchOciArtifact({ ...request, layer: { mediaType: legacyHelmLayerType } }, world, options);
    }
    throw error;
  }
}
