import { setCondition, withoutCondition } from '../flux/index.ts';
import type { Release } from '../release/index.ts';
import type { Abortable, Clock } from '../support/index.ts';
import * as messages from './messages.ts';
import { observe } from './observe.ts';
import { withSnapshot } from './snapshot.ts';
import type { StatusStore } from './statusStore.ts';
import { summarize } from './summarize.ts';

/**
 * Notes that a release was uninstalled: it is not ready any more, owns nothing, and the next reconcile installs it.
 *
 * @see helm-controller v1.6 internal/reconcile/uninstall.go, success
 */
export async function recordUninstalled(
  release: Release,
  store: StatusStore,
  { signal, clock, keptHistory }: Abortable & { readonly clock: Clock; readonly keptHistory: boolean },
): Promise<void> {
  const { status, generation } = await store.load({ signal });
  const { inventory: _inventory, ...rest } = status;
  const snapshot = observe(release, 'uninstall');
  const options = { generation, now: clock.now() };
  const released = setCondition(
    withoutCondition(status.conditions, 'Remediated', 'TestSuccess', 'Drifted', 'Stalled'),
    { type: 'Released', status: 'False', reason: 'UninstallSucceeded', message: messages.uninstalled(snapshot) },
    options,
  );
  const conditions = summarize(released, { ...options, testsCount: false });
  // What is not in storage any more is not in the history either.
  const history = keptHistory ? withSnapshot(status.history ?? [], snapshot) : [];
  await store.save({ ...rest, conditions, history }, { signal });
}
