import { type ObjectSet, objectSet, readManifests } from '@fairlead/engine/flux';
import type { YamlFile } from '../document/index.ts';
import { objectsOf, type Workspace } from '../workspace/index.ts';
import { generatedManifest } from './generatedManifest.ts';

/** What files hold, read as Flux reads it. A file is read again only when its text changed. */
export class Manifests {
  readonly #known = new WeakMap<YamlFile, ReturnType<typeof readManifests>>();

  of(file: YamlFile): ReturnType<typeof readManifests> {
    let known = this.#known.get(file);
    if (known === undefined) {
      known = readManifests(file.text, { file: file.uri, dialect: 'kubernetes' });
      this.#known.set(file, known);
    }
    return known;
  }
}

/**
 * The objects that a release of `file` may refer to. Of two with one name the nearer file's counts: one repository
 * often has the same release for several clusters.
 */
export function surroundingsOf(file: YamlFile, workspace: Workspace, manifests: Manifests): ObjectSet {
  const others = workspace
    .files()
    .filter((other) => other !== file && objectsOf(other).some(({ id }) => isReferred(id)))
    .map((other) => ({ other, common: commonFolders(file.uri, other.uri) }))
    .sort((a, b) => b.common - a.common || (a.other.uri < b.other.uri ? -1 : 1));
  const written = [file, ...others.map(({ other }) => other)].flatMap((each) => manifests.of(each).manifests);
  const generated = workspace
    .generated()
    .map((each) => ({ each, common: commonFolders(file.uri, each.file.uri) }))
    .sort((a, b) => b.common - a.common)
    .flatMap(({ each }) => generatedManifest(each, workspace) ?? []);
  return objectSet([...written, ...generated]);
}

const referredGroups: ReadonlySet<string> = new Set([
  'source.toolkit.fluxcd.io',
  // They make Secrets.
  'external-secrets.io',
  'bitnami.com',
]);

function isReferred({ group, kind }: { readonly group: string; readonly kind: string }): boolean {
  return group === '' ? kind === 'ConfigMap' || kind === 'Secret' : referredGroups.has(group);
}

/** How many folders from the root two files share. */
function commonFolders(a: string, b: string): number {
  const [first, second] = [a.split('/').slice(0, -1), b.split('/').slice(0, -1)];
  const differs = first.findIndex((part, index) => part !== second[index]);
  return differs < 0 ? first.length : differs;
}
