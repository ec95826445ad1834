import {
  bytesIn,
  compareStrings,
  encodeBase64,
  formatDuration,
  formatFloat,
  fromBytes,
  type GoMap,
  GoFunc,
  GoInt,
  GoPointer,
  GoScalar,
  GoSlice,
  GoStruct,
  GoTime,
  isExported,
  isList,
  JsonError,
  jsonFields,
  jsonStructText,
  marshalText,
  newMap,
  nilMap,
  rfc3339Nano,
  type Value,
} from '../gostd/index.ts';
import { limits } from '../support/index.ts';
import { replaceInvalid } from './binary.ts';
import { construct } from './construct.ts';
import type { GoYaml } from './cursor.ts';
import { emit, type EmitOptions, type Tree, type TreeScalar } from './emitter.ts';
import { YamlError } from './error.ts';
import { formatYamlFloat } from './goFloat.ts';
import { jsonText } from './jsonText.ts';
import { compareKeys } from './keyOrder.ts';
import { Parser } from './parser.ts';
import { mayBeOther, resolvePlainScalar } from './resolve.ts';

/**
 * A value as sigs.k8s.io/yaml's Marshal writes it, ended by a line feed: by way of JSON, so bytes are base64, what is
 * nil is null, and a float without a fraction is an integer. Keys are in go-yaml's natural order.
 *
 * @throws YamlError in Go's words, for what JSON or YAML cannot have
 * @see sigs.k8s.io/yaml v1.6.0 yaml.go, Marshal and JSONToYAML
 */
export function encode(value: Value, options: EncodeOptions = {}): string {
  return encodeSigs(value, { folds: true }, options);
}

/** Of `encode` and `encodePretty`. */
export interface EncodeOptions {
  readonly onWritten?: OnWritten | undefined;
}

/**
 * Told of each key and each scalar in the order they are written, with the container that holds it and the offsets
 * in the text between which it stands.
 */
export type OnWritten = (
  container: GoMap | readonly Value[],
  key: string | number,
  at: { readonly isKey: boolean; readonly start: number; readonly end: number },
) => void;

/**
 * As `encode`, but no text goes over several lines: what go-yaml v3 makes of it when it reads and writes it again, as
 * kustomize does for Helm's post renderers.
 *
 * @throws YamlError
 * @see sigs.k8s.io/kustomize/kyaml v0.21.1 kio/byteio_writer.go, StringAll
 */
export function encodeUnfolded(value: Value): string {
  return encodeSigs(value, { folds: false });
}

function encodeSigs(value: Value, options: EmitOptions, { onWritten }: EncodeOptions = {}): string {
  const builder = new TreeBuilder(sigs, onWritten);
  const tree = builder.tree(value);
  return emit(builder.disturbsReader ? readThroughJson(value) : tree, 'v2', { ...options, onScalar: builder.onScalar });
}

/**
 * A value as Flux writes it to take a digest of a release's values: go-yaml v2, keys in the order of their bytes,
 * floats without a fraction as integers, ended by a line feed.
 *
 * @throws YamlError
 * @see github.com/fluxcd/pkg/chartutil v1.27.2 encode.go and sort.go
 */
export function encodeGoYaml(value: Value): string {
  return emitted(value, flux);
}

/**
 * A value as Helm's toYamlPretty writes it, ended by a line feed: go-yaml v3 with an indentation of 2, lists of keys
 * indented too, floats as they are (`1e+06`), no folding.
 *
 * @throws YamlError
 * @see helm v4.3.1 pkg/engine/funcs.go, toYAMLPretty
 */
export function encodePretty(value: Value, { onWritten }: EncodeOptions = {}): string {
  return emitted(value, pretty, onWritten);
}

/** What go-yaml and its callers do differently. */
interface Dialect {
  readonly follows: GoYaml;
  readonly compareKeys: (a: string, b: string) => number;
  /** Numbers, bytes and structs pass through JSON, in which there are no bytes and no NaN. */
  readonly isThroughJson: boolean;
  /** Nil maps and lists are null; else they are empty. */
  readonly isNilNull: boolean;
  readonly float: (value: number) => string;
}

const sigs: Dialect = {
  follows: 'v2',
  compareKeys: (a, b) => compareKeys(a, b, 'v2'),
  isThroughJson: true,
  isNilNull: true,
  float: jsonFloat,
};
/** What is between Marshal's JSON and its YAML. */
const json: Dialect = { ...sigs, compareKeys: compareStrings };
const flux: Dialect = {
  follows: 'v2',
  compareKeys: compareStrings,
  isThroughJson: false,
  isNilNull: true,
  float: downcastFloat,
};
const pretty: Dialect = {
  follows: 'v3',
  compareKeys: (a, b) => compareKeys(a, b, 'v3'),
  isThroughJson: false,
  isNilNull: false,
  float: (value) => formatYamlFloat(value, 64),
};

