import { EngineError, intAt, recordsAt, textAt } from '../support/index.ts';
import type { KubeResponse } from './transport.ts';

export type KubeErrorCode =
  /** The object is not there. */
  | 'not-found'
  /** The cluster has no such kind or path. */
  | 'no-kind'
  | 'already-exists'
  /** The object changed since it was read. */
  | 'conflict'
  /** Another field manager owns what would be applied; `conflicts` says which. */
  | 'apply-conflict'
  | 'forbidden'
  | 'unauthorized'
  /** Who we are could not be found out: a credential plugin failed, a file is missing. */
  | 'credentials'
  /** The API server or an admission webhook refuses the object. */
  | 'invalid'
  /** A list or watch that is too old to go on. */
  | 'gone'
  /** The server asks us to come back later, and did so to the end. */
  | 'busy'
  | 'unreachable'
  /** The server's certificate is not one that is trusted. */
  | 'tls'
  | 'timeout'
  | 'too-large'
  /** The server failed, or answered what makes no sense. */
  | 'server'
  /** The kubeconfig cannot be used as it is. */
  | 'config';

/** One field that somebody else applied. */
export interface FieldConflict {
  /** As the API server writes it: `.spec.replicas`. */
  readonly field: string;
  readonly manager: string;
}

export interface KubeErrorDetails extends ErrorOptions {
  readonly status?: number;
  /** The API server's own word: `NotFound`, `FieldValueInvalid`. */
  readonly reason?: string;
  /** What the answer is about, where it says so: plural and name. */
  readonly about?: { readonly kind: string; readonly name: string };
  readonly conflicts?: readonly FieldConflict[];
  readonly retryAfterMs?: number;
}

/** A request to a cluster that failed. `message` is the API server's, as kubectl and helm print it, where it answered. */
export class KubeError extends EngineError {
  override readonly name = 'KubeError';
  readonly code: KubeErrorCode;
  readonly status: number | undefined;
  readonly reason: string | undefined;
  readonly about: KubeErrorDetails['about'];
  readonly conflicts: readonly FieldConflict[];
  readonly retryAfterMs: number | undefined;

  constructor(code: KubeErrorCode, message: string, details: KubeErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.status = details.status;
    this.reason = details.reason;
    this.about = details.about;
    this.conflicts = details.conflicts ?? [];
    this.retryAfterMs = details.retryAfterMs;
  }
}

/** `reason` of a connection that was there and broke: a question can be asked again. */
export const connectionReset = 'ConnectionReset';

/** Whether this is a KubeError with one of these codes; with any, where none is named. */
export function isKubeError(error: unknown, ...codes: readonly KubeErrorCode[]): error is KubeError {
  return error instanceof KubeError && (codes.length === 0 || codes.includes(error.code));
}

/** The parts of metav1.Status that are read. @see k8s.io/apimachinery v0.36 pkg/apis/meta/v1/types.go, Status */
interface Status {
  readonly message: string;
  readonly reason: string;
  readonly kind: string;
  readonly name: string;
  readonly retryAfterSeconds: number | undefined;
  readonly causes: readonly { readonly reason: string; readonly message: string; readonly field: string }[];
}

/**
 * The error of an answer that is none of the good ones.
 *
 * @param attempt what was asked, for answers that do not say it themselves: `get v1 Secret default/a`
 */
export function errorOfResponse(attempt: string, response: KubeResponse): KubeError {
  const status = parseStatus(response.body);
  const code = codeOf(response.status, status);
  const retryAfterMs = retryAfter(response, status);
  return new KubeError(code, messageOf(attempt, response, status), {
    status: response.status,
    ...(status === undefined ? {} : { reason: status.reason, about: { kind: status.kind, name: status.name } }),
    ...(status === undefined || code !== 'apply-conflict' ? {} : { conflicts: conflictsOf(status) }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

function codeOf(httpStatus: number, status: Status | undefined): KubeErrorCode {
  switch (httpStatus) {
    case 400:
    case 422:
      return 'invalid';
    case 401:
      return 'unauthorized';
    case 403:
      return 'forbidden';
    case 404:
      // A path that the server does not serve is answered without naming an object.
      return status === undefined || status.kind === '' ? 'no-kind' : 'not-found';
    case 409:
      if (status?.reason === 'AlreadyExists') {
        return 'already-exists';
      }
      return status !== undefined && conflictsOf(status).length > 0 ? 'apply-conflict' : 'conflict';
    case 410:
      return 'gone';
    case 413:
      return 'too-large';
    case 429:
      return 'busy';
    case 504:
      return 'timeout';
    default:
      return status?.message.startsWith(unmergeable) === true ? 'invalid' : 'server';
  }
}

/** How apply refuses unknown fields and wrong types: status 500 and nothing but a message. */
const unmergeable = 'failed to create typed patch object ';

function messageOf(attempt: string, response: KubeResponse, status: Status | undefined): string {
  if (status === undefined || status.message === '') {
    return `${attempt}: the server answered with ${response.status}`;
  }
  if (response.status === 401 && status.message === 'Unauthorized') {
    // As kubectl says it.
    return 'You must be logged in to the server (Unauthorized)';
  }
  return status.kind.toLowerCase().startsWith('secret') || attempt.includes(' Secret ')
    ? withoutValues(status.message)
    : status.message;
}

/** The message about a Secret without the value that was refused. What explains it comes after the last colon. */
function withoutValues(message: string): string {
  return message.replace(/(Invalid value: |Unsupported value: |Duplicate value: ).*: /s, '$1•••: ');
}

function conflictsOf(status: Status): readonly FieldConflict[] {
  return status.causes
    .filter((cause) => cause.reason === 'FieldManagerConflict')
    .map((cause) => ({ field: cause.field, manager: /"([^"]*)"/.exec(cause.message)?.[1] ?? '' }));
}

function retryAfter({ headers }: KubeResponse, status: Status | undefined): number | undefined {
  const header = headers['retry-after'];
  const seconds = header !== undefined && /^\d+$/.test(header) ? Number(header) : status?.retryAfterSeconds;
  return seconds === undefined ? undefined : seconds * 1000;
}

function parseStatus(body: string): Status | undefined {
  const json = parseJson(body);
  if (textAt(json, 'kind') !== 'Status') {
    return undefined;
  }
  return {
    message: textAt(json, 'message') ?? '',
    reason: textAt(json, 'reason') ?? '',
    kind: textAt(json, 'details', 'kind') ?? '',
    name: textAt(json, 'details', 'name') ?? '',
    retryAfterSeconds: intAt(json, 'details', 'retryAfterSeconds'),
    causes: recordsAt(json, 'details', 'causes').map((cause) => ({
      reason: textAt(cause, 'reason') ?? '',
      message: textAt(cause, 'message') ?? '',
      field: textAt(cause, 'field') ?? '',
    })),
  };
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined; // a proxy's page, or Go's "404 page not found"
  }
}
