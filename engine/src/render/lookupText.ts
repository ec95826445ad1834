import type { LookupKey } from './types.ts';

/** What was looked up as a text, so that equal keys are equal. */
export function lookupText({ apiVersion, kind, namespace, name }: LookupKey): string {
  return JSON.stringify([apiVersion, kind, namespace, name]);
}
