/**
 * A document that holds schemas: which of its parts have an id, a draft and anchors of their own, and where references
 * lead within it.
 *
 * @see santhosh-tekuri/jsonschema v6.0.3 root.go, roots.go and util.go
 */
import { type GoMap, isList, isMap, quote, sortedKeys, type Value } from '../../gostd/index.ts';
import { escapePointer, messageOf } from '../../support/index.ts';
import { ChartError } from '../errors.ts';
import type { DraftVersion } from './node.ts';

const latest: DraftVersion = 2020;

const drafts: readonly (readonly [RegExp, DraftVersion])[] = [
  [/^https?:\/\/json-schema\.org\/(?:draft\/2020-12\/)?schema(?:#|$)/, 2020],
  [/^https?:\/\/json-schema\.org\/draft\/2019-09\/schema(?:#|$)/, 2019],
  [/^https?:\/\/json-schema\.org\/draft-07\/schema(?:#|$)/, 7],
  [/^https?:\/\/json-schema\.org\/draft-06\/schema(?:#|$)/, 6],
  [/^https?:\/\/json-schema\.org\/draft-04\/schema(?:#|$)/, 4],
];

/** A part of a document with an id of its own. */
export interface Resource {
  readonly pointer: string;
  readonly id: string;
  /** `unknown` where its `$schema` leads elsewhere: what it means cannot be told. */
  readonly draft: DraftVersion | 'unknown';
  readonly anchors: Map<string, string>;
  readonly dynamicAnchors: Set<string>;
}

export interface Document {
  readonly url: string;
  readonly value: Value;
  /** By pointer. */
  readonly resources: Map<string, Resource>;
  /** All schemas that were looked through, by pointer. */
  readonly seen: Map<string, Value>;
}

export interface DocumentOptions {
  /** The draft of the document that a `$schema` of none of the known names; `unknown` where it is not to be had. */
  readonly draftElsewhere: (url: string) => DraftVersion | 'unknown';
}

/** @throws ChartError `schema` in the library's words */
export function newDocument(url: string, value: Value, options: DocumentOptions): Document {
  const document: Document = { url, value, resources: new Map(), seen: new Map() };
  collect(document, value, { base: url, pointer: '', draft: latest }, options);
  return document;
}

/** Looks through a schema that stands where no keyword has one. @returns whether that was new */
export function includePart(document: Document, pointer: string, options: DocumentOptions): boolean {
  if (document.seen.has(pointer)) {
    return false;
  }
  const { id, draft } = resourceOf(document, pointer);
  collect(document, valueAtPointer(document, pointer), { base: id, pointer, draft }, options);
  return true;
}

/** The draft that a text names by its URL. */
export function draftOfUrl(url: string): DraftVersion | undefined {
  return drafts.find(([pattern]) => pattern.test(url))?.[1];
}

/** Where a schema may hold others: itself, one for every key, or one for every item. */
const subschemas: readonly (readonly [since: DraftVersion, name: string, each?: 'key' | 'item'])[] = [
  [4, 'definitions', 'key'],
  [4, 'not'],
  [4, 'allOf', 'item'],
  [4, 'anyOf', 'item'],
  [4, 'oneOf', 'item'],
  [4, 'properties', 'key'],
  [4, 'additionalProperties'],
  [4, 'patternProperties', 'key'],
  [4, 'items'],
  [4, 'items', 'item'],
  [4, 'additionalItems'],
  [4, 'dependencies', 'key'],
  [6, 'propertyNames'],
  [6, 'contains'],
  [7, 'if'],
  [7, 'then'],
  [7, 'else'],
  [2019, '$defs', 'key'],
  [2019, 'dependentSchemas', 'key'],
  [2019, 'unevaluatedProperties'],
  [2019, 'unevaluatedItems'],
  [2019, 'contentSchema'],
  [2020, 'prefixItems', 'item'],
];

interface Place {
  readonly base: string;
  readonly pointer: string;
  readonly draft: Resource['draft'];
}

function collect(document: Document, value: Value, from: Place, options: DocumentOptions): void {
  const { pointer } = from;
  if (document.seen.has(pointer)) {
    return;
  }
  document.seen.set(pointer, value);
  if (!isMap(value)) {
    if (pointer === '') {
      document.resources.set('', newResource('', from.base, from.draft));
    }
    return;
  }
  const { id, draft } = ownDraft(document, value, from, options);
  const base = id === undefined ? from.base : idUrl(document, from, id);
  if (id !== undefined || pointer === '') {
    addResource(document, newResource(pointer, base, draft));
  }
  const resource = resourceOf(document, pointer);
  if (resource.draft === 'unknown') {
    return;
  }
  collectAnchors(document, value, pointer, { ...resource, draft: resource.draft });
  for (const [since, name, each] of subschemas) {
    if (since <= resource.draft && name in value) {
      for (const [at, below] of childrenAt(value[name], each)) {
        collect(document, below, { base, pointer: `${pointer}/${name}${at}`, draft: resource.draft }, options);
      }
    }
  }
}

/** A `$schema` counts at the top and beside an id. */
function ownDraft(
  document: Document,
  value: GoMap,
  { pointer, draft }: Place,
  options: DocumentOptions,
): { readonly id: string | undefined; readonly draft: Resource['draft'] } {
  const named = value['$schema'];
  if (typeof named === 'string') {
    const own = draftOfUrl(named) ?? unnamedDraft(document, named, pointer, options);
    const id = idOf(value, own);
    if (id !== undefined || pointer === '') {
      return { id, draft: own };
    }
  }
  return { id: idOf(value, draft), draft };
}

function unnamedDraft(
  document: Document,
  named: string,
  pointer: string,
  { draftElsewhere }: DocumentOptions,
): Resource['draft'] {
  const [url = ''] = named.split('#', 1);
  if (pointer === '' && url === document.url) {
    throw wrong(`draft ${quote(url)} is not supported`);
  }
  return draftElsewhere(url);
}

function idUrl(document: Document, { base, pointer }: Place, id: string): string {
  try {
    return splitFragment(joinUrl(base, id)).url;
  } catch (error) {
    throw wrong(`error in parsing id at ${quote(`${document.url}#${encodePointer(pointer)}`)}`, error);
  }
}

function addResource(document: Document, resource: Resource): void {
  for (const other of document.resources.values()) {
    if (other.id === resource.id) {
      const at = `${quote(document.url)} at ${quote(resource.pointer)} and ${quote(other.pointer)}`;
      throw wrong(`duplicate id ${quote(resource.id)} in ${at}`);
    }
  }
  document.resources.set(resource.pointer, resource);
}

function newResource(pointer: string, id: string, draft: Resource['draft']): Resource {
  return { pointer, id, draft, anchors: new Map(), dynamicAnchors: new Set() };
}

function idOf(schema: GoMap, draft: Resource['draft']): string | undefined {
  const id = schema[draft === 4 ? 'id' : '$id'];
  if (typeof id !== 'string' || (draft !== 'unknown' && draft < 2019 && '$ref' in schema)) {
    return undefined;
  }
  const [url = ''] = id.split('#', 1);
  return url === '' ? undefined : url;
}

function collectAnchors(
  document: Document,
  schema: GoMap,
  pointer: string,
  { draft, anchors, dynamicAnchors }: Resource & { readonly draft: DraftVersion },
): void {
  const add = (anchor: string): void => {
    const other = anchors.get(anchor) ?? pointer;
    if (other !== pointer) {
      const at = `${quote(document.url)} at ${quote(other)} and ${quote(pointer)}`;
      throw wrong(`duplicate anchor ${quote(anchor)} in ${at}`);
    }
    anchors.set(anchor, pointer);
  };
  if (draft < 2019) {
    const id = schema[draft === 4 ? 'id' : '$id'];
    const fragment = typeof id === 'string' && !('$ref' in schema) ? splitFragment(id).fragment : '';
    if (fragment !== '' && !fragment.startsWith('/')) {
      add(fragment);
    }
    return;
  }
  const { $anchor: anchor, $dynamicAnchor: dynamic } = schema;
  if (typeof anchor === 'string') {
    add(anchor);
  }
  if (typeof dynamic === 'string' && draft >= 2020) {
    add(dynamic);
    dynamicAnchors.add(dynamic);
  }
}

function childrenAt(value: Value, each: 'key' | 'item' | undefined): (readonly [string, Value])[] {
  switch (each) {
    case undefined:
      return [['', value]];
    case 'key':
      return isMap(value) ? sortedKeys(value).map((key) => [`/${escapePointer(key)}`, value[key]] as const) : [];
    case 'item':
      return isList(value) ? value.map((item, index) => [`/${String(index)}`, item] as const) : [];
  }
}

/** The innermost part with an id around a pointer. */
export function resourceOf(document: Document, pointer: string): Resource {
  const isWhole = document.resources.size === 1;
  for (let at = isWhole ? '' : pointer; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
    const found = document.resources.get(at);
    if (found !== undefined) {
      return found;
    }
  }
  return document.resources.get('') ?? newResource('', document.url, latest);
}

/** Where a fragment leads within a resource. @throws ChartError `schema` for an anchor that is not there */
export function pointerIn(document: Document, resource: Resource, fragment: string): string {
  if (fragment === '' || fragment.startsWith('/')) {
    return resource.pointer + fragment;
  }
  const pointer = resource.anchors.get(fragment);
  if (pointer === undefined) {
    const reference = `${resource.id}#${encodePointer(fragment)}`;
    throw wrong(`anchor in ${quote(reference)} not found in schema ${quote(document.url)}`);
  }
  return pointer;
}

/** @throws ChartError `schema` when nothing is there */
export function valueAtPointer(document: Document, pointer: string): Value {
  const known = document.seen.get(pointer);
  if (known !== undefined) {
    return known;
  }
  const shown = (): string => quote(`${document.url}#${encodePointer(pointer)}`);
  let value = document.value;
  for (const token of pointer.split('/').slice(1)) {
    if (/~(?![01])/.test(token)) {
      throw wrong(`invalid json-pointer ${shown()}`);
    }
    const key = token.replaceAll('~1', '/').replaceAll('~0', '~');
    const next = isMap(value) && key in value ? value[key] : isList(value) ? value[Number(key)] : undefined;
    if (next === undefined) {
      throw wrong(`json-pointer in ${shown()} not found`);
    }
    value = next;
  }
  return value;
}

/** @throws ChartError `schema` for escapes that are none */
export function splitFragment(reference: string): { readonly url: string; readonly fragment: string } {
  const hash = reference.indexOf('#');
  if (hash < 0) {
    return { url: reference, fragment: '' };
  }
  try {
    return { url: reference.slice(0, hash), fragment: decodeURIComponent(reference.slice(hash + 1)) };
  } catch (error) {
    throw wrong(`error in parsing ${quote(reference)}: ${messageOf(error)}`, error);
  }
}

/** @throws ChartError `schema` for what is no URL */
export function joinUrl(base: string, reference: string): string {
  if (reference.startsWith('#')) {
    return base + reference;
  }
  try {
    if (/%(?![0-9a-fA-F]{2})/.test(reference)) {
      throw new URIError('invalid URL escape');
    }
    return new URL(reference, base).href;
  } catch (error) {
    throw wrong(`error in parsing ${quote(reference)}: ${messageOf(error)}`, error);
  }
}

/** Every token percent-encoded, the slashes between them not. */
export function encodePointer(pointer: string): string {
  return pointer
    .split('/')
    .map((token) => encodeURIComponent(token).replace(/%(?:24|26|2B|3D|3A|40)/g, decodeURIComponent))
    .join('/');
}

/** A schema that is none, in the library's words. */
export function wrong(message: string, cause?: unknown): ChartError {
  return new ChartError('schema', message, { cause });
}
