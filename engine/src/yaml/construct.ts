/**
 * Nodes to values as go-yaml v2 decodes them into an `interface {}`, and as sigs.k8s.io/yaml takes them on to JSON:
 * keys become strings, numbers float64, a later key overrides an earlier one, a merge key overrides what stands
 * before it.
 *
 * @see go.yaml.in/yaml/v2 v2.4.4 decode.go, and sigs.k8s.io/yaml v1.6.0 yaml.go, convertToJSONableObject
 */
import { formatFloat, GoInt, isList, isMap, newMap, quote, type GoMap, type Value } from '../gostd/index.ts';
import { AliasBudget } from './aliasBudget.ts';
import { binaryText } from './binary.ts';
import { YamlError } from './error.ts';
import { formatYamlFloat } from './goFloat.ts';
import { goSyntax, type View } from './goSyntax.ts';
import { mergeInto } from './merge.ts';
import type { MappingNode, ScalarNode, YamlNode } from './node.ts';
import { type OnPlace, tellPlace } from './places.ts';
import { longTagPrefix, mayBeOther, type Resolved, resolvePlainScalar, resolveTagged } from './resolve.ts';

/** How go-yaml's callers differ. */
export interface ConstructOptions {
  /** Two equal keys are an error. */
  readonly isStrict: boolean;
  /** `json`: every number is float64. `go`: integers are `int` and `uint64`, as go-yaml itself has them. */
  readonly numbers: 'json' | 'go';
  readonly onPlace: OnPlace | undefined;
}

const maxInt64 = 0x7fff_ffff_ffff_ffffn;

/** The value of a document. @throws YamlError */
export function construct(root: YamlNode, options: ConstructOptions): Value {
  return new Constructor(options).document(root);
}

/** A map as it fills: merge keys fill the map that they stand in. */
interface Filling {
  readonly map: GoMap;
  /** Keys with their Go type, where duplicates are refused. */
  readonly seen: Set<string> | undefined;
}

/** A key that is no string in YAML. */
interface Key {
  /** Undefined where JSON has no such key. */
  readonly text: string | undefined;
  readonly tag: Resolved['tag'];
  /** As `%#v` prints it. */
  readonly syntax: string;
}

class Constructor {
  readonly #options: ConstructOptions;
  readonly #view: View;
  readonly #budget = new AliasBudget();
  readonly #duplicates: string[] = [];
  #firstDuplicate: YamlNode | undefined;
  /** What is wrong with keys that JSON cannot have; an error only if their map is still there in the end. */
  readonly #badKeys = new Map<unknown, Map<string, string>>();
  #hasBadFloat = false;

  constructor(options: ConstructOptions) {
    this.#options = options;
    this.#view = { meaning, isMerge, mapType: () => 'map[interface {}]interface {}', keepsFirst: options.isStrict };
  }

  document(root: YamlNode): Value {
    this.#budget.count();
    const value = this.#value(root);
    if (this.#duplicates.length > 0) {
      const message = `yaml: unmarshal errors:\n  ${this.#duplicates.join('\n  ')}`;
      const position = this.#firstDuplicate?.start;
      throw new YamlError('duplicate-key', message, { position, line: position && position.line + 1 });
    }
    this.#expectJson(value);
    return value;
  }

  #value(node: YamlNode): Value {
    this.#budget.count();
    switch (node.kind) {
      case 'scalar':
        return this.#scalar(node);
      case 'mapping':
        return this.#mapping(node, this.#newFilling());
      case 'sequence': {
        const list: Value[] = [];
        for (const [index, item] of node.items.entries()) {
          list.push(this.#value(item));
          tellPlace(this.#options.onPlace, list, index, item);
        }
        return list;
      }
      case 'alias':
        return this.#budget.within(node, () => this.#value(node.target));
    }
  }

  #newFilling(): Filling {
    return { map: newMap(), seen: this.#options.isStrict ? new Set() : undefined };
  }

  #scalar(node: ScalarNode): Value {
    if (isSimplyText(node)) {
      return node.value;
    }
    return this.#resolvedValue(meaning(node), node);
  }

