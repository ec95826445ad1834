import type { Clock, KubeObject, NamespacedName } from '../support/index.ts';
import type { KubeClient } from './client.ts';
import { KubeError } from './errors.ts';

/** A Lease held on one release, so that no second Fairlead acts on it. */
export interface HeldLease {
  /** Holds on for another term; called while the work goes on. @throws KubeError code `conflict` when it was lost */
  renew(): Promise<void>;
  release(): Promise<void>;
}

export interface LeaseOptions {
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Who holds it, unique for each process. */
  readonly holder: string;
  readonly seconds: number;
}

const manager = 'fairlead';

/**
 * Takes the Lease of a release, or one that expired.
 *
 * @throws KubeError code `conflict` while somebody else holds it, `forbidden` without the right to Leases
 */
export async function acquireLease(
  client: KubeClient,
  release: NamespacedName,
  options: LeaseOptions,
): Promise<HeldLease> {
  const ref = {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    namespace: release.namespace,
    name: `fairlead.${release.name}`,
  };
  const { clock, holder, seconds, signal } = options;
  const spec = (): object => ({
    holderIdentity: holder,
    leaseDurationSeconds: seconds,
    renewTime: microTime(clock.now()),
  });
  const existing = await client.get(ref, { signal });
  let held: KubeObject;
  if (existing === undefined) {
    const wanted = {
      apiVersion: ref.apiVersion,
      kind: ref.kind,
      metadata: { namespace: ref.namespace, name: ref.name },
      spec: spec(),
    };
    held = await client.create(wanted, { signal, fieldManager: manager });
  } else {
    const other = holderOf(existing);
    if (other.holder !== '' && other.holder !== holder && other.expiresMs > clock.now()) {
      const left = Math.ceil((other.expiresMs - clock.now()) / 1000);
      throw new KubeError('conflict', `${other.holder} is at work on this release; its Lease ends in ${left} s`);
    }
    held = await client.update({ ...existing, spec: spec() }, { signal, fieldManager: manager });
  }
  return {
    renew: async () => {
      held = await client.update({ ...held, spec: spec() }, { signal, fieldManager: manager });
    },
    release: async () => {
      // The work may have been cancelled; letting go must still happen.
      const late = AbortSignal.timeout(10_000);
      await client.delete(ref, {
        signal: late,
        propagation: 'background',
        ...(held.metadata.uid === undefined ? {} : { uid: held.metadata.uid }),
      });
    },
  };
}

/** Whether this holder's Lease on the release has expired, or is gone. */
function holderOf(lease: KubeObject): { readonly holder: string; readonly expiresMs: number } {
  const spec = lease['spec'];
  if (typeof spec !== 'object' || spec === null) {
    return { holder: '', expiresMs: 0 };
  }
  const { holderIdentity, leaseDurationSeconds, renewTime } = spec as Record<string, unknown>; // a LeaseSpec, checked below
  const renewed = typeof renewTime === 'string' ? Date.parse(renewTime) : 0;
  const seconds = typeof leaseDurationSeconds === 'number' ? leaseDurationSeconds : 0;
  return { holder: typeof holderIdentity === 'string' ? holderIdentity : '', expiresMs: renewed + seconds * 1000 };
}

/** As metav1.MicroTime prints it. */
function microTime(now: number): string {
  return new Date(now).toISOString().replace('Z', '000Z');
}
