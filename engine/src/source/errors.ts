import { EngineError, redact } from '../support/index.ts';

export type SourceErrorCode =
  /** The repository, tag, chart or file is not there. */
  | 'not-found'
  /** Credentials are missing or wrong. */
  | 'unauthorized'
  | 'forbidden'
  | 'rate-limited'
  /** The other side failed: 5xx, or an answer that makes no sense. */
  | 'server'
  /** No connection: name not resolved, refused, reset. */
  | 'network'
  | 'tls'
  /** The server of an ssh URL is not one of `known_hosts`. */
  | 'host-key'
  | 'timeout'
  | 'too-large'
  /** What came is not what was asked for. */
  | 'digest'
  /** Nobody who may sign it did. */
  | 'unverified'
  | 'invalid-url'
  | 'invalid-index'
  | 'invalid-tags'
  | 'invalid-manifest'
  | 'invalid-chart'
  | 'invalid-version'
  /** No version satisfies the constraint. */
  | 'no-version'
  | 'values-files'
  | 'dependency'
  /** What is named leads out of the source. */
  | 'outside'
  /** The user has not allowed requests to `host`. */
  | 'offline'
  | 'invalid-credentials'
  | 'unsupported';

/** What is known of the request that failed. */
export interface SourceErrorData {
  /** Without user info and query; the error sees to that. */
  readonly url?: string | undefined;
  /** `example.com`, `localhost:5000` */
  readonly host?: string | undefined;
  readonly status?: number | undefined;
  /** When the other side said how long to wait. */
  readonly retryAfterMs?: number | undefined;
}

/** A source that did not answer, or not with what was asked for. No secret is in `message`, `url` or `cause`. */
export class SourceError extends EngineError {
  override readonly name = 'SourceError';
  readonly code: SourceErrorCode;
  readonly url: string | undefined;
  readonly host: string | undefined;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(code: SourceErrorCode, message: string, data: SourceErrorData & ErrorOptions = {}) {
    super(redact(message), data.cause === undefined ? undefined : { cause: data.cause });
    this.code = code;
    this.url = data.url === undefined ? undefined : redact(data.url);
    this.host = data.host;
    this.status = data.status;
    this.retryAfterMs = data.retryAfterMs;
  }

  /** The same error, naming the source object that it is about, if it does not do so already. */
  of(source: string): SourceError {
    return this.message.startsWith(`${source}: `)
      ? this
      : new SourceError(this.code, `${source}: ${this.message}`, this);
  }
}
