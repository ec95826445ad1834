/**
 * Nodes to values as go-yaml v3 decodes them and Go's JSON encoder takes them on, which is what kustomize makes of a
 * resource: YAML 1.1's extra booleans are strings, times are RFC 3339, keys must be unique, and a merge key never
 * overrides. At the top keys of any type are taken as text; below they must be strings.
 *
 * @see go.yaml.in/yaml/v3 v3.0.5 decode.go, and sigs.k8s.io/kustomize/kyaml v0.21.2 yaml/rnode.go, MarshalJSON
 */
import { GoInt, isList, isMap, newMap, quote, type GoMap, type Value } from '../gostd/index.ts';
import { AliasBudget } from './aliasBudget.ts';
import { binaryText } from './binary.ts';
import { notFinite } from './construct.ts';
import { YamlError } from './error.ts';
import { goSyntax } from './goSyntax.ts';
import { mergeInto } from './merge.ts';
import type { MappingNode, ScalarNode, YamlNode } from './node.ts';
import { type OnPlace, tellPlace } from './places.ts';
import { longTagPrefix, type Resolved, resolvePlainScalar, resolveTagged, shortTag } from './resolve.ts';

/** Equal keys make a complaint a pair; go-yaml writes them all, however many they are. */
const maxComplaints = 1000;

/** The value of a document. @throws YamlError */
export function constructKustomize(root: YamlNode, options: KustomizeOptions): Value {
  return new Constructor(options).document(root);
}

export interface KustomizeOptions {
  readonly onPlace: OnPlace | undefined;
  /** Whether integers that a float64 cannot hold are tagged, so that they can be written again digit by digit. */
  readonly keepsIntegers: boolean;
}

class Constructor {
  readonly #onPlace: OnPlace | undefined;
  readonly #keepsIntegers: boolean;
  readonly #budget = new AliasBudget();
  readonly #complaints: string[] = [];
  #firstComplaint: YamlNode | undefined;
  /** Maps with keys that are no strings, which JSON cannot have. */
  readonly #generalMaps = new Set<unknown>();

  constructor({ onPlace, keepsIntegers }: KustomizeOptions) {
    this.#onPlace = onPlace;
    this.#keepsIntegers = keepsIntegers;
  }

  document(root: YamlNode): Value {
    this.#budget.count();
    const value = root.kind === 'mapping' ? this.#topMapping(root) : this.#value(root);
    if (this.#complaints.length > 0) {
      const position = this.#firstComplaint?.start;
      const message = `yaml: unmarshal errors:\n  ${this.#complaints.join('\n  ')}`;
      throw new YamlError('duplicate-key', message, { position, line: position && position.line + 1 });
    }
    this.#expectJson(value);
    return value;
  }

