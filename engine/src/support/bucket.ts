import type { Abortable, HttpProxy, HttpTls } from './environment.ts';

/** A bucket of a service that speaks S3. */
export interface BucketLocation {
  /** `http://` or `https://`, and host and port. */
  readonly endpoint: string;
  readonly bucket: string;
  readonly region?: string;
  /** Without keys, requests are not signed. */
  readonly keys?: { readonly accessKey: string; readonly secretKey: string };
  readonly tls?: HttpTls;
  readonly proxy?: HttpProxy;
  /** For one request. */
  readonly timeoutMs: number;
}

export interface BucketObject {
  readonly key: string;
  /** Without quotes. */
  readonly etag: string;
}

/** Errors are `EngineError`s whose `code` is a `BucketFailure`. */
export interface Buckets {
  /** Loads the client; nothing is sent yet. */
  open(location: BucketLocation): Promise<BucketClient>;
}

export interface BucketClient {
  exists(options: Abortable): Promise<boolean>;
  /** All objects whose keys begin with `prefix`. */
  list(prefix: string, options: Abortable & { readonly maxObjects: number }): Promise<readonly BucketObject[]>;
  /** Undefined where there is no such object. */
  get(
    key: string,
    options: Abortable & { readonly maxBytes: number },
  ): Promise<{ readonly bytes: Uint8Array; readonly etag: string } | undefined>;
}

export type BucketFailure =
  'unauthorized' | 'forbidden' | 'not-found' | 'rate-limited' | 'server' | 'network' | 'tls' | 'timeout' | 'too-large';
