import { type HttpProxy, type HttpTls } from '../support/index.ts';
import { SourceError } from './errors.ts';
import { fetchOk } from './request.ts';
import type { FetchOptions, SourceWorld } from './world.ts';

export interface KeptRequest<T> {
  /** `fetch index` */
  readonly what: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Of the note in the cache. */
  readonly key: string;
  readonly maxBytes: number;
  readonly timeoutMs?: number;
  readonly tls?: HttpTls;
  readonly proxy?: HttpProxy;
  /** What was read of this digest before, in this process. */
  readonly known: (digest: string) => T | undefined;
  /** Reads an answer. What it throws a SourceError for is not kept. */
  readonly read: (bytes: Uint8Array) => T;
}

export interface KeptAnswer<T> {
  readonly value: T;
  readonly digest: string;
  /** Milliseconds since 1970. */
  readonly fetchedAt: number;
  /** Why this is the last answer that was good, and not one of now. */
  readonly stale?: SourceError;
}

/**
 * A GET whose last good answer is kept: one that is young is taken as it is, one that the server has no other of is not
 * sent again, and where the server fails or sends what cannot be read the last good one stands, as Flux's artifacts do.
 *
 * @throws SourceError where there is no answer and nothing is kept
 */
export async function fetchKept<T>(
  { known, read, what, key, headers, ...request }: KeptRequest<T>,
  { environment, cache }: Pick<SourceWorld, 'environment' | 'cache'>,
  { signal, maxAgeMs }: FetchOptions,
): Promise<KeptAnswer<T>> {
  const note = await cache.recall(key, { signal });
  let kept: KeptAnswer<T> | undefined;
  if (note !== undefined) {
    const { digest, fetchedAt } = note;
    const value = known(digest) ?? readKept(await cache.get(digest, { signal }), read);
    kept = value === undefined ? undefined : { value, digest, fetchedAt };
  }
  if (kept !== undefined && environment.clock.now() - kept.fetchedAt < maxAgeMs) {
    return kept;
  }
  try {
    const response = await fetchOk(
      what,
      {
        method: 'GET',
        ...request,
        headers: {
          ...headers,
          ...(kept && note?.etag !== undefined && { 'if-none-match': note.etag }),
          ...(kept && note?.lastModified !== undefined && { 'if-modified-since': note.lastModified }),
        },
      },
      environment,
      { signal, expected: kept === undefined ? [] : [304] },
    );
    const fetchedAt = environment.clock.now();
    if (response.status === 304 && kept !== undefined && note !== undefined) {
      await cache.note(key, { ...note, fetchedAt }, { signal });
      return { ...kept, fetchedAt };
    }
    const value = read(response.body);
    const digest = await cache.put(response.body, { signal });
    const { etag, 'last-modified': lastModified } = response.headers;
    await cache.note(
      key,
      { digest, fetchedAt, ...(etag !== undefined && { etag }), ...(lastModified !== undefined && { lastModified }) },
      { signal },
    );
    return { value, digest, fetchedAt };
  } catch (error) {
    if (kept !== undefined && error instanceof SourceError) {
      return { ...kept, stale: error };
    }
    throw error;
  }
}

/** Undefined where it is not there, or from a time when it could be read. */
function readKept<T>(bytes: Uint8Array | undefined, read: (bytes: Uint8Array) => T): T | undefined {
  try {
    return bytes && read(bytes);
  } catch (error) {
    if (error instanceof SourceError) {
      return undefined;
    }
    throw error;
  }
}
