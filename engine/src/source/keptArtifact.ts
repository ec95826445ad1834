import { messageOf } from '../support/index.ts';
import { SourceError } from './errors.ts';
import { packArtifact, type SourceArtifact, unpackArtifact } from './sourceArtifact.ts';
import type { FetchOptions, SourceWorld } from './world.ts';

export interface ArtifactRequest {
  /** All that the files depend on beside the revision. Nothing secret. */
  readonly key: string;
  /** What the source is at now, with what is needed to fetch that. */
  readonly look: () => Promise<{ readonly revision: string; readonly fetch: () => Promise<SourceArtifact> }>;
}

export interface KeptArtifact {
  readonly artifact: SourceArtifact;
  readonly warnings: readonly string[];
}

/**
 * The artifact of a source: from the cache where the revision is still the same, else fetched and kept. Where looking
 * or fetching fails, the last good one stays, as source-controller has it, with a warning.
 *
 * @throws SourceError where there is no artifact to fall back on
 */
export async function keepArtifact(
  { key, look }: ArtifactRequest,
  { cache, environment }: Pick<SourceWorld, 'cache' | 'environment'>,
  { signal, maxAgeMs }: FetchOptions,
): Promise<KeptArtifact> {
  const now = environment.clock.now();
  const recall = async (name: string): Promise<(SourceArtifact & { readonly fetchedAt: number }) | undefined> => {
    const note = await cache.recall(name, { signal });
    const bytes = note && (await cache.get(note.digest, { signal }));
    const artifact = bytes && unpackArtifact(bytes);
    return artifact && { ...artifact, fetchedAt: note.fetchedAt };
  };
  const last = await recall(key);
  if (last !== undefined && now - last.fetchedAt < maxAgeMs) {
    return { artifact: last, warnings: [] };
  }
  try {
    const { revision, fetch } = await look();
    const known = await recall(`${key} ${revision}`);
    const artifact = known?.revision === revision ? known : await fetch();
    const digest = await cache.put(packArtifact(artifact), { signal });
    await cache.note(key, { digest, fetchedAt: now }, { signal });
    await cache.note(`${key} ${artifact.revision}`, { digest, fetchedAt: now }, { signal });
    return { artifact, warnings: [] };
  } catch (error) {
    if (last === undefined || !(error instanceof SourceError)) {
      throw error;
    }
    return {
      artifact: last,
      warnings: [`${messageOf(error)}; what was fetched before, ${last.revision}, is used`],
    };
  }
}
