import { nodeAt, type YamlFile, type YamlNode } from '../document/index.ts';

/**
 * URIs of the files that a kustomization.yaml takes as patches. What is in them is a part of an object: what is missing
 * there stands in the object that is patched.
 *
 * @see sigs.k8s.io/kustomize/api v0.21 types/kustomization.go, Kustomization
 */
export function patchFilesOf({ uri, documents }: YamlFile): readonly string[] {
  if (!/\/kustomization\.ya?ml$/.test(uri)) {
    return [];
  }
  return documents.flatMap(({ root }) => [
    ...itemsOf(nodeAt(root, ['patches'])).flatMap((patch) => fileAt(nodeAt(patch, ['path']), uri)),
    ...itemsOf(nodeAt(root, ['patchesStrategicMerge'])).flatMap((patch) => fileAt(patch, uri)),
  ]);
}

function itemsOf(node: YamlNode | undefined): readonly YamlNode[] {
  return node?.kind === 'list' ? node.items : [];
}

/** A patch may also stand there as it is, over several lines. */
function fileAt(node: YamlNode | undefined, from: string): readonly string[] {
  const path = node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : '';
  const steps = path.split('/').map(encodeURIComponent).join('/');
  return path === '' || path.includes('\n') || !URL.canParse(steps, from) ? [] : [fileKey(new URL(steps, from).href)];
}

/** One spelling of a file's URI: editors and Node escape different characters. */
export function fileKey(uri: string): string {
  try {
    return decodeURIComponent(uri);
  } catch {
    // A lone percent sign.
    return uri;
  }
}
