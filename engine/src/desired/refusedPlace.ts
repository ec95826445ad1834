import { ChartError } from '../chart/index.ts';
import type { ComposedValues } from '../flux/index.ts';
import { isList, isMap, type Value } from '../gostd/index.ts';
import type { Origin } from '../support/index.ts';

/** Where a user wrote a value. */
export type WrittenPlace = Extract<Origin, { readonly kind: 'user' }>;

/**
 * Where the first value stands that a chart's schema refuses; of one that is missing or is the chart's own, what the
 * user wrote around it. Undefined for other errors, and where the user wrote nothing of it.
 */
export function refusedPlace(
  error: unknown,
  { values, origins }: Pick<ComposedValues, 'values' | 'origins'>,
): WrittenPlace | undefined {
  const problems = error instanceof ChartError ? error.schemaProblems : [];
  return problems.map(({ path }) => nearest(path, values, origins)).find((place) => place !== undefined);
}

function nearest(
  path: readonly string[],
  values: ComposedValues['values'],
  origins: ComposedValues['origins'],
): WrittenPlace | undefined {
  let place: WrittenPlace | undefined;
  let at: Value | undefined = values;
  for (const step of path) {
    let origin: Origin | undefined;
    if (isMap(at)) {
      origin = origins.get(at, step);
      at = at[step];
    } else if (isList(at)) {
      origin = origins.get(at, Number(step));
      at = at[Number(step)];
    } else {
      break;
    }
    if (origin?.kind === 'user') {
      place = origin;
    } else if (origin !== undefined) {
      // What a Secret holds has no place that may be told.
      return undefined;
    }
  }
  return place;
}
