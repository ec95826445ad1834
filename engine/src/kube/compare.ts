import { escapePointer, isRecord, type JsonRecord, valueAtPointer } from '../support/index.ts';

/** One field that differs. */
export interface FieldChange {
  /** JSON pointer (RFC 6901). */
  readonly pointer: string;
  readonly change: 'add' | 'remove' | 'replace';
  readonly before: unknown;
  readonly after: unknown;
}

/** What has to be done to `before` to get `after`: lists of one length element by element, others as a whole. */
export function fieldChanges(before: unknown, after: unknown): readonly FieldChange[] {
  const changes: FieldChange[] = [];
  compare('', { before, after, changes });
  return changes;
}

interface Sides {
  readonly before: unknown;
  readonly after: unknown;
  readonly changes: FieldChange[];
}

function compare(pointer: string, { before, after, changes }: Sides): void {
  if (isRecord(before) && isRecord(after)) {
    compareFields(pointer, before, after, changes);
  } else if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    before.forEach((item: unknown, index) => {
      compare(`${pointer}/${index}`, { before: item, after: after[index], changes });
    });
  } else if (!isSame(before, after)) {
    changes.push({ pointer, change: 'replace', before, after });
  }
}

function compareFields(pointer: string, before: JsonRecord, after: JsonRecord, changes: FieldChange[]): void {
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const field = `${pointer}/${escapePointer(key)}`;
    if (!Object.hasOwn(before, key)) {
      changes.push({ pointer: field, change: 'add', before: undefined, after: after[key] });
    } else if (!Object.hasOwn(after, key)) {
      changes.push({ pointer: field, change: 'remove', before: before[key], after: undefined });
    } else {
      compare(field, { before: before[key], after: after[key], changes });
    }
  }
}

function isSame(a: unknown, b: unknown): boolean {
  if (a === b) {
    return true;
  }
  return Array.isArray(a) && Array.isArray(b) && a.length === b.length && fieldChanges(a, b).length === 0;
}

/**
 * Fields that an older manifest had, that the new one has no more, and that are still in the cluster as they were: what
 * stays behind when the new manifest was applied under another name than the old one. JSON pointers.
 */
export function leftBehind(objects: {
  readonly previous: unknown;
  readonly desired: unknown;
  readonly live: unknown;
}): readonly string[] {
  const { previous, desired, live } = objects;
  return fieldChanges(previous, desired)
    .filter(({ change }) => change === 'remove')
    .filter(({ pointer, before }) => contains(valueAtPointer(live, pointer), before))
    .map(({ pointer }) => pointer);
}

/** Whether everything in `part` is in `whole`; the API server fills in defaults beside what was given. */
function contains(whole: unknown, part: unknown): boolean {
  if (isRecord(part)) {
    return isRecord(whole) && Object.entries(part).every(([key, value]) => contains(whole[key], value));
  }
  if (Array.isArray(part)) {
    return (
      Array.isArray(whole) && part.length === whole.length && part.every((item, index) => contains(whole[index], item))
    );
  }
  return whole === part;
}
