/**
 * JSON Schemas of draft 4 to 2020-12 compiled as Helm's library does it: every schema that can be reached, so that a
 * broken one is noticed even where no value leads.
 * References within a file and to meta schemas are followed, `urn:` ones allow anything as in Helm, and others are
 * refused: nothing is fetched here.
 *
 * @see santhosh-tekuri/jsonschema v6.0.3 compiler.go, objcompiler.go, root.go and roots.go
 */
import { type GoMap, isList, isMap, compileRegexp, quote, sortedKeys, type Value } from '../../gostd/index.ts';
import { messageOf } from '../../support/index.ts';
import { ChartError } from '../errors.ts';
import { type Decimal, decimalOf, isInteger } from './decimal.ts';
import { escapePointer } from './failure.ts';
import type { DraftVersion, JsonType, SchemaNode, SchemaPattern } from './node.ts';

/** Finds the text of a schema that another one refers to by URL. */
type LoadSchema = (url: string) => Value | undefined;

const latest: DraftVersion = 2020;

const drafts: readonly (readonly [RegExp, DraftVersion])[] = [
  [/^https?:\/\/json-schema\.org\/(?:draft\/2020-12\/)?schema#?$/, 2020],
  [/^https?:\/\/json-schema\.org\/draft\/2019-09\/schema#?$/, 2019],
  [/^https?:\/\/json-schema\.org\/draft-07\/schema#?$/, 7],
  [/^https?:\/\/json-schema\.org\/draft-06\/schema#?$/, 6],
  [/^https?:\/\/json-schema\.org\/draft-04\/schema#?$/, 4],
];

/** A part of a document with an id of its own. */
interface Resource {
  readonly pointer: string;
  readonly id: string;
  readonly draft: DraftVersion;
  readonly anchors: Map<string, string>;
  readonly dynamicAnchors: Set<string>;
}

interface Document {
  readonly url: string;
  readonly value: Value;
  /** By pointer. */
  readonly resources: Map<string, Resource>;
}

export interface CompileOptions {
  readonly load: LoadSchema;
  /** Whether formats count from draft 2019-09 on, where they are notes unless somebody asks. */
  readonly assertsFormat: boolean;
}

/**
 * The schema at the top of a document.
 *
 * @throws ChartError `schema` in the library's words
 */
export function compileSchema(url: string, value: Value, options: CompileOptions): SchemaNode {
  return new Compiler(options).compile(url, value);
}

/** The draft that a document says it is written in; the latest where it does not. */
export function draftOfDocument(value: Value): DraftVersion {
  return (isMap(value) ? draftOf(value) : undefined) ?? latest;
}

class Compiler {
  readonly #options: CompileOptions;
  readonly #documents = new Map<string, Document>();
  readonly #nodes = new Map<string, SchemaNode>();
  readonly #queue: { node: SchemaNode; document: Document; pointer: string }[] = [];

  constructor(options: CompileOptions) {
    this.#options = options;
  }

  compile(url: string, value: Value): SchemaNode {
    const root = this.#node(this.#addDocument(url, value), '');
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      this.#fill(next.node, next.document, next.pointer);
    }
    return root;
  }

  #addDocument(url: string, value: Value): Document {
    const document: Document = { url, value, resources: new Map() };
    this.#documents.set(url, document);
    collectResources(document, value, { base: url, pointer: '', draft: latest });
    return document;
  }

  #node(document: Document, pointer: string): SchemaNode {
    const location = `${document.url}#${encodePointer(pointer)}`;
    const known = this.#nodes.get(location);
    if (known !== undefined) {
      return known;
    }
    const resource = resourceOf(document, pointer);
    const node: Partial<SchemaNode> & Pick<SchemaNode, 'location' | 'draft'> = { location, draft: resource.draft };
    const filled = Object.assign(node, { resource: node as SchemaNode }); // itself, until its own resource is looked up in #fill
    this.#nodes.set(location, filled);
    this.#queue.push({ node: filled, document, pointer });
    return filled;
  }

  #fill(node: SchemaNode, document: Document, pointer: string): void {
    const resource = resourceOf(document, pointer);
    node.resource = this.#node(document, resource.pointer);
    if (node.draft >= 2020 && resource.pointer === pointer && resource.dynamicAnchors.size > 0) {
      node.dynamicAnchors = new Map(
        [...resource.dynamicAnchors].map((anchor) => [
          anchor,
          this.#node(document, resource.anchors.get(anchor) ?? ''),
        ]),
      );
    }
    const value = valueAtPointer(document, pointer);
    if (typeof value === 'boolean') {
      node.bool = value;
    } else if (isMap(value)) {
      if (Object.keys(value).length === 0) {
        node.bool = true;
      } else {
        new NodeFiller(node, value, {
          assertsFormat: this.#options.assertsFormat,
          child: (path) => this.#node(document, pointer + path),
          ref: (ref) => this.#resolve(ref, document, resource),
        }).fill();
      }
    }
  }

  #resolve(ref: string, document: Document, resource: Resource): SchemaNode {
    const { url, fragment } = splitFragment(joinUrl(resource.id, ref));
    for (const candidate of document.resources.values()) {
      if (candidate.id === url || (url === document.url && candidate.pointer === '')) {
        return this.#node(document, pointerIn(document, candidate, fragment));
      }
    }
    const other = this.#documents.get(url) ?? this.#addDocument(url, this.#loaded(url));
    const root = other.resources.get('');
    return this.#node(other, root === undefined ? '' : pointerIn(other, root, fragment));
  }

  #loaded(url: string): Value {
    const value = url.startsWith('urn:') ? true : this.#options.load(url);
    if (value === undefined) {
      throw wrong(`failing loading ${quote(url)}: schemas from elsewhere are not fetched`);
    }
    return value;
  }
}