/**
 * JSON goes through the YAML reader, which folds NEL in strings, refuses some characters that JSON allows, and takes
 * no long keys. Where one of these may happen, it does here.
 */
const unlikeJson = /[\x7f-\x9f\ufffe\uffff]/;
/** Beyond this a key, six characters for one in JSON at worst, may be longer than the 1024 that the reader takes. */
const maxSafeKeyLength = 170;

function readThroughJson(value: Value): Tree {
  const text = jsonText(new TreeBuilder(json).tree(value));
  const root = new Parser(text, 'v2').nextDocument();
  if (root === undefined) {
    throw new Error('no JSON text is empty');
  }
  const read = construct(root, { isStrict: false, numbers: 'go', onPlace: undefined });
  return new TreeBuilder({ ...sigs, isThroughJson: false }).tree(read);
}

function emitted(value: Value, dialect: Dialect, onWritten?: OnWritten): string {
  const builder = new TreeBuilder(dialect, onWritten);
  const { follows } = dialect;
  return emit(builder.tree(value), follows, { folds: follows === 'v2', onScalar: builder.onScalar });
}

/** The holder of a key or scalar. */
interface Place {
  readonly container: GoMap | readonly Value[];
  readonly key: string | number;
  readonly isKey: boolean;
}

class TreeBuilder {
  /** Set when a text comes out of JSON otherwise than it went in. */
  disturbsReader = false;
  /** For the emitter, where somebody wants to know what is written where. */
  readonly onScalar: EmitOptions['onScalar'];
  readonly #dialect: Dialect;
  /** Holders of keys and scalars in the order of the tree, which is that of the text. */
  readonly #places: Place[] | undefined;
  #depth = 0;

  constructor(dialect: Dialect, onWritten?: OnWritten) {
    this.#dialect = dialect;
    if (onWritten !== undefined) {
      const places: Place[] = [];
      this.#places = places;
      let next = 0;
      this.onScalar = (start, end) => {
        const place = places[next++];
        if (place !== undefined) {
          onWritten(place.container, place.key, { isKey: place.isKey, start, end });
        }
      };
    }
  }

  tree(value: Value): Tree {
    if (value === null || value === undefined) {
      return nullTree;
    }
    switch (typeof value) {
      case 'string':
        return this.#string(value);
      case 'boolean':
        return plain(String(value));
      case 'number':
        return this.#float(value);
      default:
        return this.#object(value);
    }
  }

