import { getCondition, type HelmReleaseStatus } from '../flux/index.ts';
import { managersOf, ownManager, refOf } from '../kube/index.ts';
import type { Actor, Outcome } from '../reconcile/index.ts';
import { isPending } from '../release/index.ts';
import { type Abortable, at, type KubeObject, type NamespacedName } from '../support/index.ts';
import type { SessionContext } from './context.ts';
import { decideActor } from './enrolment.ts';
import { type Located, locate } from './locate.ts';

const applier = 'kustomize-controller';
/** How long whoever is reconciling a release gets to finish once it is suspended. */
const settleMs = 120_000;

/** Stops the reconciling of a HelmRelease. */
export async function suspendRelease(
  context: SessionContext,
  name: NamespacedName,
  options: Abortable,
): Promise<Outcome> {
  return await change(context, name, options, async (object) => {
    if (isSuspended(object)) {
      return 'it was suspended already';
    }
    await setSuspend(context, object, true, options);
    return 'suspended: nothing reconciles it until it is resumed';
  });
}

/** Lets a HelmRelease be reconciled again. */
export async function resumeRelease(
  context: SessionContext,
  name: NamespacedName,
  options: Abortable,
): Promise<Outcome> {
  return await change(context, name, options, async (object, actor) => {
    if (!isSuspended(object)) {
      return 'it was not suspended';
    }
    await setSuspend(context, object, false, options);
    return actor.kind === 'flux'
      ? 'resumed: helm-controller now brings it to what its spec says'
      : 'resumed: reconcile it to bring it to what its spec says';
  });
}

/** Changes a HelmRelease where that is allowed and would last; `work` says what was done. */
async function change(
  context: SessionContext,
  name: NamespacedName,
  options: Abortable,
  work: (object: KubeObject, actor: Actor) => Promise<string>,
): Promise<Outcome> {
  const { owner } = await locate(context, name, options);
  const refused = (reason: string, message: string): Outcome => ({ kind: 'refused', release: name, reason, message });
  if (owner === undefined) {
    return refused('NoHelmRelease', 'it is a release of the helm program: nothing reconciles it');
  }
  const undone = suspendRefusal(owner.object);
  if (undone !== undefined) {
    return refused('OwnedByKustomization', undone);
  }
  const actor = await decideActor(context.client, context.enrolment, options);
  return actor.kind === 'nobody'
    ? refused('NotEnrolled', actor.reason)
    : { kind: 'done', release: name, message: await work(owner.object, actor) };
}

/** Suspends a HelmRelease and waits until nobody is in the middle of it. Returns why that cannot be, if so. */
export async function suspendAndSettle(
  context: SessionContext,
  located: Located,
  object: KubeObject,
  options: Abortable,
): Promise<string | undefined> {
  const { client } = context;
  const undone = suspendRefusal(object);
  if (undone !== undefined) {
    return undone;
  }
  if (!isSuspended(object)) {
    await setSuspend(context, object, true, options);
  }
  const deadlineMs = client.clock.now() + settleMs;
  for (;;) {
    const live = await client.get(refOf(object), options);
    // The API server keeps to the CRD.
    const { conditions } = (live['status'] ?? {}) as HelmReleaseStatus;
    const last = await located.storage.last(located.releaseName, options);
    const isBusy =
      getCondition(conditions, 'Reconciling')?.status === 'True' || (last !== undefined && isPending(last.info.status));
    if (!isSuspended(live)) {
      return 'somebody resumed it meanwhile';
    }
    if (!isBusy) {
      return undefined;
    }
    if (client.clock.now() >= deadlineMs) {
      return 'it is suspended, and helm-controller is still in the middle of it: try again when it is done';
    }
    await client.clock.sleep(context.pollMs, options);
  }
}

/** Why suspending would be undone. */
function suspendRefusal(object: KubeObject): string | undefined {
  return managersOf(object, 'spec', 'suspend').includes(applier)
    ? 'spec.suspend is set by kustomize-controller, which would undo this: change it in Git'
    : undefined;
}

function isSuspended(object: KubeObject): boolean {
  return at(object, 'spec', 'suspend') === true;
}

/** Only where the object is still the one that was looked at. */
async function setSuspend(
  { client }: SessionContext,
  object: KubeObject,
  suspend: boolean,
  { signal }: Abortable,
): Promise<void> {
  const { resourceVersion } = object.metadata;
  const patch = {
    metadata: resourceVersion === undefined ? {} : { resourceVersion },
    spec: { suspend: suspend ? true : null },
  };
  await client.patch(refOf(object), patch, { type: 'merge', fieldManager: ownManager, signal });
}
