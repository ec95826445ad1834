import { entryOf, nodeAt, type ObjectId, type PathStep, stringAt, type YamlNode } from '../document/index.ts';
import type { WorkspaceObject } from './workspace.ts';

/** A field that names another object. */
export interface Reference {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string | undefined;
  /** The `name` field that holds it. */
  readonly path: readonly PathStep[];
  readonly role: 'source' | 'dependency' | 'values';
  /** A missing object is no mistake. */
  readonly optional: boolean;
}

const sourceGroup = 'source.toolkit.fluxcd.io';
const helmGroup = 'helm.toolkit.fluxcd.io';
const kustomizeGroup = 'kustomize.toolkit.fluxcd.io';
/** Any other kind is a mistake in the kind, which the schema reports. */
const sourceKinds: ReadonlySet<string> = new Set([
  'HelmRepository',
  'OCIRepository',
  'GitRepository',
  'Bucket',
  'HelmChart',
  'ExternalArtifact',
]);

/** Every reference of a HelmRelease, HelmChart or Kustomization to sources, to its like, to ConfigMaps and Secrets. */
export function referencesOf(object: WorkspaceObject): Reference[] {
  const { root, id } = object;
  const dependencies = listed(root, ['spec', 'dependsOn'], (item, path) => dependency(item, path, id));
  if (id.group === helmGroup && id.kind === 'HelmRelease') {
    return [
      ...sourceReference(root, ['spec', 'chart', 'spec', 'sourceRef'], id.namespace),
      ...sourceReference(root, ['spec', 'chartRef'], id.namespace),
      ...dependencies,
      ...listed(root, ['spec', 'valuesFrom'], (item, path) => valuesSource(item, path, id.namespace)),
    ];
  }
  if (id.group === kustomizeGroup && id.kind === 'Kustomization') {
    // Whoever installs Flux makes the source of a cluster there, often outside of the repository.
    const sources = sourceReference(root, ['spec', 'sourceRef'], id.namespace);
    return [...sources.map((source) => ({ ...source, optional: true })), ...dependencies];
  }
  return id.group === sourceGroup && id.kind === 'HelmChart'
    ? sourceReference(root, ['spec', 'sourceRef'], id.namespace)
    : [];
}

function sourceReference(root: YamlNode, path: readonly PathStep[], ownNamespace: string | undefined): Reference[] {
  const kind = stringAt(root, [...path, 'kind']);
  const name = stringAt(root, [...path, 'name']);
  if (kind === undefined || name === undefined || !sourceKinds.has(kind)) {
    return [];
  }
  const namespace = stringAt(root, [...path, 'namespace']) ?? ownNamespace;
  return [{ group: sourceGroup, kind, name, namespace, path: [...path, 'name'], role: 'source', optional: false }];
}

function listed(
  root: YamlNode,
  path: readonly PathStep[],
  read: (item: YamlNode, path: readonly PathStep[]) => Reference[],
): Reference[] {
  const list = nodeAt(root, path);
  return list?.kind === 'list' ? list.items.flatMap((item, index) => read(item, [...path, index])) : [];
}

/** Releases wait for releases, and Kustomizations for Kustomizations. */
function dependency(item: YamlNode, path: readonly PathStep[], { group, kind, namespace: own }: ObjectId): Reference[] {
  const name = stringAt(item, ['name']);
  const namespace = stringAt(item, ['namespace']) ?? own;
  return name === undefined
    ? []
    : [
        {
          group,
          kind,
          name,
          namespace,
          path: [...path, 'name'],
          role: 'dependency',
          optional: false,
        },
      ];
}

function valuesSource(item: YamlNode, path: readonly PathStep[], namespace: string | undefined): Reference[] {
  const kind = stringAt(item, ['kind']);
  const name = stringAt(item, ['name']);
  if (name === undefined || (kind !== 'ConfigMap' && kind !== 'Secret')) {
    return [];
  }
  const optional = entryOf(item, 'optional')?.value;
  return [
    {
      group: '',
      kind,
      name,
      namespace,
      path: [...path, 'name'],
      role: 'values',
      optional: optional?.kind === 'scalar' && optional.value === true,
    },
  ];
}
