import { isList, isMap, type Value } from '../gostd/index.ts';
import type { KubeObject, Position, Range } from '../support/index.ts';
import { decodeAll, YamlError } from '../yaml/index.ts';

/** One Kubernetes object of the working copy, and where it stands. */
export interface Manifest {
  readonly object: KubeObject;
  readonly file: string;
  /** 0-based, among the documents of the file. */
  readonly documentIndex: number;
  /** Of the object's first key. */
  readonly position: Position;
  readonly places: Places;
}

/** Where values stand in their file: by the map or list that holds a value, and its key or index. */
export interface Places {
  get(container: object, key: string | number): Place | undefined;
}

export interface Place {
  readonly value: Range;
  readonly keyStart: Position | undefined;
}

/** A file that could not be read as YAML. */
export interface ManifestProblem {
  readonly file: string;
  readonly message: string;
  readonly position: Position;
}

export interface ReadOptions {
  readonly file: string;
  /** `kustomize`: as what passes through Flux's kustomize-controller. `kubernetes`: as what is applied directly. */
  readonly dialect: 'kubernetes' | 'kustomize';
}

/**
 * The Kubernetes objects of a YAML file; the items of a `List` one by one. Documents that are none are left out.
 * A file with a broken document has no objects, as nobody would apply it.
 */
export function readManifests(
  text: string,
  { file, dialect }: ReadOptions,
): { readonly manifests: readonly Manifest[]; readonly problem?: ManifestProblem } {
  const places = new PlaceTable();
  let documents: readonly Value[];
  try {
    documents = decodeAll(text, {
      dialect,
      strict: true,
      onPlace: (container, key, start, end, keyStart) => {
        places.set(container, key, {
          value: { start: positionOf(start), end: positionOf(end) },
          keyStart: keyStart && positionOf(keyStart),
        });
      },
    });
  } catch (error) {
    if (!(error instanceof YamlError)) {
      throw error;
    }
    const position = error.position ?? { line: Math.max((error.line ?? 1) - 1, 0), character: 0 };
    return { manifests: [], problem: { file, message: error.message, position } };
  }
  const manifests = documents.flatMap((document, documentIndex) =>
    objectsOf(document).map((object) => ({
      object,
      file,
      documentIndex,
      position: places.get(object, 'apiVersion')?.keyStart ?? { line: 0, character: 0 },
      places,
    })),
  );
  return { manifests };
}

/** Only what a position is: the reader's marks know more, and would be kept with it. */
function positionOf({ line, character }: Position): Position {
  return { line, character };
}

class PlaceTable implements Places {
  readonly #byContainer = new WeakMap<object, Map<string | number, Place>>();

  get(container: object, key: string | number): Place | undefined {
    return this.#byContainer.get(container)?.get(key);
  }

  set(container: object, key: string | number, place: Place): void {
    let places = this.#byContainer.get(container);
    if (places === undefined) {
      places = new Map();
      this.#byContainer.set(container, places);
    }
    places.set(key, place);
  }
}

function objectsOf(document: Value): readonly KubeObject[] {
  if (!isMap(document) || typeof document['kind'] !== 'string' || typeof document['apiVersion'] !== 'string') {
    return [];
  }
  const { items } = document;
  if (document['kind'].endsWith('List') && items !== undefined && isList(items)) {
    return items.flatMap(objectsOf);
  }
  return isKubeObject(document) ? [document] : [];
}

function isKubeObject(value: unknown): value is KubeObject {
  if (!isMap(value)) {
    return false;
  }
  const { metadata } = value;
  return (
    typeof value['apiVersion'] === 'string' &&
    typeof value['kind'] === 'string' &&
    isMap(metadata) &&
    typeof metadata['name'] === 'string' &&
    (metadata['namespace'] === undefined || typeof metadata['namespace'] === 'string')
  );
}
