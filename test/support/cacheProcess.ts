/**
 * A process of its own that fills a cache, as `test/sources/cache.test.ts` starts it. Arguments: folder, bytes that the
 * cache may hold, how many blobs, seed. Prints a line for each blob that is kept; a seed is a stream of blobs.
 */
import process from 'node:process';
import { nodeArtifactCache } from '../../engine/src/node/artifactCache.ts';
import { blobOf } from './cacheBlobs.ts';

const [folder = '', maxBytes = '', count = '', seed = ''] = process.argv.slice(2);
const { signal } = new AbortController();
const cache = nodeArtifactCache({ folder, maxBytes: Number(maxBytes) });
for (let i = 0; i < Number(count); i++) {
  const bytes = blobOf(Number(seed), i);
  const digest = await cache.put(bytes, { signal });
  await cache.note('index of all', { digest, fetchedAt: i, etag: `"${seed}-${String(i)}"` }, { signal });
  const note = await cache.recall('index of all', { signal });
  if (note === undefined) {
    throw new Error('a note was not whole');
  }
  const kept = await cache.get(note.digest, { signal });
  process.stdout.write(`${digest} ${kept === undefined ? 'gone' : 'there'}\n`);
}
