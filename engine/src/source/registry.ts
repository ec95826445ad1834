import { type Abortable, digestOf, type HttpResponse, limits } from '../support/index.ts';
import { authorizationOf, type SourceAuth } from './credentials.ts';
import { SourceError } from './errors.ts';
import { parseChallenge } from './challenge.ts';
import { hostOf, parseHttpUrl, send, type SourceRequest, statusError } from './request.ts';
import type { SourceWorld } from './world.ts';

/** Read access to one repository of a registry. @see OCI distribution-spec v1.1 */
export interface Registry {
  /**
   * All tags, in the registry's order.
   *
   * @throws SourceError
   */
  tags(options: Abortable): Promise<readonly string[]>;
  /** The digest a tag stands for, where the registry says it in headers. @throws SourceError */
  head(tag: string, options: Abortable): Promise<string | undefined>;
  /** A manifest by tag or digest, with its own digest. @throws SourceError */
  manifest(reference: string, options: Abortable): Promise<RegistryManifest>;
  /** Bytes by digest, checked against it. @throws SourceError */
  blob(digest: string, options: Abortable & { readonly maxBytes: number }): Promise<Uint8Array>;
}

export interface RegistryManifest {
  readonly digest: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

export interface RegistryOptions {
  readonly host: string;
  readonly path: string;
  readonly plainHttp: boolean;
  readonly auth: SourceAuth;
}

export const manifestTypes = {
  image: ['application/vnd.oci.image.manifest.v1+json', 'application/vnd.docker.distribution.manifest.v2+json'],
  index: ['application/vnd.oci.image.index.v1+json', 'application/vnd.docker.distribution.manifest.list.v2+json'],
} as const;

const tagsPerPage = 1000;

/** Opens a repository. Nothing is sent before the first question; a token that was got is kept for the next ones. */
export function openRegistry(options: RegistryOptions, { environment }: Pick<SourceWorld, 'environment'>): Registry {
  const { host, path, plainHttp, auth } = options;
  const base = `${plainHttp ? 'http' : 'https'}://${host}/v2/${path}`;
  let authorization: string | undefined;

  const request = async (
    what: string,
    {
      headers = {},
      ...wanted
    }: Omit<SourceRequest, 'headers'> & { readonly headers?: Readonly<Record<string, string>> },
    { signal }: Abortable,
  ): Promise<HttpResponse> => {
    const ask = (): Promise<HttpResponse> =>
      send(
        {
          ...wanted,
          headers: { ...headers, ...(authorization !== undefined && { authorization }) },
          ...(auth.tls && { tls: auth.tls }),
        },
        environment,
        { signal },
      );
    let response = await ask();
    if (response.status === 401) {
      authorization = await answerChallenge(response, options, environment, { signal });
      if (authorization !== undefined) {
        response = await ask();
      }
    }
    if (response.status !== 200) {
      throw statusError(what, response, wanted.url);
    }
    return response;
  };

  return {
    tags: async ({ signal }) => {
      const tags: string[] = [];
      let url: string | undefined = `${base}/tags/list?n=${tagsPerPage}`;
      for (let page = 0; url !== undefined; page++) {
        if (page === limits.maxTagPages) {
          throw new SourceError('too-large', `list tags of ${host}/${path}: more than ${limits.maxTagPages} pages`, {
            host,
          });
        }
        const response: HttpResponse = await request(
          'list tags',
          { method: 'GET', url, maxBytes: limits.maxRegistryAnswerBytes },
          { signal },
        );
        tags.push(...readTags(response, url));
        url = nextPage(response, url);
      }
      return tags;
    },
    head: async (tag, { signal }) => {
      const url = `${base}/manifests/${tag}`;
      try {
        const response = await request(
          'head manifest',
          { method: 'HEAD', url, headers: { accept }, maxBytes: 0 },
          { signal },
        );
        return response.headers['docker-content-digest'];
      } catch (error) {
        // Not every registry takes HEAD; whatever is really wrong, the GET that follows will say.
        if (error instanceof SourceError && error.status !== undefined) {
          return undefined;
        }
        throw error;
      }
    },
    manifest: async (reference, { signal }) => {
      const url = `${base}/manifests/${reference}`;
      const response = await request(
        'fetch manifest',
        { method: 'GET', url, headers: { accept }, maxBytes: limits.maxRegistryAnswerBytes },
        { signal },
      );
      const digest = digestOf(response.body);
      const promised = reference.startsWith('sha256:') ? reference : response.headers['docker-content-digest'];
      if (promised?.startsWith('sha256:') === true && promised !== digest) {
        throw new SourceError('digest', `fetch manifest ${url}: want ${promised}, have ${digest}`, { url, host });
      }
      const mediaType = (response.headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';
      return { digest, mediaType, bytes: response.body };
    },
    blob: async (digest, { signal, maxBytes }) => {
      const url = `${base}/blobs/${digest}`;
      const { body } = await request('fetch blob', { method: 'GET', url, maxBytes }, { signal });
      const actual = digestOf(body);
      if (actual !== digest) {
        throw new SourceError('digest', `fetch blob ${url}: want ${digest}, have ${actual}`, { url, host });
      }
      return body;
    },
  };
}

const accept = [...manifestTypes.image, ...manifestTypes.index].join(', ');

/** What to send after a 401; undefined where there is nothing to send that was not sent. */
async function answerChallenge(
  response: HttpResponse,
  { auth, host, path, plainHttp }: RegistryOptions,
  environment: SourceWorld['environment'],
  { signal }: Abortable,
): Promise<string | undefined> {
  const challenge = parseChallenge(response.headers['www-authenticate'] ?? '');
  switch (challenge?.scheme) {
    case 'basic':
      return authorizationOf(auth);
    case 'bearer':
      break;
    default:
      return undefined;
  }
  const { realm = '', service, scope = `repository:${path}:pull` } = challenge.parameters;
  const url = parseHttpUrl(realm);
  if (url.protocol === 'http:' && !plainHttp) {
    throw new SourceError('invalid-url', `log in to ${host}: its token service ${realm} is without TLS`, {
      url: realm,
      host,
    });
  }
  if (service !== undefined) {
    url.searchParams.set('service', service);
  }
  const parameters = new URLSearchParams(url.search);
  url.searchParams.set('scope', scope);
  const basic = authorizationOf({ ...auth, warnings: [] });
  const common = {
    maxBytes: limits.maxRegistryAnswerBytes,
    ...(auth.tls && hostOf(realm) === host && { tls: auth.tls }),
  };
  const tokenResponse =
    auth.identityToken === undefined
      ? await send(
          { method: 'GET', url: url.href, headers: basic === undefined ? {} : { authorization: basic }, ...common },
          environment,
          { signal },
        )
      : await send(
          {
            method: 'POST',
            url: realm,
            headers: { 'content-type': 'application/x-www-form-urlencoded' },
            body: new URLSearchParams([
              ...parameters,
              ['grant_type', 'refresh_token'],
              ['refresh_token', auth.identityToken],
              ['client_id', 'fairlead'],
              ['scope', scope],
            ]).toString(),
            ...common,
          },
          environment,
          { signal },
        );
  if (tokenResponse.status !== 200) {
    throw statusError('log in at', tokenResponse, realm);
  }
  return `Bearer ${readToken(tokenResponse, realm)}`;
}

function readToken({ body }: HttpResponse, realm: string): string {
  const answer = parseJson(body);
  const token = isRecord(answer) ? (answer['token'] ?? answer['access_token']) : undefined;
  if (typeof token !== 'string' || token === '') {
    throw new SourceError('server', `log in at ${realm}: the answer holds no token`, {
      url: realm,
      host: hostOf(realm),
    });
  }
  return token;
}

function readTags({ body }: HttpResponse, url: string): readonly string[] {
  const answer = parseJson(body);
  const tags = isRecord(answer) ? (answer['tags'] ?? []) : undefined;
  if (!Array.isArray(tags) || !tags.every((tag): tag is string => typeof tag === 'string')) {
    throw new SourceError('invalid-tags', `list tags ${url}: the answer is not a list of tags`, { url });
  }
  return tags;
}

/** Of `Link: </v2/…?last=x>; rel="next"`. Another host is not followed: it would be sent this one's token. */
function nextPage({ headers }: HttpResponse, url: string): string | undefined {
  const target = /<([^>]*)>\s*;[^,]*\brel="?next"?/.exec(headers['link'] ?? '')?.[1];
  if (target === undefined) {
    return undefined;
  }
  const next = parseHttpUrl(new URL(target, url).href);
  if (next.origin !== new URL(url).origin) {
    throw new SourceError('invalid-tags', `list tags ${url}: the next page is on another host, ${next.host}`, { url });
  }
  return next.href;
}

/** Undefined where the bytes are no JSON. */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
