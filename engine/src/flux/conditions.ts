import type { StatusCondition } from './api/meta.ts';

/** @see fluxcd/pkg/runtime v0.110 conditions/setter.go, conditionWeights */
const weights: ReadonlyMap<string, number> = new Map([
  ['Stalled', 0],
  ['Reconciling', 1],
  ['Ready', 2],
]);
const maxMessageLength = 32_768;

export interface NewCondition {
  readonly type: string;
  readonly status: StatusCondition['status'];
  readonly reason: string;
  readonly message: string;
}

export interface ConditionOptions {
  /** `metadata.generation` of the object. */
  readonly generation: number;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export function getCondition(
  conditions: readonly StatusCondition[] | undefined,
  type: string,
): StatusCondition | undefined {
  return conditions?.find((condition) => condition.type === type);
}

/**
 * The conditions with this one set. The time of transition stays while status, reason and message do.
 *
 * @see fluxcd/pkg/runtime v0.110 conditions/setter.go, Set
 */
export function setCondition(
  conditions: readonly StatusCondition[] | undefined,
  condition: NewCondition,
  { generation, now }: ConditionOptions,
): readonly StatusCondition[] {
  const message = trimMessage(condition.message);
  const old = getCondition(conditions, condition.type);
  const isSame = hasSameState(old, { ...condition, message });
  const set: StatusCondition = {
    ...condition,
    message,
    lastTransitionTime: (isSame ? old?.lastTransitionTime : undefined) ?? wholeSeconds(now),
    observedGeneration: generation,
  };
  return [...withoutCondition(conditions, condition.type), set].sort(byConvenience);
}

export function withoutCondition(
  conditions: readonly StatusCondition[] | undefined,
  ...types: readonly string[]
): readonly StatusCondition[] {
  return (conditions ?? []).filter((condition) => !types.includes(condition.type));
}

/** Whether two lists say the same, transition times aside. */
export function sameConditions(a: readonly StatusCondition[], b: readonly StatusCondition[]): boolean {
  return (
    a.length === b.length &&
    a.every((condition) => {
      const other = getCondition(b, condition.type);
      return hasSameState(other, condition) && other?.observedGeneration === condition.observedGeneration;
    })
  );
}

function hasSameState(old: StatusCondition | undefined, { status, reason, message }: NewCondition): boolean {
  return old?.status === status && old.reason === reason && old.message === message;
}

/** As metav1.Time prints it: `2026-11-21T05:24:03Z`. */
function wholeSeconds(now: number): string {
  return `${new Date(now).toISOString().slice(0, 19)}Z`;
}

/** @see fluxcd/pkg/runtime v0.110 conditions/setter.go, lexicographicLess */
function byConvenience(a: StatusCondition, b: StatusCondition): number {
  const left = weights.get(a.type);
  const right = weights.get(b.type);
  if (left !== undefined || right !== undefined) {
    return (left ?? weights.size) - (right ?? weights.size);
  }
  const generations = (b.observedGeneration ?? 0) - (a.observedGeneration ?? 0);
  return generations !== 0 ? generations : a.type < b.type ? -1 : 1;
}

/** The API server takes 32,768 bytes. */
function trimMessage(message: string): string {
  return message.length <= maxMessageLength ? message : `${message.slice(0, maxMessageLength - 3)}...`;
}
