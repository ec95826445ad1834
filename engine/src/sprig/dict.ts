import {
  builtCapacity,
  capacityOf,
  type GoMap,
  GoPointer,
  GoSlice,
  GoStruct,
  GoTime,
  isExported,
  isMap,
  itemsOf,
  mapType,
  newMap,
  nilMap,
  sliceOfString,
  sortedKeys,
  typeOf,
  type Value,
  withCapacity,
} from '../gostd/index.ts';
import { type FuncEntry, GoError } from '../gotemplate/index.ts';
import { alias, controls, dataAt, define, isNil, mapOf, textOf } from './define.ts';
import { mergeInto } from './mergo.ts';
import { GoVersion, zeroVersion } from './semver.ts';
import { strval } from './strval.ts';

const deepCopy = define(
  'deepCopy',
  'interface {} -> interface {}',
  'A copy of the value that shares nothing with it.',
  ([value]) => {
    if (isNil(value)) {
      throw new GoError('reflect: call of reflect.Value.Type on zero Value');
    }
    return copyOf(value);
  },
);
const merge = define(
  'merge',
  'map[string]interface {}, ...map[string]interface {} -> interface {}',
  'The first map, changed: what it lacks or has empty comes from the others, earlier ones first.',
  ([target, ...sources]) => mergeAll(target, sources, false),
);
const mergeOverwrite = define(
  'mergeOverwrite',
  'map[string]interface {}, ...map[string]interface {} -> interface {}',
  'The first map, changed: the others’ values replace its own, later ones last.',
  ([target, ...sources]) => mergeAll(target, sources, true),
);
const mustResults = ['interface {}', 'error'];

/** Functions on maps. @see Masterminds/sprig v3.3.0 dict.go */
export const dictFuncs: readonly FuncEntry[] = [
  define(
    'dict',
    '...interface {} -> map[string]interface {}',
    'A map of the arguments, key and value by turns.',
    (args) => {
      const map = newMap();
      for (let i = 0; i < args.length; i += 2) {
        map[strval(args[i])] = i + 1 < args.length ? (args[i + 1] ?? null) : '';
      }
      return map;
    },
  ),
  define(
    'get',
    'map[string]interface {}, string -> interface {}',
    'The value under the key, or an empty string where there is none.',
    ([map, key]) => {
      const value = mapOf(map)[textOf(key)];
      return value === undefined ? '' : value;
    },
    dataAt(0),
  ),
  define(
    'set',
    'map[string]interface {}, string, interface {} -> map[string]interface {}',
    'The map, changed: the value is under the key.',
    ([map, key, value]) => {
      const target = mapOf(map);
      if (target[nilMap] === true) {
        throw new GoError('assignment to entry in nil map');
      }
      target[textOf(key)] = value ?? null;
      return target;
    },
  ),
  define(
    'unset',
    'map[string]interface {}, string -> map[string]interface {}',
    'The map, changed: the key is gone.',
    ([map, key]) => {
      const target = mapOf(map);
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a map's key is gone or it is not
      delete target[textOf(key)];
      return target;
    },
    dataAt(0),
  ),
  define(
    'hasKey',
    'map[string]interface {}, string -> bool',
    'Tells whether the map has the key.',
    ([map, key]) => textOf(key) in mapOf(map),
    controls,
  ),
  define(
    'pluck',
    'string, ...map[string]interface {} -> []interface {}',
    'The values under the key in all maps that have it.',
    ([key, ...maps]) => maps.map((map) => mapOf(map)[textOf(key)]).filter((value) => value !== undefined),
  ),
  define(
    'keys',
    '...map[string]interface {} -> []string',
    'The keys of the maps, those of each map sorted; in Helm their order is random.',
    (maps) => stringsOf(maps.flatMap((map) => sortedKeys(mapOf(map)))),
  ),
  define(
    'values',
    'map[string]interface {} -> []interface {}',
    'The values of the map in the order of their keys; in Helm their order is random.',
    ([map]) => {
      const source = mapOf(map);
      return sortedKeys(source).map((key) => source[key]);
    },
  ),
  define(
    'pick',
    'map[string]interface {}, ...string -> map[string]interface {}',
    'A new map of these keys only.',
    ([map, ...keys]) => {
      const source = mapOf(map);
      return newMap(keys.map(textOf).flatMap((key) => (key in source ? [[key, source[key]] as const] : [])));
    },
    dataAt(0),
  ),
  define(
    'omit',
    'map[string]interface {}, ...string -> map[string]interface {}',
    'A new map without these keys.',
    ([map, ...keys]) => {
      const source = mapOf(map);
      const omitted = new Set(keys.map(textOf));
      return newMap(Object.keys(source).flatMap((key) => (omitted.has(key) ? [] : [[key, source[key]] as const])));
    },
    dataAt(0),
  ),
  merge,
  { ...alias('mustMerge', merge), results: mustResults },
  mergeOverwrite,
  { ...alias('mustMergeOverwrite', mergeOverwrite), results: mustResults },
  deepCopy,
  { ...alias('mustDeepCopy', deepCopy), results: mustResults },
  define(
    'dig',
    '...interface {} -> interface {}, error',
    'The value under a path of keys in the map, the last argument, or the one before it where the path ends early.',
    dig,
  ),
];

