import { limits, sha256Hex } from '../support/index.ts';
import { authorizationOf, type SourceAuth } from './credentials.ts';
import { SourceError } from './errors.ts';
import { type IndexedChart, type IndexEntry, readIndexedChart } from './helmIndex.ts';
import { fetchOk, parseHttpUrl } from './request.ts';
import type { FetchOptions, SourceWorld } from './world.ts';

/** A chart repository over HTTP. */
export interface HttpRepository {
  readonly url: string;
  readonly auth: SourceAuth;
  /** Whether credentials also go to another host that an index names. */
  readonly passCredentials: boolean;
}

export interface FetchedIndex {
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly fetchedAt: number;
}

/**
 * The text of a repository's index. An unchanged one is not sent again.
 *
 * @throws SourceError
 */
export async function fetchIndex(
  repository: HttpRepository,
  { environment, cache }: Pick<SourceWorld, 'environment' | 'cache'>,
  { signal, maxAgeMs }: FetchOptions,
): Promise<FetchedIndex> {
  const url = indexUrl(repository.url);
  // The URL may hold a password or a token, and names of files in the cache may be read by others.
  const key = `index ${sha256Hex(url)}`;
  const note = await cache.recall(key, { signal });
  const kept = note && (await cache.get(note.digest, { signal }));
  if (note !== undefined && kept !== undefined && environment.clock.now() - note.fetchedAt < maxAgeMs) {
    return { text: decodeText(kept), fetchedAt: note.fetchedAt };
  }
  const response = await fetchOk(
    'fetch index',
    {
      method: 'GET',
      url: withoutUserInfo(url),
      headers: {
        ...authorizationFor(url, repository),
        ...(kept && note.etag !== undefined && { 'if-none-match': note.etag }),
        ...(kept && note.lastModified !== undefined && { 'if-modified-since': note.lastModified }),
      },
      maxBytes: limits.maxIndexBytes,
      ...(repository.auth.tls && { tls: repository.auth.tls }),
    },
    environment,
    { signal, expected: kept === undefined ? [] : [304] },
  );
  const fetchedAt = environment.clock.now();
  if (response.status === 304 && kept !== undefined && note !== undefined) {
    await cache.note(key, { ...note, fetchedAt }, { signal });
    return { text: decodeText(kept), fetchedAt };
  }
  const { etag, 'last-modified': lastModified } = response.headers;
  const digest = await cache.put(response.body, { signal });
  await cache.note(
    key,
    { digest, fetchedAt, ...(etag !== undefined && { etag }), ...(lastModified !== undefined && { lastModified }) },
    { signal },
  );
  return { text: decodeText(response.body), fetchedAt };
}

/**
 * One chart of the repository's index.
 *
 * @throws SourceError code `not-found` where it is not there, and all of `fetchIndex`
 */
export async function fetchIndexedChart(
  repository: HttpRepository,
  chart: string,
  world: Pick<SourceWorld, 'environment' | 'cache'>,
  options: FetchOptions,
): Promise<IndexedChart & { readonly fetchedAt: number }> {
  const { text, fetchedAt } = await fetchIndex(repository, world, options);
  let indexed: IndexedChart | undefined;
  try {
    indexed = readIndexedChart(text, chart);
  } catch (error) {
    if (error instanceof SourceError) {
      throw new SourceError(error.code, `read index ${repository.url}: ${error.message}`, { url: repository.url });
    }
    throw error;
  }
  if (indexed === undefined) {
    throw new SourceError('not-found', `no chart name found: ${chart} is not in ${repository.url}`, {
      url: repository.url,
    });
  }
  return { ...indexed, fetchedAt };
}

/**
 * The archive of a version.
 *
 * @throws SourceError
 * @see fluxcd/source-controller v1.9 internal/helm/repository/chart_repository.go, DownloadChart
 */
