import {
  nodeAt,
  parseYamlFile,
  readObjectId,
  stringAt,
  type ObjectId,
  type YamlDocument,
  type YamlFile,
  type YamlNode,
} from '../document/index.ts';
import { type GeneratedObject, generatedBy } from './generated.ts';
import { fileKey } from './kustomizationFile.ts';
import { patchFilesOf } from './patches.ts';

/** One object of the workspace and where it stands. */
export interface WorkspaceObject {
  readonly id: ObjectId;
  readonly file: YamlFile;
  readonly document: YamlDocument;
  /** Of the object: of the document, or an item of a List in it; of what is generated, the generator's entry. */
  readonly root: YamlNode;
}

/** Every object in the YAML files of the workspace. A file is parsed when it is put, and again only when its text changed. */
export class Workspace {
  readonly #files = new Map<string, YamlFile>();
  readonly #uriByKey = new Map<string, string>();
  #byName: Map<string, WorkspaceObject[]> | undefined;
  #patches: ReadonlySet<string> | undefined;
  #generated: readonly GeneratedObject[] | undefined;

  /** Takes a file's text; undefined when the file is gone. */
  put(uri: string, text: string | undefined): void {
    if (this.#files.get(uri)?.text === text) {
      return;
    }
    this.#byName = undefined;
    this.#patches = undefined;
    this.#generated = undefined;
    if (text === undefined) {
      this.#files.delete(uri);
      this.#uriByKey.delete(fileKey(uri));
    } else {
      this.#files.set(uri, parseYamlFile(uri, text));
      this.#uriByKey.set(fileKey(uri), uri);
    }
  }

  files(): readonly YamlFile[] {
    return [...this.#files.values()];
  }

  file(uri: string): YamlFile | undefined {
    return this.#files.get(uri);
  }

  /** What generators of the workspace's kustomization.yaml files make. */
  generated(): readonly GeneratedObject[] {
    this.#generated ??= this.files().flatMap(generatedBy);
    return this.#generated;
  }

  /** The file of a key, as `GeneratedObject` names files. */
  fileOfKey(key: string): YamlFile | undefined {
    const uri = this.#uriByKey.get(key);
    return uri === undefined ? undefined : this.#files.get(uri);
  }

  /** Whether a kustomization.yaml of the workspace takes this file as a patch: then its objects are parts of others. */
  isPatch(uri: string): boolean {
    this.#patches ??= new Set(this.files().flatMap(patchFilesOf));
    return this.#patches.has(fileKey(uri));
  }

  /**
   * Objects of a kind and name. `namespace` is the one that the reference resolves to; an object without a namespace
   * fits each, since a Kustomization may set it, and so does a reference from an object without one (`undefined`).
   * What a generator makes is found where the generator stands.
   */
  find(group: string, kind: string, name: string, namespace: string | undefined): readonly WorkspaceObject[] {
    const named = this.#index().get(keyOf(group, kind, name)) ?? [];
    const exact = named.filter((object) => object.id.namespace === namespace);
    if (exact.length > 0) {
      return exact;
    }
    return named.filter((object) => object.id.namespace === undefined || namespace === undefined);
  }

  /** Every object of a kind. */
  all(group: string, kind: string): readonly WorkspaceObject[] {
    return [...this.#index().values()].flat().filter((object) => object.id.group === group && object.id.kind === kind);
  }

  #index(): ReadonlyMap<string, WorkspaceObject[]> {
    if (this.#byName === undefined) {
      this.#byName = new Map();
      const written = this.files().flatMap(objectsOf);
      for (const object of [...written, ...this.generated().flatMap(asObject)]) {
        const key = keyOf(object.id.group, object.id.kind, object.id.name ?? '');
        const others = this.#byName.get(key);
        if (others === undefined) {
          this.#byName.set(key, [object]);
        } else {
          others.push(object);
        }
      }
    }
    return this.#byName;
  }
}

/** The Kubernetes objects of a file; of a List, which kubectl and kustomize take apart, its items. */
export function objectsOf(file: YamlFile): WorkspaceObject[] {
  return file.documents.flatMap((document) =>
    rootsOf(document.root).flatMap((root) => {
      const id = readObjectId(root);
      return id === undefined ? [] : [{ id, file, document, root }];
    }),
  );
}

function asObject({ kind, name, namespace, file, root }: GeneratedObject): WorkspaceObject[] {
  const document = file.documents.find(({ start, end }) => root.start >= start && root.end <= end);
  const id = { apiVersion: 'v1', group: '', version: 'v1', kind, name, namespace };
  return document === undefined ? [] : [{ id, file, document, root }];
}

function rootsOf(root: YamlNode | undefined): readonly YamlNode[] {
  const isList = stringAt(root, ['kind']) === 'List' && stringAt(root, ['apiVersion']) === 'v1';
  const items = isList ? nodeAt(root, ['items']) : undefined;
  return items?.kind === 'list' ? items.items : root === undefined ? [] : [root];
}

function keyOf(group: string, kind: string, name: string): string {
  return `${group}/${kind}/${name}`;
}
