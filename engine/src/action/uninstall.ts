import { deleteObject, refOf, waitForDeleted } from '../kube/index.ts';
import { type Release, uninstallOrder } from '../release/index.ts';
import { type KubeObject, messageOf } from '../support/index.ts';
import type { ActionConfig, ActionOptions } from './config.ts';
import { ActionError } from './errors.ts';
import { runHooks } from './hooks.ts';
import { recordFailure } from './install.ts';
import { foreignOwner, isKept, nameOfRelease, objectsOfRelease } from './objects.ts';
import { rfc3339 } from './record.ts';

export interface UninstallOptions extends ActionOptions {
  readonly keepHistory: boolean;
  readonly deletionPropagation: 'background' | 'foreground' | 'orphan';
}

export interface Uninstalled {
  readonly release: Release;
  /** Objects that stay: their chart says so, or they belong to somebody else by now. */
  readonly kept: readonly KubeObject[];
}

/**
 * Removes a release and what it owns, in Helm's order; what is to be kept stays.
 *
 * @throws ActionError codes `no-release`, or `failed` with the record
 * @see helm v4.3.1 pkg/action/uninstall.go, Run
 */
export async function uninstall(name: string, config: ActionConfig, options: UninstallOptions): Promise<Uninstalled> {
  const { client, clock, storage } = config;
  const history = await storage.history(name, options);
  const last = history.at(-1);
  if (last === undefined) {
    throw new ActionError('no-release', `uninstall: Release not loaded: ${name}: release: not found`);
  }
  if (last.info.status === 'uninstalled') {
    await purge(history, config, options, options.keepHistory);
    return { release: last, kept: [] };
  }
  const owner = nameOfRelease(last);
  let release: Release = {
    ...last,
    info: {
      ...last.info,
      status: 'uninstalling',
      deleted: rfc3339(clock.now()),
      description: 'Deletion in progress (or silently failed)',
    },
  };
  await storage.update(release, options);
  const kept: KubeObject[] = [];
  try {
    if (!options.disableHooks) {
      release = await runHooks(release, 'pre-delete', config, options);
    }
    const objects = inUninstallOrder(await objectsOfRelease(release.manifest, owner, client, options));
    const deleted = [];
    for (const object of objects) {
      const live = await client.find(refOf(object), options);
      if (live === undefined) {
        continue;
      }
      if (isKept(object) || foreignOwner(live, owner) !== undefined) {
        kept.push(live);
        continue;
      }
      const uid = live.metadata.uid;
      const target = { ref: refOf(object), ...(uid === undefined ? {} : { uid }) };
      await deleteObject(client, target.ref, {
        signal: options.signal,
        propagation: options.deletionPropagation,
        ...(uid === undefined ? {} : { uid }),
      });
      deleted.push(target);
    }
    if (!options.disableWait) {
      const left = await waitForDeleted(client, deleted, {
        signal: options.signal,
        pollMs: config.pollMs,
        timeoutMs: options.timeoutMs,
      });
      if (left.length > 0) {
        throw new ActionError(
          'timeout',
          `still there: ${left.map(({ kind, name: object }) => `${kind}/${object}`).join(', ')}`,
        );
      }
    }
    if (!options.disableHooks) {
      release = await runHooks(release, 'post-delete', config, options);
    }
  } catch (error) {
    throw await recordFailure(release, `Uninstall of "${name}" failed: ${messageOf(error)}`, error, config);
  }
  release = { ...release, info: { ...release.info, status: 'uninstalled', description: 'Uninstallation complete' } };
  if (options.keepHistory) {
    await storage.update(release, options);
  } else {
    await purge(history, config, options, false);
  }
  return { release, kept };
}

/** Deletes the records of a release. */
async function purge(
  history: readonly Release[],
  { storage }: ActionConfig,
  options: ActionOptions,
  keep: boolean,
): Promise<void> {
  if (!keep) {
    for (const { name, version } of history) {
      await storage.delete(name, version, options);
    }
  }
}

/** Kinds that Helm does not know go first, then the known ones in its order. */
function inUninstallOrder(objects: readonly KubeObject[]): readonly KubeObject[] {
  const rank = (object: KubeObject): number => uninstallOrder.indexOf(object.kind);
  return [...objects].sort((a, b) => rank(a) - rank(b));
}
