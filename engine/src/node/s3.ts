import {
  GetObjectCommand,
  HeadBucketCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { Readable } from 'node:stream';
import {
  type BucketClient,
  type BucketFailure,
  type BucketLocation,
  type BucketObject,
  EngineError,
  type Http,
  isAbort,
  limits,
} from '../support/index.ts';

/**
 * A client for buckets on AWS's own, without its network: it signs, asks page by page and reads XML, and `http` sends.
 * A bundle of its own, since it weighs 0.6 MB; only `bucket.ts` loads it.
 */

class BucketError extends EngineError {
  override readonly name = 'BucketError';
  readonly code: BucketFailure;

  constructor(code: BucketFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export function openS3(location: BucketLocation, http: Http): BucketClient {
  const { endpoint, bucket, region, keys } = location;
  const { host } = new URL(endpoint);
  const handler = requestHandler(location, http);
  const client = new S3Client({
    endpoint,
    region: region ?? 'us-east-1',
    followRegionRedirects: true,
    forcePathStyle: !namesBucketsByHost(host, bucket),
    credentials: { accessKeyId: keys?.accessKey ?? 'none', secretAccessKey: keys?.secretKey ?? 'none' },
    ...(keys === undefined && { signer: { sign: (request) => Promise.resolve(request) } }),
    // A server that does not know the newer checksums would refuse.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: limits.maxSourceAttempts,
    requestHandler: { ...handler },
  });
  return {
    exists: async ({ signal }) => {
      const what = `look for bucket '${bucket}'`;
      let refused: S3ServiceException;
      try {
        await client.send(new HeadBucketCommand({ Bucket: bucket }), { abortSignal: signal });
        return true;
      } catch (error) {
        if (!(error instanceof S3ServiceException)) {
          throw failure(error, what);
        }
        refused = error;
      }
      // An answer to HEAD cannot say why; the answer to this does.
      try {
        await client.send(new ListObjectsCommand({ Bucket: bucket, MaxKeys: 1 }), { abortSignal: signal });
        return true;
      } catch (error) {
        if (error instanceof S3ServiceException && error.name === 'NoSuchBucket') {
          return false;
        }
        throw failure(error instanceof S3ServiceException ? error : refused, what);
      }
    },
    list: async (prefix, { signal, maxObjects }) => {
      const objects: BucketObject[] = [];
      try {
        for await (const page of pages(client, { bucket, prefix, isOld: host === 'storage.googleapis.com', signal })) {
          objects.push(...page);
          if (objects.length > maxObjects) {
            throw new BucketError('too-large', `bucket '${bucket}' has more than ${maxObjects} objects`);
          }
        }
      } catch (error) {
        throw failure(error, `list bucket '${bucket}'`);
      }
      return objects;
    },
    get: async (key, { signal, maxBytes }) => {
      try {
        const { Body, ETag = '' } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }), {
          abortSignal: signal,
        });
        const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
        if (bytes.length > maxBytes) {
          throw new BucketError('too-large', `object '${key}' is larger than ${maxBytes} bytes`);
        }
        return { bytes, etag: unquoted(ETag) };
      } catch (error) {
        if (error instanceof S3ServiceException && error.name === 'NoSuchKey') {
          return undefined;
        }
        throw failure(error, `get object '${key}'`);
      }
    },
  };
}

interface ListRequest {
  readonly bucket: string;
  readonly prefix: string;
  /** Google's service knows the first version of the list only. */
  readonly isOld: boolean;
  readonly signal: AbortSignal;
}

async function* pages(
  client: S3Client,
  { bucket, prefix, isOld, signal }: ListRequest,
): AsyncGenerator<readonly BucketObject[]> {
  const request = { Bucket: bucket, Prefix: prefix };
  let next: string | undefined;
  do {
    const page = isOld
      ? await client.send(new ListObjectsCommand({ ...request, Marker: next }), { abortSignal: signal })
      : await client.send(new ListObjectsV2Command({ ...request, ContinuationToken: next }), { abortSignal: signal });
    const objects = (page.Contents ?? []).map(({ Key = '', ETag = '' }) => ({ key: Key, etag: unquoted(ETag) }));
    yield objects;
    const after =
      'NextContinuationToken' in page
        ? page.NextContinuationToken
        : 'NextMarker' in page
          ? page.NextMarker
          : objects.at(-1)?.key;
    next = page.IsTruncated === true ? after : undefined;
  } while (next !== undefined);
}

/** What the client hands over to be sent. @see @smithy/core protocols, HttpRequest */
interface SentRequest {
  readonly method: string;
  /** `https:` */
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>;
}

