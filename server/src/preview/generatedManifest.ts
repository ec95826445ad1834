import type { Manifest } from '@fairlead/engine/flux';
import { isEncrypted, type YamlFile } from '../document/index.ts';
import type { GeneratedObject, Workspace } from '../workspace/index.ts';

/** What SOPS leaves in place of a text. */
const sealedText = 'ENC[AES256_GCM,]';

/**
 * The object that a generator makes, with its texts from the workspace; undefined where one of them is not there.
 * Lines of a single file are lines of that file, all else is where the generator stands.
 */
export function generatedManifest(
  { kind, name, namespace, file, root, data }: GeneratedObject,
  workspace: Workspace,
): Manifest | undefined {
  const texts = record();
  const files: YamlFile[] = [];
  for (const [key, source] of data) {
    if (source.kind === 'text') {
      texts[key] = source.text;
      continue;
    }
    const from = workspace.fileOfKey(source.file);
    if (from === undefined) {
      return undefined;
    }
    files.push(from);
    texts[key] = isSealed(from) ? sealedText : from.text;
  }
  const [first] = files;
  const single = data.size === 1 ? first : undefined;
  const { start } = file.lines.rangeOf(root.start, root.end);
  return {
    object: {
      apiVersion: 'v1',
      kind,
      metadata: { name, ...(namespace !== undefined && { namespace }) },
      [kind === 'Secret' ? 'stringData' : 'data']: texts,
      ...(files.some(isSealed) && { sops: {} }),
    },
    file: single?.uri ?? file.uri,
    documentIndex: 0,
    position: start,
    places: {
      get: () => (single === undefined ? { value: { start, end: start }, keyStart: undefined } : undefined),
    },
  };
}

/** A file that Flux decrypts before kustomize reads it. */
function isSealed({ documents }: YamlFile): boolean {
  return documents.some(({ root }) => isEncrypted(root));
}

/** A map as the engine knows them. */
function record(): Record<string, string> {
  return Object.create(null) as Record<string, string>; // Object.create is typed any
}
