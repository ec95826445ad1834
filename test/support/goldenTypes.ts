/** The typed data and functions that the Go program behind test/golden/gotemplate/typed.json has. */
import {
  boolType,
  complex128Type,
  fromBytes,
  GoInt,
  type GoMap,
  type GoMethod,
  GoPointer,
  GoScalar,
  GoSlice,
  GoStruct,
  type GoType,
  int,
  int64,
  interfaceType,
  intType,
  itemsOf,
  mapOf,
  mapType,
  newMap,
  newNilMap,
  pointerTo,
  sliceOf,
  sliceOfBytes,
  sliceOfString,
  sprint,
  stringType,
  typeOf,
  type Value,
} from '@fairlead/engine/gostd';
import { type FuncEntry, GoError } from '@fairlead/engine/gotemplate';

const text = (value: Value): string => (typeof value === 'string' ? value : sprint([value]));
const scalarText = (value: Value): string =>
  value instanceof GoScalar && typeof value.value === 'string' ? value.value : '';
const method = (params: readonly string[], call: GoMethod['call']): GoMethod => ({ params, call });

const version: GoType = {
  kind: 'string',
  name: 'main.Version',
  methods: new Map([['String', method([], (receiver) => `v${scalarText(receiver)}`)]]),
};
const seconds: GoType = {
  kind: 'int64',
  name: 'main.Seconds',
  methods: new Map([
    ['String', method([], (receiver) => `${receiver instanceof GoInt ? receiver.value.toString() : ''}s`)],
  ]),
};
const level: GoType = { kind: 'uint8', name: 'main.Level' };
const dep: GoType = {
  kind: 'struct',
  name: 'main.Dep',
  fields: [
    { name: 'Name', type: stringType },
    { name: 'On', type: boolType },
  ],
};
const depPointer = pointerTo(dep);
const mapOfString = mapOf(stringType);

const metaMethods = new Map<string, GoMethod>([
  ['Hello', method(['string'], (_, [name]) => `hello ${text(name)}`)],
  [
    'Join',
    method(['string', '...string'], (receiver, [separator, ...parts]) => {
      const meta = receiver instanceof GoPointer ? receiver.elem : receiver;
      const name = meta instanceof GoStruct ? text(meta.fields['Name']) : '';
      return `${name}:${parts.map(text).join(text(separator))}`;
    }),
  ],
  ['Sum', method(['int', 'float64'], (_, [a, b]) => Number(text(a)) + Number(text(b)))],
  ['Any2', method(['interface {}'], (_, [value]) => value)],
  [
    'Fails',
    method([], () => {
      throw new GoError('it fails');
    }),
  ],
]);
const meta: GoType = {
  kind: 'struct',
  name: 'main.Meta',
  methods: metaMethods,
  fields: [
    { name: 'Name', type: stringType },
    { name: 'Version', type: version },
    { name: 'Tags', type: sliceOfString },
    { name: 'Deps', type: sliceOf(depPointer) },
    { name: 'Labels', type: mapOfString },
    { name: 'Any', type: interfaceType },
    { name: 'Nil', type: interfaceType },
    { name: 'Count', type: intType },
    { name: 'Ptr', type: depPointer },
    { name: 'NilPtr', type: depPointer },
  ],
};
const files: GoType = {
  kind: 'map',
  name: 'main.Files',
  elem: sliceOfBytes,
  methods: new Map([
    [
      'Get',
      method(['string'], (receiver, [name]) => {
        const map = receiver as GoMap; // only called on a map of this type
        return fromBytes(Uint8Array.from(itemsOf(map[text(name)]) ?? [], (item) => Number(text(item))));
      }),
    ],
  ]),
};
const values: GoType = { kind: 'map', name: 'main.Values', elem: interfaceType };

const bytes = (...numbers: readonly number[]): GoSlice =>
  new GoSlice(
    sliceOfBytes,
    numbers.map((number) => new GoInt('uint8', BigInt(number))),
  );