/** What a schema object finds around it. */
interface Surroundings {
  readonly assertsFormat: boolean;
  readonly child: (path: string) => SchemaNode;
  readonly ref: (ref: string) => SchemaNode;
}

/** Reads the keywords of one schema object. */
class NodeFiller {
  readonly #node: SchemaNode;
  readonly #object: GoMap;
  readonly #nodes: Surroundings;

  constructor(node: SchemaNode, object: GoMap, nodes: Surroundings) {
    this.#node = node;
    this.#object = object;
    this.#nodes = nodes;
  }

  fill(): void {
    const node = this.#node;
    const ref = this.#text('$ref');
    if (ref !== undefined) {
      node.ref = this.#nodes.ref(ref);
      if (node.draft < 2019) {
        // All else beside a reference is ignored.
        return;
      }
    }
    this.#applicators();
    this.#validations();
    if (node.draft >= 6) {
      this.#draft6();
    }
    if (node.draft >= 2019) {
      this.#draft2019();
    }
    if (node.draft >= 2020) {
      this.#draft2020();
    }
  }

  #applicators(): void {
    const node = this.#node;
    this.#set('allOf', this.#list('allOf'));
    this.#set('anyOf', this.#list('anyOf'));
    this.#set('oneOf', this.#list('oneOf'));
    this.#set('not', this.#child('not'));
    if (node.draft < 2020) {
      this.#set('items', this.#list('items') ?? this.#child('items'));
      if (isList(this.#object['items'])) {
        this.#set('additionalItems', this.#boolOrChild('additionalItems'));
      }
    }
    this.#set('properties', this.#map('properties'));
    const patterns = this.#map('patternProperties');
    if (patterns !== undefined) {
      node.patternProperties = [...patterns].map(([source, schema]) => [
        this.#pattern('patternProperties', source),
        schema,
      ]);
    }
    this.#set('additionalProperties', this.#boolOrChild('additionalProperties'));
    const dependencies = this.#object['dependencies'];
    if (isMap(dependencies)) {
      node.dependencies = new Map(
        sortedKeys(dependencies).map((name) => {
          const needs = dependencies[name];
          return [name, isList(needs) ? textsOf(needs) : this.#nodes.child(`/dependencies/${escapePointer(name)}`)];
        }),
      );
    }
  }

  #validations(): void {
    const node = this.#node;
    const types = this.#object['type'];
    const named = allTypes.filter((type) => (isList(types) ? types.includes(type) : types === type));
    this.#set('types', named.length === 0 ? undefined : named);
    const values = this.#object['enum'];
    this.#set('enum', isList(values) ? values : undefined);
    this.#set('multipleOf', this.#number('multipleOf'));
    for (const [bound, exclusive] of [
      ['maximum', 'exclusiveMaximum'],
      ['minimum', 'exclusiveMinimum'],
    ] as const) {
      // Draft 4 has a flag beside the bound.
      const isFlag = this.#object[exclusive] === true;
      this.#set(bound, isFlag ? undefined : this.#number(bound));
      this.#set(exclusive, this.#number(isFlag ? bound : exclusive));
    }
    for (const name of ['minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties'] as const) {
      this.#set(name, this.#count(name));
    }
    const pattern = this.#text('pattern');
    this.#set('pattern', pattern === undefined ? undefined : this.#pattern('pattern', pattern));
    this.#set('uniqueItems', this.#object['uniqueItems'] === true);
    const required = this.#object['required'];
    this.#set('required', isList(required) ? textsOf(required) : undefined);
    // From 2019 on a format is a note unless the meta schema says otherwise.
    this.#set('format', node.draft < 2019 || this.#nodes.assertsFormat ? this.#text('format') : undefined);
  }

