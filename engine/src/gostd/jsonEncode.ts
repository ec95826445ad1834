import { Buffer } from 'node:buffer';
import { formatFloat } from './ftoa.ts';
import { JsonError } from './jsonError.ts';
import { isExported, isTrue, marshalText, typeOf } from './reflect.ts';
import { sortedKeys } from './sort.ts';
import {
  bytesIn,
  GoFunc,
  GoInt,
  GoPointer,
  GoScalar,
  GoSlice,
  GoStruct,
  isList,
  isMap,
  itemsOf,
  MethodError,
  nilMap,
  type Value,
} from './value.ts';

/** How JSON is written. */
export interface EncodeJsonOptions {
  /** Whether `<`, `>` and `&` are escaped, as json.Marshal does. */
  readonly escapeHtml: boolean;
  /** Each level further in by this; one line without. */
  readonly indent?: string;
}

/** A value as encoding/json writes it: keys sorted, floats as ECMAScript does, bytes in base64. @throws JsonError */
export function encodeJson(value: Value, options: EncodeJsonOptions): string {
  return write(value, { ...options, root: value, depth: 0 }, options.indent === undefined ? undefined : '\n');
}

interface Writing extends EncodeJsonOptions {
  readonly root: Value;
  /** Lists and maps around the value at hand. */
  depth: number;
}

/** Goes one deeper. @throws JsonError for a value that holds itself */
function descend(writing: Writing): void {
  // Once is enough: where there is a cycle it is found.
  if (++writing.depth === depthOfCycles + 1) {
    const cycle = cycleError(writing.root);
    if (cycle !== undefined) {
      throw cycle;
    }
  }
}

/** Values that are this deep may hold themselves. @see Go 1.26 encoding/json/encode.go, startDetectCyclesAfter */
const depthOfCycles = 1_000;

/** What encoding/json says of a value that holds itself; undefined for one that does not. */
export function cycleError(value: Value, depth = 1, above: Set<Value> = new Set<Value>()): JsonError | undefined {
  const parts = isMap(value) ? Object.values(value) : itemsOf(value);
  if (parts === undefined) {
    return undefined;
  }
  if (depth > depthOfCycles) {
    if (above.has(value)) {
      return new JsonError(`json: unsupported value: encountered a cycle via ${typeOf(value).name}`);
    }
    above.add(value);
  }
  for (const part of parts) {
    const cycle = cycleError(part, depth + 1, above);
    if (cycle !== undefined) {
      return cycle;
    }
  }
  above.delete(value);
  return undefined;
}

function write(value: Value, options: Writing, newline: string | undefined): string {
  switch (typeof value) {
    case 'string':
      return encodeString(value, options.escapeHtml);
    case 'number':
      return encodeFloat(value, 64);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'undefined':
      return 'null';
    default:
      break;
  }
  if (value === null) {
    return 'null';
  }
  if (value instanceof GoInt) {
    const text = marshalText(value);
    return text === undefined ? value.value.toString() : encodeString(text, options.escapeHtml);
  }
  if (isList(value)) {
    return list(value, options, newline);
  }
  if (value instanceof GoSlice) {
    return slice(value, options, newline);
  }
  if (value instanceof GoScalar) {
    if (typeof value.value === 'object') {
      throw new JsonError(`json: unsupported type: ${value.type.name}`);
    }
    return value.type.kind === 'float32' && typeof value.value === 'number'
      ? encodeFloat(value.value, 32)
      : write(value.value, options, newline);
  }
  if (value instanceof GoPointer) {
    return write(value.elem ?? null, options, newline);
  }
  if (value instanceof GoFunc) {
    throw new JsonError(`json: unsupported type: ${value.type.name}`);
  }
  if (value instanceof GoStruct) {
    const text = jsonStructText(value);
    return text === undefined ? struct(value, options, newline) : encodeString(text, options.escapeHtml);
  }
  return nilMap in value
    ? 'null'
    : entries(
        sortedKeys(value).map((key) => [key, value[key]] as const),
        options,
        newline,
      );
}

