import type { CommonMetadata, HelmRelease } from '../flux/index.ts';
import { helmGroup, FluxError } from '../flux/index.ts';
import { compareStrings, type GoMap, isList, isMap, newMap, type Value } from '../gostd/index.ts';
import { hookAnnotations, splitManifests } from '../release/index.ts';
import { decodeAll, encodeUnfolded, YamlError } from '../yaml/index.ts';

/**
 * What helm-controller does to rendered files: `commonMetadata` on every object, then the labels that say which
 * HelmRelease it belongs to. Every document is written anew, with sorted keys and without comments, as kustomize writes it.
 *
 * @param files text by path, without NOTES.txt
 * @throws FluxError codes `unsupported` for `postRenderers`, `post-render`
 * @see fluxcd/helm-controller v1.6 internal/postrender/build.go, and helm v4.3.1 pkg/action/action.go, renderResources
 */
export function postRender(files: ReadonlyMap<string, string>, release: HelmRelease): ReadonlyMap<string, string> {
  const { postRenderers = [], postRenderStrategy = 'combined', commonMetadata } = release.spec;
  const used = postRenderers.findIndex(({ kustomize }) => kustomize !== undefined);
  if (used >= 0) {
    throw new FluxError('unsupported', `spec.postRenderers[${used}].kustomize: patches and images are not applied yet`);
  }
  const groups = { hooks: new Set<string>(), manifests: new Set<string>() };
  const rendered = new Map<string, string>();
  for (const path of [...files.keys()].sort(compareStrings)) {
    if (path.slice(path.lastIndexOf('/') + 1).startsWith('_')) {
      continue;
    }
    const documents = splitManifests(files.get(path) ?? '').flatMap((text) =>
      objectsOf(text, path).map((object) => {
        const isHook = annotationsOf(object)[hookAnnotations.hook] !== undefined;
        if (isHook && postRenderStrategy === 'nohooks') {
          return text;
        }
        const group = isHook && postRenderStrategy === 'separate' ? groups.hooks : groups.manifests;
        expectNew(object, group);
        return encodeUnfolded(withMetadata(withMetadata(object, commonMetadata), originLabels(release)));
      }),
    );
    if (documents.length > 0) {
      rendered.set(
        path,
        documents.map((document) => (document.endsWith('\n') ? document : `${document}\n`)).join('---\n'),
      );
    }
  }
  return rendered;
}

function originLabels({ metadata }: HelmRelease): CommonMetadata {
  return {
    labels: { [`${helmGroup}/name`]: metadata.name, [`${helmGroup}/namespace`]: metadata.namespace },
  };
}

/** The objects of a document; those of a List one by one. */
function objectsOf(text: string, path: string): readonly GoMap[] {
  let documents: readonly Value[];
  try {
    documents = decodeAll(text, { dialect: 'kustomize', keepsIntegers: true });
  } catch (error) {
    if (error instanceof YamlError) {
      throw new FluxError(
        'post-render',
        `error while running post render on files: parsing ${path}: ${error.message}`,
        {
          cause: error,
        },
      );
    }
    throw error;
  }
  return documents.flatMap((document) => {
    if (document === null || document === undefined) {
      return [];
    }
    if (!isMap(document)) {
      throw new FluxError('post-render', `error while running post render on files: ${path} holds no object`);
    }
    const { kind, items } = document;
    const isKubeList = typeof kind === 'string' && kind.endsWith('List') && items !== undefined && isList(items);
    return isKubeList ? items.filter(isMap) : [document];
  });
}

/** Kustomize takes no two objects of one name. */
function expectNew(object: GoMap, seen: Set<string>): void {
  const { apiVersion, kind, metadata } = object;
  const name = isMap(metadata) ? metadata['name'] : undefined;
  const namespace = isMap(metadata) ? metadata['namespace'] : undefined;
  if (typeof kind !== 'string' || typeof name !== 'string') {
    throw new FluxError('post-render', 'error while running post render on files: missing metadata.name in object');
  }
  const [version = '', group = ''] = typeof apiVersion === 'string' ? apiVersion.split('/').reverse() : [];
  const place = typeof namespace === 'string' && namespace !== '' ? namespace : '[noNs]';
  const id = `${kind}.${version}.${group === '' ? '[noGrp]' : group}/${name}.${place}`;
  if (seen.has(id)) {
    throw new FluxError(
      'post-render',
      `error while running post render on files: may not add resource with an already registered id: ${id}`,
    );
  }
  seen.add(id);
}

function withMetadata(object: GoMap, added: CommonMetadata | undefined): GoMap {
  const { metadata } = object;
  const changed = newMap(isMap(metadata) ? Object.entries(metadata) : []);
  for (const field of ['labels', 'annotations'] as const) {
    const entries = Object.entries(added?.[field] ?? {});
    if (entries.length > 0) {
      const { [field]: there } = changed;
      changed[field] = newMap([...(isMap(there) ? Object.entries(there) : []), ...entries]);
    }
  }
  const result = newMap(Object.entries(object));
  result['metadata'] = changed;
  return result;
}

function annotationsOf({ metadata }: GoMap): Readonly<Record<string, Value>> {
  const annotations = isMap(metadata) ? metadata['annotations'] : undefined;
  return isMap(annotations) ? annotations : {};
}
