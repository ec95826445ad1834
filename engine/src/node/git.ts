import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Git } from '../support/index.ts';
import { GitError } from './gitError.ts';
import { gitEnvironment, runGit } from './gitRun.ts';

const timeoutMs = 10_000;
const maxBytes = 1024 * 1024;

/**
 * `Git` on the git program. It only reads; the repository's own configuration cannot make it run anything: no hooks,
 * no file system monitor, no pager, no prompt, and no repository inside another that is not one itself.
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
      const root = folder && (await git(folder, ['rev-parse', '--show-toplevel'], signal));
      if (root === undefined || root === '') {
        return undefined;
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

/** Of lines such as `remote.origin.url https://…`. */
function remoteUrls(lines: string | undefined): readonly string[] {
  return (lines ?? '')
    .split('\n')
    .map((line) => line.slice(line.indexOf(' ') + 1).trim())
    .filter((url) => url !== '');
}
