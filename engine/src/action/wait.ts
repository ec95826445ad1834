import { refKey, refOf, waitForReady, waitMessage } from '../kube/index.ts';
import { at, type KubeObject } from '../support/index.ts';
import type { ActionConfig, ActionOptions } from './config.ts';
import { ActionError } from './errors.ts';

/**
 * Waits until objects are ready, as helm-controller's poller does: a hook is over when its Jobs and Pods are, and other
 * objects of a hook count as ready; a release's objects fail fast. A Job that is gone because its time was up is done.
 *
 * @throws ActionError code `timeout` or `failed`, naming the objects that are not ready
 */
export async function waitUntilReady(
  objects: readonly KubeObject[],
  config: ActionConfig,
  options: ActionOptions & { readonly forHooks?: boolean },
): Promise<void> {
  const forHooks = options.forHooks === true;
  const waited = forHooks ? objects.filter(({ kind }) => kind === 'Job' || kind === 'Pod') : objects;
  const shortLived = new Set(waited.filter(removesItself).map((object) => refKey(refOf(object))));
  let told = '';
  const result = await waitForReady(config.client, waited.map(refOf), {
    signal: options.signal,
    timeoutMs: options.timeoutMs,
    pollMs: config.pollMs,
    failFast: !forHooks,
    rules: {
      jobs: forHooks || !options.disableWaitForJobs ? 'completed' : 'started',
      pods: forHooks ? 'completed' : 'ready',
    },
    mayVanish: (ref) => shortLived.has(refKey(ref)),
    onPending: (pending) => {
      const text = pending.map(({ ref, message }) => `${ref.kind} ${ref.name}: ${message}`).join('; ');
      if (text !== told) {
        told = text;
        config.onProgress(`waiting for ${text}`);
      }
    },
  });
  if (result.kind !== 'ready') {
    throw new ActionError(result.kind === 'timeout' ? 'timeout' : 'failed', waitMessage(result));
  }
}

/** A Job that the cluster deletes a while after it ended. */
function removesItself(object: KubeObject): boolean {
  return object.kind === 'Job' && at(object, 'spec', 'ttlSecondsAfterFinished') !== undefined;
}
