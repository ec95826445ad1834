import { homedir } from 'node:os';
import type { Consent, Credentials, Environment, Log } from '../support/index.ts';
import { nodeClock } from './clock.ts';
import { nodeCredentials } from './credentials.ts';
import { nodeFiles } from './files.ts';
import { nodeGit } from './git.ts';
import { nodeHttp } from './http.ts';
import { nodeRandom } from './random.ts';

export interface NodeEnvironmentOptions {
  /** From `openConsent`. */
  readonly consent: Consent;
  readonly log: Log;
  /** Of the process; programs and proxies are found through it. */
  readonly variables: NodeJS.ProcessEnv;
  /** Whether proxies are read from `variables`; the extension host looks after them itself. */
  readonly usesProxyVariables: boolean;
  /** What the user told Fairlead itself: logins that an editor keeps. */
  readonly ownLogins?: Credentials;
  /** As servers see us: `fairlead/0.1.0`. */
  readonly userAgent: string;
}

/** The machine, as the engine sees it. */
export function nodeEnvironment(options: NodeEnvironmentOptions): Environment {
  const { consent, log, variables, usesProxyVariables, userAgent, ownLogins } = options;
  return {
    clock: nodeClock,
    random: nodeRandom,
    http: nodeHttp({ userAgent, ...(usesProxyVariables && { proxyEnvironment: variables }) }),
    files: nodeFiles,
    git: nodeGit(variables),
    credentials: nodeCredentials({
      files: nodeFiles,
      homeFolder: variables['HOME'] ?? homedir(),
      environment: variables,
      consent,
      clock: nodeClock,
      log,
      ...(ownLogins && { own: ownLogins }),
    }),
    consent,
    log,
  };
}