  #draft6(): void {
    const node = this.#node;
    this.#set('contains', this.#child('contains'));
    this.#set('propertyNames', this.#child('propertyNames'));
    if ('const' in this.#object) {
      node.const = { value: this.#object['const'] };
    }
    if (node.draft >= 7 && 'if' in this.#object) {
      const condition = this.#object['if'];
      this.#set('if', this.#child('if'));
      this.#set('then', condition === false ? undefined : this.#child('then'));
      this.#set('else', condition === true ? undefined : this.#child('else'));
    }
  }

  #draft2019(): void {
    const node = this.#node;
    const recursive = this.#text('$recursiveRef');
    this.#set('recursiveRef', recursive === undefined ? undefined : this.#nodes.ref(recursive));
    this.#set('hasRecursiveAnchor', this.#object['$recursiveAnchor'] === true);
    if (node.contains !== undefined) {
      this.#set('minContains', this.#count('minContains'));
      this.#set('maxContains', this.#count('maxContains'));
    }
    const dependent = this.#object['dependentRequired'];
    if (isMap(dependent)) {
      node.dependentRequired = new Map(
        sortedKeys(dependent).flatMap((name) => {
          const needs = dependent[name];
          return isList(needs) ? [[name, textsOf(needs)] as const] : [];
        }),
      );
    }
    this.#set('dependentSchemas', this.#map('dependentSchemas'));
    this.#set('unevaluatedItems', this.#child('unevaluatedItems'));
    this.#set('unevaluatedProperties', this.#child('unevaluatedProperties'));
  }

  #draft2020(): void {
    const dynamic = this.#text('$dynamicRef');
    if (dynamic !== undefined) {
      const { fragment } = splitFragment(dynamic);
      const anchor = fragment.startsWith('/') ? '' : fragment;
      this.#node.dynamicRef = { target: this.#nodes.ref(dynamic), anchor };
    }
    this.#set('dynamicAnchor', this.#text('$dynamicAnchor'));
    this.#set('prefixItems', this.#list('prefixItems'));
    this.#set('restItems', this.#child('items'));
  }

  #set<K extends keyof SchemaNode>(key: K, value: SchemaNode[K] | undefined): void {
    if (value !== undefined) {
      this.#node[key] = value;
    }
  }

  #child(name: string): SchemaNode | undefined {
    return name in this.#object ? this.#nodes.child(`/${escapePointer(name)}`) : undefined;
  }

  #boolOrChild(name: string): boolean | SchemaNode | undefined {
    const value = this.#object[name];
    return typeof value === 'boolean' ? value : this.#child(name);
  }

  #list(name: string): SchemaNode[] | undefined {
    const value = this.#object[name];
    return isList(value) ? value.map((_, index) => this.#nodes.child(`/${name}/${String(index)}`)) : undefined;
  }

  #map(name: string): Map<string, SchemaNode> | undefined {
    const value = this.#object[name];
    return isMap(value)
      ? new Map(sortedKeys(value).map((key) => [key, this.#nodes.child(`/${name}/${escapePointer(key)}`)]))
      : undefined;
  }

  #text(name: string): string | undefined {
    const value = this.#object[name];
    return typeof value === 'string' ? value : undefined;
  }

  #number(name: string): Decimal | undefined {
    return decimalOf(this.#object[name]);
  }

  #count(name: string): number | undefined {
    const number = this.#number(name);
    return number !== undefined && isInteger(number) ? Number(this.#object[name]) : undefined;
  }

  #pattern(keyword: string, source: string): SchemaPattern {
    try {
      const regexp = compileRegexp(source);
      return { source, matches: (text) => regexp.test(text) };
    } catch (error) {
      throw wrong(
        `invalid regex ${quote(source)} at ${quote(`${this.#node.location}/${keyword}`)}: ${messageOf(error)}`,
      );
    }
  }
}

