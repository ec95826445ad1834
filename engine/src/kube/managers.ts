import { at, type KubeObject, recordsAt, textAt } from '../support/index.ts';

/** Who owns a field of an object, by the names under which they wrote it; with no path, everybody who wrote anything. */
export function managersOf(object: KubeObject, ...path: readonly string[]): readonly string[] {
  return recordsAt(object, 'metadata', 'managedFields')
    .filter((entry) => path.length === 0 || at(entry, 'fieldsV1', ...path.map((key) => `f:${key}`)) !== undefined)
    .flatMap((entry) => textAt(entry, 'manager') ?? []);
}
