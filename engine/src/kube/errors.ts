import { EngineError } from '../support/index.ts';

export type KubeErrorCode =
  | 'not-found'
  | 'already-exists'
  | 'conflict'
  | 'unauthorized'
  | 'forbidden'
  | 'invalid'
  | 'gone'
  | 'too-large'
  | 'too-many-requests'
  | 'timeout'
  | 'unreachable'
  /** The server does not know the kind. */
  | 'unknown-kind'
  | 'server';

/** A request that the API server refused, or that never reached it. The message is the server's where it gave one. */
export class KubeError extends EngineError {
  override readonly name = 'KubeError';
  readonly code: KubeErrorCode;
  /** HTTP status, where there was an answer. */
  readonly status: number | undefined;

  constructor(code: KubeErrorCode, message: string, options: ErrorOptions & { readonly status?: number } = {}) {
    super(message, options);
    this.code = code;
    this.status = options.status;
  }
}

/** Whether an error says that the object is not there. */
export function isNotFound(error: unknown): boolean {
  return error instanceof KubeError && error.code === 'not-found';
}

/** The error that an answer of the API server stands for. @see k8s.io/apimachinery v0.36 pkg/api/errors */
export function errorOfAnswer(status: number, body: string, what: string): KubeError {
  const { message, reason } = readStatus(body);
  return new KubeError(codeOf(status, reason), message ?? `${what}: the server answered ${status}`, { status });
}

function codeOf(status: number, reason: string | undefined): KubeErrorCode {
  switch (status) {
    case 401:
      return 'unauthorized';
    case 403:
      return 'forbidden';
    case 404:
      return 'not-found';
    case 409:
      return reason === 'AlreadyExists' ? 'already-exists' : 'conflict';
    case 410:
      return 'gone';
    case 413:
      return 'too-large';
    case 400:
    case 422:
      return 'invalid';
    case 429:
      return 'too-many-requests';
    case 504:
      return 'timeout';
    default:
      return 'server';
  }
}

/** Message and reason of a `Status` object. */
function readStatus(body: string): { readonly message?: string; readonly reason?: string } {
  try {
    const { message, reason } = JSON.parse(body) as Record<string, unknown>; // a Status, checked here
    return {
      ...(typeof message === 'string' && message !== '' ? { message } : {}),
      ...(typeof reason === 'string' ? { reason } : {}),
    };
  } catch {
    return {};
  }
}
