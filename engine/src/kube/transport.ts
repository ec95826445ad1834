import type { Abortable } from '../support/index.ts';

export interface KubeRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Begins with `/`; its parts are encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface KubeResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface TransportOptions extends Abortable {
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

/**
 * One cluster as one user. It says who asks and trusts whom it should; it knows no kinds and does not try again.
 * Where nothing answered it rejects with a KubeError; an answer of any status is an answer.
 */
export interface KubeTransport {
  /** URL of the API server, without a slash at the end. */
  readonly server: string;
  /** Digest of the certificates that the server's is checked against, `sha256:…`: of nothing where the machine's are used. */
  readonly caDigest: string;
  request(request: KubeRequest, options: TransportOptions): Promise<KubeResponse>;
  /** Lines of an answer that goes on: a watch, a log. Ends when the server ends it; a line is bounded by `maxBytes`. */
  stream(request: KubeRequest, options: Abortable & { readonly maxBytes: number }): AsyncIterable<string>;
  /** Ends every connection. */
  close(): void;
}
