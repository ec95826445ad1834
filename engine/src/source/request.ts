import {
  type Abortable,
  EngineError,
  type Environment,
  type HttpProxy,
  type HttpResponse,
  type HttpTls,
  isAbort,
  limits,
  messageOf,
} from '../support/index.ts';
import { SourceError, type SourceErrorCode } from './errors.ts';

export interface SourceRequest {
  readonly method: 'GET' | 'HEAD' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly maxBytes: number;
  readonly timeoutMs?: number;
  /** Certificates that a source brings along. */
  readonly tls?: HttpTls;
  /** The proxy that a source names. */
  readonly proxy?: HttpProxy;
}

/**
 * One request, after asking whether the host is allowed. Any status comes back as an answer. `what` says in errors what
 * was attempted.
 *
 * @throws SourceError codes `offline`, `invalid-url`, `network`, `tls`, `timeout`, `too-large`
 */
export async function send(
  { timeoutMs = limits.sourceTimeoutMs, ...request }: SourceRequest,
  { http, consent }: Pick<Environment, 'http' | 'consent'>,
  { signal, what = request.method }: Abortable & { readonly what?: string },
): Promise<HttpResponse> {
  const { url } = request;
  const host = hostOf(url);
  if (!consent.allowed(host)) {
    throw new SourceError('offline', `${what} ${url}: requests to ${host} are not allowed`, { url, host });
  }
  try {
    return await http.request({ ...request, timeoutMs }, { signal });
  } catch (error) {
    if (isAbort(error)) {
      throw error;
    }
    const code = error instanceof EngineError ? connectionCode(error.code) : 'network';
    // The cause stays out: a message of the network library may hold the URL with its query.
    throw new SourceError(code, `${what} ${url}: ${messageOf(error)}`, { url, host });
  }
}

/** As `send`, and an answer other than 200 (or one of `expected`) is an error. `what` says what was attempted. */
export async function fetchOk(
  what: string,
  request: SourceRequest,
  environment: Pick<Environment, 'http' | 'consent'>,
  options: Abortable & { readonly expected?: readonly number[] },
): Promise<HttpResponse> {
  const response = await send(request, environment, { signal: options.signal, what });
  if (response.status === 200 || options.expected?.includes(response.status) === true) {
    return response;
  }
  throw statusError(what, response, request.url);
}

/** The error that a status stands for. @see RFC 9110 section 15 */
export function statusError(what: string, response: HttpResponse, url: string): SourceError {
  const { status, headers } = response;
  return new SourceError(codeOf(status), `${what} ${url}: ${status} ${statusWords.get(status) ?? ''}`.trimEnd(), {
    url,
    host: hostOf(url),
    status,
    retryAfterMs: retryAfterOf(headers),
  });
}

/** Seconds, or a time of which the server's own clock says how far it is. @see RFC 9110 section 10.2.3 */
function retryAfterOf({ 'retry-after': after = '', date = '' }: HttpResponse['headers']): number | undefined {
  const ms = /^\d+$/.test(after) ? Number(after) * 1000 : Date.parse(after) - Date.parse(date);
  return Number.isFinite(ms) && ms > 0 ? ms : undefined;
}

/** Host and, where it is not the scheme's own, port. @throws SourceError code `invalid-url` */
export function hostOf(url: string): string {
  return parseHttpUrl(url).host;
}

/** @throws SourceError code `invalid-url` where it is not an absolute http or https URL */
export function parseHttpUrl(url: string): URL {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw new SourceError('invalid-url', `${JSON.stringify(url)} is not a URL`, { url });
  }
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') {
    throw new SourceError('invalid-url', `${url}: want http or https`, { url });
  }
  return parsed;
}

function codeOf(status: number): SourceErrorCode {
  switch (status) {
    case 401:
      return 'unauthorized';
    case 403:
      return 'forbidden';
    case 404:
    case 410:
      return 'not-found';
    case 408:
      return 'timeout';
    case 429:
      return 'rate-limited';
    default:
      return 'server';
  }
}

/** The codes of an implementation of Http that mean the same here. */
function connectionCode(code: string): SourceErrorCode {
  switch (code) {
    case 'tls':
    case 'timeout':
    case 'too-large':
      return code;
    default:
      return 'network';
  }
}

const statusWords: ReadonlyMap<number, string> = new Map([
  [400, 'Bad Request'],
  [401, 'Unauthorized'],
  [403, 'Forbidden'],
  [404, 'Not Found'],
  [408, 'Request Timeout'],
  [410, 'Gone'],
  [429, 'Too Many Requests'],
  [500, 'Internal Server Error'],
  [502, 'Bad Gateway'],
  [503, 'Service Unavailable'],
  [504, 'Gateway Timeout'],
]);
