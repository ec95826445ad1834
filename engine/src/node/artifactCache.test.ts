import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ArtifactCache, memoryCache } from '../source/index.ts';
import { digestOf, limits } from '../support/index.ts';
import { nodeArtifactCache } from './artifactCache.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fairlead-cache-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const { signal } = new AbortController();
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const kinds: { name: string; open: (maxBytes: number) => ArtifactCache }[] = [
  { name: 'in memory', open: (maxBytes) => memoryCache({ maxBytes }) },
  { name: 'on disk', open: (maxBytes) => nodeArtifactCache({ folder, maxBytes }) },
];

test.for(kinds)('a cache $name gives back what it keeps', async ({ open }) => {
  const cache = open(1000);
  const digest = await cache.put(bytes('a'), { signal });
  expect(digest).toBe(digestOf('a'));
  expect(await cache.put(bytes('a'), { signal })).toBe(digest);
  expect(Buffer.from((await cache.get(digest, { signal })) ?? []).toString()).toBe('a');
  expect(await cache.get(digestOf('b'), { signal })).toBeUndefined();
  expect(await cache.get('sha256:../../etc/passwd', { signal })).toBeUndefined();
  expect(await cache.recall('index', { signal })).toBeUndefined();
  await cache.note('index', { digest, etag: '"e"', fetchedAt: 5 }, { signal });
  expect(await cache.recall('index', { signal })).toEqual({ digest, etag: '"e"', fetchedAt: 5 });
});

test.for(kinds)(
  'a cache $name forgets the oldest when it is full, and never what it was just given',
  async ({ open }) => {
    const cache = open(10);
    const small = await cache.put(bytes('1234'), { signal });
    const large = await cache.put(bytes('123456789012'), { signal });
    expect(await cache.get(small, { signal })).toBeUndefined();
    expect(await cache.get(large, { signal })).toBeDefined();
  },
);

test('two processes that write the same at once both succeed', async () => {
  const caches = [1, 2, 3, 4].map(() => nodeArtifactCache({ folder, maxBytes: 1000 }));
  const digests = await Promise.all(
    caches.flatMap((cache) => [cache.put(bytes('same'), { signal }), cache.put(bytes('x'), { signal })]),
  );
  expect(new Set(digests).size).toBe(2);
  expect((await readdir(join(folder, 'blobs'))).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

test('a file that was changed is not given out', async () => {
  const cache = nodeArtifactCache({ folder, maxBytes: 1000 });
  const digest = await cache.put(bytes('good'), { signal });
  await writeFile(join(folder, 'blobs', digest.slice(7)), 'evil');
  expect(await cache.get(digest, { signal })).toBeUndefined();
});

test('what a process left half-written is cleared away after a while', async () => {
  const cache = nodeArtifactCache({ folder, maxBytes: 1000 });
  await cache.put(bytes('a'), { signal });
  const [old, fresh] = ['old.tmp', 'fresh.tmp'].map((name) => join(folder, 'blobs', name));
  await Promise.all([writeFile(old ?? '', 'x'), writeFile(fresh ?? '', 'x')]);
  await utimes(old ?? '', new Date(0), new Date(0));
  await cache.put(bytes('b'), { signal });
  expect((await readdir(join(folder, 'blobs'))).filter((name) => name.endsWith('.tmp'))).toEqual(['fresh.tmp']);
});

test('notes that were not renewed for the longest time go when there are too many', async () => {
  const cache = nodeArtifactCache({ folder, maxBytes: 1000 });
  const note = { digest: digestOf('a'), fetchedAt: 1 };
  await cache.note('new', note, { signal });
  for (const [name, size] of [
    ['old.json', limits.maxNoteBytes],
    ['half.json.tmp', 1],
  ] as const) {
    await writeFile(join(folder, 'notes', name), 'x'.repeat(size));
    await utimes(join(folder, 'notes', name), new Date(0), new Date(0));
  }
  await cache.put(bytes('a'), { signal });
  expect(await readdir(join(folder, 'notes'))).toHaveLength(1);
  expect(await cache.recall('new', { signal })).toEqual(note);
});
