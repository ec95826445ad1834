import { type ClientRequest, Agent as HttpAgent, type IncomingMessage, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { pipeline } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import {
  type Abortable,
  type Http,
  type HttpRequest,
  type HttpResponse,
  type HttpTls,
  limits,
  withoutIdentity,
} from '../support/index.ts';
import { HttpError, httpErrorOf } from './httpError.ts';

export interface NodeHttpOptions {
  /** `http_proxy`, `https_proxy` and `no_proxy` are read from here; absent in the extension host, which does it itself. */
  readonly proxyEnvironment?: NodeJS.ProcessEnv;
  readonly userAgent: string;
}

interface Hop {
  readonly url: URL;
  readonly method: HttpRequest['method'];
  readonly headers: Readonly<Record<string, string>>;
  readonly body: HttpRequest['body'];
  readonly tls: HttpRequest['tls'];
  readonly proxy: HttpRequest['proxy'];
}

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * `Http` on Node's own http and https, whose certificates and proxies VS Code looks after in the extension host.
 * Redirects are followed; on the way to another host or port they lose credentials and client certificates, and what a
 * source trusts stays. From http to https of the same host they keep them: that is what such a redirect is for.
 * An answer is unpacked unless the request says what encodings it takes.
 */
export function nodeHttp({ proxyEnvironment, userAgent }: NodeHttpOptions): Http {
  const agents = agentsFor(proxyEnvironment);
  /** By URL of the proxy. */
  const proxied = new Map<string, Agents>();
  const agentsOf = (proxy: HttpRequest['proxy']): Agents => {
    if (proxy === undefined) {
      return agents;
    }
    const known = proxied.get(proxy.url) ?? agentsThrough(proxy.url);
    proxied.set(proxy.url, known);
    return known;
  };

  const open = ({ url, method, headers, body, tls, proxy }: Hop, signal: AbortSignal): ClientRequest => {
    const options = {
      method,
      signal,
      headers: {
        'user-agent': userAgent,
        'accept-encoding': 'gzip, deflate, br',
        ...headers,
        ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }),
      },
    };
    return url.protocol === 'https:'
      ? httpsRequest(url, { ...options, agent: agentsOf(proxy).https, ...tlsOptions(tls) })
      : httpRequest(url, { ...options, agent: agentsOf(proxy).http });
  };

  return {
    request: async (request, { signal }: Abortable) => {
      const timeout = AbortSignal.timeout(request.timeoutMs);
      const either = AbortSignal.any([signal, timeout]);
      let hop: Hop = {
        url: new URL(request.url),
        method: request.method,
        headers: request.headers,
        body: request.body,
        tls: request.tls,
        proxy: request.proxy,
      };
      for (let count = 0; ; count++) {
        const { host } = hop.url;
        try {
          const message = await answer(open(hop, either), hop.body);
          const next = nextHop(message, hop);
          if (next === undefined) {
            return await read(message, { ...request, url: hop.url.href });
          }
          message.resume();
          if (count === limits.maxRedirects) {
            throw new HttpError('redirect', host, `more than ${limits.maxRedirects} redirects`);
          }
          hop = next;
        } catch (error) {
          signal.throwIfAborted();
          if (timeout.aborted) {
            throw new HttpError('timeout', host, `no answer in ${request.timeoutMs / 1000} s`);
          }
          throw error instanceof HttpError || !(error instanceof Error) ? error : httpErrorOf(error, host);
        }
      }
    },
  };
}

interface Agents {
  readonly http: HttpAgent;
  readonly https: HttpsAgent;
}

function agentsFor(proxyEnv: NodeJS.ProcessEnv | undefined): Agents {
  const options = { keepAlive: true, ...(proxyEnv && { proxyEnv }) };
  return { http: new HttpAgent(options), https: new HttpsAgent(options) };
}

