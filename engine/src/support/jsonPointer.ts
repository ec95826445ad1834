import { isRecord } from './json.ts';

/** A key as it stands between the slashes of a JSON pointer. @see RFC 6901 */
export function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** The JSON pointer of these keys, from the top on; empty for the top itself. */
export function pointerTo(keys: readonly string[]): string {
  return keys.map((key) => `/${escapePointer(key)}`).join('');
}

/** The keys of a JSON pointer, from the top on. */
export function pointerKeys(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** What is at a JSON pointer; undefined where nothing is. */
export function valueAtPointer(value: unknown, pointer: string): unknown {
  return pointerKeys(pointer).reduce(childAt, value);
}

/** What a list has at an index, or an object under a key of its own. */
export function childAt(value: unknown, key: string): unknown {
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    return items[Number(key)];
  }
  return isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}
