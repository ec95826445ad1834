import type { Value } from '../../gostd/index.ts';
import type { Origin, Origins } from '../../support/index.ts';
import { childOf } from './childOf.ts';

/** Where a value stands: keys of maps, indexes of lists. */
export type ValueKeys = readonly (string | number)[];

/** As `--set` takes it: `a.b[0]`, dots in keys escaped. */
export function valuePathText(keys: ValueKeys): string {
  return keys
    .map((key, i) =>
      typeof key === 'number' ? `[${String(key)}]` : `${i > 0 ? '.' : ''}${key.replaceAll(/[\\.,[\]=]/g, '\\$&')}`,
    )
    .join('');
}

/** The value at these keys; undefined where there is none. */
export function valueAt(values: Value, keys: ValueKeys): Value {
  return keys.reduce<Value>(childOf, values);
}

/** Where the value at these keys comes from, or the innermost above it that is known to come from somewhere. */
export function originAt(origins: Origins, values: Value, [key, ...rest]: ValueKeys): Origin | undefined {
  if (key === undefined || typeof values !== 'object' || values === null) {
    return undefined;
  }
  const below = rest.length > 0 ? originAt(origins, childOf(values, key), rest) : undefined;
  return below ?? origins.get(values, key);
}
