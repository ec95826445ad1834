import { isKubeError, refOf } from '../kube/index.ts';
import type { Release } from '../release/index.ts';
import { type KubeObject, messageOf } from '../support/index.ts';
import { createAll } from './applyAll.ts';
import type { ActionConfig, ActionOptions } from './config.ts';
import { applyCrds, type CrdPolicy } from './crds.ts';
import { ActionError } from './errors.ts';
import { runHooks } from './hooks.ts';
import { foreignOwner, nameOfRelease, objectsOfRelease } from './objects.ts';
import { newRecord, type ReleaseContent, rfc3339, withStatus } from './record.ts';
import { waitUntilReady } from './wait.ts';

export interface InstallOptions extends ActionOptions {
  readonly crds: CrdPolicy;
  readonly createNamespace: boolean;
  /** Whether objects that are there and belong to nobody, or somebody else, become this release's. */
  readonly takesOwnership: boolean;
  readonly maxHistory: number;
}

/**
 * Installs a release: recorded as pending, hooks, objects, waiting, hooks, recorded as deployed. A failure is recorded
 * as Helm records it.
 *
 * @returns the release as stored
 * @throws ActionError code `ownership` before anything was done; `failed` with the record
 * @see helm v4.3.1 pkg/action/install.go, RunWithContext and performInstall
 */
export async function install(
  content: ReleaseContent,
  config: ActionConfig,
  options: InstallOptions,
): Promise<Release> {
  const { client, clock, storage } = config;
  const last = await storage.last(content.name, options);
  if (last !== undefined && last.info.status !== 'uninstalled' && last.info.status !== 'failed') {
    throw new ActionError('pending', 'cannot reuse a name that is still in use', { release: last });
  }
  await applyCrds(content.crds, options.crds, config, options);
  if (options.createNamespace) {
    await createNamespace(content.namespace, config, options);
  }
  const owner = nameOfRelease(content);
  const objects = await objectsOfRelease(content.manifest, owner, client, options);
  if (!options.takesOwnership) {
    await refuseForeign(objects, content, config, options);
  }
  const now = rfc3339(clock.now());
  let release = newRecord(content, {
    version: (last?.version ?? 0) + 1,
    firstDeployed: now,
    now,
    status: 'pending-install',
    description: 'Initial install underway',
  });
  await storage.create(release, options);
  try {
    if (!options.disableHooks) {
      release = await runHooks(release, 'pre-install', config, options);
    }
    config.onProgress(`applying ${objects.length} object${objects.length === 1 ? '' : 's'}`);
    await createAll(objects, config, options);
    if (!options.disableWait) {
      await waitUntilReady(objects, config, options);
    }
    if (!options.disableHooks) {
      release = await runHooks(release, 'post-install', config, options);
    }
  } catch (error) {
    throw await recordFailure(release, `Release "${content.name}" failed: ${messageOf(error)}`, error, config);
  }
  release = withStatus(release, 'deployed', 'Install complete');
  await storage.update(release, options);
  return release;
}

/**
 * Stores a release as failed, and gives the error to throw. The run's own signal may be aborted already; the record is
 * written all the same.
 */
export async function recordFailure(
  release: Release,
  description: string,
  error: unknown,
  config: ActionConfig,
): Promise<ActionError> {
  const ran = error instanceof ActionError && error.release !== undefined ? error.release : release;
  const failed = withStatus(ran, 'failed', description);
  const message = messageOf(error);
  try {
    await config.storage.update(failed, { signal: AbortSignal.timeout(30_000) });
  } catch (storageError) {
    // What is left is a pending revision of ours, which the next run unlocks.
    return new ActionError('failed', `${message}; and recording that failed too: ${messageOf(storageError)}`, {
      cause: error,
    });
  }
  return new ActionError('failed', message, { cause: error, release: failed });
}

/** Objects that are in the cluster and not this release's. @throws ActionError code `ownership`, in Helm's words */
export async function refuseForeign(
  objects: readonly KubeObject[],
  content: Pick<ReleaseContent, 'name' | 'namespace'>,
  { client }: ActionConfig,
  options: ActionOptions,
): Promise<void> {
  for (const object of objects) {
    const live = await client.find(refOf(object), options);
    const foreign = live === undefined ? undefined : foreignOwner(live, nameOfRelease(content));
    if (foreign !== undefined) {
      const { kind, metadata } = object;
      const where = `in namespace "${metadata.namespace ?? ''}"`;
      throw new ActionError(
        'ownership',
        `unable to continue with install: ${kind} "${metadata.name}" ${where} exists and cannot be imported into the current release: ${foreign}`,
      );
    }
  }
}

async function createNamespace(
  name: string,
  { client, fieldManager }: ActionConfig,
  options: ActionOptions,
): Promise<void> {
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { name } } };
  try {
    await client.create(namespace, { signal: options.signal, fieldManager });
  } catch (error) {
    if (!isKubeError(error, 'already-exists')) {
      throw error;
    }
  }
}
