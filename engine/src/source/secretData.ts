import type { ValuesLookup } from '../flux/index.ts';
import type { NamespacedName } from '../support/index.ts';

/** The data of a Secret, or why it is of no use here: a sentence goes on with it. */
export type SecretData =
  | { readonly kind: 'known'; readonly data: ReadonlyMap<string, string> }
  | { readonly kind: 'unknown'; readonly why: string };

/** What a Secret holds that a source names. One that is encrypted in part is taken for encrypted. */
export function secretData(lookup: ValuesLookup, { namespace, name }: NamespacedName): SecretData {
  const found = lookup({ kind: 'Secret', namespace, name });
  if (found === undefined) {
    return { kind: 'unknown', why: 'not found' };
  }
  if (found.kind === 'unknown') {
    return { kind: 'unknown', why: found.reason };
  }
  return found.sealed.size > 0 ? { kind: 'unknown', why: 'encrypted with SOPS' } : { kind: 'known', data: found.data };
}
