import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { stringify } from 'yaml';
import { isLoggedIn, listen, type Login, type LoopbackServer } from './listen.ts';
import type { PackedChart } from './packedChart.ts';

export interface HelmRepositoryOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** Who may read; everyone when absent. */
  readonly login?: Login;
  /** Told of every request. */
  readonly onRequest?: (request: IncomingMessage) => void;
}

interface Resource {
  readonly type: string;
  readonly body: Uint8Array;
}

/** Serves charts as `helm repo index` and a static file server would: `index.yaml` and `NAME-VERSION.tgz`. */
export async function serveHelmRepository(
  charts: readonly PackedChart[],
  { port, login, onRequest }: HelmRepositoryOptions,
): Promise<LoopbackServer & { readonly url: string }> {
  const resources = new Map<string, Resource>([
    ['/index.yaml', { type: 'text/yaml; charset=utf-8', body: Buffer.from(indexOf(charts)) }],
    ...charts.map((chart): [string, Resource] => [
      `/${archiveName(chart)}`,
      { type: 'application/gzip', body: chart.archive },
    ]),
  ]);
  const server = await listen(
    (request, response) => {
      onRequest?.(request);
      if (login !== undefined && !isLoggedIn(request, login)) {
        response.writeHead(401, { 'www-authenticate': 'Basic realm="charts"' }).end();
        return;
      }
      answer(resources.get(new URL(request.url ?? '/', 'http://localhost').pathname), request, response);
    },
    { port },
  );
  return { ...server, url: `http://${server.host}` };
}

/** The index of these charts, newest entry first within each as they are given. */
function indexOf(charts: readonly PackedChart[]): string {
  const entries: Record<string, unknown[]> = {};
  for (const chart of charts) {
    (entries[chart.name] ??= []).push({
      ...chart.metadata,
      created: chart.created,
      digest: sha256(chart.archive),
      urls: [archiveName(chart)],
    });
  }
  return stringify({ apiVersion: 'v1', entries, generated: '2026-01-01T00:00:00Z' });
}

function answer(resource: Resource | undefined, { method, headers }: IncomingMessage, response: ServerResponse): void {
  if (method !== 'GET' && method !== 'HEAD') {
    response.writeHead(405, { allow: 'GET, HEAD' }).end();
    return;
  }
  if (resource === undefined) {
    response.writeHead(404, { 'content-type': 'text/plain' }).end('not found\n');
    return;
  }
  const etag = `"${sha256(resource.body)}"`;
  if (headers['if-none-match'] === etag) {
    response.writeHead(304, { etag }).end();
    return;
  }
  response.writeHead(200, { 'content-type': resource.type, 'content-length': resource.body.length, etag });
  response.end(method === 'HEAD' ? undefined : resource.body);
}

function archiveName({ name, version }: PackedChart): string {
  return `${name}-${version}.tgz`;
}

function sha256(data: Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
