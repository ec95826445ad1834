import { type Abortable, type HttpResponse, limits } from '../support/index.ts';
import { hasLogin, ownLogin, type SourceAuth } from './credentials.ts';
import { SourceError } from './errors.ts';
import { logIn } from './registryLogin.ts';
import { openTransport, type TransportAnswer } from './registryTransport.ts';
import { type SourceRequest, statusError } from './request.ts';
import type { SourceWorld } from './world.ts';

export interface RegistryOptions {
  /** `example.com`, `localhost:5000` */
  readonly host: string;
  /** `charts/podinfo` */
  readonly path: string;
  /** Whether it may be spoken to without TLS, where it has none. */
  readonly plainHttp: boolean;
  /** From the Secrets that the source names. Where that holds no login, the user's own are looked for when one is wanted. */
  readonly auth: SourceAuth;
  /** The cloud whose registry it is: `aws`, `azure`, `gcp`. */
  readonly provider?: string;
  /** For each request. */
  readonly timeoutMs?: number;
}

export interface RegistryRequest extends Pick<SourceRequest, 'method' | 'maxBytes'> {
  /** What is attempted: `fetch manifest`. */
  readonly what: string;
  /** Below the repository: `/manifests/1.2.3`. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer with status 200. */
export interface RegistryAnswer extends HttpResponse {
  /** What was asked, before redirects. */
  readonly asked: string;
  /** The same without its query, for messages. */
  readonly shown: string;
}

export type RegistryConnection = (request: RegistryRequest, options: Abortable) => Promise<RegistryAnswer>;

/**
 * Sends requests to one repository: logs in when it is asked to, and waits when it is told to. A token is kept for the
 * requests that follow.
 */
export function connectTo(
  { host, path, auth: given, provider, ...options }: RegistryOptions,
  world: Pick<SourceWorld, 'environment'>,
): RegistryConnection {
  const { environment } = world;
  const { tls, proxy } = given;
  const transport = openTransport({ host, ...options, ...(tls && { tls }), ...(proxy && { proxy }) }, world);
  let authorization: string | undefined;
  let auth = given;
  let isOwnAsked = hasLogin(given);

  /** The user's own logins are looked for once, and only when the registry wants one: helpers are programs. */
  const findLogin = async ({ signal }: Abortable): Promise<void> => {
    if (!isOwnAsked) {
      isOwnAsked = true;
      const hints = { path, ...(provider !== undefined && { provider }) };
      const own = await environment.credentials.forHost(host, { ...hints, signal });
      auth = own === undefined ? auth : { ...auth, ...ownLogin(own) };
    }
    if (auth.from !== undefined) {
      environment.log.debug(`${host}/${path}: logging in with ${auth.from}`);
    }
  };

  return async ({ what, path: below, headers = {}, ...wanted }, { signal }) => {
    const ask = (): Promise<TransportAnswer> =>
      transport(
        {
          ...wanted,
          path: `/v2/${path}${below}`,
          headers: { ...headers, ...(authorization !== undefined && { authorization }) },
        },
        { signal },
      );
    for (let attempt = 1; ; attempt++) {
      let answer = await ask();
      if (answer.response.status === 401) {
        await findLogin({ signal });
        const { response, isPlain } = answer;
        try {
          authorization = await logIn(response, { host, path, isPlain, auth }, environment, { signal });
        } catch (error) {
          throw error instanceof SourceError ? withLogin(error, host, auth) : error;
        }
        answer = authorization === undefined ? answer : await ask();
      }
      const { response, url: asked } = answer;
      const shown = asked.replace(/\?.*$/, '');
      if (response.status === 200) {
        return { ...response, asked, shown };
      }
      const error = withLogin(statusError(what, response, shown), host, auth);
      const pauseMs = pauseAfter(error);
      if (pauseMs === undefined || attempt === limits.maxSourceAttempts) {
        throw error;
      }
      await environment.clock.sleep(pauseMs, { signal });
    }
  };
}

/** Says whose login was not enough, or that there was none. */
function withLogin(error: SourceError, registry: string, { from }: SourceAuth): SourceError {
  if (error.code !== 'unauthorized' && error.code !== 'forbidden') {
    return error;
  }
  const login = from === undefined ? `no login was found for ${registry}` : `with the login of ${from}`;
  const { url, host, status } = error;
  return new SourceError(error.code, `${error.message}, ${login}`, { url, host, status });
}

/** How long a registry that has too much to do wants us to wait; undefined where asking again makes no sense. */
function pauseAfter({ status, retryAfterMs }: SourceError): number | undefined {
  if (status !== 429 && status !== 503) {
    return undefined;
  }
  const pauseMs = retryAfterMs ?? (status === 429 ? limits.sourcePauseMs : undefined);
  return pauseMs !== undefined && pauseMs <= limits.maxRetryAfterMs ? pauseMs : undefined;
}
