import { type KubeObject, splitApiVersion } from '../support/index.ts';
import { nameOf } from './refs.ts';
import type { Manifest } from './manifest.ts';

/** Objects by kind, namespace and name. */
export interface ObjectSet {
  /**
   * The object of this name. One that names no namespace is in whichever asks for it: whoever applies it says where.
   */
  find(query: ObjectQuery): Manifest | undefined;
  ofKind(kind: string, group?: string): readonly Manifest[];
  readonly all: readonly Manifest[];
  /** Objects that stand twice: the later of the two, which is the one that is left out. */
  readonly duplicates: readonly Manifest[];
}

export interface ObjectQuery {
  readonly kind: string;
  /** API group; any when absent, `''` is the core group. */
  readonly group?: string;
  readonly namespace: string;
  readonly name: string;
}

/** Indexes objects. The first of two with one identity counts. */
export function objectSet(manifests: readonly Manifest[]): ObjectSet {
  const byIdentity = new Map<string, Manifest>();
  const byKind = new Map<string, Manifest[]>();
  const byName = new Map<string, Manifest[]>();
  const duplicates: Manifest[] = [];
  for (const manifest of manifests) {
    const { object } = manifest;
    const identity = `${groupOf(object)}/${nameOf(object)}`;
    if (byIdentity.has(identity)) {
      duplicates.push(manifest);
      continue;
    }
    byIdentity.set(identity, manifest);
    add(byKind, object.kind, manifest);
    add(byName, `${object.kind}/${object.metadata.name}`, manifest);
  }
  const ofKind = (kind: string, group?: string): readonly Manifest[] => {
    const found = byKind.get(kind) ?? [];
    return group === undefined ? found : found.filter(({ object }) => groupOf(object) === group);
  };
  return {
    all: [...byIdentity.values()],
    duplicates,
    ofKind,
    find: ({ kind, group, namespace, name }) => {
      const named = (byName.get(`${kind}/${name}`) ?? []).filter(
        ({ object }) => group === undefined || groupOf(object) === group,
      );
      return (
        named.find(({ object }) => object.metadata.namespace === namespace) ??
        named.find(({ object }) => object.metadata.namespace === undefined)
      );
    },
  };
}

function add(index: Map<string, Manifest[]>, key: string, manifest: Manifest): void {
  const there = index.get(key);
  if (there === undefined) {
    index.set(key, [manifest]);
  } else {
    there.push(manifest);
  }
}

function groupOf({ apiVersion }: KubeObject): string {
  return splitApiVersion(apiVersion).group;
}
