import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import { listenOnLoopback } from '../../scripts/servers/listen.ts';

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A server of files on loopback, over TLS where it has certificates. */
export interface ChartServer {
  /** `https://127.0.0.1:40123` */
  readonly url: string;
  readonly host: string;
  readonly requests: readonly Asked[];
  close(): Promise<void>;
}

export interface Asked {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
}

/** Answers by path, `*` for all others; where that is a text or bytes, with just that. */
export async function serveCharts(
  answers: Readonly<Record<string, Answer | string | Uint8Array>>,
  tls?: ServerOptions,
): Promise<ChartServer> {
  const requests: Asked[] = [];
  const handle: Answer = (request, response) => {
    const { url = '', headers } = request;
    requests.push({ path: url, headers });
    const answer = answers[new URL(url, 'http://localhost').pathname] ?? answers['*'];
    if (typeof answer === 'function') {
      answer(request, response);
    } else if (answer === undefined) {
      response.writeHead(404).end();
    } else {
      response.end(answer);
    }
  };
  const server = tls === undefined ? createServer(handle) : createTlsServer(tls, handle);
  const { host, close } = await listenOnLoopback(server);
  return {
    url: `${tls === undefined ? 'http' : 'https'}://${host}`,
    host,
    requests,
    close,
  };
}

/** Lets in who has this login. */
export function forLogin({ username, password }: { username: string; password: string }, answer: Answer): Answer {
  const wanted = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  return (request, response) => {
    if (request.headers.authorization === wanted) {
      answer(request, response);
    } else {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="charts"' }).end();
    }
  };
}

export interface IndexedVersion {
  readonly version: string;
  readonly urls?: readonly string[];
  readonly digest?: string;
}

/** An index of chart `store`. */
export function indexOf(versions: readonly IndexedVersion[]): string {
  return JSON.stringify({
    apiVersion: 'v1',
    entries: { store: versions.map((one) => ({ name: 'store', apiVersion: 'v2', urls: ['store.tgz'], ...one })) },
    generated: '2026-01-01T00:00:00Z',
  });
}
