import { waitForReady, waitMessage } from '../kube/index.ts';
import type { ObjectRef } from '../support/index.ts';
import type { ActionConfig, ActionOptions } from './config.ts';
import { ActionError } from './errors.ts';

/**
 * Waits until objects are ready, as helm-controller's poller does: a hook is over when its Jobs and Pods are, and other
 * objects of a hook count as ready; a release's objects fail fast.
 *
 * @throws ActionError code `timeout` or `failed`, naming the objects that are not ready
 */
export async function waitUntilReady(
  refs: readonly ObjectRef[],
  config: ActionConfig,
  options: ActionOptions & { readonly forHooks?: boolean },
): Promise<void> {
  const forHooks = options.forHooks === true;
  const waited = forHooks ? refs.filter(({ kind }) => kind === 'Job' || kind === 'Pod') : refs;
  let told = '';
  const result = await waitForReady(config.client, waited, {
    signal: options.signal,
    timeoutMs: options.timeoutMs,
    pollMs: config.pollMs,
    failFast: !forHooks,
    rules: {
      jobs: forHooks || !options.disableWaitForJobs ? 'completed' : 'started',
      pods: forHooks ? 'completed' : 'ready',
    },
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