  #topMapping(root: MappingNode): GoMap {
    this.#budget.count();
    const map = newMap();
    this.#fill(root, map, undefined, true);
    return map;
  }

  #value(node: YamlNode): Value {
    this.#budget.count();
    switch (node.kind) {
      case 'scalar':
        return this.#scalar(node);
      case 'mapping': {
        const map = newMap();
        if (!hasStringKeys(node)) {
          this.#generalMaps.add(map);
        }
        this.#fill(node, map, undefined, false);
        return map;
      }
      case 'sequence': {
        const list: Value[] = [];
        for (const [index, item] of node.items.entries()) {
          list.push(this.#value(item));
          tellPlace(this.#onPlace, list, index, item);
        }
        return list;
      }
      case 'alias':
        return this.#budget.within(node, () => this.#value(node.target));
    }
  }

  #scalar(node: ScalarNode): Value {
    const resolved = meaning(node);
    switch (resolved.tag) {
      case '!!int':
        return this.#keepsIntegers ? intOf(BigInt(resolved.value)) : Number(resolved.value);
      case '!!timestamp':
        // A zone 24 hours away can be read, but not written.
        if (/[-+]24:..$/.test(resolved.value)) {
          const trouble = 'Time.MarshalJSON: timezone hour outside of range [0,23]';
          throw new YamlError('not-json', `json: error calling MarshalJSON for type time.Time: ${trouble}`);
        }
        return resolved.value;
      case '!!null':
      case '!!bool':
      case '!!float':
      case '!!str':
        return resolved.value;
    }
  }

  /** `merged` has the keys that are taken while a merge key's maps are read: they keep what they have. */
  #fill(node: MappingNode, map: GoMap, merged: Set<string> | undefined, isTop: boolean): void {
    if (this.#noteDuplicates(node)) {
      return;
    }
    let mergeNode: YamlNode | undefined;
    for (const [index, keyNode] of node.keys.entries()) {
      const valueNode = node.values[index];
      if (valueNode === undefined) {
        break;
      }
      if (isMerge(keyNode)) {
        mergeNode = valueNode;
        continue;
      }
      const key = this.#key(keyNode, isTop);
      if (key === undefined || merged?.has(key) === true) {
        continue;
      }
      merged?.add(key);
      map[key] = this.#value(valueNode);
      tellPlace(this.#onPlace, map, key, valueNode, keyNode);
    }
    if (mergeNode !== undefined) {
      this.#merge(mergeNode, map, merged ?? new Set(this.#keysOf(node)), isTop);
    }
  }

  #keysOf(node: MappingNode): readonly string[] {
    return node.keys.map((keyNode) => this.#key(keyNode, false)).filter((key) => key !== undefined);
  }

  #merge(node: YamlNode, map: GoMap, merged: Set<string>, isTop: boolean): void {
    const sources = node.kind === 'sequence' ? node.items : [node];
    mergeInto(sources, this.#budget, (from) => {
      this.#fill(from, map, merged, isTop);
    });
  }

  /** Undefined for what the map at the top, whose keys are strings, leaves out. */
  #key(node: YamlNode, isTop: boolean): string | undefined {
    if (node.kind === 'alias') {
      this.#budget.count();
      return this.#budget.within(node, () => this.#key(node.target, isTop));
    }
    if (node.kind !== 'scalar') {
      if (isTop) {
        this.#budget.count();
        this.#complain(node, `cannot unmarshal ${node.kind === 'sequence' ? '!!seq' : '!!map'} into string`);
        return undefined;
      }
      this.#value(node);
      throw new YamlError('not-json', `yaml: invalid map key: ${goSyntax(node, view)}`, { position: node.start });
    }
    this.#budget.count();
    const resolved = meaning(node);
    if (resolved.tag === '!!str') {
      return resolved.value;
    }
    return isTop && resolved.tag === '!!null' ? undefined : node.value;
  }

  /** Every later key is told of every earlier one that is equal. */
  #noteDuplicates(node: MappingNode): boolean {
    const groups = new Map<string, YamlNode[]>();
    for (const key of node.keys) {
      const id = `${key.kind} ${nameOf(key)}`;
      const group = groups.get(id);
      if (group === undefined) {
        groups.set(id, [key]);
      } else {
        group.push(key);
      }
    }
    if (groups.size === node.keys.length) {
      return false;
    }
    for (const first of node.keys) {
      const group = groups.get(`${first.kind} ${nameOf(first)}`) ?? [];
      const laterFrom = group.indexOf(first) + 1;
      for (const later of group.slice(laterFrom, laterFrom + maxComplaints)) {
        this.#complain(later, `mapping key ${quote(nameOf(first))} already defined at line ${first.start.line + 1}`);
      }
      if (this.#complaints.length >= maxComplaints) {
        break;
      }
    }
    return true;
  }

  #complain(node: YamlNode, complaint: string): void {
    this.#firstComplaint ??= node;
    this.#complaints.push(`line ${node.start.line + 1}: ${complaint}`);
  }

  #expectJson(value: Value): void {
    if (this.#generalMaps.has(value)) {
      throw new YamlError('not-json', 'json: unsupported type: map[interface {}]interface {}');
    }
    if (typeof value === 'number' && !Number.isFinite(value)) {
      throw notFinite(value);
    }
    if (isList(value)) {
      for (const item of value) {
        this.#expectJson(item);
      }
    } else if (isMap(value)) {
      for (const key of Object.keys(value).sort()) {
        this.#expectJson(value[key]);
      }
    }
  }
}

function intOf(value: bigint): Value {
  const number = Number(value);
  return Number.isSafeInteger(number)
    ? number
    : new GoInt(BigInt.asIntN(64, value) === value ? 'int64' : 'uint64', value);
}

/** What go-yaml tells keys apart by, besides their kind. */
function nameOf(key: YamlNode): string {
  return key.kind === 'scalar' ? key.value : key.kind === 'alias' ? key.name : '';
}

const view = {
  meaning,
  isMerge,
  mapType: (node: MappingNode): string => `map[${hasStringKeys(node) ? 'string' : 'interface {}'}]interface {}`,
};

/** What a scalar is; the tag `!` counts as none. */
function meaning(node: ScalarNode): Resolved {
  const { tag, value } = node;
  if (tag === undefined || tag === '!') {
    return node.style === 'plain' ? resolvePlainScalar(value, 'v3') : { tag: '!!str', value };
  }
  if (tag === `${longTagPrefix}binary`) {
    return { tag: '!!str', value: binaryText(value) };
  }
  return resolveTagged(tag, value, 'v3');
}

function isMerge(node: YamlNode): boolean {
  if (node.kind !== 'scalar' || node.value !== '<<') {
    return false;
  }
  return node.tag === undefined || node.tag === '!' ? node.style === 'plain' : shortTag(node.tag) === '!!merge';
}

function hasStringKeys(node: MappingNode): boolean {
  return node.keys.every(isStringKey);
}

function isStringKey(node: YamlNode): boolean {
  if (node.kind === 'alias') {
    return isStringKey(node.target);
  }
  if (node.kind !== 'scalar') {
    return false;
  }
  if (isMerge(node)) {
    return true;
  }
  if (node.tag !== undefined && node.tag !== '!') {
    return shortTag(node.tag) === '!!str';
  }
  return node.style !== 'plain' || resolvePlainScalar(node.value, 'v3').tag === '!!str';
}
