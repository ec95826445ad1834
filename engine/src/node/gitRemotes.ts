import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type GitEntry, type GitRef, type GitRemotes, type GitSnapshot, limits } from '../support/index.ts';
import { GitError } from './gitError.ts';
import { openAccess } from './gitLogin.ts';
import { gitEnvironment, runGit } from './gitRun.ts';

const localTimeoutMs = 60_000;

/**
 * `GitRemotes` on the git program. A commit is fetched into a bare repository in a temporary folder and read from
 * there; no work tree is ever made, so that no link, filter or attribute of it does anything.
 */
export function nodeGitRemotes(variables: NodeJS.ProcessEnv): GitRemotes {
  const local = gitEnvironment(variables, { isNetwork: false });
  return {
    refs: async (remote, { signal }) => {
      const access = await openAccess(remote, variables, signal);
      try {
        const listed = await runGit(['ls-remote', '--quiet', '--', remote.url], {
          env: access.env,
          signal,
          timeoutMs: remote.timeoutMs,
          maxBytes: limits.maxGitRefsBytes,
        });
        return refsOf(listed.toString('utf8'));
      } finally {
        await access.close();
      }
    },
    fetch: async (remote, want, { signal }) => {
      const repository = await mkdtemp(join(tmpdir(), 'fairlead-fetch-'));
      const close = (): Promise<void> => rm(repository, { recursive: true, force: true });
      const git = (
        args: readonly string[],
        options: { readonly env?: NodeJS.ProcessEnv; readonly maxBytes: number; readonly input?: string },
      ): Promise<Buffer> =>
        runGit(['--git-dir', repository, ...args], { env: local, signal, timeoutMs: localTimeoutMs, ...options });
      try {
        await git(['init', '--quiet', '--bare', '--template='], { maxBytes: 1024 });
        const access = await openAccess(remote, variables, signal);
        try {
          const name = refName(want);
          const fetch = (options: readonly string[], refs: readonly string[]): Promise<Buffer> =>
            runGit(
              [
                '--git-dir',
                repository,
                'fetch',
                '--quiet',
                '--no-recurse-submodules',
                ...options,
                '--',
                remote.url,
                ...refs,
              ],
              { env: access.env, signal, timeoutMs: remote.timeoutMs, maxBytes: 1024 * 1024 },
            );
          try {
            await fetch(['--depth=1', '--no-tags'], [`+${name}:refs/fetched`]);
          } catch (error) {
            if (!(error instanceof GitError) || name.startsWith('refs/') || !error.message.includes('unadvertised')) {
              throw error;
            }
            // A server of the old protocol gives what it shows, and what that came from.
            await fetch(['--tags'], ['+refs/heads/*:refs/heads/*']);
            await git(['update-ref', 'refs/fetched', name], { maxBytes: 1024 });
          }
        } finally {
          await access.close();
        }
        return await snapshot(git, close);
      } catch (error) {
        await close();
        throw error;
      }
    },
  };
}

type LocalGit = (
  args: readonly string[],
  options: { readonly maxBytes: number; readonly input?: string },
) => Promise<Buffer>;

async function snapshot(git: LocalGit, close: () => Promise<void>): Promise<GitSnapshot> {
  const log = await git(['log', '-1', '--no-show-signature', '--format=%H %ct', 'refs/fetched', '--'], {
    maxBytes: 1024,
  });
  const [hash = '', seconds = ''] = log.toString('utf8').trim().split(' ');
  const listed = await git(['ls-tree', '-r', '-z', '-l', '--full-tree', hash], { maxBytes: limits.maxGitTreeBytes });
  return {
    hash,
    committedAt: Number(seconds) * 1000,
    entries: entriesOf(listed.toString('utf8')),
    read: async (hashes, { signal }) => {
      signal.throwIfAborted();
      const unique = [...new Set(hashes)];
      if (unique.length === 0) {
        return new Map();
      }
      const batch = await git(['cat-file', '--batch'], {
        maxBytes: limits.maxSourceBytes,
        input: unique.map((line) => `${line}\n`).join(''),
      });
      return blobsOf(batch);
    },
    close,
  };
}

/** What stands for the name or hash in a refspec. @see git-check-ref-format(1) */
function refName(want: string): string {
  if (/^[0-9a-f]{40}$/.test(want)) {
    return want;
  }
  if (!/^[^\u0000-\u0020\u007f~^:?*[\\]+$/.test(want) || want.includes('..') || want.startsWith('-')) {
    throw new GitError('not-found', `${JSON.stringify(want)} cannot be the name of a reference`);
  }
  return want;
}

/** @see git-ls-remote(1): hash, tab, name */
function refsOf(listed: string): readonly GitRef[] {
  return listed.split('\n').flatMap((line) => {
    const [hash = '', name] = line.split('\t');
    return name === undefined ? [] : [{ hash, name }];
  });
}

/** @see git-ls-tree(1): mode, type, hash, size, tab, path */
function entriesOf(listed: string): readonly GitEntry[] {
  return listed.split('\0').flatMap((line) => {
    const [, mode = '', hash = '', size = '', path = ''] =
      /^(\d{6}) \w+ ([0-9a-f]+) +(-|\d+)\t([\s\S]+)$/.exec(line) ?? [];
    const kind = kinds.get(mode);
    return kind === undefined ? [] : [{ path, kind, hash, sizeBytes: size === '-' ? 0 : Number(size) }];
  });
}

const kinds: ReadonlyMap<string, GitEntry['kind']> = new Map([
  ['100644', 'file'],
  ['100755', 'file'],
  ['100664', 'file'],
  ['120000', 'link'],
  ['160000', 'submodule'],
]);

/** @see git-cat-file(1), BATCH OUTPUT: hash, type, size, newline, contents, newline */
function blobsOf(batch: Buffer): ReadonlyMap<string, Uint8Array> {
  const blobs = new Map<string, Uint8Array>();
  let at = 0;
  while (at < batch.length) {
    const end = batch.indexOf(0x0a, at);
    const [hash = '', type, size = ''] = batch.toString('latin1', at, end).split(' ');
    if (type === 'missing') {
      throw new GitError('failed', `the repository lacks ${hash}`);
    }
    const start = end + 1;
    at = start + Number(size) + 1;
    blobs.set(hash, Uint8Array.from(batch.subarray(start, at - 1)));
  }
  return blobs;
}
