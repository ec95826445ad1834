/**
 * YAML read into a struct as sigs.k8s.io/yaml v1.6.0 does by way of encoding/json: field names in any case, numbers
 * and booleans taken as text where the field is a string, the first mismatch reported in Go's words, everything else
 * still read.
 */
import {
  formatFloat,
  isList,
  isMap,
  jsonKind,
  parseTime,
  sortedKeys,
  TimeParseError,
  utc,
  type Value,
} from '../gostd/index.ts';
import type { Position } from '../support/index.ts';
import { decode, resolvePlainScalar } from '../yaml/index.ts';

/** How one Go type is read from JSON. */
export interface Reader<T> {
  /** The type as Go prints it. */
  readonly goType: string;
  /** What a field holds when the text does not mention it. */
  readonly zero: T;
  /** Null makes it nothing. What cannot be nothing stays as it was. */
  readonly isNilable?: boolean;
  /** Reads a value that is not null into what is there already, as Go does. */
  readonly read: (value: Value, place: Place, old: T) => T;
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
 * @param old what was read before: what the text does not mention stays, down to the fields of an item of a list
 * @throws YamlError when it is not YAML
 */
export function decodeStruct<T>(text: string, reader: Reader<T>, old: T = reader.zero): ReadStruct<T> {
  const run: Run = { text, errors: [] };
  const value = readInto(reader, decode(text, {}), { keys: [], field: '', run }, old);
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

export const anyReader: Reader<Value> = {
  goType: 'interface {}',
  zero: null,
  isNilable: true,
  read: (value) => value,
};

/** A slice, read into the items that are there; `undefined` is a missing one. */
export function listReader<T>(item: Reader<T>): Reader<readonly T[] | undefined> {
  const reader: Reader<readonly T[] | undefined> = {
    goType: `[]${item.goType}`,
    zero: undefined,
    isNilable: true,
    read: (value, place, old = []) =>
      isList(value)
        ? value.map((one, index) =>
            readInto(item, one, { ...place, keys: [...place.keys, index] }, old[index] ?? item.zero),
          )
        : mismatch(value, reader, place),
  };
  return reader;
}

/** A map with string keys; entries that are there stay. */
export function mapReader<T>(item: Reader<T>): Reader<Readonly<Record<string, T>> | undefined> {
  const reader: Reader<Readonly<Record<string, T>> | undefined> = {
    goType: `map[string]${item.goType}`,
    zero: undefined,
    isNilable: true,
    read: (value, place, old = {}) => {
      if (!isMap(value)) {
        return mismatch(value, reader, place);
      }
      const read = sortedKeys(value).map(
        (key) => [key, readInto(item, value[key], { ...place, keys: [...place.keys, key] }, item.zero)] as const,
      );
      return Object.fromEntries([...Object.entries(old), ...read]);
    },
  };
  return reader;
}

/** A pointer: nothing is `undefined`. */
export function pointerReader<T>(elem: Reader<T>): Reader<T | undefined> {
  return {
    goType: `*${elem.goType}`,
    zero: undefined,
    isNilable: true,
    read: (value, place, old = elem.zero) => elem.read(value, place, old),
  };
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
    read: (value, place, old) => {
      if (!isMap(value)) {
        return mismatch(value, reader, place);
      }
      const result = { ...old };
      const above = place.field === '' ? '' : place.field.slice(place.field.indexOf('.') + 1) + '.';
      for (const key of sortedKeys(value)) {
        const match = names.find(({ json }) => json === key) ?? names.find(({ json }) => fold(json) === fold(key));
        if (match !== undefined) {
          const at = { keys: [...place.keys, key], field: `${name}.${above}${match.json}`, run: place.run };
          result[match.field] = readInto(fields[match.field][1], value[key], at, result[match.field]);
        }
      }
      return result;
    },
  };
  return reader;
}

/** Text that is the same but for the case of its letters; the long s is an s, too. */
function fold(text: string): string {
  return text.toUpperCase().toLowerCase();
}

/** A time as RFC 3339 text. @see Go 1.26 time/time.go, Time.UnmarshalJSON */
export const timeReader: Reader<string> = {
  goType: 'time.Time',
  zero: '0001-01-01T00:00:00Z',
  read: (value, place) => {
    if (typeof value !== 'string') {
      place.run.errors.push('Time.UnmarshalJSON: input is not a JSON string');
      return timeReader.zero;
    }
    try {
      parseTime(rfc3339, value, utc);
    } catch (error) {
      if (!(error instanceof TimeParseError)) {
        throw error;
      }
      place.run.errors.push(error.message);
    }
    return value;
  },
};

const rfc3339 = '2006-01-02T15:04:05Z07:00';

function readInto<T>(reader: Reader<T>, value: Value, place: Place, old: T): T {
  if (value === null || value === undefined) {
    return reader.isNilable === true ? reader.zero : old;
  }
  return reader.read(value, place, old);
}

function mismatch<T>(value: Value, reader: Reader<T>, place: Place): T {
  const target = place.field === '' ? 'Go value' : `Go struct field ${place.field}`;
  place.run.errors.push(`json: cannot unmarshal ${jsonKind(value)} into ${target} of type ${reader.goType}`);
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
