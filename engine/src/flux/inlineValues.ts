import { type GoMap, GoInt, isMap, newMap, type Value } from '../gostd/index.ts';
import type { Origins } from '../support/index.ts';
import type { Manifest } from './manifest.ts';
import { isSopsText } from './valuesData.ts';

export interface InlineOptions {
  readonly origins: Origins;
  /** Where the release was written. */
  readonly manifest?: Manifest;
}

/**
 * A copy of a release's inline values as Go values; anything but a map counts as none. It is a copy because a
 * `targetPath` changes it later, and because what an alias shared must not change twice.
 */
export function inlineValues(values: unknown, { origins, manifest }: InlineOptions): GoMap {
  const isEncrypted = manifest?.object['sops'] !== undefined;

  const copy = (value: unknown): Value => {
    if (Array.isArray(value)) {
      const list: Value[] = value.map((entry: unknown) => copy(entry));
      list.forEach((entry, index) => {
        mark(value, list, index, entry);
      });
      return list;
    }
    if (value instanceof GoInt) {
      return Number(value.value);
    }
    if (typeof value === 'object' && value !== null) {
      const map = newMap();
      for (const [key, entry] of Object.entries(value)) {
        const copied = copy(entry);
        map[key] = copied;
        mark(value, map, key, copied);
      }
      return map;
    }
    // Read from JSON or YAML: what is neither list nor map is one of these.
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
  };

  const mark = (from: object, to: object, key: string | number, value: Value): void => {
    if (isEncrypted && isSopsText(value)) {
      origins.set(to, key, { kind: 'unknown', reason: 'encrypted with SOPS' });
      return;
    }
    const place = manifest?.places.get(from, key);
    if (manifest !== undefined && place !== undefined) {
      const position = place.keyStart ?? place.value.start;
      origins.set(to, key, { kind: 'user', layer: 'values', file: manifest.file, position });
    }
  };

  const copied = copy(values);
  return isMap(copied) ? copied : newMap();
}
