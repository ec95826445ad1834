import { type HelmRelease, timeoutMsOf } from '../flux/index.ts';
import { managersOf, ownManager, readLease } from '../kube/index.ts';
import { isPending, type Release } from '../release/index.ts';
import { keyOf } from '../storage/index.ts';
import type { Abortable, NamespacedName } from '../support/index.ts';
import type { SessionContext } from './context.ts';

interface MaybePending {
  readonly release: HelmRelease;
  readonly stored: Release | undefined;
  readonly storage: NamespacedName;
}

/**
 * Why a release may not be acted on for now: somebody is in the middle of it. A pending revision of ours whose lock ran
 * out was left by a run that was killed; any other counts as left only when it is older than its timeout.
 */
export async function unlockRefusal(
  { client, world }: SessionContext,
  { release, stored, storage }: MaybePending,
  options: Abortable,
): Promise<string | undefined> {
  if (stored === undefined || !isPending(stored.info.status)) {
    return undefined;
  }
  const what = `revision ${stored.version} of ${storage.namespace}/${storage.name} is ${stored.info.status}`;
  const lease = await readLease(client, { ...options, namespace: storage.namespace, releaseName: storage.name });
  if (lease.kind === 'held') {
    return `${what}: ${lease.holder} is acting on it`;
  }
  const ref = {
    apiVersion: 'v1',
    kind: 'Secret',
    namespace: storage.namespace,
    name: keyOf(storage.name, stored.version),
  };
  const secret = await client.find(ref, options);
  const isOurs = secret !== undefined && managersOf(secret).includes(ownManager);
  if (isOurs && lease.kind === 'expired') {
    return undefined;
  }
  const verb = stored.info.status === 'pending-install' ? 'install' : 'upgrade';
  const endsMs = Date.parse(stored.info.lastDeployed) + timeoutMsOf(release, verb);
  return world.environment.clock.now() > endsMs
    ? undefined
    : `${what} since ${stored.info.lastDeployed}: another program may be acting on it; it counts as left behind from ${new Date(endsMs).toISOString()} on`;
}
