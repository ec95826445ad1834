/**
 * YAML read into a struct as sigs.k8s.io/yaml v1.6.0 does by way of encoding/json: field names in any case, numbers
 * and booleans taken as text where the field is a string, the first mismatch reported in Go's words, everything else
 * still read.
 */
import { formatFloat, isList, isMap, jsonKind, sortedKeys, type Value } from '../gostd/index.ts';
import type { Position } from '../support/index.ts';
import { decode, resolvePlainScalar } from '../yaml/index.ts';

/** How one Go type is read from JSON. */
export interface Reader<T> {
  /** The type as Go prints it. */
  readonly goType: string;
  /** What a field holds when the text does not mention it. */
  readonly zero: T;
  readonly read: (value: Value, place: Place) => T;
}

/** Where a value stands. */
interface Place {
  readonly keys: readonly (string | number)[];
  /** `Maintainer.maintainers.name` as Go names a field, or nothing outside of any struct. */
  readonly field: string;
  readonly run: Run;
}

interface Run {
  readonly text: string;
  readonly errors: string[];
}

/** What was read, and the first thing wrong with it in the words of yaml.Unmarshal. */
export interface ReadStruct<T> {
  readonly value: T;
  readonly error?: string;
}

/**
 * Reads the first document of a text.
 *
 * @throws YamlError when it is not YAML
 */
export function decodeStruct<T>(text: string, reader: Reader<T>): ReadStruct<T> {
  const run: Run = { text, errors: [] };
  const value = reader.read(decode(text, {}), { keys: [], field: '', run });
  const [first] = run.errors;
  return first === undefined ? { value } : { value, error: `error unmarshaling JSON: while decoding JSON: ${first}` };
}

export const stringReader: Reader<string> = {
  goType: 'string',
  zero: '',
  read: (value, place) => {
    if (typeof value === 'string') {
      return value;
    }
    if (typeof value === 'boolean') {
      return String(value);
    }
    if (typeof value === 'number') {
      return numberText(value, place);
    }
    return mismatch(value, stringReader, place);
  },
};

export const boolReader: Reader<boolean> = {
  goType: 'bool',
  zero: false,
  read: (value, place) => (typeof value === 'boolean' ? value : mismatch(value, boolReader, place)),
};

export const anyReader: Reader<Value> = { goType: 'interface {}', zero: null, read: (value) => value };

/** A slice; an item that is null is the item's zero, a missing one `undefined`. */
export function listReader<T>(item: Reader<T>): Reader<readonly T[] | undefined> {
  const reader: Reader<readonly T[] | undefined> = {
    goType: `[]${item.goType}`,
    zero: undefined,
    read: (value, place) =>
      isList(value)
        ? value.map((one, index) => readOr(item, one, { ...place, keys: [...place.keys, index] }))
        : mismatch(value, reader, place),
  };
  return reader;
}

/** A map with string keys. */
export function mapReader<T>(item: Reader<T>): Reader<Readonly<Record<string, T>> | undefined> {
  const reader: Reader<Readonly<Record<string, T>> | undefined> = {
    goType: `map[string]${item.goType}`,
    zero: undefined,
    read: (value, place) =>
      isMap(value)
        ? Object.fromEntries(
            sortedKeys(value).map((key) => [key, readOr(item, value[key], { ...place, keys: [...place.keys, key] })]),
          )
        : mismatch(value, reader, place),
  };
  return reader;
}

/** A pointer: null stays `undefined`. */
export function pointerReader<T>(elem: Reader<T>): Reader<T | undefined> {
  return { goType: `*${elem.goType}`, zero: undefined, read: elem.read };
}

/** Readers of a struct's fields, by the name in JSON. */
export type FieldReaders<T> = { readonly [K in keyof T]: readonly [jsonName: string, reader: Reader<T[K]>] };

