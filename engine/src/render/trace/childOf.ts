import { isMap, itemsOf, type Value } from '../../gostd/index.ts';

/** The entry of a map or the item of a list under a key; nothing without one. */
export function childOf(value: Value, key: string | number | undefined): Value {
  if (isMap(value)) {
    return key === undefined ? undefined : value[key];
  }
  return typeof key === 'number' ? itemsOf(value)?.[key] : undefined;
}
