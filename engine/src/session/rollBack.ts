import { ActionError, objectsOfRelease, rollback } from '../action/index.ts';
import { maxHistoryOf } from '../flux/index.ts';
import { findActingFlux, isSameServer, LeaseError, serverIdentity } from '../kube/index.ts';
import { type Outcome, reconcileSettings } from '../reconcile/index.ts';
import type { NamespacedName } from '../support/index.ts';
import { actionConfig, fluxManager, helmManager, locked, progressOf, type SessionContext } from './context.ts';
import { type Located, locate, revisionOf } from './locate.ts';
import { suspendAndSettle } from './suspend.ts';
import type { OperationOptions } from './types.ts';

type RollbackOptions = OperationOptions & { readonly to: number };

/** Helm's own default. @see helm v4.3.1 pkg/cmd/rollback.go */
const helmDefaults = { timeoutMs: 300_000, maxHistory: 10 };

/**
 * Goes back to an older revision. A HelmRelease is suspended first, or whoever reconciles it would undo this. Where
 * Flux runs it works on suspended releases only, in a cluster that the user enrolled.
 */
export async function rollBackRelease(
  context: SessionContext,
  name: NamespacedName,
  options: RollbackOptions,
): Promise<Outcome> {
  const located = await locate(context, name, options);
  const refused = (reason: string, message: string): Outcome => ({ kind: 'refused', release: name, reason, message });
  const target = await revisionOf(located, options.to, options);
  const newest = await revisionOf(located, undefined, options);
  if (target.version === newest.version) {
    return refused('SameRevision', `revision ${target.version} is the newest already`);
  }
  const whoRefuses = await refusalOf(context, located, options);
  if (whoRefuses !== undefined) {
    return refused('NotAllowed', whoRefuses);
  }
  const { owner } = located;
  if (owner !== undefined) {
    const unsettled = await suspendAndSettle(context, located, owner.object, options);
    if (unsettled !== undefined) {
      return refused('NotSuspended', unsettled);
    }
  }
  const config = actionConfig(context, located.storage, {
    manager: owner === undefined ? helmManager : fluxManager,
    onProgress: progressOf(name, options.onEvent),
  });
  const settings =
    owner === undefined
      ? { ...helmDefaults, disableHooks: false, disableWait: false, disableWaitForJobs: true }
      : { ...reconcileSettings(owner.release).rollback, maxHistory: maxHistoryOf(owner.release) };
  try {
    const storage = { namespace: located.storageNamespace, name: located.releaseName };
    const made = await locked(context, storage, options, async (signal) => {
      // What was looked at is what is rolled back.
      const again = await revisionOf(located, undefined, { signal });
      if (again.version !== newest.version) {
        throw new ActionError('pending', `revision ${again.version} came in between: look at it first`);
      }
      return await rollback(located.releaseName, config, { signal, ...settings, to: options.to });
    });
    const next =
      owner === undefined
        ? ''
        : '. The HelmRelease is suspended; resuming it upgrades to its spec again and drops the history before it';
    return {
      kind: 'done',
      release: name,
      message: `rolled back to revision ${options.to} as revision ${made.version}${next}`,
    };
  } catch (error) {
    if (error instanceof LeaseError) {
      return refused('Locked', error.message);
    }
    if (error instanceof ActionError) {
      return { kind: 'stalled', release: name, reason: 'RollbackFailed', message: error.message };
    }
    throw error;
  }
}

/** Why Fairlead may not roll this back. */
async function refusalOf(
  { client, enrolment }: SessionContext,
  located: Located,
  options: OperationOptions,
): Promise<string | undefined> {
  const { owner } = located;
  const stored = await revisionOf(located, undefined, options);
  const flux = await findActingFlux(client, {
    signal: options.signal,
    release: {
      ...(owner === undefined ? {} : { owner: located.name }),
      objects: await objectsOfRelease(stored.manifest, stored, client, options),
    },
  });
  if (enrolment === undefined || !isSameServer(enrolment, await serverIdentity(client, options))) {
    return 'Fairlead is not enrolled in this cluster, so it changes no release here';
  }
  const isOwnFlux = flux.kind === 'acting' && (flux.evidence === 'lease' || flux.evidence === 'deployment');
  if (flux.kind === 'absent' || (isOwnFlux && owner !== undefined)) {
    return undefined;
  }
  return owner === undefined && isOwnFlux
    ? `${flux.reason}, and beside it Fairlead changes nothing of the helm program's: use helm rollback ${located.releaseName} -n ${located.storageNamespace}`
    : flux.reason;
}
