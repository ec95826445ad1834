import { type GoMap, isMap, newMap, type Value } from '../gostd/index.ts';
import type { Origins } from '../support/index.ts';

/**
 * A new map with the entries of both. `b` wins; where both hold a map, the two are merged; lists and scalars replace,
 * and null is a value like any other. What only one side has is taken over as it is, not copied: Flux's order of
 * values depends on it.
 *
 * @see fluxcd/pkg/chartutil v1.27 merge.go, MergeMaps
 */
export function mergeMaps(a: GoMap, b: GoMap, { origins }: { readonly origins: Origins }): GoMap {
  const merged = newMap();
  for (const [key, value] of Object.entries(a)) {
    merged[key] = value;
    origins.copy(a, key, merged, key);
  }
  for (const [key, value] of Object.entries(b)) {
    const under: Value = merged[key];
    if (isMap(value) && isMap(under)) {
      merged[key] = mergeMaps(under, value, { origins });
      continue;
    }
    merged[key] = value;
    origins.copy(b, key, merged, key);
  }
  return merged;
}
