import { type HttpTls, limits, sha256Hex, withoutIdentity } from '../support/index.ts';
import { type ChartContent, contentOfArchive } from './chartContent.ts';
import { authorizationOf, type SourceAuth } from './credentials.ts';
import { SourceError } from './errors.ts';
import { openIndex } from './helmIndex.ts';
import type { IndexEntry } from './indexEntry.ts';
import { fetchKept, type KeptAnswer } from './keptAnswer.ts';
import type { OpenedIndex } from './openIndexes.ts';
import { parseHttpUrl } from './request.ts';
import type { FetchOptions, SourceWorld } from './world.ts';

/** A chart repository over HTTP. */
export interface HttpRepository {
  readonly url: string;
  readonly auth: SourceAuth;
  /** Whether credentials also go to another host that an index names. */
  readonly passCredentials: boolean;
  /** For one request; Flux's own where the source names none. */
  readonly timeoutMs?: number;
}

/**
 * A repository's index. An unchanged one is not sent again, and who asks while it is on its way waits for the same.
 * Where the repository does not answer, or not with an index, the last good one stands, and says why.
 *
 * @throws SourceError
 */
export async function fetchIndex(
  repository: HttpRepository,
  { environment, cache }: Pick<SourceWorld, 'environment' | 'cache'>,
  { signal, maxAgeMs }: FetchOptions,
): Promise<OpenedIndex> {
  const { openIndexes } = cache;
  const now = (): number => environment.clock.now();
  const url = indexUrl(repository.url);
  const ask = (): Promise<OpenedIndex> =>
    openIndexes.requests.join(
      JSON.stringify([url, repository.auth]),
      async (shared) => {
        const kept = await fetchKept(
          {
            what: 'fetch index',
            ...requestTo(url, repository),
            // The URL may hold a password or a token, and names of files in the cache may be read by others.
            key: `index ${sha256Hex(url)}`,
            maxBytes: limits.maxIndexBytes,
            known: (digest) => openIndexes.get(digest),
            read: (bytes) => reading('read index', repository.url, () => openIndex(bytes)),
          },
          { environment, cache },
          { signal: shared, maxAgeMs },
        );
        const { value: index, digest, fetchedAt, stale } = kept;
        openIndexes.keep(digest, index);
        return { index, fetchedAt, ...(stale && { stale }) };
      },
      { signal },
    );
  const askedAt = now();
  const opened = await ask();
  // One that somebody else was content with may be too old for us.
  const isTooOld = opened.stale === undefined && opened.fetchedAt < askedAt && now() - opened.fetchedAt >= maxAgeMs;
  return isTooOld ? await ask() : opened;
}

/** One chart of a repository's index. */
export interface FetchedChart {
  /** Newest first. */
  readonly entries: readonly IndexEntry[];
  /** Milliseconds since 1970. */
  readonly fetchedAt: number;
  /** What Flux drops of it, and why it is an old one. */
  readonly warnings: readonly string[];
  readonly stale?: Error;
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
): Promise<FetchedChart> {
  const { index, fetchedAt, stale } = await fetchIndex(repository, world, options);
  const { url } = repository;
  const indexed = reading('read index', url, () => index.chart(chart));
  if (indexed === undefined) {
    throw new SourceError('not-found', `no chart name found: ${chart} is not in ${url}`, { url });
  }
  const old = stale && `${stale.message}; the index of ${new Date(fetchedAt).toISOString()} stands`;
  return {
    entries: indexed.entries,
    fetchedAt,
    warnings: [...(old === undefined ? [] : [old]), ...indexed.dropped],
    ...(stale && { stale }),
  };
}

/**
 * The chart of a version. Where the repository does not send it, the one that it sent last for this URL stands.
 *
 * @throws SourceError
 * @see fluxcd/source-controller v1.9 internal/helm/repository/chart_repository.go, DownloadChart
 */
export async function fetchArchive(
  repository: HttpRepository,
  { name, version, urls }: IndexEntry,
  world: Pick<SourceWorld, 'environment' | 'cache'>,
  options: FetchOptions,
): Promise<KeptAnswer<ChartContent>> {
  const [first] = urls;
  if (first === undefined) {
    throw new SourceError('invalid-index', `chart '${name}' has no downloadable URLs`, { url: repository.url });
  }
  const url = resolveUrl(repository.url, first);
  const { headers, ...request } = requestTo(url, repository);
  return await fetchKept(
    {
      what: `fetch chart ${name} ${version}`,
      ...request,
      // Some servers call the compression of an archive one of the transport: then it would be taken off.
      headers: { ...headers, 'accept-encoding': 'identity' },
      key: `archive ${sha256Hex(url)}`,
      maxBytes: limits.maxChartBytes,
      known: () => undefined,
      read: (bytes) => reading(`read chart ${name} ${version}`, url, () => contentOfArchive(bytes)),
    },
    world,
    options,
  );
}

/** Says what of which repository cannot be read. */
function reading<T>(what: string, url: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof SourceError) {
      throw new SourceError(error.code, `${what} ${url}: ${error.message}`, { url, cause: error.cause });
    }
    throw error;
  }
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

interface RequestTo {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  readonly tls?: HttpTls;
}

/** Credentials go to the repository's own scheme, host and port, and elsewhere only where the source says so. */
function requestTo(url: string, { url: own, auth, passCredentials, timeoutMs }: HttpRepository): RequestTo {
  const target = parseHttpUrl(url);
  const repository = parseHttpUrl(own);
  const isOwn = target.protocol === repository.protocol && target.host === repository.host;
  const isTrusted = isOwn || passCredentials;
  const authorization = isTrusted ? (authorizationOf(auth) ?? userInfoOf(isOwn ? repository : target)) : undefined;
  const tls = auth.tls && (isTrusted ? auth.tls : withoutIdentity(auth.tls));
  return {
    url: withoutUserInfo(url),
    headers: authorization === undefined ? {} : { authorization },
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(tls && { tls }),
    ...(auth.proxy && { proxy: auth.proxy }),
  };
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
