import { nodeAt, type YamlFile, type YamlNode } from '../document/index.ts';
import { fileNamed, isKustomizationFile, itemsOf } from './kustomizationFile.ts';

/**
 * Keys of the files that a kustomization.yaml takes as patches. What is in them is a part of an object: what is missing
 * there stands in the object that is patched.
 *
 * @see sigs.k8s.io/kustomize/api v0.21 types/kustomization.go, Kustomization
 */
export function patchFilesOf(file: YamlFile): readonly string[] {
  if (!isKustomizationFile(file)) {
    return [];
  }
  return file.documents.flatMap(({ root }) => [
    ...itemsOf(nodeAt(root, ['patches'])).flatMap((patch) => fileAt(nodeAt(patch, ['path']), file)),
    ...itemsOf(nodeAt(root, ['patchesStrategicMerge'])).flatMap((patch) => fileAt(patch, file)),
  ]);
}

/** A patch may also stand there as it is, over several lines. */
function fileAt(node: YamlNode | undefined, from: YamlFile): readonly string[] {
  const path = node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : '';
  const named = fileNamed(path, from);
  return named === undefined ? [] : [named];
}
