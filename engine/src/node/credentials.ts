import { join } from 'node:path';
import { loginOfDockerConfig } from '../source/index.ts';
import { type Credentials, type Files, limits, type Log } from '../support/index.ts';

export interface NodeCredentialsOptions {
  readonly files: Files;
  readonly homeFolder: string;
  /** `DOCKER_CONFIG`, `REGISTRY_AUTH_FILE`, `HELM_REGISTRY_CONFIG` name other places. */
  readonly environment: NodeJS.ProcessEnv;
  readonly log: Log;
}

/**
 * Logins that the user made with `helm registry login`, `docker login` or `podman login`: their configuration files.
 * Credential helpers are not run; where a file leaves a host to one, the log says so.
 */
export function nodeCredentials({ files, homeFolder, environment, log }: NodeCredentialsOptions): Credentials {
  const places = [
    environment['HELM_REGISTRY_CONFIG'] ?? join(homeFolder, '.config', 'helm', 'registry', 'config.json'),
    join(environment['DOCKER_CONFIG'] ?? join(homeFolder, '.docker'), 'config.json'),
    environment['REGISTRY_AUTH_FILE'] ?? join(homeFolder, '.config', 'containers', 'auth.json'),
  ];
  return {
    forHost: async (host, { signal }) => {
      for (const path of places) {
        const bytes = await files.read(path, { signal, maxBytes: limits.maxDocumentBytes });
        const text = bytes === undefined ? undefined : new TextDecoder().decode(bytes);
        const login = text === undefined ? undefined : loginOfDockerConfig(text, host, path);
        if (login?.basic !== undefined) {
          return { ...login.basic, from: path };
        }
        if (text !== undefined && leavesToHelper(text, host)) {
          log.warn(`${path} leaves the login of ${host} to a credential helper, which is not run`);
        }
      }
      return undefined;
    },
  };
}

function leavesToHelper(text: string, host: string): boolean {
  const config: unknown = JSON.parse(text);
  if (typeof config !== 'object' || config === null) {
    return false;
  }
  const helpers = 'credHelpers' in config ? config.credHelpers : undefined;
  const forHost = typeof helpers === 'object' && helpers !== null && host in helpers;
  return forHost || ('credsStore' in config && typeof config.credsStore === 'string' && config.credsStore !== '');
}