/** A struct. `goType` is `v2.Metadata`, or `struct { … }` of one without a name, whose errors then name none. */
export function structReader<T extends object>(goType: string, fields: FieldReaders<T>): Reader<T> {
  const name = goType.startsWith('struct') ? '' : goType.slice(goType.lastIndexOf('.') + 1);
  const names = (Object.keys(fields) as (keyof T & string)[]).map((field) => ({ field, json: fields[field][0] })); // Object.keys forgets what it lists
  const zero = (): T => Object.fromEntries(names.map(({ field }) => [field, fields[field][1].zero])) as unknown as T; // one entry for each field of T
  const reader: Reader<T> = {
    goType,
    get zero() {
      return zero();
    },
    read: (value, place) => {
      if (!isMap(value)) {
        return mismatch(value, reader, place);
      }
      const result = zero();
      const above = place.field === '' ? '' : place.field.slice(place.field.indexOf('.') + 1) + '.';
      for (const key of sortedKeys(value)) {
        const match =
          names.find(({ json }) => json === key) ?? names.find(({ json }) => json.toLowerCase() === key.toLowerCase());
        if (match !== undefined && value[key] !== null) {
          result[match.field] = fields[match.field][1].read(value[key], {
            keys: [...place.keys, key],
            field: `${name}.${above}${match.json}`,
            run: place.run,
          });
        }
      }
      return result;
    },
  };
  return reader;
}

/** A time as RFC 3339 text. @see Go 1.26 time/format_rfc3339.go, Time.UnmarshalJSON */
export const timeReader: Reader<string> = {
  goType: 'time.Time',
  zero: '0001-01-01T00:00:00Z',
  read: (value, place) => {
    if (typeof value !== 'string') {
      place.run.errors.push('Time.UnmarshalJSON: input is not a JSON string');
      return timeReader.zero;
    }
    const wrong = rfc3339Problem(value);
    if (wrong !== undefined) {
      place.run.errors.push(`parsing time "${value}" as "2006-01-02T15:04:05Z07:00": cannot parse ${wrong}`);
    }
    return value;
  },
};

const timeParts: readonly (readonly [string, RegExp])[] = [
  ['2006', /^\d{4}/],
  ['-', /^-/],
  ['01', /^(?:0[1-9]|1[0-2])/],
  ['-', /^-/],
  ['02', /^\d{2}/],
  ['T', /^T/],
  ['15', /^\d{2}/],
  [':', /^:/],
  ['04', /^\d{2}/],
  [':', /^:/],
  ['05', /^\d{2}(?:\.\d+)?/],
  ['Z07:00', /^(?:Z|[-+]\d{2}:\d{2})$/],
];

/** `"rest" as "part"` of the first part that a time lacks. */
function rfc3339Problem(text: string): string | undefined {
  let rest = text;
  for (const [part, pattern] of timeParts) {
    const match = pattern.exec(rest);
    if (match === null) {
      return `"${rest}" as "${part}"`;
    }
    rest = rest.slice(match[0].length);
  }
  return undefined;
}

/** JSON's null leaves what it is read into as it was. */
function readOr<T>(reader: Reader<T>, value: Value, place: Place): T {
  return value === null ? reader.zero : reader.read(value, place);
}

function mismatch<T>(value: Value, reader: Reader<T>, place: Place): T {
  if (value !== null) {
    const target = place.field === '' ? 'Go value' : `Go struct field ${place.field}`;
    place.run.errors.push(`json: cannot unmarshal ${jsonKind(value)} into ${target} of type ${reader.goType}`);
  }
  return reader.zero;
}

/** Integers as they are, other numbers as a float32 prints: `1.10` is `1.1`. */
function numberText(value: number, place: Place): string {
  const source = sourceText(place);
  const resolved = source === undefined ? undefined : resolvePlainScalar(source);
  if (resolved?.tag === '!!int') {
    return String(resolved.value);
  }
  if (resolved?.tag !== '!!float' && Number.isSafeInteger(value)) {
    return String(value);
  }
  return formatFloat(value, 'g', -1, 32);
}

/** What the text holds at this place: read once more, since hardly any number needs it. */
function sourceText(place: Place): string | undefined {
  const places = new Map<object, Map<string | number, readonly [Position, Position]>>();
  let container: Value = decode(place.run.text, {
    onPlace: (holder, key, start, end) => {
      const known = places.get(holder) ?? new Map<string | number, readonly [Position, Position]>();
      places.set(holder, known.set(key, [start, end]));
    },
  });
  for (const key of place.keys.slice(0, -1)) {
    container = isMap(container) ? container[key] : isList(container) ? container[Number(key)] : null;
  }
  const last = place.keys.at(-1);
  if (typeof container !== 'object' || container === null || last === undefined) {
    return undefined;
  }
  const [start, end] = places.get(container)?.get(last) ?? [];
  if (end === undefined || start?.line !== end.line) {
    return undefined;
  }
  return place.run.text.split(/\r\n|[\n\r\u0085\u2028\u2029]/)[start.line]?.slice(start.character, end.character);
}