interface RequestHandler {
  handle(request: SentRequest, options?: { readonly abortSignal?: unknown }): Promise<{ readonly response: object }>;
  /** The client may change nothing. */
  updateHttpClientConfig(): void;
  httpHandlerConfigs(): object;
}

/** Sends what the client made. It never goes elsewhere than to the endpoint, a bucket of it, or another region of AWS. */
function requestHandler({ endpoint, tls, proxy, timeoutMs }: BucketLocation, http: Http): RequestHandler {
  const { host: known } = new URL(endpoint);
  const isKnown = (host: string): boolean =>
    host === known ||
    host.endsWith(`.${known}`) ||
    (known.endsWith('.amazonaws.com') && host.endsWith('.amazonaws.com'));
  return {
    handle: async (request, options) => {
      const { protocol, hostname, port, path, method, headers, query = {} } = request;
      const host = port === undefined ? hostname : `${hostname}:${port}`;
      if (!isKnown(host)) {
        throw new BucketError('network', `sent on to ${host}, which nobody allowed`);
      }
      if (method !== 'GET' && method !== 'HEAD') {
        throw new BucketError('server', `a bucket is only read, and ${method} is something else`);
      }
      const search = queryText(query);
      const never = new AbortController().signal;
      const answer = await http.request(
        {
          method,
          url: `${protocol}//${host}${path}${search === '' ? '' : `?${search}`}`,
          headers: { ...headers, 'accept-encoding': 'identity' },
          maxBytes: limits.maxSourceBytes,
          timeoutMs,
          ...(tls && { tls }),
          ...(proxy && { proxy }),
        },
        { signal: signalOf(options?.abortSignal) ?? never },
      );
      return {
        response: { statusCode: answer.status, headers: { ...answer.headers }, body: Readable.from([answer.body]) },
      };
    },
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
  };
}

/** The client's own kind of signal is one of ours with less on it. */
function signalOf(signal: unknown): AbortSignal | undefined {
  return signal instanceof AbortSignal ? signal : undefined;
}

/** @see RFC 3986: as the signature has it */
function queryText(query: Readonly<Record<string, string | readonly string[] | null>>): string {
  const escaped = (text: string): string =>
    encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  return Object.keys(query)
    .sort()
    .flatMap((name) => {
      const values = query[name];
      const all = typeof values === 'string' || values === null || values === undefined ? [values] : values;
      return all.map((value) =>
        value === null || value === undefined ? escaped(name) : `${escaped(name)}=${escaped(value)}`,
      );
    })
    .join('&');
}

/**
 * Whether the bucket is part of the host's name, or of the path.
 *
 * @see minio-go v7.2 pkg/s3utils, IsVirtualHostSupported: Amazon's, Google's and Alibaba's endpoints
 */
function namesBucketsByHost(host: string, bucket: string): boolean {
  const isCloud =
    /(?:^|\.)amazonaws\.com(?:\.cn)?$/.test(host) ||
    host === 'storage.googleapis.com' ||
    host.endsWith('.aliyuncs.com');
  return isCloud && !bucket.includes('.');
}

function unquoted(etag: string): string {
  return etag.replace(/^"|"$/g, '');
}

/** What went wrong, with a code. The client's own messages may hold what the server said; they are not secret. */
function failure(error: unknown, what: string): Error {
  if (error instanceof BucketError || (error instanceof Error && isAbort(error))) {
    return error;
  }
  if (error instanceof S3ServiceException) {
    const { httpStatusCode: status = 0 } = error.$metadata;
    const why =
      error.message === '' || error.message === 'UnknownError' ? error.name : `${error.name}: ${error.message}`;
    return new BucketError(codeOf(error.name, status), `${what}: ${String(status)} ${why}`, { cause: error });
  }
  if (error instanceof EngineError) {
    return new BucketError(connectionCode(error.code), `${what}: ${error.message}`, { cause: error });
  }
  return new BucketError('server', `${what}: the answer makes no sense`, { cause: error });
}

function codeOf(name: string, status: number): BucketFailure {
  if (name === 'InvalidAccessKeyId' || name === 'SignatureDoesNotMatch' || status === 401) {
    return 'unauthorized';
  }
  switch (status) {
    case 403:
      return 'forbidden';
    case 404:
      return 'not-found';
    case 429:
      return 'rate-limited';
    default:
      return name === 'SlowDown' ? 'rate-limited' : 'server';
  }
}

/** The codes of an implementation of Http that mean the same here. */
function connectionCode(code: string): BucketFailure {
  return code === 'tls' || code === 'timeout' || code === 'too-large' ? code : 'network';
}
