import type { YamlFile, YamlNode } from '../document/index.ts';

/** Whether kustomize takes this file for the list of what is in its folder. */
export function isKustomizationFile({ uri }: YamlFile): boolean {
  return /\/kustomization\.ya?ml$/.test(uri);
}

export function itemsOf(node: YamlNode | undefined): readonly YamlNode[] {
  return node?.kind === 'list' ? node.items : [];
}

/** Key of the file that a path in a kustomization.yaml names; undefined for an empty path, and for texts that are none. */
export function fileNamed(path: string, { uri }: YamlFile): string | undefined {
  const steps = path.split('/').map(encodeURIComponent).join('/');
  return path === '' || path.includes('\n') || !URL.canParse(steps, uri)
    ? undefined
    : fileKey(new URL(steps, uri).href);
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