  #object(value: Exclude<Value, null | undefined | boolean | number | string>): Tree {
    if (isList(value)) {
      return this.#sequence(value);
    }
    if (value instanceof GoInt) {
      const isDuration = value.type?.name === 'time.Duration' && !this.#dialect.isThroughJson;
      const text = isDuration ? formatDuration(value.value) : marshalText(value);
      return text === undefined ? plain(String(value.value)) : this.#string(text);
    }
    if (value instanceof GoScalar) {
      return this.#namedScalar(value);
    }
    if (value instanceof GoSlice) {
      return this.#slice(value);
    }
    if (value instanceof GoPointer) {
      return this.tree(value.elem);
    }
    if (value instanceof GoStruct) {
      return this.#struct(value);
    }
    if (value instanceof GoFunc) {
      throw this.#unsupported(value.type.name);
    }
    return value[nilMap] === true && this.#dialect.isNilNull ? nullTree : this.#mapping(value);
  }

  /** A time is RFC 3339; JSON has fields by their names, go-yaml in lower case and in their order. */
  #struct(struct: GoStruct): Tree {
    const { isThroughJson } = this.#dialect;
    if (struct instanceof GoTime) {
      return isThroughJson ? this.#string(inJson(struct) ?? '') : plain(struct.format(rfc3339Nano));
    }
    const text = marshalText(struct);
    if (text !== undefined) {
      return this.#string(text);
    }
    if (isThroughJson) {
      return this.#mapping(newMap(jsonFields(struct)));
    }
    const names = (struct.type.fields ?? []).map(({ name }) => name).filter(isExported);
    return {
      kind: 'mapping',
      entries: names.map((name) => [this.#string(name.toLowerCase()), this.tree(struct.fields[name])] as const),
    };
  }

  #namedScalar({ type, value }: GoScalar): Tree {
    switch (typeof value) {
      case 'string':
        return this.#string(value);
      case 'boolean':
        return plain(String(value));
      case 'number':
        if (type.kind === 'float32') {
          return this.#dialect.isThroughJson
            ? this.#float(Number.isFinite(value) ? Number(formatYamlFloat(value, 32)) : value)
            : plain(formatYamlFloat(value, 32));
        }
        return this.#float(value);
      default:
        throw this.#unsupported(type.name);
    }
  }

  #slice(slice: GoSlice): Tree {
    const { type, items, isNil } = slice;
    if (isNil && this.#dialect.isNilNull) {
      return nullTree;
    }
    if (this.#dialect.isThroughJson && type.kind === 'slice' && type.elem?.kind === 'uint8') {
      return this.#string(encodeBase64(fromBytes(bytesIn(slice))));
    }
    return this.#sequence(items);
  }

  #sequence(items: readonly Value[]): Tree {
    this.#enter();
    const tree: Tree = { kind: 'sequence', items: items.map((item, index) => this.#entry(items, index, item)) };
    this.#depth--;
    return tree;
  }

  #mapping(map: GoMap): Tree {
    this.#enter();
    const keys = Object.keys(map).sort(this.#dialect.compareKeys);
    const entries = keys.map((key): readonly [TreeScalar, Tree] => {
      this.disturbsReader ||= this.#dialect.isThroughJson && key.length > maxSafeKeyLength;
      this.#places?.push({ container: map, key, isKey: true });
      return [this.#string(key), this.#entry(map, key, map[key])];
    });
    this.#depth--;
    return { kind: 'mapping', entries };
  }

  #entry(container: GoMap | readonly Value[], key: string | number, value: Value): Tree {
    const tree = this.tree(value);
    if (tree.kind === 'scalar') {
      this.#places?.push({ container, key, isKey: false });
    }
    return tree;
  }

  #enter(): void {
    this.#depth++;
    if (this.#depth > limits.maxYamlDepth) {
      throw new YamlError('too-deep', `yaml: exceeded max depth of ${limits.maxYamlDepth}`);
    }
  }

  #float(value: number): Tree {
    if (this.#dialect.isThroughJson && !Number.isFinite(value)) {
      const shown = formatFloat(value, 'g', -1, 64);
      throw new YamlError('unprintable', `error marshaling into JSON: json: unsupported value: ${shown}`);
    }
    return plain(this.#dialect.float(value));
  }

  #string(given: string): TreeScalar {
    const { isThroughJson, follows } = this.#dialect;
    let text = given;
    let isBinary = false;
    if (!text.isWellFormed()) {
      if (isThroughJson) {
        text = replaceInvalid(text);
      } else {
        text = inLines(encodeBase64(text));
        isBinary = true;
      }
    }
    this.disturbsReader ||= isThroughJson && unlikeJson.test(text);
    const isText = isBinary || readsAsText(text, follows);
    const style = text.includes('\n') ? 'literal' : isText ? 'plain' : 'double-quoted';
    return { kind: 'scalar', text, style, isBinary, isString: true };
  }

  #unsupported(typeName: string): YamlError {
    return this.#dialect.isThroughJson
      ? new YamlError('unprintable', `error marshaling into JSON: json: unsupported type: ${typeName}`)
      : new YamlError('unsupported', `cannot marshal type: ${typeName}`);
  }
}

/** @throws YamlError for a time that JSON cannot have */
function inJson(struct: GoStruct): string | undefined {
  try {
    return jsonStructText(struct);
  } catch (error) {
    throw error instanceof JsonError
      ? new YamlError('unprintable', `error marshaling into JSON: ${error.message}`)
      : error;
  }
}

const nullTree: Tree = plain('null');

function plain(text: string): TreeScalar {
  return { kind: 'scalar', text, style: 'plain', isBinary: false, isString: false };
}

const base60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;
/** YAML 1.1's booleans that v3 itself no longer reads as such. */
const oldBoolean = /^(?:[yYnN]|yes|Yes|YES|on|On|ON|no|No|NO|off|Off|OFF)$/;

/** Whether a text without quotes would still be read as a string, by readers of YAML 1.1 too. */
function readsAsText(text: string, follows: GoYaml): boolean {
  if (text === '') {
    return false;
  }
  if (!mayBeOther(text.charCodeAt(0))) {
    return true;
  }
  const isOther = resolvePlainScalar(text, follows).tag !== '!!str' || base60.test(text);
  return !isOther && !(follows === 'v3' && oldBoolean.test(text));
}

/** A float as JSON writes and go-yaml reads and writes it: an integer as far as 64 bits go. */
function jsonFloat(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e21) {
    const digits = String(value === 0 ? 0 : value);
    const integer = BigInt(digits);
    if (integer >= -0x8000_0000_0000_0000n && integer <= 0xffff_ffff_ffff_ffffn) {
      return digits;
    }
  }
  return formatYamlFloat(value, 64);
}

/** @see sigs.k8s.io/yaml v1.6.0 yaml.go, JSONObjectToYAMLObject */
function downcastFloat(value: number): string {
  const isInteger = Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 64;
  return isInteger ? String(BigInt(value)) : formatYamlFloat(value, 64);
}

const base64LineLength = 70;

/** go-yaml breaks long base64 in lines. */
function inLines(base64: string): string {
  if (base64.length < base64LineLength) {
    return base64;
  }
  return base64.replace(new RegExp(`.{1,${base64LineLength}}`, 'g'), '$&\n');
}