/** Agents that go through this proxy whatever the target. A Node that would go around it is refused. */
function agentsThrough(proxyUrl: string): Agents {
  const { protocol, host } = new URL(proxyUrl);
  if (protocol !== 'http:' && protocol !== 'https:') {
    throw new HttpError('proxy', host, `a proxy of type ${protocol.slice(0, -1)} is not supported`);
  }
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (!(major > 24 || (major === 24 && minor >= 5) || (major === 22 && minor >= 21))) {
    throw new HttpError('proxy', host, `the proxy of a source needs a newer Node.js than ${process.versions.node}`);
  }
  return agentsFor({ http_proxy: proxyUrl, https_proxy: proxyUrl });
}

function tlsOptions(tls: HttpTls | undefined): object {
  if (tls === undefined) {
    return {};
  }
  const { isInsecure = false, ...certificates } = tls;
  return { ...certificates, ...(isInsecure && { rejectUnauthorized: false }) };
}

function answer(request: ClientRequest, body: HttpRequest['body']): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.on('response', resolve);
    request.on('error', reject);
    request.end(body);
  });
}

/** Where the answer sends us; undefined when it is the last. @see RFC 9110 section 15.4, and WHATWG fetch for methods */
function nextHop({ statusCode = 0, headers }: IncomingMessage, hop: Hop): Hop | undefined {
  const { location } = headers;
  if (!redirects.has(statusCode) || location === undefined) {
    return undefined;
  }
  if (!URL.canParse(location, hop.url.href)) {
    throw new HttpError('redirect', hop.url.host, 'redirected to something that is no URL');
  }
  const url = new URL(location, hop.url);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new HttpError('redirect', hop.url.host, `redirected to ${url.protocol}`);
  }
  if (hop.url.protocol === 'https:' && url.protocol === 'http:') {
    throw new HttpError('redirect', hop.url.host, 'redirected from https to http');
  }
  const isSafer = hop.url.protocol === 'http:' && url.protocol === 'https:' && url.hostname === hop.url.hostname;
  const keepsCredentials = url.origin === hop.url.origin || isSafer;
  const becomesGet = statusCode === 303 || ((statusCode === 301 || statusCode === 302) && hop.method === 'POST');
  return {
    url,
    method: becomesGet && hop.method !== 'HEAD' ? 'GET' : hop.method,
    headers: keepsCredentials ? hop.headers : withoutCredentials(hop.headers),
    body: becomesGet ? undefined : hop.body,
    tls: keepsCredentials ? hop.tls : hop.tls && withoutIdentity(hop.tls),
    proxy: hop.proxy,
  };
}

function withoutCredentials(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const secret = new Set(['authorization', 'cookie', 'proxy-authorization']);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !secret.has(name.toLowerCase())));
}

function read(message: IncomingMessage, { method, url, maxBytes, headers: asked }: HttpRequest): Promise<HttpResponse> {
  const { host } = new URL(url);
  const headers = Object.fromEntries(
    Object.entries(message.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let size = 0;
    const settle = (error: Error | null | undefined): void => {
      if (error) {
        reject(error);
      } else {
        resolve({ status: message.statusCode ?? 0, headers, body: Buffer.concat(chunks), url });
      }
    };
    const takesAsItIs = method === 'HEAD' || 'accept-encoding' in asked;
    const body = takesAsItIs ? message : decoded(message, settle);
    body.on('data', (chunk: Uint8Array) => {
      size += chunk.length;
      if (size > maxBytes) {
        const tooLarge = new HttpError('too-large', host, `the answer is larger than ${maxBytes} bytes`);
        reject(tooLarge);
        message.destroy(tooLarge);
        return;
      }
      chunks.push(chunk);
    });
    body.on('end', () => {
      settle(undefined);
    });
    body.on('error', settle);
  });
}

function decoded(message: IncomingMessage, onError: (error: Error | null | undefined) => void): NodeJS.ReadableStream {
  const decoder = decoderOf(message.headers['content-encoding']);
  if (decoder === undefined) {
    return message;
  }
  return pipeline(message, decoder, (error) => {
    if (error) {
      onError(error);
    }
  });
}

function decoderOf(encoding: string | undefined): NodeJS.ReadWriteStream | undefined {
  switch (encoding?.toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    default:
      return undefined;
  }
}
