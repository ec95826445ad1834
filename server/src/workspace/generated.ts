import { nodeAt, stringAt, type YamlFile, type YamlNode } from '../document/index.ts';
import { fileNamed, isKustomizationFile, itemsOf } from './kustomizationFile.ts';

/** A ConfigMap or Secret that a generator in a kustomization.yaml makes; kustomize adds a hash to its name, and to what names it. */
export interface GeneratedObject {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  readonly namespace: string | undefined;
  /** Of the kustomization.yaml. */
  readonly file: YamlFile;
  /** The generator's entry there. */
  readonly root: YamlNode;
  /** By key of the data: a text that stands there, or the key of a file. */
  readonly data: ReadonlyMap<string, GeneratedText>;
}

export type GeneratedText =
  { readonly kind: 'text'; readonly text: string } | { readonly kind: 'file'; readonly file: string };

const generators = [
  { field: 'configMapGenerator', kind: 'ConfigMap' },
  { field: 'secretGenerator', kind: 'Secret' },
] as const;

/**
 * What the generators of a kustomization.yaml make.
 *
 * @see sigs.k8s.io/kustomize/api v0.21 types/generatorargs.go, kv/kv.go
 */
export function generatedBy(file: YamlFile): readonly GeneratedObject[] {
  if (!isKustomizationFile(file)) {
    return [];
  }
  return file.documents.flatMap(({ root: kustomization }) =>
    generators.flatMap(({ field, kind }) =>
      itemsOf(nodeAt(kustomization, [field])).flatMap((root): GeneratedObject[] => {
        const name = stringAt(root, ['name']);
        const namespace = stringAt(root, ['namespace']) ?? stringAt(kustomization, ['namespace']);
        return name === undefined ? [] : [{ kind, name, namespace, file, root, data: dataOf(root, file) }];
      }),
    ),
  );
}

function dataOf(generator: YamlNode, from: YamlFile): ReadonlyMap<string, GeneratedText> {
  const data = new Map<string, GeneratedText>();
  for (const entry of texts(nodeAt(generator, ['files']))) {
    const [path, named] = halves(entry);
    const file = fileNamed(named ?? path, from);
    if (file !== undefined) {
      data.set(named === undefined ? (path.split('/').at(-1) ?? path) : path, { kind: 'file', file });
    }
  }
  for (const entry of texts(nodeAt(generator, ['literals']))) {
    const [key, text = ''] = halves(entry);
    data.set(key, { kind: 'text', text: /^(["'])(.*)\1$/s.exec(text)?.[2] ?? text });
  }
  return data;
}

function texts(node: YamlNode | undefined): readonly string[] {
  return itemsOf(node).flatMap((item) =>
    item.kind === 'scalar' && typeof item.value === 'string' ? [item.value] : [],
  );
}

/** What stands before the first `=`, and behind it. */
function halves(entry: string): readonly [string, string?] {
  const at = entry.indexOf('=');
  return at < 0 ? [entry] : [entry.slice(0, at), entry.slice(at + 1)];
}
