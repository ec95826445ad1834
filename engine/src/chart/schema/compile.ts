/**
 * JSON Schemas of draft 4 to 2020-12 compiled as Helm's library does it: every schema that can be reached, so that a
 * broken one is noticed even where no value leads.
 * References within a file and to meta schemas are followed; what stands elsewhere is not fetched: such a part allows
 * anything and is told as not checked.
 *
 * @see santhosh-tekuri/jsonschema v6.0.3 compiler.go and roots.go
 */
import { isMap, quote, type Value } from '../../gostd/index.ts';
import {
  type Document,
  draftOfUrl,
  encodePointer,
  includePart,
  joinUrl,
  newDocument,
  pointerIn,
  type Resource,
  resourceOf,
  splitFragment,
  valueAtPointer,
  wrong,
} from './documents.ts';
import { showFailures } from './failure.ts';
import { fillNode } from './keywords.ts';
import { isMetaUrl, loadMetaSchema, metaSchemaUrl } from './metaSchemas.ts';
import type { DraftVersion, SchemaNode } from './node.ts';
import { isPlainSchema } from './plain.ts';
import { type Dialects, validateValue } from './validate.ts';

export interface CompiledSchema {
  readonly schema: SchemaNode;
  /** What it refers to elsewhere, by URL: not fetched, and so not checked. */
  readonly unchecked: readonly string[];
}

/** Compiles schemas, and keeps those of the drafts, which every one of them is held against. */
export class SchemaCompiler {
  readonly #drafts = new Map<DraftVersion, SchemaNode>();

  /**
   * The schema at the top of a document.
   *
   * @throws ChartError `schema` in the library's words
   */
  compile(url: string, value: Value): CompiledSchema {
    return new Compilation({ metaSchema: (draft) => this.#draft(draft), assertsFormat: false }).run(url, value);
  }

  #draft(draft: DraftVersion): SchemaNode {
    const known = this.#drafts.get(draft);
    if (known !== undefined) {
      return known;
    }
    const url = metaSchemaUrl(draft);
    const compilation = new Compilation({ metaSchema: (other) => this.#draft(other), assertsFormat: true });
    const { schema } = compilation.run(url, loadMetaSchema(url) ?? true);
    this.#drafts.set(draft, schema);
    return schema;
  }
}

interface CompilationOptions {
  readonly metaSchema: (draft: DraftVersion) => SchemaNode;
  /** Whether formats count from draft 2019-09 on, where they are notes unless somebody asks. */
  readonly assertsFormat: boolean;
}

class Compilation {
  readonly #options: CompilationOptions;
  readonly #documents = new Map<string, Document>();
  readonly #nodes = new Map<string, SchemaNode>();
  readonly #queue: { node: SchemaNode; document: Document; pointer: string }[] = [];
  readonly #unchecked = new Set<string>();

  constructor(options: CompilationOptions) {
    this.#options = options;
  }

  run(url: string, value: Value): CompiledSchema {
    const schema = this.#node(this.#addDocument(url, value), '');
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      this.#fill(next.node, next.document, next.pointer);
    }
    return { schema, unchecked: [...this.#unchecked] };
  }

  #addDocument(url: string, value: Value): Document {
    const document = newDocument(url, value, { draftElsewhere: (named) => this.#draftElsewhere(named) });
    this.#checkAgainstDraft(document, '');
    this.#documents.set(url, document);
    return document;
  }

  #draftElsewhere(url: string): DraftVersion | 'unknown' {
    const value = this.#load(url);
    if (value === undefined) {
      return url.startsWith('urn:') ? 2020 : 'unknown';
    }
    const named = isMap(value) ? value['$schema'] : undefined;
    return (typeof named === 'string' ? draftOfUrl(named) : undefined) ?? 2020;
  }

  #checkAgainstDraft(document: Document, pointer: string): void {
    const { draft } = resourceOf(document, pointer);
    if (draft === 'unknown' || isMetaUrl(document.url)) {
      return;
    }
    const value = valueAtPointer(document, pointer);
    if (document.resources.size === 1 && isPlainSchema(value, draft)) {
      return;
    }
    const meta = this.#options.metaSchema(draft);
    const dialects: Dialects = {
      schema: meta,
      at: (place) => {
        const own = document.resources.get(place)?.draft;
        return own === undefined ? undefined : own === 'unknown' ? anything(place) : this.#options.metaSchema(own);
      },
    };
    const failures = validateValue(meta, value, document.resources.size === 1 ? undefined : dialects);
    if (failures.length > 0) {
      const at = quote(`${document.url}#${encodePointer(pointer)}`);
      throw wrong(
        `${at} is not valid against metaschema: jsonschema validation failed with '${meta.location}'\n${showFailures(failures)}`,
      );
    }
  }

  #node(document: Document, pointer: string): SchemaNode {
    const location = `${document.url}#${encodePointer(pointer)}`;
    const known = this.#nodes.get(location);
    if (known !== undefined) {
      return known;
    }
    const node = newNode(location);
    this.#nodes.set(location, node);
    this.#queue.push({ node, document, pointer });
    return node;
  }

  #fill(node: SchemaNode, document: Document, pointer: string): void {
    if (includePart(document, pointer, { draftElsewhere: (named) => this.#draftElsewhere(named) })) {
      this.#checkAgainstDraft(document, pointer);
    }
    const resource = resourceOf(document, pointer);
    if (resource.draft === 'unknown') {
      node.bool = true;
      return;
    }
    node.draft = resource.draft;
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
        fillNode(node, value, {
          assertsFormat: this.#options.assertsFormat,
          child: (path) => this.#node(document, pointer + path),
          ref: (ref) => this.#resolve(ref, document, resource),
        });
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
    const known = this.#documents.get(url);
    const value = known === undefined ? this.#load(url) : known.value;
    if (value === undefined) {
      return anything(`${url}#${encodePointer(fragment)}`);
    }
    const other = known ?? this.#addDocument(url, value);
    const root = other.resources.get('');
    return this.#node(other, root === undefined ? '' : pointerIn(other, root, fragment));
  }

  /** A document from elsewhere: a draft's own, or nothing where it would have to be fetched. */
  #load(url: string): Value | undefined {
    const value = loadMetaSchema(url);
    if (value !== undefined) {
      return value;
    }
    const [scheme = ''] = /^[a-z][a-z0-9+.-]*(?=:)/i.exec(url) ?? [];
    switch (scheme.toLowerCase()) {
      case 'http':
      case 'https':
      case 'urn':
        this.#unchecked.add(url);
        return undefined;
      case 'file': {
        // Helm looks for it from the root of the machine, where Flux's has none.
        const path = decodeURIComponent(new URL(url).pathname);
        throw wrong(`failing loading ${quote(url)}: open ${path}: no such file or directory`);
      }
      default:
        throw wrong(`failing loading ${quote(url)}: no URLLoader registered for ${quote(encodeURI(url))}`);
    }
  }
}

function newNode(location: string): SchemaNode {
  const node: Partial<SchemaNode> & Pick<SchemaNode, 'location' | 'draft'> = { location, draft: 2020 };
  return Object.assign(node, { resource: node as SchemaNode }); // itself, until its own resource is looked up
}

function anything(location: string): SchemaNode {
  return Object.assign(newNode(location), { bool: true });
}
