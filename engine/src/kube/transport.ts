/**
 * Requests to one API server, as whoever the kubeconfig says. Implemented on `@kubernetes/client-node`; it runs a
 * credential plugin at the first request, not before.
 */
export interface KubeTransport {
  /** Address of the API server, without credentials. */
  readonly server: string;
  /** sha256 digest of the certificate authority that the kubeconfig trusts; empty where it names none. */
  readonly caDigest: string;
  /** @throws KubeError code `unreachable` or `timeout` where there is no answer */
  request(request: KubeRequest, options: { readonly signal: AbortSignal }): Promise<KubeAnswer>;
  close(): Promise<void>;
}

export interface KubeRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** From the root, with its query: `/api/v1/namespaces?limit=1`. */
  readonly path: string;
  readonly contentType?: string;
  readonly accept?: string;
  readonly body?: string;
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

export interface KubeAnswer {
  readonly status: number;
  readonly body: string;
  /** Of `Retry-After`, when the server gave it. */
  readonly retryAfterMs?: number;
}
