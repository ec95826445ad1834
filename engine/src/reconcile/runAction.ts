import { withStatus } from '../action/index.ts';
import type { Release } from '../release/index.ts';
import type { Action } from './decide.ts';
import { installOrUpgrade } from './installOrUpgrade.ts';
import * as messages from './messages.ts';
import { observe } from './observe.ts';
import { rollBack, uninstallFailed } from './remediate.ts';
import { conclude, type Run, tell } from './run.ts';
import { testRelease } from './testRelease.ts';

interface Occasion {
  /** The newest revision in storage. */
  readonly latest: Release | undefined;
  /** The state that asks for the action, in words. */
  readonly because: string;
}

/**
 * Runs one action and notes in the status how it ended. Returns how many milliseconds to wait before the next try, when
 * it must wait.
 *
 * @throws where it is not known what happened; then nothing of it is to be saved
 */
export async function runAction(run: Run, action: Action, { latest, because }: Occasion): Promise<number | undefined> {
  const { draft } = run;
  tell(run, 'info', { reason: 'Progressing', message: `running '${action.kind}' action: ${because}` });
  switch (action.kind) {
    case 'install':
      return await installOrUpgrade(run, 'install');
    case 'upgrade':
      if (action.clearHistory) {
        draft.set({ history: [] });
      }
      return await installOrUpgrade(run, 'upgrade');
    case 'unlock':
      await unlock(run, latest, action.status);
      return undefined;
    case 'test':
      await testRelease(run);
      return undefined;
    case 'rollback':
      draft.trimHistory();
      await rollBack(run, action.to);
      return undefined;
    case 'uninstall':
      draft.trimHistory();
      await uninstallFailed(run, latest);
      return undefined;
  }
}

/** Calls a revision failed that somebody left pending. `status` is what it was left in. */
async function unlock(run: Run, latest: Release | undefined, status: string): Promise<void> {
  if (latest === undefined) {
    return;
  }
  const { config, desired, draft, signal } = run;
  const unlocked = withStatus(latest, 'failed', `Release unlocked from stale '${status}' state`);
  await config.storage.update(unlocked, { signal });
  const snapshot = observe(unlocked, draft.history[0]?.action, desired.resolved.ociDigest);
  draft.record(snapshot);
  const message = messages.unlocked(snapshot, status);
  conclude(run, 'warning', { type: 'Released', status: 'False', reason: 'PendingRelease', message });
}
