import type { HelmReleaseStatus } from '../flux/index.ts';

/** The annotations by which somebody asks for a reconcile. @see fluxcd/pkg/apis/meta v1.31 annotations.go */
export const requestAnnotations = {
  requestedAt: 'reconcile.fluxcd.io/requestedAt',
  forceAt: 'reconcile.fluxcd.io/forceAt',
  resetAt: 'reconcile.fluxcd.io/resetAt',
} as const;

export interface Requests {
  /** Tokens to record as handled; absent ones stay as they are. */
  readonly handled: Pick<HelmReleaseStatus, 'lastHandledReconcileAt' | 'lastHandledForceAt' | 'lastHandledResetAt'>;
  readonly force: boolean;
  readonly reset: boolean;
}

/**
 * What the annotations ask for. Force and reset count only together with a request of the same token that was not
 * handled yet.
 *
 * @see helm-controller v1.6 api/v2/annotations.go, ShouldHandleForceRequest, ShouldHandleResetRequest
 */
export function readRequests(
  annotations: Readonly<Record<string, string>> | undefined,
  status: HelmReleaseStatus | undefined,
): Requests {
  const requested = annotations?.[requestAnnotations.requestedAt];
  const isNew = requested !== undefined && requested !== status?.lastHandledReconcileAt;
  const forceAt = annotations?.[requestAnnotations.forceAt];
  const resetAt = annotations?.[requestAnnotations.resetAt];
  const counts = (token: string | undefined, handled: string | undefined): boolean =>
    isNew && token === requested && token !== handled;
  return {
    handled: {
      ...(requested === undefined ? {} : { lastHandledReconcileAt: requested }),
      ...(forceAt === undefined ? {} : { lastHandledForceAt: forceAt }),
      ...(resetAt === undefined ? {} : { lastHandledResetAt: resetAt }),
    },
    force: counts(forceAt, status?.lastHandledForceAt),
    reset: counts(resetAt, status?.lastHandledResetAt),
  };
}

/**
 * Whether counted failures no longer say anything: what was tried is not what is wanted now.
 *
 * @see helm-controller v1.6 internal/action/reset.go, MustResetFailures
 */
export function mustResetFailures(
  status: HelmReleaseStatus | undefined,
  wanted: { readonly generation: number; readonly chartVersion: string; readonly configDigest: string },
): boolean {
  if (status?.lastAttemptedGeneration === undefined) {
    return true;
  }
  return (
    status.lastAttemptedGeneration !== wanted.generation ||
    status.lastAttemptedRevision !== wanted.chartVersion ||
    status.lastAttemptedConfigDigest !== wanted.configDigest
  );
}
