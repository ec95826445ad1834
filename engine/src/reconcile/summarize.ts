import {
  type ConditionOptions,
  getCondition,
  setCondition,
  type StatusCondition,
  withoutCondition,
} from '../flux/index.ts';

export interface SummaryOptions extends ConditionOptions {
  /** Whether a failed test makes a release not ready: tests are enabled and their failures not ignored. */
  readonly testsCount: boolean;
}

/**
 * Sets Ready from the other conditions: a remediation makes it False, else a test that counts decides, else the release.
 * Nothing is stalled that is ready.
 *
 * @see helm-controller v1.6 internal/reconcile/helmrelease_conditions, summarize
 */
export function summarize(conditions: readonly StatusCondition[], options: SummaryOptions): readonly StatusCondition[] {
  const remediated = getCondition(conditions, 'Remediated');
  const tested = options.testsCount ? getCondition(conditions, 'TestSuccess') : undefined;
  const basis = remediated ?? tested ?? getCondition(conditions, 'Released');
  if (basis === undefined) {
    return conditions;
  }
  const status = basis.type === 'Remediated' && basis.status === 'True' ? 'False' : basis.status;
  const ready = setCondition(
    conditions,
    { type: 'Ready', status, reason: basis.reason, message: basis.message },
    options,
  );
  return status === 'True' ? withoutCondition(ready, 'Stalled') : ready;
}