function list(items: readonly Value[], options: Writing, newline: string | undefined): string {
  if (items.length === 0) {
    return '[]';
  }
  const inner = newline === undefined ? undefined : newline + (options.indent ?? '');
  descend(options);
  const texts = items.map((item) => write(item, options, inner));
  options.depth--;
  return newline === undefined ? `[${texts.join(',')}]` : `[${inner ?? ''}${texts.join(`,${inner ?? ''}`)}${newline}]`;
}

function slice(value: GoSlice, options: Writing, newline: string | undefined): string {
  if (value.isNil) {
    return 'null';
  }
  if (value.type.elem?.kind === 'uint8' && value.type.kind === 'slice') {
    return `"${Buffer.from(bytesIn(value)).toString('base64')}"`;
  }
  return list(value.items, options, newline);
}

function struct(value: GoStruct, options: Writing, newline: string | undefined): string {
  return entries(jsonFields(value), options, newline);
}

/** The fields of a struct as JSON has them: exported ones under the names that their tags give. */
export function jsonFields({ type, fields }: GoStruct): (readonly [string, Value])[] {
  return (type.fields ?? [])
    .filter(({ name }) => isExported(name))
    .map(({ name, json = '' }) => ({ name, tag: json.split(',') }))
    .filter(({ name, tag }) => !tag.includes('omitempty') || isTrue(fields[name]))
    .map(({ name, tag: [jsonName = ''] }) => [jsonName === '' ? name : jsonName, fields[name]] as const);
}

function entries(pairs: readonly (readonly [string, Value])[], options: Writing, newline: string | undefined): string {
  if (pairs.length === 0) {
    return '{}';
  }
  const inner = newline === undefined ? undefined : newline + (options.indent ?? '');
  const colon = newline === undefined ? ':' : ': ';
  descend(options);
  const texts = pairs.map(([key, item]) => encodeString(key, options.escapeHtml) + colon + write(item, options, inner));
  options.depth--;
  return newline === undefined ? `{${texts.join(',')}}` : `{${inner ?? ''}${texts.join(`,${inner ?? ''}`)}${newline}}`;
}

const special = /["\\\0-\x1f<>&\u2028\u2029\ud800-\udfff]/;
const names: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/**
 * What a struct's own method gives as a JSON string.
 *
 * @throws JsonError for a time that JSON cannot have
 */
export function jsonStructText(struct: GoStruct): string | undefined {
  try {
    return marshalText(struct);
  } catch (error) {
    if (error instanceof MethodError) {
      const why = error.message.replace(/MarshalText/, 'MarshalJSON');
      throw new JsonError(`json: error calling MarshalJSON for type ${struct.type.name}: ${why}`);
    }
    throw error;
  }
}

/** A JSON string as Go writes it: a byte that is no UTF-8 becomes the escape of U+FFFD. */
export function encodeString(text: string, escapeHtml: boolean): string {
  if (!special.test(text)) {
    return `"${text}"`;
  }
  // Of surrogates, the flag u lets only lone ones be found.
  const escaped = text.replace(/["\\\0-\x1f<>&\u2028\u2029\ud800-\udfff]/gu, (char) => {
    if ('<>&'.includes(char)) {
      return escapeHtml ? unicodeEscape(char) : char;
    }
    return names[char] ?? (char.isWellFormed() ? unicodeEscape(char) : '\\ufffd');
  });
  return `"${escaped}"`;
}

function unicodeEscape(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** @see Go 1.26 encoding/json/encode.go, floatEncoder */
function encodeFloat(value: number, bits: 32 | 64): string {
  if (!Number.isFinite(value)) {
    throw new JsonError(`json: unsupported value: ${formatFloat(value, 'g', -1, bits)}`);
  }
  const size = Math.abs(value);
  const isExtreme = bits === 64 ? size < 1e-6 || size >= 1e21 : size < Math.fround(1e-6) || size >= Math.fround(1e21);
  if (size !== 0 && isExtreme) {
    // e-09 is written e-9.
    return formatFloat(value, 'e', -1, bits).replace(/e-0(\d)$/, 'e-$1');
  }
  return formatFloat(value, 'f', -1, bits);
}
