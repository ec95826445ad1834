import type { ActionConfig } from '../action/index.ts';
import type { NewCondition } from '../flux/index.ts';
import type { NamespacedName } from '../support/index.ts';
import type { Wanted } from './assess.ts';
import type { ProgressEvent } from './outcome.ts';
import type { ReconcileSettings } from './settings.ts';
import type { StatusDraft } from './statusDraft.ts';

/** One reconcile: what its actions work with. */
export interface Run extends Wanted {
  /** Of the HelmRelease. */
  readonly name: NamespacedName;
  readonly config: ActionConfig;
  readonly settings: ReconcileSettings;
  readonly draft: StatusDraft;
  readonly onEvent: (event: ProgressEvent) => void;
  readonly signal: AbortSignal;
}

export function tell(
  { name, onEvent }: Run,
  severity: ProgressEvent['severity'],
  { reason, message }: { readonly reason: string; readonly message: string },
): void {
  onEvent({ release: name, severity, reason, message });
}

/** Notes in the status how something ended, and tells the same. */
export function conclude(run: Run, severity: ProgressEvent['severity'], condition: NewCondition): void {
  run.draft.condition(condition);
  tell(run, severity, condition);
}
