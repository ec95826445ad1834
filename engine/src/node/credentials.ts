import { join } from 'node:path';
import { dockerServerName, loginOfDockerConfig, SourceError } from '../source/index.ts';
import {
  type Abortable,
  type BasicCredentials,
  type Clock,
  type Consent,
  type CredentialHints,
  type Credentials,
  type Files,
  limits,
  type Log,
  parseJson,
  recordAt,
  redact,
} from '../support/index.ts';
import { cloudLoginFor } from './cloudLogin.ts';
import { loginOfHelmRepositories } from './helmRepositories.ts';
import { runProgram } from './program.ts';

export interface NodeCredentialsOptions {
  readonly files: Files;
  readonly homeFolder: string;
  /** `DOCKER_CONFIG`, `REGISTRY_AUTH_FILE`, `HELM_REGISTRY_CONFIG`, `HELM_REPOSITORY_CONFIG` name other places. */
  readonly environment: NodeJS.ProcessEnv;
  /** No program is run for a host that may not be asked. */
  readonly consent: Consent;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  /** What the user told Fairlead itself; asked first. */
  readonly own?: Credentials;
}

/** How long what a program said is taken for. Tokens of clouds hold for an hour and more. */
const programFreshMs = 5 * 60_000;
const programTimeoutMs = 30_000;

/**
 * The user's own logins, in this order: what they told Fairlead; `helm registry login`, `docker login` and
 * `podman login`, with the helpers that these leave it to; the command line of the source's cloud; for chart
 * repositories what `helm repo add` kept.
 */
export function nodeCredentials(options: NodeCredentialsOptions): Credentials {
  const { homeFolder, environment, own } = options;
  const helmConfig = environment['HELM_CONFIG_HOME'] ?? join(homeFolder, '.config', 'helm');
  const dockerConfigs = [
    environment['HELM_REGISTRY_CONFIG'] ?? join(helmConfig, 'registry', 'config.json'),
    join(environment['DOCKER_CONFIG'] ?? join(homeFolder, '.docker'), 'config.json'),
    environment['REGISTRY_AUTH_FILE'] ?? join(homeFolder, '.config', 'containers', 'auth.json'),
  ];
  const repositories = environment['HELM_REPOSITORY_CONFIG'] ?? join(helmConfig, 'repositories.yaml');
  const programs = rememberingPrograms(options);
  const readText = (path: string, { signal }: Abortable): Promise<string | undefined> => read(options, path, signal);

  const said = new Set<string>();
  return {
    forHost: async (host, asked) => {
      const found = await find(host, asked);
      const line = `${host}: logging in with ${found?.from ?? ''}`;
      if (found !== undefined && !said.has(line)) {
        said.add(line);
        options.log.info(line);
      }
      return found;
    },
  };

  async function find(
    host: string,
    { signal, ...hints }: Abortable & CredentialHints,
  ): Promise<BasicCredentials | undefined> {
    const told = await own?.forHost(host, { signal, ...hints });
    if (told !== undefined) {
      return told;
    }
    if (hints.repositoryUrl !== undefined) {
      const text = await readText(repositories, { signal });
      const { files } = options;
      return text === undefined
        ? undefined
        : await loginOfHelmRepositories(text, hints.repositoryUrl, { from: repositories, files, signal });
    }
    for (const path of dockerConfigs) {
      const text = await readText(path, { signal });
      const found = text === undefined ? undefined : await fromConfig(text, path, host, { ...hints, signal });
      if (found !== undefined) {
        return found;
      }
    }
    const cloud = hints.provider === undefined ? undefined : cloudLoginFor(hints.provider, host);
    return (
      cloud &&
      (await programs(cloud.program, cloud.args, {
        host,
        signal,
        input: '',
        read: (output) => ({ username: cloud.username, password: output.trim() }),
      }))
    );
  }

  async function fromConfig(
    text: string,
    path: string,
    host: string,
    { signal, path: repository }: Abortable & CredentialHints,
  ): Promise<BasicCredentials | undefined> {
    const login = loginOfDockerConfig(text, host, {
      from: path,
      ...(repository !== undefined && { path: repository }),
    });
    switch (login?.kind) {
      case 'password':
        return { username: login.username, password: login.password, from: path };
      case 'identityToken':
        return { username: '', password: login.token, isIdentityToken: true, from: path };
      case 'helper':
        if (!/^[A-Za-z0-9._-]+$/.test(login.name)) {
          throw new SourceError('invalid-credentials', `${path}: '${login.name}' is not the name of a helper`, {
            host,
          });
        }
        return await programs(`docker-credential-${login.name}`, ['get'], {
          host,
          signal,
          input: `${dockerServerName(host)}\n`,
          read: readHelper,
        });
      case undefined:
        return undefined;
    }
  }
}

