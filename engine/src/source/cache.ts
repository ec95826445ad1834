import { type Abortable, digestOf, limits } from '../support/index.ts';
import { type OpenIndexes, openIndexes } from './openIndexes.ts';

/** Bytes by their digest, and what was last heard under a name. Shared by processes; nothing secret goes in. */
export interface ArtifactCache {
  /** The bytes of `sha256:…`, or undefined where they are not kept (any more). */
  get(digest: string, options: Abortable): Promise<Uint8Array | undefined>;
  /** Keeps bytes and returns their digest. */
  put(bytes: Uint8Array, options: Abortable): Promise<string>;
  /** Where the bytes are as a file, if they are; undefined where this cache has no files. */
  pathOf(digest: string): string | undefined;
  /** What was noted under this key. */
  recall(key: string, options: Abortable): Promise<CacheNote | undefined>;
  note(key: string, note: CacheNote, options: Abortable): Promise<void>;
  /** What this process has read of the indexes in the cache. */
  readonly openIndexes: OpenIndexes;
}

/** The last answer to a request. */
export interface CacheNote {
  readonly digest: string;
  readonly etag?: string;
  readonly lastModified?: string;
  /** Milliseconds since 1970. */
  readonly fetchedAt: number;
}

/** A cache that forgets when the process ends, and the oldest bytes when there are more than `maxBytes`. */
export function memoryCache(options: { readonly maxBytes: number }): ArtifactCache {
  const blobs = new Map<string, Uint8Array>();
  const notes = new Map<string, CacheNote>();
  let size = 0;
  return {
    openIndexes: openIndexes({ maxBytes: limits.maxOpenIndexBytes }),
    get: (digest) => {
      const bytes = blobs.get(digest);
      if (bytes !== undefined) {
        blobs.delete(digest);
        blobs.set(digest, bytes);
      }
      return Promise.resolve(bytes);
    },
    put: (bytes) => {
      const digest = digestOf(bytes);
      if (!blobs.has(digest)) {
        blobs.set(digest, bytes);
        size += bytes.length;
        for (const [oldest, { length }] of blobs) {
          if (size <= options.maxBytes || oldest === digest) {
            break;
          }
          blobs.delete(oldest);
          size -= length;
        }
      }
      return Promise.resolve(digest);
    },
    pathOf: () => undefined,
    recall: (key) => Promise.resolve(notes.get(key)),
    note: (key, note) => {
      notes.set(key, note);
      return Promise.resolve();
    },
  };
}
