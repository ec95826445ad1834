import type { ActionConfig } from '../action/index.ts';
import type { Abortable } from '../support/index.ts';
import { assess, beginAttempt, type Wanted } from './assess.ts';
import type { ActionType } from './decide.ts';
import { confirmInSync } from './inSync.ts';
import type { Outcome, ProgressEvent } from './outcome.ts';
import { type Run, tell } from './run.ts';
import { runAction } from './runAction.ts';
import { reconcileSettings } from './settings.ts';
import { StatusDraft } from './statusDraft.ts';
import type { StatusStore } from './statusStore.ts';

/** What one reconcile works with. */
export interface AtomicReleaseInput extends Wanted {
  readonly config: ActionConfig;
  readonly store: StatusStore;
  readonly onEvent: (event: ProgressEvent) => void;
}

/** Rounds of failing and remediating in one go; a release with retries without limit stops here for now. */
const maxRounds = 12;
const afterTooManyMs = 60_000;
const afterStateErrorMs = 60_000;

/**
 * Brings one release to what is desired: looks at its state, acts, looks again, and follows immediate retries until it
 * is ready, stalled, or has to wait.
 *
 * @see helm-controller v1.6 internal/reconcile/atomic_release.go, Reconcile
 */
export async function atomicRelease(input: AtomicReleaseInput, { signal }: Abortable): Promise<Outcome> {
  const { release, desired, config, store, onEvent } = input;
  const { namespace, name } = release.metadata;
  const settings = reconcileSettings(release);
  const attempt = beginAttempt(input, await store.load({ signal }));
  const draft = new StatusDraft(attempt, { release, store, clock: config.clock, tests: settings.test });
  const run: Run = { release, desired, name: { namespace, name }, config, settings, draft, onEvent, signal };
  let { forced } = attempt;
  let ran = new Set<ActionType>();
  for (let round = 0; round < maxRounds;) {
    const latest = await config.storage.last(desired.releaseName, { signal });
    const { state, decision } = assess(input, { ...attempt, status: draft.status, forced }, latest);
    switch (decision.kind) {
      case 'done':
        return await finish(run, await confirmInSync(run, latest));
      case 'stalled':
        return await stall(run, decision);
      case 'error':
        return await stop(run, { reason: 'StateError', message: decision.message });
      case 'act': {
        if (ran.has(decision.action.type)) {
          // The controller would come back at once; so do we, with a fresh start.
          ran = new Set();
          round++;
        }
        ran.add(decision.action.type);
        forced = false;
        const waitMs = await runAction(run, decision.action, { latest, because: state.reason });
        await draft.save({ signal });
        if (waitMs !== undefined) {
          return requeue(run, waitMs);
        }
      }
    }
  }
  return requeue(run, afterTooManyMs);
}

/** `revision` is the one that is in sync. */
async function finish({ draft, name, signal }: Run, revision: number): Promise<Outcome> {
  draft.markObserved();
  await draft.save({ signal });
  return { kind: 'ready', release: name, revision, message: draft.ready?.message ?? '' };
}

/** Nothing more is tried until the spec changes or somebody asks. */
async function stall(run: Run, { reason, message }: Said): Promise<Outcome> {
  const { draft, name, signal } = run;
  draft.condition({ type: 'Stalled', status: 'True', reason, message });
  draft.markObserved();
  await draft.save({ signal });
  tell(run, 'error', { reason, message });
  return { kind: 'stalled', release: name, reason, message };
}

/** The state of the release is none that anything could be done in. */
async function stop(run: Run, { reason, message }: Said): Promise<Outcome> {
  const { draft, name, signal } = run;
  draft.condition({ type: 'Ready', status: 'False', reason, message });
  await draft.saveAsIs({ signal });
  tell(run, 'error', { reason, message });
  return { kind: 'requeue', release: name, afterMs: afterStateErrorMs, reason, message };
}

function requeue({ draft, name }: Run, afterMs: number): Outcome {
  const { reason, message } = draft.ready ?? { reason: 'ProgressingWithRetry', message: '' };
  return { kind: 'requeue', release: name, afterMs, reason, message };
}

interface Said {
  readonly reason: string;
  readonly message: string;
}
