import { deleteObject, refOf } from '../kube/index.ts';
import { isPending, type Release } from '../release/index.ts';
import { messageOf } from '../support/index.ts';
import { updateAll } from './applyAll.ts';
import type { ActionConfig, ActionOptions } from './config.ts';
import { ActionError } from './errors.ts';
import { runHooks } from './hooks.ts';
import { recordFailure } from './install.ts';
import { nameOfRelease, objectsOfRelease, removedObjects } from './objects.ts';
import { rfc3339, withStatus } from './record.ts';
import { refuseClientSide, supersede } from './upgrade.ts';
import { waitUntilReady } from './wait.ts';

export interface RollbackOptions extends ActionOptions {
  /** The revision to go back to. */
  readonly to: number;
  readonly maxHistory: number;
}

/**
 * Goes back to an older revision, as a new one with its chart, values and manifest.
 *
 * @throws ActionError codes `no-release`, `no-revision`, `pending`, `unsupported` before anything was done; `failed` with the record
 * @see helm v4.3.1 pkg/action/rollback.go, prepareRollback and performRollback
 */
export async function rollback(name: string, config: ActionConfig, options: RollbackOptions): Promise<Release> {
  const { client, clock, storage } = config;
  const history = await storage.history(name, options);
  const current = history.at(-1);
  if (current === undefined) {
    throw new ActionError('no-release', 'release: not found');
  }
  if (isPending(current.info.status)) {
    throw new ActionError('pending', 'another operation (install/upgrade/rollback) is in progress', {
      release: current,
    });
  }
  const target = history.find((release) => release.version === options.to);
  if (target === undefined) {
    throw new ActionError('no-revision', `release has no ${options.to} version`);
  }
  refuseClientSide(current);
  refuseClientSide(target);
  let release: Release = {
    ...target,
    version: current.version + 1,
    info: {
      ...target.info,
      firstDeployed: current.info.firstDeployed,
      lastDeployed: rfc3339(clock.now()),
      status: 'pending-rollback',
      description: `Rollback to ${options.to}`,
      rollbackRevision: options.to,
    },
    hooks: target.hooks.map((hook) => ({ ...hook, lastRun: { phase: '' } })),
  };
  const before = await objectsOfRelease(current.manifest, nameOfRelease(current), client, options);
  const objects = await objectsOfRelease(target.manifest, nameOfRelease(target), client, options);
  await storage.create(release, options);
  try {
    if (!options.disableHooks) {
      release = await runHooks(release, 'pre-rollback', config, options);
    }
    config.onProgress(`applying ${objects.length} object${objects.length === 1 ? '' : 's'} of revision ${options.to}`);
    await updateAll(objects, config, options);
    for (const object of removedObjects(before, objects)) {
      await deleteObject(client, refOf(object), { signal: options.signal, propagation: 'background' });
    }
  } catch (error) {
    await storage.update(withStatus(current, 'superseded'), { signal: AbortSignal.timeout(30_000) });
    throw await recordFailure(release, `Rollback "${name}" failed: ${messageOf(error)}`, error, config);
  }
  try {
    if (!options.disableWait) {
      await waitUntilReady(objects, config, options);
    }
    if (!options.disableHooks) {
      release = await runHooks(release, 'post-rollback', config, options);
    }
  } catch (error) {
    // What was applied is there, and so is the older revision's record: it is not superseded by one that is not ready.
    throw await recordFailure(release, `Release "${name}" failed: ${messageOf(error)}`, error, config);
  }
  await supersede(name, { by: release.version }, config, options);
  release = withStatus(release, 'deployed');
  await storage.update(release, options);
  return release;
}
