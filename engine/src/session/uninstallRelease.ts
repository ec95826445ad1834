import { ActionError, objectsOfRelease, uninstall } from '../action/index.ts';
import { deleteObject, LeaseError, lossesOf, refOf, refText } from '../kube/index.ts';
import { type Outcome, reconcileSettings, recordUninstalled, stateSecretRef } from '../reconcile/index.ts';
import type { NamespacedName } from '../support/index.ts';
import {
  actionConfig,
  fluxManager,
  helmManager,
  locked,
  progressOf,
  type SessionContext,
  statusStoreOf,
} from './context.ts';
import { decideActor } from './enrolment.ts';
import { locate, revisionOf } from './locate.ts';
import { lossText } from './planRelease.ts';
import { suspendAndSettle } from './suspend.ts';
import type { Approvals, OperationOptions } from './types.ts';

/** As helm does without flags. @see helm v4.3.1 pkg/cmd/uninstall.go */
const helmSettings = {
  timeoutMs: 300_000,
  disableHooks: false,
  disableWait: false,
  keepHistory: false,
  deletionPropagation: 'background',
} as const;

/**
 * Removes a release and what it owns. Its HelmRelease stays, suspended, so that nothing brings the release back before
 * the file is gone too. Where Flux acts, it does this when the HelmRelease is taken out of Git.
 */
export async function uninstallRelease(
  context: SessionContext,
  name: NamespacedName,
  options: OperationOptions & Approvals,
): Promise<Outcome> {
  const { client, enrolment } = context;
  const located = await locate(context, name, options);
  const { owner, storage, releaseName, storageNamespace } = located;
  const refused = (reason: string, message: string): Outcome => ({ kind: 'refused', release: name, reason, message });
  const stored = await revisionOf(located, undefined, options);
  const objects = await objectsOfRelease(stored.manifest, stored, client, options);
  const actor = await decideActor(client, enrolment, {
    signal: options.signal,
    release: { ...(owner === undefined ? {} : { owner: name }), objects },
  });
  if (actor.kind === 'flux') {
    return refused('FluxActs', `${actor.reason}: take the HelmRelease out of Git, and helm-controller uninstalls it`);
  }
  if (actor.kind === 'nobody') {
    return refused('NotEnrolled', actor.reason);
  }
  const losses = await lossesOf(client, objects.map(refOf), options);
  if (losses.length > 0 && options.typedNames?.includes(name.name) !== true) {
    const what = losses.map(lossText).join(', ');
    return refused('NameNotTyped', `it deletes what holds data: ${what}`);
  }
  if (owner !== undefined) {
    const unsettled = await suspendAndSettle(context, located, owner.object, options);
    if (unsettled !== undefined) {
      return refused('NotSuspended', unsettled);
    }
  }
  const config = actionConfig(context, storage, {
    manager: owner === undefined ? helmManager : fluxManager,
    onProgress: progressOf(name, options.onEvent),
  });
  const settings = owner === undefined ? helmSettings : reconcileSettings(owner.release).uninstall;
  try {
    const place = { namespace: storageNamespace, name: releaseName };
    const { kept, release } = await locked(
      context,
      place,
      options,
      async (signal) => await uninstall(releaseName, config, { ...settings, disableWaitForJobs: false, signal }),
    );
    if (owner !== undefined && enrolment?.writesStatus === true) {
      const store = statusStoreOf(context, owner.release, { live: owner.object, storage: place });
      const { clock } = context.world.environment;
      await recordUninstalled(release, store, { signal: options.signal, clock, keptHistory: settings.keepHistory });
    }
    await deleteObject(client, stateSecretRef(place), { signal: options.signal, propagation: 'background' });
    const stays = kept.length === 0 ? '' : `; kept: ${kept.map((object) => refText(refOf(object))).join(', ')}`;
    const next = owner === undefined ? '' : '. The HelmRelease stays, suspended: take it out of Git too';
    return {
      kind: 'done',
      release: name,
      message: `uninstalled revision ${stored.version}${stays}${next}`,
    };
  } catch (error) {
    if (error instanceof LeaseError) {
      return refused('Locked', error.message);
    }
    if (error instanceof ActionError) {
      return { kind: 'stalled', release: name, reason: 'UninstallFailed', message: error.message };
    }
    throw error;
  }
}
