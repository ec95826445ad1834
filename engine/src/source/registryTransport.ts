import { type Abortable, type HttpResponse, limits } from '../support/index.ts';
import { SourceError } from './errors.ts';
import { send, type SourceRequest } from './request.ts';
import type { SourceWorld } from './world.ts';

export interface TransportOptions extends Pick<SourceRequest, 'tls' | 'proxy' | 'timeoutMs'> {
  /** `example.com`, `localhost:5000` */
  readonly host: string;
  /** Whether it may be spoken to without TLS, where it has none. */
  readonly plainHttp: boolean;
}

export interface TransportRequest extends Pick<SourceRequest, 'method' | 'headers' | 'maxBytes'> {
  /** `/v2/charts/podinfo/tags/list` */
  readonly path: string;
}

export interface TransportAnswer {
  readonly response: HttpResponse;
  /** What was asked, before redirects. */
  readonly url: string;
  readonly isPlain: boolean;
}

export type RegistryTransport = (request: TransportRequest, options: Abortable) => Promise<TransportAnswer>;

/**
 * Sends requests to a registry's host: with TLS, and without where that is allowed and there is none. Any status comes
 * back as an answer. Nothing is sent before the first request.
 *
 * @see google/go-containerregistry v0.21 pkg/v1/remote/transport/ping.go, Ping
 */
export function openTransport(
  { host, plainHttp, ...common }: TransportOptions,
  { environment }: Pick<SourceWorld, 'environment'>,
): RegistryTransport {
  let scheme: 'http' | 'https' | undefined = plainHttp ? undefined : 'https';
  /** Why there seems to be no TLS, until something answers without. */
  let withoutTls: SourceError | undefined;

  const findScheme = async ({ signal }: Abortable): Promise<'http' | 'https'> => {
    const maxBytes = limits.maxRegistryAnswerBytes;
    try {
      await send({ ...common, method: 'GET', url: `https://${host}/v2/`, headers: {}, maxBytes }, environment, {
        signal,
      });
      return 'https';
    } catch (error) {
      if (error instanceof SourceError && (error.code === 'tls' || error.code === 'network')) {
        withoutTls = error;
        return 'http';
      }
      throw error;
    }
  };

  return async ({ path, ...request }, { signal }) => {
    scheme ??= await findScheme({ signal });
    const url = `${scheme}://${host}${path}`;
    try {
      const response = await send({ ...common, ...request, url }, environment, { signal });
      // Servers with TLS say 400 to who comes without: then what was wrong with TLS is what was wrong.
      if (withoutTls?.code === 'tls' && response.status === 400) {
        throw withoutTls;
      }
      withoutTls = undefined;
      return { response, url, isPlain: scheme === 'http' };
    } catch (error) {
      const isSilent = error instanceof SourceError && error.code === 'network';
      throw isSilent && withoutTls?.code === 'tls' ? withoutTls : error;
    }
  };
}