export async function fetchArchive(
  repository: HttpRepository,
  { name, version, urls }: IndexEntry,
  { environment, cache }: Pick<SourceWorld, 'environment' | 'cache'>,
  { signal, maxAgeMs }: FetchOptions,
): Promise<Uint8Array> {
  const [first] = urls;
  if (first === undefined) {
    throw new SourceError('invalid-index', `chart '${name}' has no downloadable URLs`, { url: repository.url });
  }
  const url = resolveUrl(repository.url, first);
  const key = `archive ${sha256Hex(url)}`;
  const note = await cache.recall(key, { signal });
  const kept = note && (await cache.get(note.digest, { signal }));
  if (note !== undefined && kept !== undefined && environment.clock.now() - note.fetchedAt < maxAgeMs) {
    return kept;
  }
  const response = await fetchOk(
    `fetch chart ${name} ${version}`,
    {
      method: 'GET',
      url: withoutUserInfo(url),
      headers: {
        ...authorizationFor(url, repository),
        ...(kept && note.etag !== undefined && { 'if-none-match': note.etag }),
      },
      maxBytes: limits.maxChartBytes,
      ...(repository.auth.tls && { tls: repository.auth.tls }),
    },
    environment,
    { signal, expected: kept === undefined ? [] : [304] },
  );
  const fetchedAt = environment.clock.now();
  if (response.status === 304 && kept !== undefined && note !== undefined) {
    await cache.note(key, { ...note, fetchedAt }, { signal });
    return kept;
  }
  const { etag } = response.headers;
  const digest = await cache.put(response.body, { signal });
  await cache.note(key, { digest, fetchedAt, ...(etag !== undefined && { etag }) }, { signal });
  return response.body;
}

/** `index.yaml` under the repository's path; a query stays. @throws SourceError code `invalid-url` */
function indexUrl(repositoryUrl: string): string {
  const url = parseHttpUrl(repositoryUrl);
  url.pathname = `${url.pathname}/index.yaml`.replace(/\/{2,}/g, '/');
  return url.href;
}

/**
 * Where an archive is: a relative reference is below the repository's path and takes over its query.
 *
 * @throws SourceError code `invalid-url`
 * @see helm v4.3.1 pkg/repo/v1, ResolveReferenceURL
 */
export function resolveUrl(repositoryUrl: string, reference: string): string {
  if (/^[A-Za-z][A-Za-z0-9+.-]*:/.test(reference)) {
    return parseHttpUrl(reference).href;
  }
  const base = parseHttpUrl(repositoryUrl);
  const { search } = base;
  base.pathname = `${base.pathname.replace(/\/$/, '')}/`;
  base.search = '';
  let url: URL;
  try {
    url = new URL(reference, base);
  } catch {
    throw new SourceError('invalid-url', `chart URL ${JSON.stringify(reference)} is not a URL`, { url: repositoryUrl });
  }
  url.search = search;
  return parseHttpUrl(url.href).href;
}

/** Credentials go to the repository's own scheme, host and port, and elsewhere only where the source says so. */
function authorizationFor(
  url: string,
  { url: own, auth, passCredentials }: HttpRepository,
): { authorization?: string } {
  const target = parseHttpUrl(url);
  const repository = parseHttpUrl(own);
  const isOwn = target.protocol === repository.protocol && target.host === repository.host;
  const authorization =
    isOwn || passCredentials ? (authorizationOf(auth) ?? userInfoOf(isOwn ? repository : target)) : undefined;
  return authorization === undefined ? {} : { authorization };
}

function userInfoOf({ username, password }: URL): string | undefined {
  return username === ''
    ? undefined
    : authorizationOf({
        basic: { username: decodeURIComponent(username), password: decodeURIComponent(password) },
        warnings: [],
      });
}

function withoutUserInfo(text: string): string {
  const url = parseHttpUrl(text);
  url.username = '';
  url.password = '';
  return url.href;
}

function decodeText(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
