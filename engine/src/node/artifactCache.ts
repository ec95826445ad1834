import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ArtifactCache, type CacheNote, openIndexes } from '../source/index.ts';
import { digestOf, limits, parseJson, recordAt } from '../support/index.ts';

export interface ArtifactCacheOptions {
  /** The user's own cache folder of Fairlead. */
  readonly folder: string;
  readonly maxBytes: number;
}

/**
 * A cache of files named by their digests, which several processes use at once: a file is written beside its place
 * and renamed, so nobody sees half of one, and what is read is checked against its name. What was not used for the
 * longest time goes first.
 */
export function nodeArtifactCache({ folder, maxBytes }: ArtifactCacheOptions): ArtifactCache {
  const blobs = join(folder, 'blobs');
  const notes = join(folder, 'notes');
  const blobPath = (digest: string): string => join(blobs, digest.replace('sha256:', ''));
  const notePath = (key: string): string => join(notes, `${createHash('sha256').update(key).digest('hex')}.json`);

  const write = async (path: string, content: Uint8Array | string, parent: string): Promise<void> => {
    await mkdir(parent, { recursive: true, mode: 0o700 });
    const temporary = `${path}.${randomUUID()}.tmp`;
    try {
      await writeFile(temporary, content, { mode: 0o600 });
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      // Windows does not replace a file that another process reads just now: what is there is as good.
      if (!isInUse(error) || (await sizeOf(path)) === undefined) {
        throw error;
      }
    }
  };

  let untilNotesAreSwept = 0;

  return {
    openIndexes: openIndexes({ maxBytes: limits.maxOpenIndexBytes }),
    get: async (digest, { signal }) => {
      if (!/^sha256:[0-9a-f]{64}$/.test(digest)) {
        return undefined;
      }
      const path = blobPath(digest);
      const bytes = await readIfThere(path, signal);
      if (bytes === undefined) {
        return undefined;
      }
      if (digestOf(bytes) !== digest) {
        await rm(path, { force: true });
        return undefined;
      }
      await touch(path);
      return bytes;
    },
    put: async (bytes, { signal }) => {
      signal.throwIfAborted();
      const digest = digestOf(bytes);
      const path = blobPath(digest);
      if ((await sizeOf(path)) === bytes.length) {
        await touch(path);
      } else {
        await write(path, bytes, blobs);
        await makeRoom(blobs, { maxBytes, keep: path });
        // Notes are small and many.
        if (untilNotesAreSwept-- <= 0) {
          untilNotesAreSwept = 100;
          await mkdir(notes, { recursive: true, mode: 0o700 });
          await makeRoom(notes, { maxBytes: limits.maxNoteBytes, keep: '' });
        }
      }
      return digest;
    },
    pathOf: blobPath,
    recall: async (key, { signal }) => {
      const bytes = await readIfThere(notePath(key), signal);
      return bytes === undefined ? undefined : readNote(new TextDecoder().decode(bytes));
    },
    note: async (key, note, { signal }) => {
      signal.throwIfAborted();
      await write(notePath(key), JSON.stringify(note), notes);
    },
  };
}

/** Deletes the oldest files until what is left is small enough, and what a process left behind half-written. */
async function makeRoom(
  folder: string,
  { maxBytes, keep }: { readonly maxBytes: number; readonly keep: string },
): Promise<void> {
  const names = await readdir(folder);
  const files = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      const { size, mtimeMs } = (await statIfThere(path)) ?? { size: 0, mtimeMs: 0 };
      return { path, size, mtimeMs };
    }),
  );
  let total = files.reduce((sum, { size }) => sum + size, 0);
  const hour = 3_600_000;
  const now = Date.now();
  for (const { path, size, mtimeMs } of files.sort((a, b) => a.mtimeMs - b.mtimeMs)) {
    const isLeftBehind = path.endsWith('.tmp') && now - mtimeMs > hour;
    const isNeeded = path === keep || (path.endsWith('.tmp') && !isLeftBehind);
    if (!isNeeded && (isLeftBehind || total > maxBytes)) {
      await rm(path, { force: true });
      total -= size;
    }
  }
}

async function readIfThere(path: string, signal: AbortSignal): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path, { signal });
  } catch (error) {
    if (isAbsent(error)) {
      return undefined;
    }
    throw error;
  }
}

async function statIfThere(path: string): Promise<{ readonly size: number; readonly mtimeMs: number } | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (isAbsent(error)) {
      return undefined;
    }
    throw error;
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  return (await statIfThere(path))?.size;
}

/** Another process may have deleted the file since: then there is nothing to mark. */
async function touch(path: string): Promise<void> {
  const now = new Date();
  try {
    await utimes(path, now, now);
  } catch (error) {
    if (!isAbsent(error)) {
      throw error;
    }
  }
}

function isInUse(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['EPERM', 'EACCES', 'EBUSY'].includes(String(error.code));
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** Undefined where the file is none of ours: then nothing is known. */
function readNote(text: string): CacheNote | undefined {
  const { digest, fetchedAt, etag, lastModified } = recordAt(parseJson(text));
  if (typeof digest !== 'string' || typeof fetchedAt !== 'number') {
    return undefined;
  }
  return {
    digest,
    fetchedAt,
    ...(typeof etag === 'string' && { etag }),
    ...(typeof lastModified === 'string' && { lastModified }),
  };
}
