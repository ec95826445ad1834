import { ActionError, runTests } from '../action/index.ts';
import type { Snapshot } from '../flux/index.ts';
import type { Release } from '../release/index.ts';
import { lastAction } from './assess.ts';
import * as messages from './messages.ts';
import { observe, testHooksOf } from './observe.ts';
import { conclude, type Run } from './run.ts';

/**
 * Runs the tests of the current revision and notes in the status how they went.
 *
 * @see helm-controller v1.6 internal/reconcile/test.go, Reconcile
 */
export async function testRelease(run: Run): Promise<void> {
  const { config, desired, release, settings, draft, signal } = run;
  const { timeoutMs, failuresIgnored } = settings.test;
  const options = { signal, timeoutMs, disableHooks: false, disableWait: false, disableWaitForJobs: false };
  try {
    const filters = release.spec.test?.filters ?? [];
    const snapshot = record(run, await runTests(desired.releaseName, config, { ...options, filters }));
    const message = messages.testSucceeded(snapshot);
    conclude(run, 'info', { type: 'TestSuccess', status: 'True', reason: 'TestSucceeded', message });
  } catch (error) {
    if (!(error instanceof ActionError) || error.release === undefined) {
      throw error;
    }
    const message = messages.testFailed(record(run, error.release), error.message);
    conclude(run, 'error', { type: 'TestSuccess', status: 'False', reason: 'TestFailed', message });
    draft.countFailure(failuresIgnored ? undefined : lastAction(draft.status));
  }
}

function record({ desired, draft }: Run, tested: Release): Snapshot {
  const action = draft.history[0]?.action;
  const snapshot = { ...observe(tested, action, desired.resolved.ociDigest), testHooks: testHooksOf(tested) };
  draft.record(snapshot);
  return snapshot;
}
