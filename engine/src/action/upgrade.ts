import { type AppliedObject, deleteObject, refOf } from '../kube/index.ts';
import { isPending, type Release } from '../release/index.ts';
import { messageOf } from '../support/index.ts';
import { updateAll } from './applyAll.ts';
import type { ActionConfig, ActionOptions } from './config.ts';
import { applyCrds, type CrdPolicy } from './crds.ts';
import { ActionError } from './errors.ts';
import { runHooks } from './hooks.ts';
import { recordFailure, refuseForeign } from './install.ts';
import { nameOfRelease, objectsOfRelease, removedObjects } from './objects.ts';
import { newRecord, type ReleaseContent, rfc3339, withStatus } from './record.ts';
import { waitUntilReady } from './wait.ts';

export interface UpgradeOptions extends ActionOptions {
  readonly crds: CrdPolicy;
  readonly takesOwnership: boolean;
  /** Whether objects that a failed upgrade made are deleted again. */
  readonly cleanupOnFail: boolean;
  readonly maxHistory: number;
}

/**
 * Upgrades a release: recorded as pending, hooks, objects applied and those that are no more deleted, waiting, hooks,
 * the former one superseded.
 *
 * @throws ActionError codes `no-release`, `pending`, `ownership` before anything was done; `failed` with the record
 * @see helm v4.3.1 pkg/action/upgrade.go, RunWithContext and releasingUpgrade
 */
export async function upgrade(
  content: ReleaseContent,
  config: ActionConfig,
  options: UpgradeOptions,
): Promise<Release> {
  const { client, clock, storage } = config;
  const last = await storage.last(content.name, options);
  if (last === undefined) {
    throw new ActionError('no-release', `"${content.name}" has no deployed releases`);
  }
  if (isPending(last.info.status)) {
    throw new ActionError('pending', 'another operation (install/upgrade/rollback) is in progress', { release: last });
  }
  refuseClientSide(last);
  const deployed = await storage.deployed(content.name, options);
  if (deployed === undefined && last.info.status !== 'failed' && last.info.status !== 'superseded') {
    throw new ActionError('no-release', `"${content.name}" has no deployed releases`);
  }
  const base = deployed ?? last;
  await applyCrds(content.crds, options.crds, config, options);
  const owner = nameOfRelease(content);
  const before = await objectsOfRelease(base.manifest, nameOfRelease(base), client, options);
  const objects = await objectsOfRelease(content.manifest, owner, client, options);
  if (!options.takesOwnership) {
    await refuseForeign(removedObjects(objects, before), content, config, options);
  }
  let release = newRecord(content, {
    version: last.version + 1,
    firstDeployed: base.info.firstDeployed,
    now: rfc3339(clock.now()),
    status: 'pending-upgrade',
    description: 'Preparing upgrade',
  });
  await storage.create(release, options);
  const made: AppliedObject[] = [];
  try {
    if (!options.disableHooks) {
      release = await runHooks(release, 'pre-upgrade', config, options);
    }
    config.onProgress(`applying ${objects.length} object${objects.length === 1 ? '' : 's'}`);
    await updateAll(objects, config, {
      ...options,
      onApplied: (applied) => {
        if (applied.change === 'created') {
          made.push(applied);
        }
      },
    });
    for (const object of removedObjects(before, objects)) {
      await deleteObject(client, refOf(object), { signal: options.signal, propagation: 'background' });
    }
    if (!options.disableWait) {
      await waitUntilReady(objects, config, options);
    }
    if (!options.disableHooks) {
      release = await runHooks(release, 'post-upgrade', config, options);
    }
  } catch (error) {
    if (options.cleanupOnFail) {
      await deleteMade(made, config);
    }
    throw await recordFailure(release, `Upgrade "${content.name}" failed: ${messageOf(error)}`, error, config);
  }
  await supersede(content.name, { by: release.version, base: base.version }, config, options);
  release = withStatus(release, 'deployed', 'Upgrade complete');
  await storage.update(release, options);
  return release;
}

/**
 * Marks every other deployed revision as superseded, and the one that an upgrade started from: where none was deployed,
 * that one failed.
 */
export async function supersede(
  name: string,
  { by, base }: { readonly by: number; readonly base?: number },
  { storage }: ActionConfig,
  options: ActionOptions,
): Promise<void> {
  for (const older of await storage.history(name, options)) {
    if (older.version !== by && (older.info.status === 'deployed' || older.version === base)) {
      await storage.update(withStatus(older, 'superseded'), options);
    }
  }
}

/** Releases that Helm 3 keeps client-side need a three-way merge, which this engine does not do. @throws ActionError */
export function refuseClientSide(release: Release): void {
  if (release.applyMethod !== 'ssa') {
    throw new ActionError(
      'unsupported',
      `release ${release.name} was made by client-side apply; upgrade it once with "helm upgrade --server-side=true", or let Flux do it`,
      { release },
    );
  }
}

async function deleteMade(made: readonly AppliedObject[], config: ActionConfig): Promise<void> {
  for (const { ref, after } of [...made].reverse()) {
    const uid = after.metadata.uid;
    await deleteObject(config.client, ref, {
      signal: AbortSignal.timeout(30_000),
      propagation: 'background',
      ...(uid === undefined ? {} : { uid }),
    });
  }
}
