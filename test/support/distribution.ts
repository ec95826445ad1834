import { spawn } from 'node:child_process';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import bcrypt from 'bcryptjs';
import { vi } from 'vitest';
import { buildTool } from '../../scripts/cluster/build.ts';
import { listenOnLoopback } from '../../scripts/servers/listen.ts';
import { freePort } from '../../scripts/support/freePort.ts';
import { run } from '../../scripts/support/run.ts';

/** The registry that the CNCF keeps, on loopback, and the real helm to fill it. */
export interface Distribution {
  /** `127.0.0.1:40123` */
  readonly host: string;
  /** Packages a chart folder under this version and pushes it; resolves with the digest of the manifest. */
  push(chart: string, version: string, repository: string): Promise<string>;
  /** What `helm pull` writes, as a path. */
  pull(url: string, version: string): Promise<string>;
  /** What the token service was asked. */
  readonly tokenRequests: readonly TokenRequest[];
  /** Its files are here, and whatever tests put beside them. */
  readonly folder: string;
  close(): Promise<void>;
}

export interface TokenRequest {
  readonly method: string;
  readonly authorization: string | undefined;
  readonly scope: string;
  /** Of a POST. */
  readonly grant: string | undefined;
}

export interface Login {
  readonly username: string;
  readonly password: string;
  /** What the token service takes instead of a password. */
  readonly identityToken?: string;
}

export interface DistributionOptions {
  /** Who may do what; `htpasswd` asks for Basic, `token` sends to a token service of its own. */
  readonly auth?: Login & { readonly kind: 'htpasswd' | 'token' };
}

const tool = {
  onProgress: (line: string): void => {
    process.stdout.write(`${line}\n`);
  },
};

export async function startDistribution({ auth }: DistributionOptions = {}): Promise<Distribution> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'fairlead-distribution-'));
  const helm = await buildTool('helm', tool);
  const program = await buildTool('registry', tool);
  const host = `127.0.0.1:${String(await freePort())}`;
  const tokens = auth?.kind === 'token' ? await serveTokens(auth, folder) : undefined;
  const config = path.join(folder, 'registry.json');
  await writeFile(
    config,
    JSON.stringify({
      version: 0.1,
      log: { level: 'error' },
      storage: { filesystem: { rootdirectory: path.join(folder, 'storage') } },
      http: { addr: host },
      ...(auth?.kind === 'htpasswd' && { auth: { htpasswd: await htpasswd(auth, folder) } }),
      ...(tokens && { auth: { token: tokens.settings } }),
    }),
  );
  const registry = spawn(program, ['serve', config], { stdio: 'ignore' });
  await vi.waitUntil(
    async () => [200, 401].includes((await fetch(`http://${host}/v2/`).catch(() => undefined))?.status ?? 0),
    { timeout: 30_000 },
  );
  const env = {
    HELM_REGISTRY_CONFIG: path.join(folder, 'helm-registry.json'),
    HELM_CACHE_HOME: path.join(folder, 'helm-cache'),
    HELM_CONFIG_HOME: path.join(folder, 'helm-config'),
    DOCKER_CONFIG: path.join(folder, 'docker'),
  };
  if (auth !== undefined) {
    const pair = Buffer.from(`${auth.username}:${auth.password}`).toString('base64');
    await writeFile(env.HELM_REGISTRY_CONFIG, JSON.stringify({ auths: { [host]: { auth: pair } } }));
  }
  const helmRuns = async (args: readonly string[]): Promise<string> => {
    const { code, output } = await run(helm, args, { cwd: folder, output: 'capture', env });
    if (code !== 0) {
      throw new Error(`helm ${args.join(' ')}: ${output}`);
    }
    return output;
  };
  return {
    host,
    folder,
    tokenRequests: tokens?.requests ?? [],
    push: async (chart, version, repository) => {
      await helmRuns(['package', chart, '--version', version, '-d', folder]);
      const archive = path.join(folder, `${path.basename(chart)}-${version}.tgz`);
      const output = await helmRuns(['push', archive, `oci://${host}/${repository}`, '--plain-http']);
      const digest = /^Digest: (sha256:[0-9a-f]{64})$/m.exec(output)?.[1];
      if (digest === undefined) {
        throw new Error(`helm push said no digest: ${output}`);
      }
      return digest;
    },
    pull: async (url, version) => {
      const target = await mkdtemp(path.join(folder, 'pulled-'));
      await helmRuns(['pull', url, '--version', version, '--plain-http', '-d', target]);
      return path.join(target, `${url.split('/').at(-1) ?? ''}-${version}.tgz`);
    },
    close: async () => {
      const ended = new Promise((resolve) => registry.once('exit', resolve));
      registry.kill();
      await ended;
      await tokens?.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function htpasswd({ username, password }: Login, folder: string): Promise<object> {
  const file = path.join(folder, 'htpasswd');
  await writeFile(file, `${username}:${await bcrypt.hash(password, 5)}\n`);
  return { realm: 'charts', path: file };
}

interface TokenService {
  /** For the registry's configuration. */
  readonly settings: object;
  readonly requests: readonly TokenRequest[];
  close(): Promise<void>;
}

/** A token service as registries have it: a password, or a refresh token, for a token with a scope. @see distribution docs/spec/auth */
async function serveTokens(login: Login, folder: string): Promise<TokenService> {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = { ...publicKey.export({ format: 'jwk' }), use: 'sig', alg: 'ES256' };
  const kid = createHash('sha256').update(JSON.stringify(jwk)).digest('base64url');
  const jwks = path.join(folder, 'jwks.json');
  await writeFile(jwks, JSON.stringify({ keys: [{ ...jwk, kid }] }));
  const requests: TokenRequest[] = [];
  const basic = `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`;
  const server = createServer((request, response) => {
    void (async () => {
      const form = new URLSearchParams(await bodyOf(request));
      const query = new URL(request.url ?? '', 'http://localhost').searchParams;
      const scope = (request.method === 'POST' ? form.get('scope') : query.get('scope')) ?? '';
      const { authorization } = request.headers;
      requests.push({ method: request.method ?? '', authorization, scope, grant: form.get('grant_type') ?? undefined });
      const isKnown =
        request.method === 'POST'
          ? login.identityToken !== undefined && form.get('refresh_token') === login.identityToken
          : authorization === basic;
      if (!isKnown) {
        response.writeHead(401).end();
        return;
      }
      const [type, name, actions = ''] = scope.split(':');
      const nowSeconds = Math.floor(Date.now() / 1000);
      const text = [
        { typ: 'JWT', alg: 'ES256', kid },
        {
          iss: 'tests',
          sub: login.username,
          aud: 'charts',
          exp: nowSeconds + 300,
          nbf: nowSeconds - 10,
          iat: nowSeconds,
          jti: String(requests.length),
          access: [{ type, name, actions: actions.split(',') }],
        },
      ]
        .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
        .join('.');
      const signature = sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' });
      const token = `${text}.${signature.toString('base64url')}`;
      response.end(JSON.stringify(request.method === 'POST' ? { access_token: token } : { token }));
    })();
  });
  const { host, close } = await listenOnLoopback(server);
  return {
    settings: { realm: `http://${host}/token`, service: 'charts', issuer: 'tests', jwks },
    requests,
    close,
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  request.setEncoding('utf8');
  for await (const chunk of request) {
    text += String(chunk);
  }
  return text;
}
