/** The keywords of one schema object. @see santhosh-tekuri/jsonschema v6.0.3 objcompiler.go */
import { type GoMap, isList, isMap, compileRegexp, quote, sortedKeys, type Value } from '../../gostd/index.ts';
import { escapePointer, messageOf } from '../../support/index.ts';
import { type Decimal, decimalOf, integerOf } from './decimal.ts';
import { splitFragment, wrong } from './documents.ts';
import type { JsonType, SchemaNode, SchemaPattern } from './node.ts';

/** What a schema object finds around it. */
export interface Surroundings {
  readonly assertsFormat: boolean;
  readonly child: (path: string) => SchemaNode;
  readonly ref: (ref: string) => SchemaNode;
}

/** Reads the keywords of a schema object into its node. @throws ChartError `schema` for patterns that are none */
export function fillNode(node: SchemaNode, object: GoMap, nodes: Surroundings): void {
  new NodeFiller(node, object, nodes).fill();
}

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
    }
    // Before 2019 what stands beside a reference is ignored, by the library only what draft 4 knows.
    if (ref === undefined || node.draft >= 2019) {
      this.#applicators();
      this.#validations();
    }
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
    const integer = number === undefined ? undefined : integerOf(number);
    return integer === undefined ? undefined : Number(BigInt.asIntN(64, integer));
  }

  #pattern(keyword: string, source: string): SchemaPattern {
    try {
      const regexp = compileRegexp(source);
      return { source, matches: (text) => regexp.test(text) };
    } catch (error) {
      throw wrong(
        `invalid regex ${quote(source)} at ${quote(`${this.#node.location}/${keyword}`)}: ${messageOf(error)}`,
        error,
      );
    }
  }
}

const allTypes: readonly JsonType[] = ['null', 'boolean', 'number', 'integer', 'string', 'array', 'object'];

function textsOf(list: readonly Value[]): string[] {
  return list.filter((item) => typeof item === 'string');
}
