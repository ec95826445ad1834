import { type Abortable, type Clock, limits } from '../support/index.ts';
import { connectionReset, errorOfResponse, isKubeError } from './errors.ts';
import type { KubeRequest, KubeResponse, KubeTransport } from './transport.ts';

export interface SendContext {
  /** What is asked, for errors. */
  readonly attempt: string;
  readonly transport: KubeTransport;
  readonly clock: Clock;
}

/**
 * Sends a request, and again where that does no harm: after 429 or a 5xx answer that says after how long, and a GET
 * whose connection broke.
 *
 * @returns the last answer, whatever its status
 * @throws KubeError where nothing answered
 * @see k8s.io/client-go v0.36 rest/with_retry.go, IsNextRetry
 */
export async function sendWithRetries(
  context: SendContext,
  request: KubeRequest,
  options: Abortable,
): Promise<KubeResponse> {
  for (let attempt = 1; ; attempt++) {
    const isLast = attempt >= limits.maxClusterAttempts;
    const outcome = await sendOnce(context, request, options, isLast);
    if (outcome.kind === 'answer') {
      return outcome.response;
    }
    await context.clock.sleep(Math.min(outcome.afterMs, limits.maxRetryAfterMs), options);
  }
}

type Outcome =
  { readonly kind: 'answer'; readonly response: KubeResponse } | { readonly kind: 'again'; readonly afterMs: number };

const brokenConnectionPauseMs = 1000;

async function sendOnce(
  { attempt, transport }: SendContext,
  request: KubeRequest,
  { signal }: Abortable,
  isLast: boolean,
): Promise<Outcome> {
  try {
    const response = await transport.request(request, {
      signal,
      timeoutMs: limits.clusterTimeoutMs,
      maxBytes: limits.maxClusterBytes,
    });
    const { retryAfterMs } =
      response.status === 429 || response.status >= 500 ? errorOfResponse(attempt, response) : {};
    return isLast || retryAfterMs === undefined
      ? { kind: 'answer', response }
      : { kind: 'again', afterMs: retryAfterMs };
  } catch (error) {
    const isBroken = isKubeError(error, 'unreachable') && error.reason === connectionReset;
    if (!isLast && request.method === 'GET' && isBroken) {
      return { kind: 'again', afterMs: brokenConnectionPauseMs };
    }
    throw error;
  }
}
