import { decodeJson, type GoMap, isMap } from '@fairlead/engine/gostd';
import { EngineError } from '@fairlead/engine/support';
import type { JsonObject } from './oracleCases.ts';

/** What came of an input: a result, or an error in words. */
export type Outcome = { readonly result: unknown } | { readonly error: string };

/** What our code makes of an input. Errors of its own are outcomes; any other is a bug and is thrown. */
export function outcomeOf(run: () => unknown): Outcome {
  try {
    return { result: run() };
  } catch (error) {
    if (error instanceof EngineError) {
      // The oracle's errors are JSON texts, in which a byte that is no UTF-8 has become U+FFFD.
      return { error: error.message.toWellFormed() };
    }
    throw error;
  }
}

/** JSON in which neither the order of keys counts nor how the digits of a typed float are written. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part !== 'object' || part === null || Array.isArray(part)) {
      return part;
    }
    if ('t' in part && 'v' in part && (part.t === 'float64' || part.t === 'float32') && typeof part.v === 'string') {
      const number = Number(part.v.replace(/Inf$/, 'Infinity'));
      return { t: part.t, v: Object.is(number, -0) ? '-0' : String(number) };
    }
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** A JSON object as values: every number a float64. */
export function goMap(object: JsonObject): GoMap {
  const map = decodeJson(JSON.stringify(object));
  if (!isMap(map)) {
    throw new Error('a JSON object is a map');
  }
  return map;
}
