import { createServer, type IncomingMessage, request as httpRequest } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import { connect, type Server } from 'node:net';
import { objectSet, type ValuesLookup } from '../../engine/src/flux/index.ts';
import { resolveChart, type ResolvedChart } from '../../engine/src/source/index.ts';
import { digestOf } from '../../engine/src/support/index.ts';
import { listenOnLoopback } from '../../scripts/servers/listen.ts';
import { packFiles } from '../../scripts/servers/packedChart.ts';
import type { Answer } from './chartServer.ts';
import { useClosing, useFolder } from './scratch.ts';
import { openTestWorld, sourceOf, type TestWorld } from './sourceWorld.ts';

/** Who listens, and what was asked. */
export interface Heard {
  readonly host: string;
  readonly requests: readonly { readonly path: string; readonly authorization: string | undefined }[];
}

/** What answers a kind of request to a registry: `tags`, `manifest`, `blob`, `token`, or any other, `ping`. */
export type Answers = Readonly<Record<string, Answer>>;

/** Chart `store` 1.0.0. */
export const archive = packFiles(
  [
    { name: 'Chart.yaml', data: Buffer.from('apiVersion: v2\nname: store\nversion: 1.0.0\n') },
    { name: 'templates/a.yaml', data: Buffer.from('kind: A\n') },
  ],
  { version: '1.0.0', created: '2026-01-01T00:00:00Z' },
).archive;
const config = Buffer.from('{}');

/** The manifest of that chart, its layer as it is told. */
export function manifestOf(layer: object): Buffer {
  const type = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip';
  return Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      config: { mediaType: 'application/vnd.cncf.helm.config.v1+json', digest: digestOf(config), size: config.length },
      layers: [{ mediaType: type, digest: digestOf(archive), size: archive.length, ...layer }],
    }),
  );
}

/** What a good registry answers. */
export const well: Answers = {
  ping: (_, response) => response.end('{}'),
  tags: (_, response) => response.end(JSON.stringify({ tags: ['1.0.0'] })),
  manifest: (_, response) => {
    response.writeHead(200, { 'content-type': 'application/vnd.oci.image.manifest.v1+json' });
    response.end(manifestOf({}));
  },
  blob: (_, response) => response.end(archive),
};

export const status =
  (code: number, headers: Readonly<Record<string, string>> = {}): Answer =>
  (_, response) => {
    response.writeHead(code, headers).end();
  };
export const says =
  (body: string | Buffer, headers: Readonly<Record<string, string>> = {}): Answer =>
  (_, response) => {
    response.writeHead(200, headers).end(body);
  };

export interface Taken {
  readonly world?: TestWorld;
  readonly lookup?: ValuesLookup;
  readonly spec?: object;
}

export interface OddRegistries {
  readonly folder: string;
  /** A registry that answers well, but for these. */
  readonly serve: (answers?: Answers, tls?: ServerOptions) => Promise<Heard>;
  /** A forward proxy that wants user `pam` and password `proxy-hunter22`. */
  readonly serveProxy: () => Promise<Heard>;
  /** The newest 1.x of chart `store`, as an OCIRepository with more in its spec takes it. */
  readonly take: (from: Heard, options?: Taken) => Promise<ResolvedChart>;
}

/** Registries that are closed after the test that started them; called at the top of a file. */
export function useOddRegistries(name: string): OddRegistries {
  const folder = useFolder(name);
  const closing = useClosing();
  const listening = async (server: Server, requests: Heard['requests']): Promise<Heard> => {
    const { host } = closing(await listenOnLoopback(server));
    return { host, requests };
  };
  return {
    folder,
    serve: async (answers = {}, tls) => {
      const requests: Heard['requests'][number][] = [];
      const handle: Answer = (request, response) => {
        const { url = '', headers } = request;
        requests.push({ path: url, authorization: headers.authorization });
        const kind = /\/(token|tags|manifests|blobs)\b/.exec(url)?.[1]?.replace(/^(manifest|blob)s$/, '$1') ?? 'ping';
        (answers[kind] ?? well[kind] ?? well['ping'])?.(request, response);
      };
      return await listening(tls === undefined ? createServer(handle) : createTlsServer(tls, handle), requests);
    },
    serveProxy: async () => {
      const requests: Heard['requests'][number][] = [];
      return await listening(proxy(requests), requests);
    },
    take: async ({ host }, { world, lookup = () => undefined, spec = {} } = {}) => {
      const source = sourceOf('OCIRepository', { url: `oci://${host}/charts/store`, ref: { semver: '1.x' }, ...spec });
      const options = { signal: new AbortController().signal, maxAgeMs: 0 };
      const request = { source, generation: 1, objects: objectSet([]), lookup };
      return await resolveChart(request, world ?? (await openTestWorld(folder)), options);
    },
  };
}

function proxy(requests: Heard['requests'][number][]): Server {
  const want = `Basic ${Buffer.from('pam:proxy-hunter22').toString('base64')}`;
  const server = createServer((request, response) => {
    const authorization = request.headers['proxy-authorization'];
    requests.push({ path: request.url ?? '', authorization });
    if (authorization !== want) {
      response.writeHead(407).end();
      return;
    }
    const { 'proxy-authorization': _, ...headers } = request.headers;
    const onward = httpRequest(request.url ?? '', { method: request.method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.writeHead(502).end());
    request.pipe(onward);
  });
  server.on('connect', (request: IncomingMessage, socket) => {
    const authorization = request.headers['proxy-authorization'];
    requests.push({ path: request.url ?? '', authorization });
    if (authorization !== want) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    const [host = '', port = ''] = (request.url ?? '').split(':');
    const through = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      through.pipe(socket);
      socket.pipe(through);
    });
    through.on('error', () => socket.destroy());
    socket.on('error', () => through.destroy());
  });
  return server;
}
