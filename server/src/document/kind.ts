import { nodeAt, stringAt, type YamlNode } from './node.ts';

/** What a document says it is. */
export interface ObjectId {
  readonly apiVersion: string;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly name: string | undefined;
  readonly namespace: string | undefined;
}

/** Reads apiVersion, kind, name and namespace, or undefined where the first two are not there. */
export function readObjectId(root: YamlNode | undefined): ObjectId | undefined {
  const apiVersion = stringAt(root, ['apiVersion']);
  const kind = stringAt(root, ['kind']);
  if (apiVersion === undefined || kind === undefined) {
    return undefined;
  }
  const slash = apiVersion.indexOf('/');
  // Of the core group there is only a version; where somebody forgot it there is only a group.
  const isBareGroup = slash === -1 && isFluxGroup(apiVersion);
  return {
    apiVersion,
    group: isBareGroup ? apiVersion : slash === -1 ? '' : apiVersion.slice(0, slash),
    version: isBareGroup ? '' : apiVersion.slice(slash + 1),
    kind,
    name: stringAt(root, ['metadata', 'name']),
    namespace: stringAt(root, ['metadata', 'namespace']),
  };
}

/** Whether a group is Flux's own. */
export function isFluxGroup(group: string): boolean {
  return group.endsWith('.toolkit.fluxcd.io');
}

/** Whether SOPS encrypted parts of this document: it carries a `sops` block with a MAC. */
export function isEncrypted(root: YamlNode | undefined): boolean {
  return nodeAt(root, ['sops', 'mac']) !== undefined;
}
