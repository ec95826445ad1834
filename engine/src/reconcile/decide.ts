import type { Snapshot } from '../flux/index.ts';
import { previousGood } from './snapshot.ts';
import type { ReleaseState } from './state.ts';

/** One step of the loop. Of each `type` at most one runs in one reconcile. */
export type Action =
  | { readonly kind: 'install'; readonly type: 'release' }
  | { readonly kind: 'upgrade'; readonly type: 'release'; readonly clearHistory: boolean }
  | { readonly kind: 'test'; readonly type: 'test' }
  | { readonly kind: 'unlock'; readonly type: 'unlock'; readonly status: string }
  | { readonly kind: 'rollback'; readonly type: 'remediate'; readonly to: Snapshot }
  | { readonly kind: 'uninstall'; readonly type: 'remediate' };

export type ActionType = Action['type'];

export type Decision =
  | { readonly kind: 'act'; readonly action: Action }
  | { readonly kind: 'done' }
  | { readonly kind: 'stalled'; readonly reason: 'RetriesExceeded' | 'MissingRollbackTarget'; readonly message: string }
  | { readonly kind: 'error'; readonly message: string };

/** What one of `install.remediation` and `upgrade.remediation` says, with defaults filled in. */
export interface Remediation {
  /** Negative: without limit. */
  readonly retries: number;
  readonly remediateLastFailure: boolean;
  readonly strategy: 'rollback' | 'uninstall';
  readonly ignoreTestFailures: boolean;
}

export interface DecisionInput {
  readonly state: ReleaseState;
  /** Newest first. */
  readonly history: readonly Snapshot[];
  readonly lastAction: 'install' | 'upgrade' | undefined;
  readonly installFailures: number;
  readonly upgradeFailures: number;
  /** `undefined` where the strategy is to retry without remediation. */
  readonly install: Remediation | undefined;
  readonly upgrade: Remediation | undefined;
  /** Set by a force annotation that was not handled yet. */
  readonly force: boolean;
}

const install: Action = { kind: 'install', type: 'release' };
const upgrade: Action = { kind: 'upgrade', type: 'release', clearHistory: false };

/**
 * Decides what to do in a state. Pure: upstream edits history and conditions here, the loop does that with us.
 * @see helm-controller v1.6 internal/reconcile/atomic_release.go, actionForState
 */
export function nextAction(input: DecisionInput): Decision {
  const { state } = input;
  switch (state.kind) {
    case 'inSync':
      return input.force ? act(upgrade) : { kind: 'done' };
    case 'locked':
      return act({ kind: 'unlock', type: 'unlock', status: state.status });
    case 'absent':
      return !input.force && exhausted(input.install, input.installFailures)
        ? retriesExceeded('install', input.installFailures)
        : act(install);
    case 'unmanaged':
      return act({ kind: 'upgrade', type: 'release', clearHistory: true });
    case 'outOfSync':
      return !input.force && exhausted(input.upgrade, input.upgradeFailures)
        ? retriesExceeded('upgrade', input.upgradeFailures)
        : act(upgrade);
    case 'untested':
      return act({ kind: 'test', type: 'test' });
    case 'failed':
      return decideFailed(input);
    case 'unexpected':
      return { kind: 'error', message: state.reason };
  }
}

function decideFailed(input: DecisionInput): Decision {
  const active = activeRemediation(input);
  if (active === undefined) {
    return act(upgrade);
  }
  const { remediation, failures, verb } = active;
  // No failure is counted: the configuration changed since, so the failed release is simply upgraded.
  if (failures <= 0 || input.force) {
    return act(upgrade);
  }
  if (exhausted(remediation, failures) && !remediation.remediateLastFailure) {
    return retriesExceeded(verb, failures);
  }
  if (verb === 'install' || remediation.strategy === 'uninstall') {
    return act({ kind: 'uninstall', type: 'remediate' });
  }
  const to = previousGood(input.history, { ignoreTests: remediation.ignoreTestFailures });
  return to === undefined
    ? {
        kind: 'stalled',
        reason: 'MissingRollbackTarget',
        message: 'Failed to perform remediation: missing target release for rollback',
      }
    : act({ kind: 'rollback', type: 'remediate', to });
}

function activeRemediation(
  input: DecisionInput,
): { readonly remediation: Remediation; readonly failures: number; readonly verb: 'install' | 'upgrade' } | undefined {
  const { lastAction } = input;
  const remediation = lastAction === 'install' ? input.install : lastAction === 'upgrade' ? input.upgrade : undefined;
  return remediation === undefined || lastAction === undefined
    ? undefined
    : {
        remediation,
        verb: lastAction,
        failures: lastAction === 'install' ? input.installFailures : input.upgradeFailures,
      };
}

/** Whether no try is left: `retries` says how many follow the first. */
function exhausted(remediation: Remediation | undefined, failures: number): boolean {
  return remediation !== undefined && remediation.retries >= 0 && failures > remediation.retries;
}

function retriesExceeded(verb: 'install' | 'upgrade', failures: number): Decision {
  return { kind: 'stalled', reason: 'RetriesExceeded', message: `Failed to ${verb} after ${failures} attempt(s)` };
}

function act(action: Action): Decision {
  return { kind: 'act', action };
}