interface ProgramRequest {
  readonly host: string;
  readonly signal: AbortSignal;
  /** For standard input. */
  readonly input: string;
  /** What it said on standard output; undefined where that is no login. */
  readonly read: (output: string) => Omit<BasicCredentials, 'from'> | undefined;
}

type Programs = (
  program: string,
  args: readonly string[],
  request: ProgramRequest,
) => Promise<BasicCredentials | undefined>;

/** Runs programs that know logins, and keeps what they said for a while: each takes a second or so. */
function rememberingPrograms({ consent, clock, log, environment }: NodeCredentialsOptions): Programs {
  const known = new Map<string, { readonly login: Promise<BasicCredentials | undefined>; readonly untilMs: number }>();

  const ask: Programs = async (program, args, { host, signal, input, read }) => {
    const command = [program, ...args].join(' ');
    const maxBytes = limits.maxRegistryAnswerBytes;
    const end = await runProgram(program, args, { input, environment, timeoutMs: programTimeoutMs, maxBytes, signal });
    switch (end.kind) {
      case 'missing':
        log.warn(`${host}: the login is with ${program}, which is not there`);
        return undefined;
      case 'stopped':
        log.warn(`${host}: ${command}: ${end.why}`);
        return undefined;
      case 'ended': {
        const login = end.code === 0 ? read(end.output) : undefined;
        if (login === undefined || login.password === '') {
          // Standard output may hold half a secret; standard error is for people.
          const why = end.code === 0 ? 'it said nothing of use' : (lastLine(end.errors) ?? 'it knows no login');
          log.info(`${host}: ${command}: ${redact(why)}`);
          return undefined;
        }
        return { ...login, from: command };
      }
    }
  };

  return async (program, args, request) => {
    const { host } = request;
    if (!consent.allowed(host)) {
      return undefined;
    }
    const key = JSON.stringify([host, program, ...args]);
    const before = known.get(key);
    if (before !== undefined && clock.now() < before.untilMs) {
      return await before.login;
    }
    const login = ask(program, args, request);
    known.set(key, { login, untilMs: clock.now() + programFreshMs });
    try {
      const found = await login;
      if (found === undefined) {
        known.delete(key);
      }
      return found;
    } catch (error) {
      known.delete(key);
      throw error;
    }
  };
}

/** @see docker/docker-credential-helpers v0.9 credentials/credentials.go, Get: a user `<token>` has an identity token */
function readHelper(output: string): Omit<BasicCredentials, 'from'> | undefined {
  const { Username: username, Secret: password } = recordAt(parseJson(output));
  if (typeof username !== 'string' || typeof password !== 'string') {
    return undefined;
  }
  return username === '<token>' ? { username: '', password, isIdentityToken: true } : { username, password };
}

async function read({ files }: NodeCredentialsOptions, path: string, signal: AbortSignal): Promise<string | undefined> {
  const bytes = await files.read(path, { signal, maxBytes: limits.maxDocumentBytes });
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}

function lastLine(text: string): string | undefined {
  return text
    .split('\n')
    .map((line) => line.trim())
    .findLast((line) => line !== '')
    ?.slice(0, 200);
}
