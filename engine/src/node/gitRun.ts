import { spawn } from 'node:child_process';
import { isAbort } from '../support/index.ts';
import { GitError, gitErrorOf } from './gitError.ts';

export interface GitRunOptions {
  /** All of the program's environment. */
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  /** Of output. */
  readonly maxBytes: number;
  readonly input?: string;
}

/**
 * Runs git without a shell and gives its output. A repository's configuration cannot make it run anything: no hooks,
 * no file system monitor, no pager, no protocol but those asked for.
 *
 * @param args nothing secret: everybody on the machine sees them
 * @throws GitError
 */
export async function runGit(
  args: readonly string[],
  { env, signal, timeoutMs, maxBytes, input = '' }: GitRunOptions,
): Promise<Buffer> {
  signal.throwIfAborted();
  const timeout = AbortSignal.timeout(timeoutMs);
  return new Promise((resolve, reject) => {
    const child = spawn('git', [...hardening, ...args], {
      env,
      stdio: 'pipe',
      windowsHide: true,
      signal: AbortSignal.any([signal, timeout]),
    });
    const output: Buffer[] = [];
    let size = 0;
    let errors = '';
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      output.push(chunk);
      if (size > maxBytes) {
        child.kill();
        reject(new GitError('too-large', `git ${args[0] ?? ''} wrote more than ${maxBytes} bytes`));
      }
    });
    child.stderr.on('data', (chunk: Buffer) => {
      errors = (errors + chunk.toString('utf8')).slice(-maxErrorLength);
    });
    // Git may end before it has read everything.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (signal.aborted && isAbort(error)) {
        reject(error);
      } else if (timeout.aborted) {
        reject(new GitError('timeout', `no answer in ${timeoutMs / 1000} s`));
      } else {
        const why = error.code === 'ENOENT' ? 'there is no git program on this machine' : `git cannot be run`;
        reject(new GitError('no-git', why, { cause: error }));
      }
    });
    child.on('close', (code) => {
      if (code === 0) {
        resolve(Buffer.concat(output));
      } else {
        reject(gitErrorOf(errors, code));
      }
    });
  });
}

const maxErrorLength = 64 * 1024;

const hardening: readonly string[] = [
  ...['core.fsmonitor=false', 'core.hooksPath=/dev/null', 'core.pager=cat', 'protocol.ext.allow=never'],
  ...['safe.bareRepository=explicit', 'gc.auto=0', 'maintenance.auto=false', 'core.askPass='],
].flatMap((setting) => ['-c', setting]);

/** What git needs of the environment and nothing more; variables such as GIT_DIR would point it elsewhere. */
export function gitEnvironment(
  variables: NodeJS.ProcessEnv,
  { isNetwork }: { readonly isNetwork: boolean },
): NodeJS.ProcessEnv {
  const kept = isNetwork ? [...local, ...network] : local;
  return {
    ...Object.fromEntries(kept.flatMap((name) => (variables[name] === undefined ? [] : [[name, variables[name]]]))),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GCM_INTERACTIVE: 'never',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_CONFIG_NOSYSTEM: '1',
  };
}

const local = ['PATH', 'HOME', 'USERPROFILE', 'SystemRoot', 'TMPDIR', 'TEMP', 'XDG_CONFIG_HOME'];
const network = [
  ...['http_proxy', 'https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY', 'no_proxy', 'NO_PROXY'],
  ...['SSL_CERT_FILE', 'SSL_CERT_DIR', 'GIT_SSL_CAINFO'],
];
