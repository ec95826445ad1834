import { type Abortable, EngineError, intAt, type KubeObject, type ObjectRef, textAt } from '../support/index.ts';
import type { KubeClient } from './client.ts';
import { isKubeError } from './errors.ts';
import { ownManager, ownNameFor } from './object.ts';

/** `held`: another Fairlead is at work. `refused`: no right to Leases, so no run. `lost`: somebody took it while we ran. */
export type LeaseErrorCode = 'held' | 'refused' | 'lost';

/** A release that cannot be acted on because it cannot be locked. */
export class LeaseError extends EngineError {
  override readonly name = 'LeaseError';
  readonly code: LeaseErrorCode;
  /** Who holds it, where that is known. */
  readonly holder: string | undefined;

  constructor(code: LeaseErrorCode, message: string, options: ErrorOptions & { readonly holder?: string } = {}) {
    super(message, options);
    this.code = code;
    this.holder = options.holder;
  }
}

export interface LeaseOptions extends Abortable {
  /** Of the release's storage: there the lock stands. */
  readonly namespace: string;
  readonly releaseName: string;
  /** Who asks: no two runs have the same. */
  readonly holder: string;
  /** How long it is held without being renewed: what a killed run costs. */
  readonly durationMs: number;
}

/** What a lease looked like. */
export type LeaseState =
  | { readonly kind: 'free' }
  | { readonly kind: 'held'; readonly holder: string; readonly expiresMs: number }
  /** Held by one that did not let go: it was killed. */
  | { readonly kind: 'expired'; readonly holder: string; readonly expiredMs: number };

const managedBy = { 'app.kubernetes.io/managed-by': ownManager };

/**
 * Runs `run` while holding the Lease of a release, renewing it all the time. The signal that `run` gets aborts with a
 * LeaseError `lost` when it could not be kept.
 *
 * @throws LeaseError `held`, `refused`; `lost` when it was lost before `run` was done
 */
export async function withLease<T>(
  client: KubeClient,
  options: LeaseOptions,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  let lease = await acquire(client, options);
  const done = new AbortController();
  const lost = new AbortController();
  const renewing = keep();
  try {
    return await run(AbortSignal.any([options.signal, lost.signal]));
  } finally {
    done.abort();
    await renewing;
    await release(client, lease, options);
  }

  async function keep(): Promise<void> {
    // A run that is cancelled still records what it did, and holds the lock until then.
    const { signal } = done;
    let heldUntilMs = client.serverNow() + options.durationMs;
    for (;;) {
      try {
        await client.clock.sleep(options.durationMs / 3, { signal });
        lease = await client.update(renewed(lease, client, options), { fieldManager: ownManager, signal });
        heldUntilMs = client.serverNow() + options.durationMs;
      } catch (error) {
        if (signal.aborted) {
          return;
        }
        // A cluster that does not answer for a moment may do so before the time is up.
        if (isKubeError(error, 'conflict', 'not-found') || client.serverNow() >= heldUntilMs) {
          lost.abort(new LeaseError('lost', `lost the lock of release ${nameOf(options)}`, { cause: error }));
          return;
        }
      }
    }
  }
}

/** How the lease of a release is, without touching it. @throws LeaseError `refused` */
export async function readLease(
  client: KubeClient,
  options: Abortable & Pick<LeaseOptions, 'namespace' | 'releaseName'>,
): Promise<LeaseState> {
  const lease = await allowed(options, () => client.find(leaseRef(options), options));
  return lease === undefined ? { kind: 'free' } : stateOf(lease, client.serverNow());
}

async function acquire(client: KubeClient, options: LeaseOptions): Promise<KubeObject> {
  return await allowed(options, async () => {
    const found = await client.find(leaseRef(options), options);
    const state = found === undefined ? undefined : stateOf(found, client.serverNow());
    if (state?.kind === 'held') {
      throw heldBy(state.holder, options);
    }
    try {
      return found === undefined
        ? await client.create(newLease(client, options), { fieldManager: ownManager, signal: options.signal })
        : await client.update(taken(found, client, options), { fieldManager: ownManager, signal: options.signal });
    } catch (error) {
      const lostRace = found === undefined ? 'already-exists' : 'not-found';
      if (isKubeError(error, lostRace, 'conflict')) {
        throw heldBy('another Fairlead that was quicker', options, error);
      }
      throw error;
    }
  });
}

