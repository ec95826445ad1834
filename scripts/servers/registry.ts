import { createHash, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isLoggedIn, listen, type Login, type LoopbackServer } from './listen.ts';
import type { PackedChart } from './packedChart.ts';

/** What is under one tag of a repository. */
export interface Image {
  /** `charts/web` */
  readonly repository: string;
  readonly tag: string;
  readonly layers: readonly Layer[];
  readonly config: Layer;
}

interface Layer {
  readonly mediaType: string;
  readonly data: Uint8Array;
}

export interface RegistryOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** Who may read, and how they prove it; everyone when absent. */
  readonly login?: Login & { readonly scheme: 'basic' | 'bearer' };
  /** Tags in one answer, whatever the client asks for. */
  readonly maxTags?: number;
  /** Where blobs are sent for instead: the URL of another server, before `sha256:…`. */
  readonly blobUrl?: string;
  /** Told of every request. */
  readonly onRequest?: (request: IncomingMessage) => void;
}

const manifestType = 'application/vnd.oci.image.manifest.v1+json';

/** A chart as `helm push` stores it. */
export function helmImage(repository: string, { version, metadata, archive }: PackedChart): Image {
  return {
    repository,
    tag: version.replaceAll('+', '_'),
    config: {
      mediaType: 'application/vnd.cncf.helm.config.v1+json',
      data: Buffer.from(JSON.stringify(metadata)),
    },
    layers: [{ mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip', data: archive }],
  };
}

interface Stored {
  /** Manifests by `repository` and tag or digest. */
  readonly manifests: ReadonlyMap<string, Uint8Array>;
  /** By `repository` and digest. */
  readonly blobs: ReadonlyMap<string, Uint8Array>;
  readonly tags: ReadonlyMap<string, readonly string[]>;
}

/** Serves images as a registry that nobody can push to. @see OCI distribution-spec v1.1, "pull" and "content discovery" */
export async function serveRegistry(images: readonly Image[], options: RegistryOptions): Promise<LoopbackServer> {
  const stored = store(images);
  const tokens = new Set<string>();
  let host = '';
  const server = await listen(
    (request, response) => {
      options.onRequest?.(request);
      const url = new URL(request.url ?? '/', `http://${host}`);
      const { login } = options;
      if (login?.scheme === 'bearer' && url.pathname === '/token') {
        giveToken(request, response, { login, tokens });
        return;
      }
      if (login !== undefined && !isAllowed(request, login, tokens)) {
        const challenge =
          login.scheme === 'basic'
            ? 'Basic realm="registry"'
            : `Bearer realm="http://${host}/token",service="registry"`;
        refuse(response, 401, 'UNAUTHORIZED', { 'www-authenticate': challenge });
        return;
      }
      answer(url, request, response, { stored, options });
    },
    { port: options.port },
  );
  ({ host } = server);
  return server;
}

function store(images: readonly Image[]): Stored {
  const manifests = new Map<string, Uint8Array>();
  const blobs = new Map<string, Uint8Array>();
  const tags = new Map<string, string[]>();
  for (const { repository, tag, layers, config } of images) {
    const manifest = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: manifestType,
        config: descriptor(config),
        layers: layers.map(descriptor),
      }),
    );
    manifests.set(`${repository} ${tag}`, manifest);
    manifests.set(`${repository} ${digest(manifest)}`, manifest);
    for (const { data } of [config, ...layers]) {
      blobs.set(`${repository} ${digest(data)}`, data);
    }
    tags.set(repository, [...(tags.get(repository) ?? []), tag].sort());
  }
  return { manifests, blobs, tags };
}

function answer(
  url: URL,
  { method }: IncomingMessage,
  response: ServerResponse,
  { stored, options }: { readonly stored: Stored; readonly options: RegistryOptions },
): void {
  if (method !== 'GET' && method !== 'HEAD') {
    refuse(response, 405, 'UNSUPPORTED');
    return;
  }
  if (url.pathname === '/v2/') {
    response.writeHead(200, { 'content-type': 'application/json' }).end(method === 'HEAD' ? undefined : '{}');
    return;
  }
  const [, repository = '', kind, reference = ''] =
    /^\/v2\/(.+)\/(manifests|blobs|tags)\/([^/]+)$/.exec(url.pathname) ?? [];
  const bytes =
    kind === 'manifests'
      ? stored.manifests.get(`${repository} ${reference}`)
      : kind === 'blobs'
        ? stored.blobs.get(`${repository} ${reference}`)
        : undefined;
  if (kind === 'tags' && reference === 'list') {
    listTags(url, response, { repository, tags: stored.tags.get(repository), maxTags: options.maxTags });
  } else if (bytes === undefined) {
    refuse(response, 404, kind === 'manifests' ? 'MANIFEST_UNKNOWN' : 'BLOB_UNKNOWN');
  } else if (kind === 'blobs' && options.blobUrl !== undefined) {
    response.writeHead(307, { location: `${options.blobUrl}${reference}` }).end();
  } else {
    response.writeHead(200, {
      'content-type': kind === 'manifests' ? manifestType : 'application/octet-stream',
      'content-length': bytes.length,
      'docker-content-digest': digest(bytes),
    });
    response.end(method === 'HEAD' ? undefined : bytes);
  }
}

function listTags(
  url: URL,
  response: ServerResponse,
  page: {
    readonly repository: string;
    readonly tags: readonly string[] | undefined;
    readonly maxTags: number | undefined;
  },
): void {
  const { repository, tags, maxTags = 1000 } = page;
  if (tags === undefined) {
    refuse(response, 404, 'NAME_UNKNOWN');
    return;
  }
  const last = url.searchParams.get('last') ?? '';
  const wanted = Math.min(Number(url.searchParams.get('n') ?? maxTags), maxTags);
  const rest = tags.filter((tag) => tag > last);
  const shown = rest.slice(0, wanted);
  const lastShown = shown.at(-1);
  const more =
    rest.length > shown.length && lastShown !== undefined
      ? { link: `</v2/${repository}/tags/list?n=${String(wanted)}&last=${encodeURIComponent(lastShown)}>; rel="next"` }
      : {};
  response.writeHead(200, { 'content-type': 'application/json', ...more });
  response.end(JSON.stringify({ name: repository, tags: shown }));
}

function giveToken(
  request: IncomingMessage,
  response: ServerResponse,
  { login, tokens }: { readonly login: Login; readonly tokens: Set<string> },
): void {
  if (!isLoggedIn(request, login)) {
    refuse(response, 401, 'UNAUTHORIZED');
    return;
  }
  const token = randomUUID();
  tokens.add(token);
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ token }));
}

function isAllowed(
  request: IncomingMessage,
  login: NonNullable<RegistryOptions['login']>,
  tokens: ReadonlySet<string>,
): boolean {
  return login.scheme === 'basic'
    ? isLoggedIn(request, login)
    : tokens.has((request.headers.authorization ?? '').replace(/^Bearer /, ''));
}

function refuse(
  response: ServerResponse,
  status: number,
  code: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify({ errors: [{ code, message: code.toLowerCase().replaceAll('_', ' ') }] }));
}

function descriptor({ mediaType, data }: Layer): { mediaType: string; digest: string; size: number } {
  return { mediaType, digest: digest(data), size: data.length };
}

function digest(data: Uint8Array): string {
  return `sha256:${createHash('sha256').update(data).digest('hex')}`;
}
