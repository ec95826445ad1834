import type { ProblemCode } from '@fairlead/engine/support';
import { nodeAt, type ObjectId, type PathStep, stringAt, type YamlNode } from '../document/index.ts';

/** What the API server takes, and Flux can do nothing with. */
export interface Unusable {
  readonly code: ProblemCode;
  readonly message: string;
  readonly path: readonly PathStep[];
}

/**
 * Fields that no schema refuses, and that end in an error of the controller.
 *
 * @see helm-controller v1.6 internal/action, source-controller v1.9 internal/controller/helmrepository_controller.go
 */
export function unusable({ group, kind }: ObjectId, root: YamlNode): Unusable[] {
  if (group === 'helm.toolkit.fluxcd.io' && kind === 'HelmRelease') {
    return valuesOfNoMap(nodeAt(root, ['spec', 'values']));
  }
  return group === 'source.toolkit.fluxcd.io' && kind === 'HelmRepository' ? typeOfNoRegistry(root) : [];
}

function valuesOfNoMap(values: YamlNode | undefined): Unusable[] {
  if (values === undefined || values.kind === 'map' || (values.kind === 'scalar' && isOpen(values))) {
    return [];
  }
  const what =
    values.kind === 'list' ? 'a list' : typeof values.value === 'string' ? 'a text' : `a ${typeof values.value}`;
  const message = `spec.values must be a map, not ${what}: the release would fail with that`;
  return [{ code: 'schema-type', message, path: ['spec', 'values'] }];
}

function isOpen({ value, unknown }: Extract<YamlNode, { kind: 'scalar' }>): boolean {
  return value === null || unknown !== undefined;
}

function typeOfNoRegistry(root: YamlNode): Unusable[] {
  const url = stringAt(root, ['spec', 'url']);
  const written = nodeAt(root, ['spec', 'type']);
  if (url === undefined || (written?.kind === 'scalar' && written.unknown !== undefined)) {
    return [];
  }
  const isRegistry = stringAt(root, ['spec', 'type']) === 'oci';
  if (isRegistry === url.startsWith('oci://')) {
    return [];
  }
  const message = isRegistry
    ? 'spec.url must start with oci://, as spec.type is oci'
    : 'spec.type must be oci for this spec.url: without it Flux looks for an index.yaml there';
  return [{ code: 'source-unavailable', message, path: ['spec', 'url'] }];
}