const allTypes: readonly JsonType[] = ['null', 'boolean', 'number', 'integer', 'string', 'array', 'object'];

function textsOf(list: readonly Value[]): string[] {
  return list.filter((item) => typeof item === 'string');
}

/** Where a schema may hold others: `*` for every key, `[]` for every item. */
const subschemas: readonly (readonly [since: DraftVersion, path: string])[] = [
  [4, 'definitions/*'],
  [4, 'not'],
  [4, 'allOf/[]'],
  [4, 'anyOf/[]'],
  [4, 'oneOf/[]'],
  [4, 'properties/*'],
  [4, 'additionalProperties'],
  [4, 'patternProperties/*'],
  [4, 'items'],
  [4, 'items/[]'],
  [4, 'additionalItems'],
  [4, 'dependencies/*'],
  [6, 'propertyNames'],
  [6, 'contains'],
  [7, 'if'],
  [7, 'then'],
  [7, 'else'],
  [2019, '$defs/*'],
  [2019, 'dependentSchemas/*'],
  [2019, 'unevaluatedProperties'],
  [2019, 'unevaluatedItems'],
  [2019, 'contentSchema'],
  [2020, 'prefixItems/[]'],
];

function collectResources(
  document: Document,
  value: Value,
  from: { readonly base: string; readonly pointer: string; readonly draft: DraftVersion },
): void {
  const { pointer } = from;
  if (!isMap(value)) {
    if (pointer === '') {
      document.resources.set('', newResource('', from.base, from.draft));
    }
    return;
  }
  const own = draftOf(value) ?? from.draft;
  const id = idOf(value, own);
  const isResource = id !== undefined || pointer === '';
  const draft = isResource ? own : from.draft;
  const base = id === undefined ? from.base : splitFragment(joinUrl(from.base, id)).url;
  if (isResource) {
    document.resources.set(pointer, newResource(pointer, base, draft));
  }
  const resource = resourceOf(document, pointer);
  collectAnchors(value, pointer, resource);
  for (const [since, path] of subschemas) {
    if (since <= draft) {
      for (const [at, below] of childrenAt(value, path)) {
        collectResources(document, below, { base, pointer: pointer + at, draft });
      }
    }
  }
}

