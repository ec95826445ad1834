import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import type { GitRemote } from '../support/index.ts';
import { gitEnvironment, runGit } from './gitRun.ts';

/** What a git process gets beside its arguments. */
export interface GitAccess {
  readonly env: NodeJS.ProcessEnv;
  /** Deletes what was written for it. */
  close(): Promise<void>;
}

/**
 * Writes what git needs to get in where only this user can read it, and tells git by environment: nothing secret is in
 * an argument. Git reads no configuration but this one.
 */
export async function openAccess(
  remote: GitRemote,
  variables: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<GitAccess> {
  // Only its owner may enter it.
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-git-'));
  const close = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const env = gitEnvironment(variables, { isNetwork: true });
    const settings: Setting[] = [
      ...(await transportSettings(remote, folder)),
      ...(await loginSettings(remote, folder)),
    ];
    if (remote.login.kind === 'own') {
      settings.push(...(await ownHelpers(env, folder, signal)));
    }
    const config = join(folder, 'config');
    await writeSecret(config, settings.map(settingText).join(''));
    return {
      env: {
        ...env,
        GIT_CONFIG_GLOBAL: config,
        GIT_ALLOW_PROTOCOL: 'http:https:ssh',
        GIT_SSH_COMMAND: await sshCommand(remote, folder),
        ...(remote.login.kind === 'own' && agentOf(variables)),
        ...(remote.login.kind === 'ssh' && remote.login.passphrase !== undefined && (await askpass(folder))),
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Setting {
  readonly section: string;
  readonly subsection?: string;
  readonly key: string;
  readonly value: string;
}

/** @see git-config(1), Syntax */
function settingText({ section, subsection, key, value }: Setting): string {
  const quote = (text: string): string =>
    `"${text.replace(/[\\"]/g, String.raw`\$&`).replaceAll('\n', String.raw`\n`)}"`;
  const header = subsection === undefined ? section : `${section} ${quote(subsection)}`;
  return `[${header}]\n\t${key} = ${quote(value)}\n`;
}

async function transportSettings({ tls, proxy, login }: GitRemote, folder: string): Promise<Setting[]> {
  const http = (key: string, value: string): Setting => ({ section: 'http', key, value });
  // A token in a header would go along to wherever the server sends us.
  const settings = [http('followRedirects', login.kind === 'bearer' ? 'false' : 'initial')];
  if (proxy !== undefined) {
    settings.push(http('proxy', proxy.url));
  }
  if (tls?.ca !== undefined) {
    settings.push(http('sslCAInfo', await written(folder, 'ca.pem', [...rootCertificates, tls.ca, ''].join('\n'))));
  }
  if (tls?.cert !== undefined && tls.key !== undefined) {
    settings.push(http('sslCert', await written(folder, 'cert.pem', tls.cert)));
    settings.push(http('sslKey', await written(folder, 'key.pem', tls.key)));
  }
  if (tls?.isInsecure === true) {
    settings.push(http('sslVerify', 'false'));
  }
  return settings;
}

async function loginSettings({ url, login }: GitRemote, folder: string): Promise<readonly Setting[]> {
  switch (login.kind) {
    case 'basic': {
      const withLogin = new URL(url);
      withLogin.username = encodeURIComponent(login.username);
      withLogin.password = encodeURIComponent(login.password);
      // The path stays out: the login is for all of the host.
      const { protocol, username, password, host } = withLogin;
      const file = await written(folder, 'credentials', `${protocol}//${username}:${password}@${host}\n`);
      return [{ section: 'credential', key: 'helper', value: `store --file=${shellQuoted(file)}` }];
    }
    case 'bearer':
      return [
        {
          section: 'http',
          subsection: new URL(url).origin,
          key: 'extraHeader',
          value: `Authorization: Bearer ${login.token}`,
        },
      ];
    case 'none':
    case 'ssh':
    case 'own':
      return [];
  }
}

/** The user's credential helpers, from their own configuration and the machine's; nothing else of it. */
async function ownHelpers(env: NodeJS.ProcessEnv, folder: string, signal: AbortSignal): Promise<readonly Setting[]> {
  const listed = await runGit(['-C', folder, 'config', '--includes', '-z', '--get-regexp', String.raw`^credential\.`], {
    env: { ...env, GIT_CONFIG_NOSYSTEM: '0', GIT_CEILING_DIRECTORIES: tmpdir() },
    signal,
    timeoutMs: 10_000,
    maxBytes: 1024 * 1024,
  }).catch((): Buffer => Buffer.alloc(0));
  signal.throwIfAborted();
  return listed
    .toString('utf8')
    .split('\0')
    .flatMap((entry) => {
      const [, name = '', value = ''] = /^(\S+)\n?([\s\S]*)$/.exec(entry) ?? [];
      const parts = /^credential\.(?:(.+)\.)?([^.]+)$/.exec(name);
      const [, subsection, key = ''] = parts ?? [];
      return parts === null ? [] : [{ section: 'credential', key, value, ...(subsection && { subsection }) }];
    });
}

/** @see ssh_config(5) */
async function sshCommand({ login, url }: GitRemote, folder: string): Promise<string> {
  const options = ['StrictHostKeyChecking=yes', 'UpdateHostKeys=no', 'ForwardAgent=no', 'PermitLocalCommand=no'];
  if (login.kind !== 'ssh' || !url.startsWith('ssh:')) {
    return ['ssh', '-o', 'BatchMode=yes', ...options.flatMap((option) => ['-o', option])].join(' ');
  }
  const identity = await written(
    folder,
    'identity',
    login.identity.endsWith('\n') ? login.identity : `${login.identity}\n`,
  );
  const knownHosts = await written(folder, 'known_hosts', login.knownHosts);
  options.push(
    'IdentitiesOnly=yes',
    'IdentityAgent=none',
    `UserKnownHostsFile=${knownHosts}`,
    'GlobalKnownHostsFile=/dev/null',
    'PreferredAuthentications=publickey',
    'ConnectTimeout=30',
    // A passphrase is asked for by askpass, which batch mode would not.
    `BatchMode=${login.passphrase === undefined ? 'yes' : 'no'}`,
    'NumberOfPasswordPrompts=1',
  );
  if (login.passphrase !== undefined) {
    await written(folder, 'passphrase', login.passphrase);
  }
  const quoted = options.flatMap((option) => ['-o', shellQuoted(option)]);
  return ['ssh', '-F', '/dev/null', '-i', shellQuoted(identity), ...quoted].join(' ');
}

/** A program that ssh asks for the passphrase: what it prints stands in a file beside it. */
async function askpass(folder: string): Promise<NodeJS.ProcessEnv> {
  const program = join(folder, 'askpass');
  await writeFile(program, '#!/bin/sh\ncat "$(dirname "$0")/passphrase"\n', { mode: 0o700 });
  return { SSH_ASKPASS: program, SSH_ASKPASS_REQUIRE: 'force', DISPLAY: ':0' };
}

function agentOf(variables: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const socket = variables['SSH_AUTH_SOCK'];
  return socket === undefined ? {} : { SSH_AUTH_SOCK: socket };
}

async function written(folder: string, name: string, content: string): Promise<string> {
  const path = join(folder, name);
  await writeSecret(path, content);
  return path.replaceAll('\\', '/');
}

async function writeSecret(path: string, content: string): Promise<void> {
  await writeFile(path, content, { mode: 0o600 });
}

/** For a POSIX shell, which git hands its helpers and the ssh command to. */
function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
