import { realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Git } from '../support/index.ts';
import { GitError } from './gitError.ts';
import { gitEnvironment, runGit } from './gitRun.ts';

const timeoutMs = 10_000;
const maxBytes = 1024 * 1024;

/**
 * `Git` on the git program. It only reads; the repository's own configuration cannot make it run anything: no hooks,
 * no file system monitor, no pager, no prompt, and no repository inside another that is not one itself.
 * Where git cannot be asked (it is not installed, the clone belongs to somebody else), the folder that holds `.git` is
 * still known.
 */
export function nodeGit(environment: NodeJS.ProcessEnv): Git {
  const env = gitEnvironment(environment, { isNetwork: false });
  const git = async (folder: string, args: readonly string[], signal: AbortSignal): Promise<string | undefined> => {
    try {
      const output = await runGit(['-C', folder, ...args], { env, signal, timeoutMs, maxBytes });
      return output.toString('utf8').replace(/\r?\n$/, '');
    } catch (error) {
      if (error instanceof GitError) {
        // No git on this machine, no repository, no commit yet, a clone of somebody else: each means there is no answer.
        return undefined;
      }
      throw error;
    }
  };

  return {
    describe: async (path, { signal }) => {
      const folder = await folderOf(path);
      if (folder === undefined) {
        return undefined;
      }
      const root = await git(folder, ['rev-parse', '--show-toplevel'], signal);
      if (root === undefined || root === '') {
        const clone = await cloneAround(folder);
        return clone === undefined ? undefined : { root: clone, remoteUrls: [], branch: undefined, head: undefined };
      }
      const [remotes, branch, head] = await Promise.all([
        git(root, ['config', '--local', '--get-regexp', String.raw`^remote\..*\.url$`], signal),
        git(root, ['symbolic-ref', '--quiet', '--short', 'HEAD'], signal),
        git(root, ['rev-parse', '--verify', '--quiet', 'HEAD'], signal),
      ]);
      return { root, remoteUrls: remoteUrls(remotes), branch, head };
    },
  };
}

async function folderOf(path: string): Promise<string | undefined> {
  try {
    return (await stat(path)).isDirectory() ? path : dirname(path);
  } catch {
    return undefined;
  }
}

/** The nearest folder with a `.git` in it, from `folder` up. */
async function cloneAround(folder: string): Promise<string | undefined> {
  for (let at = await realpath(folder); ; at = dirname(at)) {
    if (await isThere(join(at, '.git'))) {
      return at;
    }
    if (at === dirname(at)) {
      return undefined;
    }
  }
}

async function isThere(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}

/** Of lines such as `remote.origin.url https://…`. */
function remoteUrls(lines: string | undefined): readonly string[] {
  return (lines ?? '')
    .split('\n')
    .map((line) => line.slice(line.indexOf(' ') + 1).trim())
    .filter((url) => url !== '');
}
