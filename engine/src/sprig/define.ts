import { GoInt, type GoMap, GoSlice, isList, isMap, newNilMap, type Value } from '../gostd/index.ts';
import { type ArgumentFlow, type CallContext, type FuncEntry, GoError } from '../gotemplate/index.ts';

/** What functions may ask of the world outside: the only ways to time and randomness. */
export interface SprigWorld {
  /** Milliseconds since 1970. */
  now(): number;
  /** Milliseconds that the program ran for, which `now` prints behind the time; a twentieth of a second if not told. */
  uptime?(): number | undefined;
  randomBytes(count: number): Uint8Array;
  /** IANA name of the zone that Go calls `Local`. */
  readonly timeZone: string;
}

/** What `define` takes as the function: arguments already checked against the signature. */
export type Call = (args: readonly Value[], context: CallContext) => Value;

/**
 * A table entry from a signature such as `int, string -> string` or `string, ...interface {} -> bool, error`.
 * Types are written as `%T` prints them.
 */
export function define(name: string, signature: string, doc: string, call: Call, flow?: ArgumentFlow): FuncEntry {
  const [params = '', results = ''] = signature.split('->').map((side) => side.trim());
  const entry = { name, params: typesOf(params), results: typesOf(results), doc, call };
  return flow === undefined ? entry : { ...entry, flow };
}

function typesOf(list: string): string[] {
  return list === '' ? [] : list.split(', ');
}

/** The same function under another name. */
export function alias(name: string, entry: FuncEntry | undefined): FuncEntry {
  if (entry === undefined) {
    throw new Error(`alias ${name} of nothing`);
  }
  return { ...entry, name };
}

/** What the form of a function is called that returns its error: `mustAppend`. */
export function mustName(name: string): string {
  return `must${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/** No argument's text reaches the result. */
export const controls: ArgumentFlow = { kind: 'none' };

/** Only these arguments are data of the result. */
export function dataAt(...data: readonly number[]): ArgumentFlow {
  return { kind: 'indexes', data };
}

/**
 * Runs `work`, an error of one of these classes becoming one that the Go function returns.
 *
 * @throws GoError
 */
export function inGo<T>(kinds: readonly (new (...args: never[]) => Error)[], work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Error && kinds.some((kind) => error instanceof kind)) {
      throw new GoError(error.message, { cause: error });
    }
    throw error;
  }
}

/** An error as Go's runtime words it when a program panics. */
export function runtimeError(what: string): GoError {
  return new GoError(`runtime error: ${what}`);
}

/** What calling a method of a nil type comes to, as in `first nil`. */
export function nilDereference(): GoError {
  return runtimeError('invalid memory address or nil pointer dereference');
}

/** Whether a value is the nil interface, or none at all. */
export function isNil(value: Value): value is null | undefined {
  return value === null || value === undefined;
}

/** A parameter of type string. */
export function textOf(value: Value): string {
  if (typeof value !== 'string') {
    throw new TypeError('execution let something else pass for a string');
  }
  return value;
}

/** A parameter of type int. Past 2^53 it is not exact, and nothing that takes one has use for more. */
export function intOf(value: Value): number {
  return Number(bigIntOf(value));
}

/** A parameter of type int, where every digit counts. */
export function bigIntOf(value: Value): bigint {
  if (!(value instanceof GoInt)) {
    throw new TypeError('execution let something else pass for an int');
  }
  return value.value;
}

/** A parameter of type map[string]interface {}; a nil map is an empty one with `nilMap` set. */
export function mapOf(value: Value): GoMap {
  if (isMap(value)) {
    return value;
  }
  if (isNil(value)) {
    return newNilMap();
  }
  throw new TypeError('execution let something else pass for a map');
}

/** A parameter of type []interface {}; nil is an empty list. */
export function listOf(value: Value): readonly Value[] {
  if (isNil(value)) {
    return [];
  }
  if (isList(value)) {
    return value;
  }
  if (value instanceof GoSlice) {
    return value.items;
  }
  throw new TypeError('execution let something else pass for a list');
}
