import { type Abortable, digestOf, isRecord, limits, parseJson, recordsAt } from '../support/index.ts';
import { SourceError } from './errors.ts';
import { connectTo, type RegistryAnswer, type RegistryOptions, type RegistryRequest } from './registryConnection.ts';
import { parseHttpUrl } from './request.ts';
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
  /**
   * What refers to a manifest, such as its signatures.
   *
   * @throws SourceError
   * @see OCI distribution-spec v1.1, "Listing Referrers" and "Unavailable Referrers API"
   */
  referrers(digest: string, options: Abortable): Promise<readonly Referrer[]>;
  /** Bytes by digest, checked against it. @throws SourceError */
  blob(digest: string, options: Abortable & { readonly maxBytes: number }): Promise<Uint8Array>;
}

export interface RegistryManifest {
  readonly digest: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

export interface Referrer {
  /** Of its manifest. */
  readonly digest: string;
  readonly artifactType?: string;
}

export const manifestTypes = {
  image: ['application/vnd.oci.image.manifest.v1+json', 'application/vnd.docker.distribution.manifest.v2+json'],
  index: ['application/vnd.oci.image.index.v1+json', 'application/vnd.docker.distribution.manifest.list.v2+json'],
} as const;

/** Whether a registry takes this for the name of content. Flux knows SHA-512 too, which no registry of note makes. */
export function isDigest(value: unknown): value is `sha256:${string}` {
  return typeof value === 'string' && /^sha256:[0-9a-f]{64}$/.test(value);
}

const tagsPerPage = 1000;

/** Opens a repository. Nothing is sent before the first question. */
export function openRegistry(options: RegistryOptions, world: Pick<SourceWorld, 'environment'>): Registry {
  const { host, path } = options;
  const send = connectTo(options, world);

  const pages = async function* (request: RegistryRequest, { signal }: Abortable): AsyncGenerator<RegistryAnswer> {
    let below: string | undefined = request.path;
    for (let page = 0; below !== undefined; page++) {
      if (page === limits.maxTagPages) {
        throw new SourceError(
          'too-large',
          `${request.what} of ${host}/${path}: more than ${limits.maxTagPages} pages`,
          {
            host,
          },
        );
      }
      const answer: RegistryAnswer = await send({ ...request, path: below }, { signal });
      yield answer;
      below = nextPage(answer, request.what, path);
    }
  };

  const manifest: Registry['manifest'] = async (reference, { signal }) => {
    const { shown, body, headers } = await send(
      {
        what: 'fetch manifest',
        method: 'GET',
        path: `/manifests/${reference}`,
        headers: { accept },
        maxBytes: limits.maxRegistryAnswerBytes,
      },
      { signal },
    );
    const digest = digestOf(body);
    const promised = reference.startsWith('sha256:') ? reference : headers['docker-content-digest'];
    if (promised?.startsWith('sha256:') === true && promised !== digest) {
      throw new SourceError('digest', `fetch manifest ${shown}: want ${promised}, have ${digest}`, {
        url: shown,
        host,
      });
    }
    const mediaType = (headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';
    return { digest, mediaType, bytes: body };
  };

  return {
    tags: async ({ signal }) => {
      const tags: string[] = [];
      const request: RegistryRequest = {
        what: 'list tags',
        method: 'GET',
        path: `/tags/list?n=${tagsPerPage}`,
        maxBytes: limits.maxRegistryAnswerBytes,
      };
      for await (const answer of pages(request, { signal })) {
        tags.push(...readTags(answer));
      }
      return tags;
    },
    head: async (tag, { signal }) => {
      try {
        const { headers } = await send(
          { what: 'head manifest', method: 'HEAD', path: `/manifests/${tag}`, headers: { accept }, maxBytes: 0 },
          { signal },
        );
        return headers['docker-content-digest'];
      } catch (error) {
        // Not every registry takes HEAD; whatever is really wrong, the GET that follows will say.
        if (error instanceof SourceError && error.status !== undefined) {
          return undefined;
        }
        throw error;
      }
    },
    manifest,
    referrers: async (digest, { signal }) => {
      const request: RegistryRequest = {
        what: 'list referrers',
        method: 'GET',
        path: `/referrers/${digest}`,
        headers: { accept: manifestTypes.index[0] },
        maxBytes: limits.maxRegistryAnswerBytes,
      };
      const found: Referrer[] = [];
      try {
        for await (const { body } of pages(request, { signal })) {
          found.push(...readReferrers(body));
        }
        return found;
      } catch (error) {
        if (!(error instanceof SourceError && unknownApi.has(error.status))) {
          throw error;
        }
      }
      // A registry without the API leaves it to its clients to keep the list under a tag.
      try {
        return readReferrers((await manifest(digest.replace(':', '-'), { signal })).bytes);
      } catch (error) {
        if (error instanceof SourceError && error.code === 'not-found') {
          return [];
        }
        throw error;
      }
    },
    blob: async (digest, { signal, maxBytes }) => {
      const { shown, body } = await send(
        { what: 'fetch blob', method: 'GET', path: `/blobs/${digest}`, maxBytes },
        { signal },
      );
      const actual = digestOf(body);
      if (actual !== digest) {
        throw new SourceError('digest', `fetch blob ${shown}: want ${digest}, have ${actual}`, { url: shown, host });
      }
      return body;
    },
  };
}

const accept = [...manifestTypes.image, ...manifestTypes.index].join(', ');

/** How registries say that they do not know a path. @see google/go-containerregistry v0.21 pkg/v1/remote/referrers.go */
const unknownApi: ReadonlySet<number | undefined> = new Set([400, 404, 405, 406]);

function readTags({ body, shown }: RegistryAnswer): readonly string[] {
  const answer = parseJson(body);
  const tags = isRecord(answer) ? (answer['tags'] ?? []) : undefined;
  if (!Array.isArray(tags) || !tags.every((tag): tag is string => typeof tag === 'string')) {
    throw new SourceError('invalid-tags', `list tags ${shown}: the answer is not a list of tags`, { url: shown });
  }
  return tags;
}

/** None where the answer is no index: some registries answer every path. */
function readReferrers(bytes: Uint8Array): readonly Referrer[] {
  return recordsAt(parseJson(bytes), 'manifests').flatMap(({ digest, artifactType }) =>
    isDigest(digest) ? [{ digest, ...(typeof artifactType === 'string' && { artifactType }) }] : [],
  );
}

/**
 * Of `Link: </v2/…?last=x>; rel="next"`, what is below the repository. Another host, or another repository, is not
 * followed: it would be sent this one's token.
 */
function nextPage({ headers, asked, shown }: RegistryAnswer, what: string, path: string): string | undefined {
  const target = /<([^>]*)>\s*;[^,]*\brel="?next"?/.exec(headers['link'] ?? '')?.[1];
  if (target === undefined) {
    return undefined;
  }
  const next = URL.canParse(target, asked) ? parseHttpUrl(new URL(target, asked).href) : undefined;
  if (next?.href === asked) {
    throw new SourceError('invalid-tags', `${what} ${shown}: the next page is the same one`, { url: shown });
  }
  const root = `/v2/${path}/`;
  if (next?.origin !== new URL(asked).origin || !next.pathname.startsWith(root)) {
    const where = next === undefined ? 'is no URL' : `is elsewhere, at ${next.host}${next.pathname}`;
    throw new SourceError('invalid-tags', `${what} ${shown}: the next page ${where}`, { url: shown });
  }
  return `/${next.pathname.slice(root.length)}${next.search}`;
}
