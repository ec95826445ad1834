import { type Bucket, nameOf, type ValuesLookup } from '../flux/index.ts';
import { type BucketClient, digestOf, EngineError, limits, messageOf } from '../support/index.ts';
import { bucketAccess } from './bucketAccess.ts';
import { SourceError, type SourceErrorCode } from './errors.ts';
import { type IgnorePattern, isLeftOut, readIgnorePatterns } from './goIgnore.ts';
import { keepArtifact } from './keptArtifact.ts';
import { filesInMemory, pathFromRoot, type SourceArtifact } from './sourceArtifact.ts';
import type { SourceFolder } from './workingCopy.ts';
import type { FetchOptions, SourceWorld } from './world.ts';

const artifactRoot = '/artifact';
const ignoreFile = '.sourceignore';

/**
 * The objects of a Bucket as files.
 *
 * @throws SourceError
 * @see fluxcd/source-controller v1.9 internal/controller/bucket_controller.go
 */
export async function bucketFolder(
  { source, lookup }: { readonly source: Bucket; readonly lookup: ValuesLookup },
  world: SourceWorld,
  options: FetchOptions,
): Promise<SourceFolder> {
  const { bucketName, prefix = '', ignore } = source.spec;
  const { location, host, warnings } = await bucketAccess(source, lookup, world, options);
  const where = `${location.endpoint}/${bucketName}`;
  const { remote, environment } = world;
  if (remote === undefined) {
    throw new SourceError('unsupported', `${nameOf(source)}: a Bucket cannot be fetched here`, { host });
  }
  const failing = <T>(run: () => Promise<T>): Promise<T> => bucketFailing(source, { where, host }, run);
  const kept = await keepArtifact(
    {
      key: `bucket ${JSON.stringify([location.endpoint, bucketName, prefix, ignore])}`,
      look: () =>
        failing(async () => {
          if (!environment.consent.allowed(host)) {
            throw new SourceError('offline', `${nameOf(source)}: ${where}: requests to ${host} are not allowed`, {
              url: where,
              host,
            });
          }
          const client = await remote.buckets.open(location);
          const index = await indexOf(client, source, options);
          return {
            revision: revisionOf(index.etags),
            fetch: () => failing(() => fetchObjects(client, index, options)),
          };
        }),
    },
    world,
    options,
  );
  return {
    root: artifactRoot,
    revision: kept.artifact.revision,
    from: where,
    files: filesInMemory(artifactRoot, kept.artifact.files),
    isIgnored: () => false,
    warnings: [...warnings, ...kept.warnings],
  };
}

interface ObjectIndex {
  readonly etags: ReadonlyMap<string, string>;
  /** The bucket's `.sourceignore`, which is in the artifact and not in its revision. */
  readonly rules: Uint8Array | undefined;
}

/** Which objects count. Version control and pictures are left out only where somebody says so. */
async function indexOf(client: BucketClient, { spec }: Bucket, { signal }: FetchOptions): Promise<ObjectIndex> {
  const { bucketName, prefix = '', ignore = '' } = spec;
  if (!(await client.exists({ signal }))) {
    throw new SourceError('not-found', `bucket '${bucketName}' not found`);
  }
  const rules = (await client.get(ignoreFile, { signal, maxBytes: limits.maxDocumentBytes }))?.bytes;
  const patterns: readonly IgnorePattern[] = [
    ...readIgnorePatterns(new TextDecoder().decode(rules), []),
    ...readIgnorePatterns(ignore, []),
  ];
  const objects = await client.list(prefix, { signal, maxObjects: limits.maxBucketObjects });
  const counted = objects.filter(({ key }) => !key.endsWith('/') && key !== ignoreFile && !isLeftOut(patterns, key));
  return { etags: new Map(counted.map(({ key, etag }) => [key, etag])), rules };
}

/** @see fluxcd/source-controller v1.9 internal/index/digest.go, Digest */
function revisionOf(etags: ReadonlyMap<string, string>): string {
  const lines = [...etags].map(([key, etag]) => ({ key: new TextEncoder().encode(key), line: `${key} ${etag}\n` }));
  lines.sort((a, b) => compareBytes(a.key, b.key));
  return digestOf(lines.map(({ line }) => line).join(''));
}

/** As Go sorts strings; UTF-16 has another order beyond U+FFFF. */
function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const at = a.findIndex((byte, index) => byte !== b[index]);
  return at < 0 ? a.length - b.length : (a[at] ?? 0) - (b[at] ?? -1);
}

const maxParallel = 16;

async function fetchObjects(
  client: BucketClient,
  { etags, rules }: ObjectIndex,
  { signal }: FetchOptions,
): Promise<SourceArtifact> {
  const files = new Map<string, Uint8Array>(rules === undefined ? [] : [[ignoreFile, rules]]);
  const seen = new Map(etags);
  const keys = [...etags.keys()];
  let remaining = limits.maxSourceBytes;
  const fetchNext = async (): Promise<void> => {
    for (let key = keys.shift(); key !== undefined; key = keys.shift()) {
      const found = await client.get(key, { signal, maxBytes: remaining });
      if (found === undefined) {
        // Gone since it was listed.
        seen.delete(key);
        continue;
      }
      seen.set(key, found.etag);
      remaining -= found.bytes.length;
      if (remaining < 0) {
        throw new SourceError('too-large', `its objects are larger than ${limits.maxSourceBytes} bytes`);
      }
      files.set(pathFromRoot(key), found.bytes);
    }
  };
  await Promise.all(Array.from({ length: Math.min(maxParallel, keys.length) }, fetchNext));
  return { revision: revisionOf(seen), files };
}

async function bucketFailing<T>(
  source: Bucket,
  { where, host }: { readonly where: string; readonly host: string },
  run: () => Promise<T>,
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof EngineError) || (error instanceof SourceError && error.url !== undefined)) {
      throw error;
    }
    const code = error instanceof SourceError ? error.code : codeOf(error.code);
    throw new SourceError(code, `${nameOf(source)}: ${where}: ${messageOf(error)}`, { url: where, host, cause: error });
  }
}

/** @see BucketFailure */
function codeOf(failure: string): SourceErrorCode {
  switch (failure) {
    case 'unauthorized':
    case 'forbidden':
    case 'not-found':
    case 'rate-limited':
    case 'network':
    case 'tls':
    case 'timeout':
    case 'too-large':
      return failure;
    default:
      return 'server';
  }
}
