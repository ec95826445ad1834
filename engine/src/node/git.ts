import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { type Git, isAbort } from '../support/index.ts';

const run = promisify(execFile);

const timeoutMs = 10_000;
const maxBytes = 1024 * 1024;

/**
 * `Git` on the git program. It only reads; the repository's own configuration cannot make it run anything: no hooks,
 * no file system monitor, no pager, no prompt, and no repository inside another that is not one itself.
 */
export function nodeGit(environment: NodeJS.ProcessEnv): Git {
  const env = safeEnvironment(environment);
  const git = async (folder: string, args: readonly string[], signal: AbortSignal): Promise<string | undefined> => {
    const hardened = [
      ...['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', '-c', 'core.pager=cat'],
      ...['-c', 'protocol.ext.allow=never', '-c', 'safe.bareRepository=explicit', '-C', folder],
    ];
    try {
      const { stdout } = await run('git', [...hardened, ...args], {
        env,
        signal,
        timeout: timeoutMs,
        maxBuffer: maxBytes,
        windowsHide: true,
      });
      return stdout.replace(/\r?\n$/, '');
    } catch (error) {
      if (isAbort(error)) {
        throw error;
      }
      // No git on this machine, no repository, no commit yet, a clone of somebody else: each means there is no answer.
      return undefined;
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

/** Only what git needs; variables such as GIT_DIR would point it elsewhere. */
function safeEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = ['PATH', 'HOME', 'USERPROFILE', 'SystemRoot', 'TMPDIR', 'TEMP', 'XDG_CONFIG_HOME'];
  return {
    ...Object.fromEntries(kept.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]]))),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_CONFIG_NOSYSTEM: '1',
  };
}
