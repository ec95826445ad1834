import { isList, isMap, jsonKind, newMap, type GoMap, type Value } from '../gostd/index.ts';
import { construct, type ConstructOptions } from './construct.ts';
import { YamlError } from './error.ts';
import { constructKustomize } from './kustomize.ts';
import type { YamlNode } from './node.ts';
import { Parser } from './parser.ts';
import type { OnPlace } from './places.ts';

/** Whose reading it is, and what else is wanted of it. */
export interface DecodeOptions {
  /** Duplicate keys are refused, as by UnmarshalStrict and the API server's strict validation; else the last wins. */
  readonly strict?: boolean;
  /**
   * `kubernetes`, the default: sigs.k8s.io/yaml, go-yaml v2: `yes` and `y` are true.
   * `kustomize`: go-yaml v3: `yes`, `on` and `y` are strings, dates are times, duplicate keys are always refused.
   */
  readonly dialect?: 'kubernetes' | 'kustomize';
  readonly onPlace?: OnPlace;
  /** In the `kustomize` dialect: integers past 2^53 are GoInt, so that they can be written again as they were. */
  readonly keepsIntegers?: boolean;
}

const jsonPrefix = 'error converting YAML to JSON: ';

/**
 * The first document of a text, as sigs.k8s.io/yaml's Unmarshal gives it for an `interface {}`; null when there is
 * none. Later documents are not even read.
 *
 * @throws YamlError with Go's words
 * @see sigs.k8s.io/yaml v1.6.0 yaml.go, Unmarshal and UnmarshalStrict
 */
export function decode(text: string, options: DecodeOptions = {}): Value {
  return told(options, () => {
    const root = new Parser(text, parserOf(options)).nextDocument();
    return root === undefined ? null : constructor(options)(root);
  });
}

/**
 * As `decode`, for a target that is a map: a map, or an empty one for an empty or null document.
 * `goType` is how the complaint names the target.
 *
 * @throws YamlError
 */
export function decodeMap(text: string, options: DecodeOptions & { readonly goType?: string } = {}): GoMap {
  const value = decode(text, options) ?? newMap();
  if (isMap(value)) {
    return value;
  }
  throw wrongTarget(value, options.goType ?? 'map[string]interface {}');
}

/**
 * As `decode`, for a target that is a list: a list, or an empty one for an empty or null document.
 *
 * @throws YamlError
 */
export function decodeList(text: string, options: DecodeOptions = {}): readonly Value[] {
  const value = decode(text, options) ?? [];
  if (isList(value)) {
    return value;
  }
  throw wrongTarget(value, '[]interface {}');
}

function wrongTarget(value: Value, goType: string): YamlError {
  const complaint = `json: cannot unmarshal ${jsonKind(value)} into Go value of type ${goType}`;
  return new YamlError('wrong-type', `error unmarshaling JSON: while decoding JSON: ${complaint}`);
}

/**
 * Every document of a text, null for an empty one.
 *
 * @throws YamlError at the first document that cannot be read
 */
export function decodeAll(text: string, options: DecodeOptions = {}): readonly Value[] {
  return told(options, () => {
    const parser = new Parser(text, parserOf(options));
    const values: Value[] = [];
    for (let root = parser.nextDocument(); root !== undefined; root = parser.nextDocument()) {
      values.push(constructor(options)(root));
    }
    return values;
  });
}

function parserOf({ dialect }: DecodeOptions): 'v2' | 'v3' {
  return dialect === 'kustomize' ? 'v3' : 'v2';
}

function constructor({ dialect, strict, onPlace, keepsIntegers = false }: DecodeOptions): (root: YamlNode) => Value {
  if (dialect === 'kustomize') {
    return (root) => constructKustomize(root, { onPlace, keepsIntegers });
  }
  const options: ConstructOptions = { isStrict: strict === true, numbers: 'json', onPlace };
  return (root) => construct(root, options);
}

function told<T>({ dialect }: DecodeOptions, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof YamlError && dialect !== 'kustomize') {
      throw error.withPrefix(jsonPrefix);
    }
    throw error;
  }
}
