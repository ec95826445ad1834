import type { GoMap } from '../gostd/index.ts';
import { digestOf } from '../support/index.ts';
import { encodeGoYaml } from '../yaml/index.ts';
import type { CommonMetadata, KustomizeImage, KustomizePatch, PostRenderer, Selector } from './api/helmRelease.ts';

/**
 * The digest by which helm-controller sees that values changed: of the composed values as YAML with sorted keys.
 * No values have the digest of no text.
 *
 * @see fluxcd/pkg/chartutil v1.27 digest.go, DigestValues
 */
export function configDigest(values: GoMap): string {
  return digestOf(Object.keys(values).length === 0 ? '' : encodeGoYaml(values));
}

/** The digest of `spec.postRenderers`, or `''` without any. @see fluxcd/helm-controller v1.6 internal/postrender/build.go, Digest */
export function postRenderersDigest(postRenderers: readonly PostRenderer[] | undefined): string {
  return postRenderers === undefined || postRenderers.length === 0
    ? ''
    : digestOf(`${list(postRenderers.map(postRenderer))}\n`);
}

/** The digest of `spec.commonMetadata`, or `''` without one. @see fluxcd/helm-controller v1.6 internal/postrender/build.go, CommonMetadataDigest */
export function commonMetadataDigest(commonMetadata: CommonMetadata | undefined): string {
  return commonMetadata === undefined
    ? ''
    : digestOf(
        `${struct([
          ['annotations', map(commonMetadata.annotations)],
          ['labels', map(commonMetadata.labels)],
        ])}\n`,
      );
}

function postRenderer({ kustomize }: PostRenderer): string {
  const rendered =
    kustomize &&
    struct([
      ['patches', kustomize.patches?.length ? list(kustomize.patches.map(patch)) : undefined],
      ['images', kustomize.images?.length ? list(kustomize.images.map(image)) : undefined],
    ]);
  return struct([['kustomize', rendered]]);
}

function patch({ patch: text, target }: KustomizePatch): string {
  return struct([
    ['patch', quoted(text)],
    ['target', target && selector(target)],
  ]);
}

function selector(target: Selector): string {
  return struct([
    ['group', optional(target.group)],
    ['version', optional(target.version)],
    ['kind', optional(target.kind)],
    ['namespace', optional(target.namespace)],
    ['name', optional(target.name)],
    ['annotationSelector', optional(target.annotationSelector)],
    ['labelSelector', optional(target.labelSelector)],
  ]);
}

function image({ name, newName, newTag, digest }: KustomizeImage): string {
  return struct([
    ['name', quoted(name)],
    ['newName', optional(newName)],
    ['newTag', optional(newTag)],
    ['digest', optional(digest)],
  ]);
}

/** JSON of a Go struct: fields in the order they are declared, empty ones left out. */
function struct(fields: readonly (readonly [name: string, json: string | undefined])[]): string {
  const there = fields.filter(([, json]) => json !== undefined);
  return `{${there.map(([name, json]) => `${quoted(name)}:${json ?? ''}`).join(',')}}`;
}

/** JSON of a Go map: keys sorted by their bytes; absent when empty. */
function map(entries: Readonly<Record<string, string>> | undefined): string | undefined {
  const pairs = Object.entries(entries ?? {});
  return pairs.length === 0
    ? undefined
    : struct(pairs.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => [key, quoted(value)]));
}

function list(items: readonly string[]): string {
  return `[${items.join(',')}]`;
}

function optional(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : quoted(text);
}

/** A string as Go's json.Encoder writes it: what means something in HTML is escaped. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
