import type { Abortable, Buckets, Environment, GitRemotes } from '../support/index.ts';
import type { ArtifactCache } from './cache.ts';

/** What every fetch needs. */
export interface SourceWorld {
  readonly environment: Environment;
  readonly cache: ArtifactCache;
  /** Folders that stand for Git repositories, by URL, as `--source URL=FOLDER` says; before the working copy's own remotes. */
  readonly localSources: Readonly<Record<string, string>>;
  /** What else to fetch from; without it, Git means the working copy. */
  readonly remote?: RemoteSources;
}

/** Sources that are no plain HTTP. */
export interface RemoteSources {
  readonly git: GitRemotes;
  readonly buckets: Buckets;
}

export interface FetchOptions extends Abortable {
  /** Without asking again what was heard less than this long ago; 0 always asks. */
  readonly maxAgeMs: number;
}
