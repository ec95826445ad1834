import type { KubeObject } from '../support/index.ts';

const mask = '•••';

/** A copy of an object in which these fields are masked. @param pointers JSON pointers of scalars, RFC 6901 */
export function maskPointers(object: KubeObject, pointers: readonly string[]): KubeObject {
  return pointers.reduce<KubeObject>(
    // What names an object stays an object's name.
    (masked, pointer) => withMask(masked, pointer.split('/').slice(1).map(unescaped)) as KubeObject,
    object,
  );
}

/** What is at a JSON pointer; undefined where nothing is. */
export function valueAtPointer(object: unknown, pointer: string): unknown {
  return pointer
    .split('/')
    .slice(1)
    .reduce<unknown>((value, key) => childAt(value, unescaped(key)), object);
}

function withMask(value: unknown, [key, ...rest]: readonly string[]): unknown {
  if (key === undefined) {
    return mask;
  }
  const child = childAt(value, key);
  if (child === undefined) {
    return value;
  }
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    return items.map((item, index) => (String(index) === key ? withMask(item, rest) : item));
  }
  return { ...(value as object), [key]: withMask(child, rest) }; // childAt found something in it
}

function childAt(value: unknown, key: string): unknown {
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    return items[Number(key)];
  }
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Readonly<Record<string, unknown>>)[key] // it has the key
    : undefined;
}

function unescaped(key: string): string {
  return key.replaceAll('~1', '/').replaceAll('~0', '~');
}
