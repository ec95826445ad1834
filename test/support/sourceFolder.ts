import { createHash } from 'node:crypto';
import { SourceError, type SourceFolder } from '../../engine/src/source/index.ts';

/** SHA-256 of every file of a source, by its path. */
export async function digestsOf({ root, files }: SourceFolder): Promise<Record<string, string>> {
  const { signal } = new AbortController();
  const digests: Record<string, string> = {};
  const visit = async (at: string): Promise<void> => {
    for (const { name, kind } of (await files.list(at, { signal })) ?? []) {
      const place = `${at}/${name}`;
      if (kind === 'folder') {
        await visit(place);
      } else {
        const bytes = await files.read(place, { signal, maxBytes: 1e9 });
        digests[place.slice(root.length + 1)] = createHash('sha256')
          .update(bytes ?? '')
          .digest('hex');
      }
    }
  };
  await visit(root);
  return digests;
}

/** The error that a source ends in. Any other is thrown on. */
export async function caught(promise: Promise<unknown>): Promise<SourceError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof SourceError) {
      return error;
    }
    throw error;
  }
  throw new Error('nothing was thrown');
}
