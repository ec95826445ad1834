import type { RepositoryIndex } from './helmIndex.ts';
import { type SharedWork, sharedWork } from './sharedWork.ts';

/** Indexes that this process has read, by the digests of their texts, and requests for indexes that are under way. */
export interface OpenIndexes {
  get(digest: string): RepositoryIndex | undefined;
  keep(digest: string, index: RepositoryIndex): void;
  readonly requests: SharedWork<OpenedIndex>;
}

export interface OpenedIndex {
  readonly index: RepositoryIndex;
  /** Milliseconds since 1970. */
  readonly fetchedAt: number;
  /** Why this is the last one that was good, and not one of now. */
  readonly stale?: Error;
}

/** Keeps what was used last, up to so much memory, and always the last one. */
export function openIndexes({ maxBytes }: { readonly maxBytes: number }): OpenIndexes {
  const open = new Map<string, RepositoryIndex>();
  let weight = 0;
  const forget = (digest: string): void => {
    weight -= open.get(digest)?.weight ?? 0;
    open.delete(digest);
  };
  return {
    get: (digest) => {
      const index = open.get(digest);
      if (index !== undefined) {
        open.delete(digest);
        open.set(digest, index);
      }
      return index;
    },
    keep: (digest, index) => {
      forget(digest);
      open.set(digest, index);
      weight += index.weight;
      for (const oldest of open.keys()) {
        if (weight <= maxBytes || oldest === digest) {
          break;
        }
        forget(oldest);
      }
    },
    requests: sharedWork(),
  };
}