function newResource(pointer: string, id: string, draft: DraftVersion): Resource {
  return { pointer, id, draft, anchors: new Map(), dynamicAnchors: new Set() };
}

function draftOf(schema: GoMap): DraftVersion | undefined {
  const named = schema['$schema'];
  return typeof named === 'string' ? drafts.find(([pattern]) => pattern.test(named))?.[1] : undefined;
}

function idOf(schema: GoMap, draft: DraftVersion): string | undefined {
  const id = schema[draft === 4 ? 'id' : '$id'];
  if (typeof id !== 'string' || (draft < 2019 && '$ref' in schema)) {
    return undefined;
  }
  const { url } = splitFragment(id);
  return url === '' ? undefined : url;
}

function collectAnchors(schema: GoMap, pointer: string, resource: Resource): void {
  if (resource.draft < 2019) {
    const id = schema[resource.draft === 4 ? 'id' : '$id'];
    const fragment = typeof id === 'string' && !('$ref' in schema) ? splitFragment(id).fragment : '';
    if (fragment !== '' && !fragment.startsWith('/')) {
      resource.anchors.set(fragment, pointer);
    }
    return;
  }
  const { $anchor: anchor, $dynamicAnchor: dynamic } = schema;
  if (typeof anchor === 'string') {
    resource.anchors.set(anchor, pointer);
  }
  if (typeof dynamic === 'string' && resource.draft >= 2020) {
    resource.anchors.set(dynamic, pointer);
    resource.dynamicAnchors.add(dynamic);
  }
}

function childrenAt(schema: GoMap, path: string): (readonly [string, Value])[] {
  const [name = '', wild] = path.split('/');
  const value = schema[name];
  if (wild === undefined) {
    return name in schema ? [[`/${name}`, value]] : [];
  }
  if (wild === '*') {
    return isMap(value) ? sortedKeys(value).map((key) => [`/${name}/${escapePointer(key)}`, value[key]] as const) : [];
  }
  return isList(value) ? value.map((item, index) => [`/${name}/${String(index)}`, item] as const) : [];
}

/** The innermost part with an id around a pointer. */
function resourceOf(document: Document, pointer: string): Resource {
  for (let at = pointer; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
    const found = document.resources.get(at);
    if (found !== undefined) {
      return found;
    }
  }
  return document.resources.get('') ?? newResource('', document.url, latest);
}

function pointerIn(document: Document, resource: Resource, fragment: string): string {
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

function valueAtPointer(document: Document, pointer: string): Value {
  let value = document.value;
  for (const token of pointer.split('/').slice(1)) {
    const key = token.replaceAll('~1', '/').replaceAll('~0', '~');
    const next = isMap(value) && key in value ? value[key] : isList(value) ? value[Number(key)] : undefined;
    if (next === undefined) {
      throw wrong(`json-pointer in ${quote(`${document.url}#${encodePointer(pointer)}`)} not found`);
    }
    value = next;
  }
  return value;
}

function splitFragment(reference: string): { url: string; fragment: string } {
  const hash = reference.indexOf('#');
  if (hash < 0) {
    return { url: reference, fragment: '' };
  }
  const encoded = reference.slice(hash + 1);
  try {
    return { url: reference.slice(0, hash), fragment: decodeURIComponent(encoded) };
  } catch (error) {
    throw wrong(`error in parsing ${quote(reference)}: ${messageOf(error)}`);
  }
}

function joinUrl(base: string, reference: string): string {
  if (reference.startsWith('#')) {
    return base + reference;
  }
  try {
    return new URL(reference, base).href;
  } catch (error) {
    throw wrong(`error in parsing ${quote(reference)}: ${messageOf(error)}`);
  }
}

function encodePointer(pointer: string): string {
  return pointer
    .split('/')
    .map((token) => encodeURIComponent(token).replace(/%(?:24|26|2B|3D|3A|40)/g, decodeURIComponent))
    .join('/');
}

function wrong(message: string): ChartError {
  return new ChartError('schema', message);
}
