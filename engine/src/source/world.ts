import type { Abortable, Environment } from '../support/index.ts';
import type { ArtifactCache } from './cache.ts';

/** What every fetch needs. */
export interface SourceWorld {
  readonly environment: Environment;
  readonly cache: ArtifactCache;
  /** Folders that stand for Git repositories, by URL, as `--source URL=FOLDER` says; before the working copy's own remotes. */
  readonly localSources: Readonly<Record<string, string>>;
}

export interface FetchOptions extends Abortable {
  /** Without asking again what was heard less than this long ago; 0 always asks. */
  readonly maxAgeMs: number;
}
