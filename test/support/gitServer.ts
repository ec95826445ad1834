import { execFileSync, spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import os from 'node:os';
import path from 'node:path';
import { vi } from 'vitest';
import { listenOnLoopback } from '../../scripts/servers/listen.ts';
import { freePort } from '../../scripts/support/freePort.ts';
import { run } from '../../scripts/support/run.ts';

/** A repository to write commits into. */
export interface TestRepository {
  readonly folder: string;
  git(...args: readonly string[]): string;
  /**
   * Commits all of these files, in a moment of its own; resolves with the hash. A text `-> TARGET` makes a link,
   * `@ HASH` a submodule at this commit.
   */
  commit(files: Readonly<Record<string, string>>, seconds: number): Promise<string>;
}

export async function createRepository(folder: string): Promise<TestRepository> {
  await mkdir(folder, { recursive: true });
  const git = (args: readonly string[], env: Readonly<Record<string, string>> = {}): string =>
    execFileSync('git', ['-C', folder, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_AUTHOR_NAME: 'a',
        GIT_AUTHOR_EMAIL: 'a@example.com',
        GIT_COMMITTER_NAME: 'a',
        GIT_COMMITTER_EMAIL: 'a@example.com',
        GIT_ALLOW_PROTOCOL: 'file:http',
        ...env,
      },
    }).trim();
  git(['init', '--quiet', '--initial-branch', 'main']);
  return {
    folder,
    git: (...args) => git(args),
    commit: async (files, seconds) => {
      const submodules = Object.entries(files).filter(([, text]) => text.startsWith('@ '));
      for (const [name, text] of Object.entries(files).filter((entry) => !submodules.includes(entry))) {
        const file = path.join(folder, name);
        await mkdir(path.dirname(file), { recursive: true });
        await rm(file, { force: true });
        await (text.startsWith('-> ') ? symlink(text.slice(3), file) : writeFile(file, text));
      }
      git(['-c', 'core.safecrlf=false', 'add', '--all', '--force']);
      for (const [name, text] of submodules) {
        git(['update-index', '--add', '--cacheinfo', `160000,${text.slice(2)},${name}`]);
      }
      const date = `${String(seconds)} +0000`;
      git(['commit', '--quiet', '--allow-empty', '-m', 'change'], { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date });
      return git(['rev-parse', 'HEAD']);
    },
  };
}

export interface GitHttpServer {
  /** `http://127.0.0.1:40123` */
  readonly url: string;
  readonly host: string;
  /** The `authorization` header of each request, in order. */
  readonly authorizations: readonly (string | undefined)[];
  close(): Promise<void>;
}

export interface GitHttpOptions {
  /** `authorization` headers that may read; everyone where absent. */
  readonly allowed?: readonly string[];
  /** Over HTTPS, with these certificates. */
  readonly tls?: ServerOptions;
  /** Speaks the first version of git's protocol only. */
  readonly isOld?: boolean;
  /** Answers instead of git where it returns true. */
  readonly instead?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

/** Serves the repositories of a folder by git's own `http-backend`. */
export async function serveGit(
  folder: string,
  { allowed, instead, tls, isOld = false }: GitHttpOptions = {},
): Promise<GitHttpServer> {
  const backend = path.join(execFileSync('git', ['--exec-path'], { encoding: 'utf8' }).trim(), 'git-http-backend');
  const authorizations: (string | undefined)[] = [];
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const { authorization } = request.headers;
    authorizations.push(authorization);
    if (instead?.(request, response) === true) {
      return;
    }
    if (allowed !== undefined && !allowed.includes(authorization ?? '')) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
      return;
    }
    if (isOld) {
      delete request.headers['git-protocol'];
    }
    answerByCgi(backend, folder, request, response);
  };
  const server = tls === undefined ? createServer(handle) : createTlsServer(tls, handle);
  const { host, close } = await listenOnLoopback(server);
  return {
    host,
    url: `${tls === undefined ? 'http' : 'https'}://${host}`,
    authorizations,
    close,
  };
}

/** @see RFC 3875 */
function answerByCgi(program: string, folder: string, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const child = spawn(program, [], {
    env: {
      PATH: process.env['PATH'],
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'safe.directory',
      GIT_CONFIG_VALUE_0: '*',
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      HTTP_GIT_PROTOCOL: [request.headers['git-protocol'] ?? ''].flat().join(),
      REMOTE_ADDR: '127.0.0.1',
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  request.pipe(child.stdin);
  child.stdin.on('error', () => undefined);
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.on('close', () => {
    const whole = Buffer.concat(chunks);
    const end = whole.indexOf('\r\n\r\n');
    const headers = whole
      .toString('latin1', 0, end)
      .split('\r\n')
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)] as const);
    const status = headers.find(([name]) => name === 'Status')?.[1] ?? '200';
    response.writeHead(Number.parseInt(status, 10), Object.fromEntries(headers.filter(([name]) => name !== 'Status')));
    response.end(whole.subarray(end + 4));
  });
}

export interface SshServer {
  /** `ssh://user@127.0.0.1:40123/folder/of/the/repositories` */
  readonly url: string;
  readonly knownHosts: string;
  /** Private keys that may log in: one without a passphrase and one with `passphrase`. */
  readonly identity: string;
  readonly lockedIdentity: string;
  readonly passphrase: string;
  /** A key that may not. */
  readonly strangerIdentity: string;
  close(): Promise<void>;
}

/** OpenSSH's server on loopback, for this user and with keys of its own only. */
export async function serveSsh(folder: string): Promise<SshServer> {
  const home = await mkdtemp(path.join(os.tmpdir(), 'fairlead-sshd-'));
  await chmod(home, 0o700);
  const passphrase = 'opensesame-ssh';
  const key = async (name: string, secret: string): Promise<string> => {
    const { code, output } = await run(
      'ssh-keygen',
      ['-q', '-t', 'ed25519', '-N', secret, '-C', name, '-f', path.join(home, name)],
      { output: 'capture' },
    );
    if (code !== 0) {
      throw new Error(`ssh-keygen: ${output}`);
    }
    return await readFile(path.join(home, name), 'utf8');
  };
  await key('host', '');
  const identity = await key('user', '');
  const lockedIdentity = await key('locked', passphrase);
  const strangerIdentity = await key('stranger', '');
  const publicKey = (name: string): Promise<string> => readFile(path.join(home, `${name}.pub`), 'utf8');
  await writeFile(path.join(home, 'authorized_keys'), `${await publicKey('user')}${await publicKey('locked')}`);
  const port = await freePort();
  await writeFile(
    path.join(home, 'sshd_config'),
    [
      `Port ${String(port)}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${home}/host`,
      `AuthorizedKeysFile ${home}/authorized_keys`,
      `PidFile ${home}/pid`,
      'StrictModes no',
      'UsePAM no',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      '',
    ].join('\n'),
  );
  await mkdir('/run/sshd', { recursive: true });
  const server = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', path.join(home, 'sshd_config')], { stdio: 'ignore' });
  const host = `[127.0.0.1]:${String(port)}`;
  const knownHosts = `${host} ${await publicKey('host')}`;
  await vi.waitUntil(
    async () =>
      (await run('ssh-keyscan', ['-p', String(port), '127.0.0.1'], { output: 'capture' })).output.includes('ed25519'),
    { timeout: 20_000 },
  );
  return {
    url: `ssh://${os.userInfo().username}@127.0.0.1:${String(port)}${folder}`,
    knownHosts,
    identity,
    lockedIdentity,
    strangerIdentity,
    passphrase,
    close: async () => {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill();
      await ended;
      await rm(home, { recursive: true, force: true });
    },
  };
}