function stringsOf(items: readonly string[]): GoSlice {
  return new GoSlice(sliceOfString, withCapacity(items, builtCapacity(items.length)));
}

function mergeAll(target: Value, sources: readonly Value[], overwrite: boolean): GoMap {
  const given = mapOf(target);
  const maps = sources.map(mapOf);
  // A nil map is made when something comes in.
  const isMade = given[nilMap] === true && maps.some((source) => source[nilMap] !== true);
  const map = isMade ? newMap() : given;
  for (const source of maps) {
    mergeInto(map, source, overwrite);
  }
  return map;
}

/** @see mitchellh/copystructure v1.2.0 copystructure.go, Copy */
function copyOf(value: Value): Value {
  if (isMap(value)) {
    const copy = newMap(Object.keys(value).map((key) => [key, copyOf(value[key])] as const));
    if (value[mapType] !== undefined) {
      copy[mapType] = value[mapType];
    }
    if (value[nilMap] !== undefined) {
      copy[nilMap] = value[nilMap];
    }
    return copy;
  }
  if (value instanceof GoSlice) {
    return new GoSlice(value.type, copyOfItems(value, value.items), value.isNil);
  }
  if (value instanceof GoPointer) {
    return new GoPointer(value.type, value.elem === undefined ? undefined : copyOf(value.elem));
  }
  if (value instanceof GoVersion) {
    return zeroVersion();
  }
  if (value instanceof GoStruct && !(value instanceof GoTime)) {
    return copyOfStruct(value);
  }
  const items = itemsOf(value);
  return items === undefined ? value : copyOfItems(value, items);
}

function copyOfItems(list: Value, items: readonly Value[]): readonly Value[] {
  return withCapacity(items.map(copyOf), capacityOf(list) ?? items.length);
}

/** Fields that are not exported cannot be copied: their zero is left. */
function copyOfStruct({ type, fields }: GoStruct): GoStruct {
  const copies = (type.fields ?? []).map(
    ({ name, type: { kind } }) =>
      [name, isExported(name) ? copyOf(fields[name]) : kind === 'string' ? '' : null] as const,
  );
  return new GoStruct(type, Object.fromEntries(copies));
}

/** @see Masterminds/sprig v3.3.0 dict.go, dig */
function dig(args: readonly Value[]): Value {
  if (args.length < 3) {
    throw new GoError('dig needs at least three arguments');
  }
  let map = plainMap(args.at(-1));
  const fallback = args.at(-2) ?? null;
  const keys = args.slice(0, -2).map((key) => {
    if (typeof key !== 'string') {
      throw wrongType(key, 'string');
    }
    return key;
  });
  for (const [i, key] of keys.entries()) {
    const step = map[key];
    if (step === undefined) {
      return fallback;
    }
    if (i === keys.length - 1) {
      return step;
    }
    map = plainMap(step);
  }
  return fallback;
}

/** Go's type assertion: a map of a named type does not pass. */
function plainMap(value: Value): GoMap {
  if (isMap(value) && (value[mapType] === undefined || value[mapType].name === plainMapName)) {
    return value;
  }
  throw wrongType(value, plainMapName);
}

const plainMapName = 'map[string]interface {}';

function wrongType(value: Value, wanted: string): GoError {
  const name = isNil(value) ? 'nil' : typeOf(value).name;
  return new GoError(`interface conversion: interface {} is ${name}, not ${wanted}`);
}