const newDep = (name: string, on: boolean): GoStruct => new GoStruct(dep, { Name: name, On: on });

function typedMap(type: GoType, entries: Readonly<Record<string, Value>>): GoMap {
  const map = newMap(Object.entries(entries));
  map[mapType] = type;
  return map;
}

export function typedData(): GoMap {
  const pointer = new GoPointer(depPointer, newDep('dep', true));
  const app = new GoStruct(meta, {
    Name: 'app',
    Version: new GoScalar(version, '1.2'),
    Tags: new GoSlice(sliceOfString, ['a', 'b']),
    Deps: new GoSlice(sliceOf(depPointer), [pointer]),
    Labels: typedMap(mapOfString, { x: 'y' }),
    Any: 'any',
    Nil: null,
    Count: int(3),
    Ptr: pointer,
    NilPtr: new GoPointer(depPointer, undefined),
  });
  const metaPointer = { ...pointerTo(meta), methods: metaMethods };
  return newMap(
    Object.entries({
      meta: app,
      ptr: new GoPointer(metaPointer, app),
      nilptr: new GoPointer(metaPointer, undefined),
      dep: pointer,
      depv: newDep('dep', true),
      files: typedMap(files, { 'a.txt': bytes(0x74, 0x65, 0x78, 0x74), b: bytes(0xff, 0x78) }),
      vals: typedMap(values, { k: 'v', n: int(1), nul: null }),
      ver: new GoScalar(version, '3'),
      sec: new GoInt('int64', 90n, seconds),
      lvl: new GoInt('uint8', 2n, level),
      strs: typedMap(mapOfString, { a: 'A' }),
      nilmap: newNilMap(),
      nilstrs: newNilMap(mapOfString),
      ints: new GoSlice(sliceOf(intType), [int(1), int(2), int(3)]),
      list: new GoSlice(sliceOfString, ['p', 'q']),
      nilslice: new GoSlice(sliceOfString, [], true),
      bytes: bytes(0x68, 0x69, 0xff),
      arr: new GoSlice({ kind: 'array', name: '[2]int', elem: intType }, [int(4), int(5)]),
      i: int(3),
      i8: new GoInt('int8', -8n),
      i64: int64(1n << 40n),
      u: new GoInt('uint', 7n),
      u64: new GoInt('uint64', (1n << 64n) - 1n),
      f32: new GoScalar({ kind: 'float32', name: 'float32' }, Math.fround(0.1)),
      f: 2.5,
      c: new GoScalar(complex128Type, { re: 1, im: -2 }),
      b: true,
      s: 'str',
      nul: null,
      deps: new GoSlice(sliceOf(dep), [newDep('one', true), newDep('two', false)]),
      anys: [int(1), 'a', null, 2.5, new GoSlice(sliceOf(intType), [int(9)])],
    }),
  );
}

function func(name: string, param: string, call: (value: Value) => Value = (value) => value): [string, FuncEntry] {
  return [name, { name, params: [param], results: ['x'], doc: '', call: ([value]) => call(value) }];
}

/** One function for each kind of parameter. */
export const typedFuncs: ReadonlyMap<string, FuncEntry> = new Map([
  func('i', 'int', text),
  func('i64', 'int64'),
  func('u8', 'uint8'),
  func('i8', 'int8'),
  func('f', 'float64'),
  func('f32', 'float32'),
  func('s', 'string'),
  func('ss', '[]string', (value) => (itemsOf(value) ?? []).map(text).join('+')),
  func('m', 'map[string]interface {}', size),
  func('ms', 'map[string]string', size),
  func('ai', '[]interface {}', (value) => int(itemsOf(value)?.length ?? 0)),
  func('any', 'interface {}', (value) => typeOf(value).name),
  ['anys', { name: 'anys', params: ['...interface {}'], results: ['x'], doc: '', call: () => '[]interface {}' }],
  func('c', 'complex128'),
  func('bo', 'bool'),
]);

function size(value: Value): Value {
  return int(Object.keys(value ?? {}).length);
}
