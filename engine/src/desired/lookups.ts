import type { Value } from '../gostd/index.ts';
import type { LookupKey, LookupSnapshot } from '../render/index.ts';
import type { Abortable } from '../support/index.ts';

/** Asks a cluster what a template looked up: the object or list, or an empty map where there is none. */
export type FetchLookup = (key: LookupKey, options: Abortable) => Promise<Value>;

/** Answers that grow from one render to the next. It notes what it was asked and had no answer for. */
export interface LookupAnswers extends LookupSnapshot {
  /** Fetches what was asked in vain; false when there was nothing to fetch. */
  fetchMissing(options: Abortable): Promise<boolean>;
}

export function lookupAnswers(fetch: FetchLookup): LookupAnswers {
  const answers = new Map<string, Value>();
  const missing = new Map<string, LookupKey>();
  return {
    get: (key) => {
      const name = nameOf(key);
      if (!answers.has(name)) {
        missing.set(name, key);
      }
      return answers.get(name);
    },
    fetchMissing: async ({ signal }) => {
      const keys = [...missing];
      for (const [name, key] of keys) {
        answers.set(name, await fetch(key, { signal }));
      }
      missing.clear();
      return keys.length > 0;
    },
  };
}

function nameOf({ apiVersion, kind, namespace, name }: LookupKey): string {
  return `${apiVersion} ${kind} ${namespace}/${name}`;
}
