import { type Bucket, nameOf, type ValuesLookup } from '../flux/index.ts';
import { compareStrings } from '../gostd/index.ts';
import { type BucketClient, digestOf, limits } from '../support/index.ts';
import { bucketAccess } from './bucketAccess.ts';
import { SourceError } from './errors.ts';
import { type IgnorePattern, isLeftOut, readIgnorePatterns } from './goIgnore.ts';
import { keepArtifact } from './keptArtifact.ts';
import { remoteFailing, requireConsent } from './remoteFailure.ts';
import { artifactRoot, filesInMemory, pathFromRoot, type SourceArtifact } from './sourceArtifact.ts';
import type { SourceFolder } from './workingCopy.ts';
import type { FetchOptions, SourceWorld } from './world.ts';

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
  const kept = await keepArtifact(
    {
      key: `bucket ${JSON.stringify([location.endpoint, bucketName, prefix, ignore])}`,
      look: () =>
        remoteFailing(source, where, async () => {
          requireConsent(source, where, environment);
          const client = await remote.buckets.open(location);
          const index = await indexOf(client, source, options);
          return {
            revision: revisionOf(index.etags),
            fetch: () => remoteFailing(source, where, () => fetchObjects(client, index, options)),
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
  const sorted = [...etags].sort(([a], [b]) => compareStrings(a, b));
  return digestOf(sorted.map(([key, etag]) => `${key} ${etag}\n`).join(''));
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
