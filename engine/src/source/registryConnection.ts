import { type Abortable, type HttpResponse, limits } from '../support/index.ts';
import type { SourceAuth } from './credentials.ts';
import { SourceError } from './errors.ts';
import { logIn } from './registryLogin.ts';
import { send, type SourceRequest, statusError } from './request.ts';
import type { SourceWorld } from './world.ts';

export interface RegistryOptions {
  /** `example.com`, `localhost:5000` */
  readonly host: string;
  /** `charts/podinfo` */
  readonly path: string;
  /** Whether it may be spoken to without TLS, where it has none. */
  readonly plainHttp: boolean;
  readonly auth: SourceAuth;
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
}

export type RegistryConnection = (request: RegistryRequest, options: Abortable) => Promise<RegistryAnswer>;

/**
 * Sends requests to one repository: finds out whether it has TLS, logs in when it is asked to, and waits when it is
 * told to. Nothing is sent before the first request; a token is kept for the next ones.
 *
 * @see google/go-containerregistry v0.21 pkg/v1/remote/transport/ping.go, Ping: with TLS first, also where it is optional
 */
export function connectTo(
  { host, path, plainHttp, auth }: RegistryOptions,
  { environment }: Pick<SourceWorld, 'environment'>,
): RegistryConnection {
  const common = { ...(auth.tls && { tls: auth.tls }), ...(auth.proxy && { proxy: auth.proxy }) };
  let scheme: 'http' | 'https' | undefined = plainHttp ? undefined : 'https';
  let authorization: string | undefined;

  const findScheme = async ({ signal }: Abortable): Promise<'http' | 'https'> => {
    const maxBytes = limits.maxRegistryAnswerBytes;
    try {
      await send({ method: 'GET', url: `https://${host}/v2/`, headers: {}, maxBytes, ...common }, environment, {
        signal,
      });
      return 'https';
    } catch (error) {
      if (error instanceof SourceError && (error.code === 'tls' || error.code === 'network')) {
        return 'http';
      }
      throw error;
    }
  };

  return async ({ what, path: below, headers = {}, ...wanted }, { signal }) => {
    scheme ??= await findScheme({ signal });
    const isPlain = scheme === 'http';
    const asked = `${scheme}://${host}/v2/${path}${below}`;
    const ask = (): Promise<HttpResponse> =>
      send(
        {
          ...wanted,
          ...common,
          url: asked,
          headers: { ...headers, ...(authorization !== undefined && { authorization }) },
        },
        environment,
        { signal },
      );
    for (let attempt = 1; ; attempt++) {
      let response = await ask();
      if (response.status === 401) {
        authorization = await logIn(response, { host, path, isPlain, auth }, environment, { signal });
        if (authorization !== undefined) {
          response = await ask();
        }
      }
      if (response.status === 200) {
        return { ...response, asked };
      }
      const error = statusError(what, response, asked);
      const pauseMs = pauseAfter(error);
      if (pauseMs === undefined || attempt === limits.maxSourceAttempts) {
        throw error;
      }
      await environment.clock.sleep(pauseMs, { signal });
    }
  };
}

/** How long a registry that has too much to do wants us to wait; undefined where asking again makes no sense. */
function pauseAfter({ status, retryAfterMs }: SourceError): number | undefined {
  if (status !== 429 && status !== 503) {
    return undefined;
  }
  const pauseMs = retryAfterMs ?? (status === 429 ? limits.sourcePauseMs : undefined);
  return pauseMs !== undefined && pauseMs <= limits.maxRetryAfterMs ? pauseMs : undefined;
}
