import type { Abortable, HttpProxy, HttpTls } from './environment.ts';

/** A Git repository elsewhere, with what it takes to get in. Nothing secret is in `url`. */
export interface GitRemote {
  /** `https://…`, `http://…` or `ssh://user@…`. */
  readonly url: string;
  readonly login: GitLogin;
  readonly tls?: HttpTls;
  readonly proxy?: HttpProxy;
  /** For one request to it. */
  readonly timeoutMs: number;
}

export type GitLogin =
  | { readonly kind: 'none' }
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  | { readonly kind: 'bearer'; readonly token: string }
  | {
      readonly kind: 'ssh';
      /** A private key as OpenSSH writes it. */
      readonly identity: string;
      readonly knownHosts: string;
      readonly passphrase?: string;
    }
  /** What the user's own git would use: credential helpers, keys, agent. */
  | { readonly kind: 'own' };

/** A name that the other side shows. */
export interface GitRef {
  /** `HEAD`, `refs/heads/main`, `refs/tags/v1`; `refs/tags/v1^{}` is what an annotated tag points to. */
  readonly name: string;
  readonly hash: string;
}

export interface GitEntry {
  /** From the root, with slashes. */
  readonly path: string;
  readonly kind: 'file' | 'link' | 'submodule';
  /** Of the content; of a submodule its commit. */
  readonly hash: string;
  /** Of a file. */
  readonly sizeBytes: number;
}

/** One commit with its files, fetched. Whoever has one closes it. */
export interface GitSnapshot {
  readonly hash: string;
  /** Milliseconds since 1970. */
  readonly committedAt: number;
  readonly entries: readonly GitEntry[];
  /** The contents as they were committed: nothing is converted on the way. By hash. */
  read(hashes: readonly string[], options: Abortable): Promise<ReadonlyMap<string, Uint8Array>>;
  close(): Promise<void>;
}

/** Git repositories elsewhere. Errors are `EngineError`s whose `code` is a `GitFailure`. */
export interface GitRemotes {
  refs(remote: GitRemote, options: Abortable): Promise<readonly GitRef[]>;
  /**
   * Fetches a commit without its history.
   *
   * @param want a name as `refs` gives it, or the hash of a commit
   */
  fetch(remote: GitRemote, want: string, options: Abortable): Promise<GitSnapshot>;
}

export type GitFailure =
  /** There is no git program, or none that is new enough. */
  | 'no-git'
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  /** The server is not one of `known_hosts`. */
  | 'host-key'
  | 'rate-limited'
  | 'network'
  | 'tls'
  | 'timeout'
  | 'too-large'
  /** Anything else, in git's own words. */
  | 'failed';