  #resolvedValue(resolved: Resolved, node: ScalarNode): Value {
    switch (resolved.tag) {
      case '!!null':
      case '!!bool':
        return resolved.value;
      case '!!int':
        return this.#options.numbers === 'json' ? Number(resolved.value) : goInt(resolved.value);
      case '!!float':
        this.#hasBadFloat ||= !Number.isFinite(resolved.value);
        return resolved.value;
      case '!!timestamp':
        return node.value;
      case '!!str':
        return resolved.value;
    }
  }

  #mapping(node: MappingNode, filling: Filling): GoMap {
    const { keys, values } = node;
    for (let index = 0; index < keys.length; index++) {
      const keyNode = keys[index];
      const valueNode = values[index];
      if (keyNode === undefined || valueNode === undefined) {
        break;
      }
      if (isMerge(keyNode)) {
        this.#merge(valueNode, filling);
        continue;
      }
      const key = this.#key(keyNode);
      const value = this.#value(valueNode);
      if (!this.#mayTake(filling, key, valueNode)) {
        continue;
      }
      const text = typeof key === 'string' ? key : key.text;
      if (text === undefined) {
        this.#noteBadKey(filling.map, keyNode, valueNode);
      } else {
        filling.map[text] = value;
        tellPlace(this.#options.onPlace, filling.map, text, valueNode, keyNode);
      }
    }
    return filling.map;
  }

  #merge(node: YamlNode, filling: Filling): void {
    // A list merges from its end, so that what stands first wins.
    const sources = node.kind === 'sequence' ? node.items.toReversed() : [node];
    mergeInto(sources, this.#budget, (from) => this.#mapping(from, filling));
  }

  /** The key as a string, with its type where it is none in YAML. */
  #key(node: YamlNode): string | Key {
    this.#budget.count();
    if (node.kind === 'alias') {
      return this.#budget.within(node, () => this.#key(node.target));
    }
    if (node.kind !== 'scalar') {
      this.#budget.uncount();
      this.#value(node);
      throw new YamlError('not-json', `yaml: invalid map key: ${goSyntax(node, this.#view)}`, { position: node.start });
    }
    if (isSimplyText(node)) {
      return node.value;
    }
    const resolved = meaning(node);
    switch (resolved.tag) {
      case '!!str':
        return resolved.value;
      case '!!timestamp':
        return node.value;
      case '!!null':
        return this.#typedKey(resolved, node, undefined);
      case '!!bool':
        return this.#typedKey(resolved, node, String(resolved.value));
      case '!!int':
        return this.#typedKey(resolved, node, resolved.value > maxInt64 ? undefined : String(resolved.value));
      case '!!float':
        return this.#typedKey(resolved, node, formatYamlFloat(resolved.value, 32));
    }
  }

  #typedKey({ tag }: Resolved, node: ScalarNode, text: string | undefined): Key {
    return { text, tag, syntax: goSyntax(node, this.#view) };
  }

  #mayTake({ seen }: Filling, key: string | Key, valueNode: YamlNode): boolean {
    if (seen === undefined) {
      return true;
    }
    const syntax = typeof key === 'string' ? quote(key) : key.syntax;
    const id = typeof key === 'string' ? syntax : `${key.tag} ${syntax}`;
    if (seen.has(id)) {
      this.#firstDuplicate ??= valueNode;
      this.#duplicates.push(`line ${valueNode.start.line + 1}: key ${syntax} already set in map`);
      return false;
    }
    seen.add(id);
    return true;
  }

  #noteBadKey(map: GoMap, keyNode: YamlNode, valueNode: YamlNode): void {
    const key = goSyntax(keyNode, this.#view);
    const type = key === '<nil>' ? '%!s(<nil>)' : 'uint64';
    const message = `unsupported map key of type: ${type}, key: ${key}, value: ${goSyntax(valueNode, this.#view)}`;
    const messages = this.#badKeys.get(map) ?? new Map<string, string>();
    this.#badKeys.set(map, messages.set(key, message));
  }

  #expectJson(value: Value): void {
    if (this.#badKeys.size > 0) {
      walk(value, (part) => {
        for (const message of this.#badKeys.get(part)?.values() ?? []) {
          throw new YamlError('not-json', message);
        }
      });
    }
    if (this.#hasBadFloat && this.#options.numbers === 'json') {
      walk(value, (part) => {
        if (typeof part === 'number' && !Number.isFinite(part)) {
          throw notFinite(part);
        }
      });
    }
  }
}

/** What a scalar is. */
function meaning(node: ScalarNode): Resolved {
  const { tag, value } = node;
  if (tag === undefined) {
    return node.style === 'plain' ? resolvePlainScalar(value) : { tag: '!!str', value };
  }
  if (tag === `${longTagPrefix}binary`) {
    return { tag: '!!str', value: binaryText(value) };
  }
  return resolveTagged(tag, value, 'v2');
}

/** What most scalars are, told without looking further than the first character. */
function isSimplyText({ tag, style, value }: ScalarNode): boolean {
  return tag === undefined && (style !== 'plain' || (value !== '' && !mayBeOther(value.charCodeAt(0))));
}

/** `<<` without quotes, or with the tag `!` or `!!merge`. */
function isMerge(node: YamlNode): boolean {
  return (
    node.kind === 'scalar' &&
    node.value === '<<' &&
    (node.tag === undefined ? node.style === 'plain' : node.tag === '!' || node.tag === `${longTagPrefix}merge`)
  );
}

/** What encoding/json says of a float that it has no way to write. */
export function notFinite(value: number): YamlError {
  return new YamlError('not-json', `json: unsupported value: ${formatFloat(value, 'g', -1, 64)}`);
}

function goInt(value: number | bigint): GoInt {
  const integer = BigInt(value);
  return new GoInt(integer > maxInt64 ? 'uint64' : 'int', integer);
}

/** Visits maps, lists and scalars, maps in the order of their keys. */
function walk(value: Value, visit: (part: Value) => void): void {
  visit(value);
  if (isList(value)) {
    for (const item of value) {
      walk(item, visit);
    }
  } else if (isMap(value)) {
    for (const key of Object.keys(value).sort()) {
      walk(value[key], visit);
    }
  }
}
