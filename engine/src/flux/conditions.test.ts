import { expect, test } from 'vitest';
import { getCondition, type NewCondition, sameConditions, setCondition, withoutCondition } from './index.ts';

const ready: NewCondition = { type: 'Ready', status: 'True', reason: 'InstallSucceeded', message: 'fine' };
const at = (now: string, generation = 1): { now: number; generation: number } => ({ now: Date.parse(now), generation });

test('a condition that says the same keeps its time and learns the generation', () => {
  const first = setCondition(undefined, ready, at('2026-01-01T00:00:00.900Z'));
  expect(first).toEqual([{ ...ready, lastTransitionTime: '2026-01-01T00:00:00Z', observedGeneration: 1 }]);
  const second = setCondition(first, ready, at('2026-01-02T00:00:00Z', 2));
  expect(second).toEqual([{ ...ready, lastTransitionTime: '2026-01-01T00:00:00Z', observedGeneration: 2 }]);
});

test.for(['status', 'reason', 'message'] as const)('another %s is a transition', (field) => {
  const first = setCondition(undefined, ready, at('2026-01-01T00:00:00Z'));
  const changed = { ...ready, [field]: field === 'status' ? 'False' : 'Other' };
  const second = setCondition(first, changed, at('2026-01-02T00:00:00Z'));
  expect(getCondition(second, 'Ready')?.lastTransitionTime).toBe('2026-01-02T00:00:00Z');
});

test('Stalled, Reconciling and Ready come first, then the newest generation, then the alphabet', () => {
  let conditions = setCondition(undefined, { ...ready, type: 'Old' }, at('2026-01-01T00:00:00Z', 1));
  for (const type of ['TestSuccess', 'Ready', 'Released', 'Reconciling', 'Stalled']) {
    conditions = setCondition(conditions, { ...ready, type }, at('2026-01-01T00:00:00Z', 2));
  }
  const types = conditions.map(({ type }) => type);
  expect(types).toEqual(['Stalled', 'Reconciling', 'Ready', 'Released', 'TestSuccess', 'Old']);
  expect(withoutCondition(conditions, 'Stalled', 'Reconciling').map(({ type }) => type)).toEqual(types.slice(2));
});

test('times do not count when two lists are compared', () => {
  const one = setCondition(undefined, ready, at('2026-01-01T00:00:00Z'));
  expect(sameConditions(one, setCondition(undefined, ready, at('2026-02-01T00:00:00Z')))).toBe(true);
  expect(sameConditions(one, setCondition(undefined, { ...ready, message: 'no' }, at('2026-01-01T00:00:00Z')))).toBe(
    false,
  );
  expect(sameConditions(one, [])).toBe(false);
});

test('a message is cut where the API server would refuse it', () => {
  const [condition] = setCondition(undefined, { ...ready, message: 'x'.repeat(40_000) }, at('2026-01-01T00:00:00Z'));
  expect(condition?.message).toHaveLength(32_768);
  expect(condition?.message.endsWith('...')).toBe(true);
});
