import { type GoMap, isMap, nilMap } from '../gostd/index.ts';
import { isNil } from './define.ts';
import { isEmpty } from './empty.ts';

/**
 * Merges `source` into `target`, in place; what only `source` has is shared afterwards, as in Go.
 *
 * Without `overwrite` the target's values win unless they are empty. With it the source's win, nil and empty ones too.
 * Only maps that are maps on both sides are merged; lists are taken whole.
 *
 * @see dario.cat/mergo v1.0.1 merge.go, deepMerge, as sprig calls it
 */
export function mergeInto(target: GoMap, source: GoMap, overwrite: boolean): void {
  for (const key of Object.keys(source)) {
    const from = source[key];
    const to = target[key];
    if (isNil(from)) {
      if (overwrite) {
        target[key] = null;
      }
      continue;
    }
    const areMaps = isMap(from) && isMap(to);
    if (areMaps && to[nilMap] !== true) {
      mergeInto(to, from, overwrite);
    }
    // An empty map that just took something in is kept, and so stays the one that others may hold.
    if ((overwrite && !areMaps) || isEmpty(to)) {
      target[key] = from;
    }
  }
}
