import { entryOf, nodeAt, type PathStep, stringAt, type YamlNode } from '../document/index.ts';
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
  /** A missing object is no mistake: `optional: true`. */
  readonly optional: boolean;
}

const sourceGroup = 'source.toolkit.fluxcd.io';
const helmGroup = 'helm.toolkit.fluxcd.io';
/** Any other kind is a mistake in the kind, which the schema reports. */
const sourceKinds: ReadonlySet<string> = new Set([
  'HelmRepository',
  'OCIRepository',
  'GitRepository',
  'Bucket',
  'HelmChart',
  'ExternalArtifact',
]);

/** Every reference of a HelmRelease or HelmChart to sources, releases, ConfigMaps and Secrets. */
export function referencesOf(object: WorkspaceObject): Reference[] {
  const { root, id } = object;
  if (id.group === helmGroup && id.kind === 'HelmRelease') {
    return [
      ...sourceReference(root, ['spec', 'chart', 'spec', 'sourceRef'], id.namespace),
      ...sourceReference(root, ['spec', 'chartRef'], id.namespace),
      ...listed(root, ['spec', 'dependsOn'], (item, path) => dependency(item, path, id.namespace)),
      ...listed(root, ['spec', 'valuesFrom'], (item, path) => valuesSource(item, path, id.namespace)),
    ];
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

function dependency(item: YamlNode, path: readonly PathStep[], ownNamespace: string | undefined): Reference[] {
  const name = stringAt(item, ['name']);
  const namespace = stringAt(item, ['namespace']) ?? ownNamespace;
  return name === undefined
    ? []
    : [
        {
          group: helmGroup,
          kind: 'HelmRelease',
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
