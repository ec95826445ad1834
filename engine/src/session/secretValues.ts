import { composeValues, type HelmRelease } from '../flux/index.ts';
import { type GoMap, isList, isMap, newMap, type Value } from '../gostd/index.ts';
import type { KubeClient } from '../kube/index.ts';
import { valueAt, type ValueKeys } from '../render/index.ts';
import { type Abortable, isShowable, mask, type Origins } from '../support/index.ts';
import { valuesLookupFor } from './gather.ts';

/** Which values of a release must not be shown. */
export type SecretValues =
  /** Values at these paths came from Secrets. */
  | { readonly kind: 'known'; readonly paths: readonly ValueKeys[] }
  /** A Secret could not be read, so nobody can tell which values came from it. */
  | { readonly kind: 'unknown' };

/** Shorter texts stand in too many places by chance to be masked. */
const minSecretLength = 4;

/** Finds out by composing the values of a HelmRelease anew. A plain release has no Secrets that its values come from. */
export async function secretValuesOf(
  release: HelmRelease | undefined,
  client: KubeClient,
  options: Abortable,
): Promise<SecretValues> {
  if (release?.spec.valuesFrom?.some(({ kind }) => kind === 'Secret') !== true) {
    return { kind: 'known', paths: [] };
  }
  try {
    const lookup = await valuesLookupFor(release, client, options);
    const { values, origins, unknown } = composeValues(release, { lookup });
    return unknown.length > 0 ? { kind: 'unknown' } : { kind: 'known', paths: secretPaths(values, origins, []) };
  } catch {
    // Whatever kept us from it, we do not know what is secret.
    options.signal.throwIfAborted();
    return { kind: 'unknown' };
  }
}

function secretPaths(value: Value, origins: Origins, path: ValueKeys): ValueKeys[] {
  const entries: readonly (readonly [string | number, Value])[] = isMap(value)
    ? Object.entries(value)
    : isList(value)
      ? [...value.entries()]
      : [];
  return entries.flatMap(([key, item]) => {
    // Entries are only found in maps and lists, which are objects.
    const isSecret = !isShowable(origins.get(value as object, key));
    return isSecret ? [[...path, key]] : secretPaths(item, origins, [...path, key]);
  });
}

/** Values with a mask for each that must not be shown. */
export function maskValues(values: GoMap, secrets: SecretValues): GoMap {
  const masked = maskAt(values, secrets.kind === 'known' ? secrets.paths : [[]]);
  return isMap(masked) ? masked : newMap();
}

function maskAt(value: Value, paths: readonly ValueKeys[]): Value {
  const isWhole = paths.some((path) => path.length === 0);
  const below = (key: string | number): readonly ValueKeys[] =>
    isWhole ? [[]] : paths.filter(([first]) => first === key).map((path) => path.slice(1));
  if (isMap(value)) {
    return newMap(Object.entries(value).map(([key, item]) => [key, maskAt(item, below(key))]));
  }
  if (isList(value)) {
    return value.map((item, index) => maskAt(item, below(index)));
  }
  return isWhole ? mask : value;
}

/** The texts of a revision's values that must not be shown, for taking them out of its manifest. */
export function secretTexts(values: GoMap, secrets: SecretValues): readonly string[] {
  const texts = new Set<string>();
  const collect = (value: Value): void => {
    if (isMap(value)) {
      Object.values(value).forEach(collect);
    } else if (isList(value)) {
      value.forEach(collect);
    } else if (typeof value === 'string' && value.length >= minSecretLength) {
      texts.add(value);
    }
  };
  for (const path of secrets.kind === 'known' ? secrets.paths : [[]]) {
    collect(valueAt(values, path));
  }
  return [...texts];
}
