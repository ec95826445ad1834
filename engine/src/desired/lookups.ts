import type { Value } from '../gostd/index.ts';
import type { LookupKey, LookupSnapshot } from '../render/index.ts';
import type { Abortable } from '../support/index.ts';

/**
 * Asks a cluster what a template looked up: the object or list, an empty map where there is none, undefined where
 * nobody can say.
 */
export type FetchLookup = (key: LookupKey, options: Abortable) => Promise<Value>;

/** Answers that grow from one render to the next. It notes what it was asked and had no answer for. */
export interface LookupAnswers extends LookupSnapshot {
  /** Fetches what was asked in vain; false when nothing came of it. */
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
      missing.clear();
      let isNew = false;
      for (const [name, key] of keys) {
        const answer = await fetch(key, { signal });
        answers.set(name, answer);
        isNew ||= answer !== undefined;
      }
      return isNew;
    },
  };
}

function nameOf({ apiVersion, kind, namespace, name }: LookupKey): string {
  return `${apiVersion} ${kind} ${namespace}/${name}`;
}
