import type { ChartFile } from '../chart/index.ts';
import {
  basePath,
  compareStrings,
  encodeBase64,
  fromBytes,
  GoInt,
  type GoMap,
  type GoMethod,
  GoSlice,
  type GoType,
  mapOf,
  mapType,
  newMap,
  sliceOfBytes,
  type Value,
} from '../gostd/index.ts';
import { encode } from '../yaml/index.ts';
import { compileGlob } from './glob/glob.ts';
import { stringSlice } from './values.ts';

/**
 * `.Files`: a map of names to bytes with Helm's methods.
 *
 * @see helm v4.3.1 pkg/engine/files.go
 */
export function filesValue(files: readonly ChartFile[]): GoMap {
  return filesMap(new Map(files.map(({ name, data }) => [name, data])));
}

function filesMap(files: ReadonlyMap<string, Uint8Array>): GoMap {
  const map = newMap();
  map[mapType] = filesType(files);
  for (const [name, data] of files) {
    map[name] = bytesValue(data);
  }
  return map;
}

function filesType(files: ReadonlyMap<string, Uint8Array>): GoType {
  const get = (name: Value): Uint8Array => (typeof name === 'string' ? files.get(name) : undefined) ?? new Uint8Array();
  const methods = new Map<string, GoMethod>([
    ['Get', { params: ['string'], call: (_, [name]) => fromBytes(get(name)) }],
    ['GetBytes', { params: ['string'], call: (_, [name]) => bytesValue(get(name)) }],
    ['Glob', { params: ['string'], call: (_, [pattern]) => globbed(files, pattern) }],
    ['AsConfig', { params: [], call: () => yamlOf(files, fromBytes) }],
    ['AsSecrets', { params: [], call: () => yamlOf(files, (data) => encodeBase64(fromBytes(data))) }],
    ['Lines', { params: ['string'], call: (_, [name]) => stringSlice(linesOf(fromBytes(get(name)))) }],
  ]);
  return { ...mapOf(sliceOfBytes), name: 'engine.files', methods };
}

/** A malformed pattern matches everything. */
function globbed(files: ReadonlyMap<string, Uint8Array>, pattern: Value): GoMap {
  const matches = compileGlob(typeof pattern === 'string' ? pattern : '') ?? (() => true);
  return filesMap(new Map([...files].filter(([name]) => matches(name))));
}

/** Of files with one last name in several folders Go takes any; here the last one in the order of paths wins. */
function yamlOf(files: ReadonlyMap<string, Uint8Array>, text: (data: Uint8Array) => string): string {
  const sorted = [...files].sort(([a], [b]) => compareStrings(a, b));
  return encode(newMap(sorted.map(([name, data]) => [basePath(name), text(data)] as const))).replace(/\n$/, '');
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

/** Hardly any template looks at bytes, not even one that ranges over files; and a value for each byte is dear. */
function bytesValue(data: Uint8Array): GoSlice {
  let items: readonly Value[] | undefined;
  return Object.defineProperty(new GoSlice(sliceOfBytes, []), 'items', {
    get: () => (items ??= Array.from(data, (byte) => new GoInt('uint8', BigInt(byte)))),
  });
}