/** Lets go: deletes this very Lease, or empties it where it may not be deleted. A lease that is not ours any more stays. */
async function release(client: KubeClient, lease: KubeObject, { holder }: LeaseOptions): Promise<void> {
  // The run's own signal may have aborted, and the lock must still be let go.
  const { signal } = new AbortController();
  const { uid, resourceVersion } = lease.metadata;
  if (textAt(lease, 'spec', 'holderIdentity') !== holder || uid === undefined || resourceVersion === undefined) {
    return;
  }
  const ref = { apiVersion: lease.apiVersion, kind: lease.kind, ...lease.metadata };
  try {
    await client.delete(ref, { uid, resourceVersion, propagation: 'background', signal });
  } catch (error) {
    if (isKubeError(error, 'forbidden')) {
      await client
        .update(withSpec(lease, { holderIdentity: '' }), { fieldManager: ownManager, signal })
        .catch(ignoreKubeError);
    } else {
      ignoreKubeError(error);
    }
  }
}

/** What was not let go expires by itself; the run's own result is what counts. */
function ignoreKubeError(error: unknown): undefined {
  if (!isKubeError(error)) {
    throw error;
  }
  return undefined;
}

async function allowed<T>(release: Pick<LeaseOptions, 'namespace' | 'releaseName'>, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (isKubeError(error, 'forbidden', 'unauthorized', 'no-kind')) {
      throw new LeaseError('refused', `release ${nameOf(release)} cannot be locked: ${error.message}`, {
        cause: error,
      });
    }
    throw error;
  }
}

function heldBy(holder: string, release: LeaseOptions, cause?: unknown): LeaseError {
  return new LeaseError('held', `release ${nameOf(release)} is being acted on by ${holder}`, { holder, cause });
}

function nameOf({ namespace, releaseName }: Pick<LeaseOptions, 'namespace' | 'releaseName'>): string {
  return `${namespace}/${releaseName}`;
}

function leaseRef({ namespace, releaseName }: Pick<LeaseOptions, 'namespace' | 'releaseName'>): ObjectRef {
  return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace, name: ownNameFor(releaseName) };
}

function newLease(client: KubeClient, options: LeaseOptions): KubeObject {
  const { name, namespace, apiVersion, kind } = leaseRef(options);
  const metadata = { name, labels: managedBy, ...(namespace === undefined ? {} : { namespace }) };
  const now = microTime(client.serverNow());
  return { apiVersion, kind, metadata, spec: { ...specOf(options, now), acquireTime: now, leaseTransitions: 0 } };
}

function taken(lease: KubeObject, client: KubeClient, options: LeaseOptions): KubeObject {
  const now = microTime(client.serverNow());
  const transitions = intAt(lease, 'spec', 'leaseTransitions') ?? 0;
  return withSpec(lease, { ...specOf(options, now), acquireTime: now, leaseTransitions: transitions + 1 });
}

function renewed(lease: KubeObject, client: KubeClient, options: LeaseOptions): KubeObject {
  return withSpec(lease, specOf(options, microTime(client.serverNow())));
}

function specOf({ holder, durationMs }: LeaseOptions, now: string): Readonly<Record<string, unknown>> {
  return { holderIdentity: holder, leaseDurationSeconds: Math.ceil(durationMs / 1000), renewTime: now };
}

function withSpec(lease: KubeObject, spec: Readonly<Record<string, unknown>>): KubeObject {
  const old = lease['spec'];
  return { ...lease, spec: { ...(typeof old === 'object' ? old : {}), ...spec } };
}

/** A lease without holder is free; one that is not renewed for its duration has expired. */
function stateOf(lease: KubeObject, nowMs: number): LeaseState {
  const holder = textAt(lease, 'spec', 'holderIdentity') ?? '';
  if (holder === '') {
    return { kind: 'free' };
  }
  const renewedMs = Date.parse(textAt(lease, 'spec', 'renewTime') ?? '');
  const expiresMs = renewedMs + (intAt(lease, 'spec', 'leaseDurationSeconds') ?? 0) * 1000;
  // Times that make no sense are nobody's leave to take it.
  return Number.isNaN(expiresMs) || nowMs < expiresMs
    ? { kind: 'held', holder, expiresMs }
    : { kind: 'expired', holder, expiredMs: expiresMs };
}

/** As metav1.MicroTime is written. */
function microTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000Z');
}
