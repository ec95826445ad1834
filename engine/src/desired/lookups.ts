import type { Value } from '../gostd/index.ts';
import type { LookupKey, LookupSnapshot } from '../render/index.ts';
import type { Abortable } from '../support/index.ts';

/** Asks a cluster what a template looked up: the object or list, or an empty map where there is none. */
export type FetchLookup = (key: LookupKey, options: Abortable) => Promise<Value>;

/** Answers that grow from one render to the next. */
export interface LookupAnswers extends LookupSnapshot {
  /** Fetches what is missing. */
  add(keys: readonly LookupKey[], options: Abortable): Promise<void>;
}

export function lookupAnswers(fetch: FetchLookup): LookupAnswers {
  const answers = new Map<string, Value>();
  return {
    get: (key) => answers.get(nameOf(key)),
    add: async (keys, { signal }) => {
      for (const key of keys) {
        answers.set(nameOf(key), await fetch(key, { signal }));
      }
    },
  };
}

function nameOf({ apiVersion, kind, namespace, name }: LookupKey): string {
  return `${apiVersion} ${kind} ${namespace}/${name}`;
}
