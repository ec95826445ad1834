/**
 * The language of `--set`: `a.b=1,c[0].d={x,y}`, and its kin for strings, JSON, files and literals.
 *
 * @see helm v4.3.1 pkg/strvals/parser.go and literal_parser.go
 */
import {
  decodeJson,
  type GoMap,
  int64,
  isList,
  isMap,
  isSpace,
  newMap,
  parseInt,
  quote,
  quoteRune,
  typeOf,
  type Value,
} from '../../gostd/index.ts';
import { messageOf, type Origin, type Origins } from '../../support/index.ts';
import { ChartError } from '../errors.ts';

/** @see helm v4.3.1 pkg/strvals/parser.go, MaxIndex */
const maxIndex = 65_536;
/** @see helm v4.3.1 pkg/strvals/parser.go, MaxNestedNameLevel */
const maxNestedNameLevel = 30;

/**
 * How values are read: `typed` finds booleans, nulls and integers as `--set` does, `string` leaves text as
 * `--set-string` does, `json` as `--set-json`, `literal` takes all that is left without escapes as `--set-literal`;
 * a function gets the text and answers the value, as `--set-file` needs.
 */
export type StrvalsMode = 'typed' | 'string' | 'json' | 'literal' | ((text: string) => Value);

export interface StrvalsOptions {
  readonly mode: StrvalsMode;
  /** Records where the values came from. */
  readonly origins?: { readonly of: Origins; readonly origin: Origin };
}

/**
 * Sets in `into` what `text` says.
 *
 * @throws ChartError `strvals` in Helm's words; what came before the mistake is set by then
 */
export function parseStrvals(text: string, into: GoMap, options: StrvalsOptions): void {
  const parser = new StrvalsParser(text, options);
  while (parser.key(into, 0) === 'more') {
    // Each round reads one key with its value.
  }
}

type Next = 'more' | 'end';

class StrvalsParser {
  readonly #runes: readonly string[];
  readonly #options: StrvalsOptions;
  #at = 0;

  constructor(text: string, options: StrvalsOptions) {
    this.#runes = Array.from(text);
    this.#options = options;
  }

  /** Reads one key with its value into `data`. */
  key(data: GoMap, level: number): Next {
    const isLiteral = this.#options.mode === 'literal';
    const { runes, stop } = this.#until(isLiteral ? '=[.' : '=[,.');
    const name = runes.join('');
    switch (stop) {
      case undefined:
        if (name === '') {
          return 'end';
        }
        throw wrong(`key ${quote(name)} has no value`);
      case '[':
        return this.#listKey(data, name, level);
      case '=':
        return this.#assign(data, name);
      case ',':
        throw wrong(`key ${quote(name)} has no value (cannot end with ,)`);
      default:
        return this.#nestedKey(data, name, level + 1);
    }
  }

  #nestedKey(data: GoMap, name: string, level: number): Next {
    if (level > maxNestedNameLevel) {
      throw wrong(
        `value name nested level is greater than maximum supported nested level of ${String(maxNestedNameLevel)}`,
      );
    }
    const inner = name in data ? asMap(data[name]) : newMap();
    const next = this.key(inner, level);
    const isEmpty = Object.keys(inner).length === 0;
    if (next === 'more' && isEmpty) {
      throw wrong(`key map ${quote(name)} has no value`);
    }
    // A map that was there keeps its origin; only what was set in it has a new one.
    if (!isEmpty && data[name] !== inner) {
      this.#set(data, name, inner);
    }
    return next;
  }

  #listKey(data: GoMap, name: string, level: number): Next {
    const index = this.#index();
    if (index === undefined) {
      return 'end';
    }
    const old = name in data ? asList(data[name]) : [];
    const { list, next } = this.#item(old, index, level);
    if (data[name] !== list) {
      this.#set(data, name, list);
    }
    return next;
  }

  #assign(data: GoMap, name: string): Next {
    const { value, next } = this.#value();
    this.#set(data, name, value);
    return next;
  }

  #value(): { value: Value; next: Next } {
    const { mode } = this.#options;
    if (mode === 'literal') {
      return { value: this.#until('', false).runes.join(''), next: 'more' };
    }
    if (mode === 'json') {
      return { value: this.#json(), next: 'more' };
    }
    const first = this.#runes[this.#at];
    if (first === undefined) {
      return { value: '', next: 'end' };
    }
    if (first !== '{') {
      return { value: this.#read(this.#until(',').runes), next: 'more' };
    }
    this.#at++;
    return { value: this.#list(), next: 'more' };
  }

  /** The rest of `{a,b}`. An empty pair of braces is a list of one empty text. */
  #list(): Value[] {
    const list: Value[] = [];
    for (;;) {
      const { runes, stop } = this.#until(',}');
      if (stop === undefined) {
        throw wrong("list must terminate with '}'");
      }
      list.push(this.#read(runes));
      if (stop === '}') {
        if (this.#runes[this.#at] === ',') {
          this.#at++;
        }
        return list;
      }
    }
  }

  #json(): Value {
    if (this.#isEmptyValue()) {
      return null;
    }
    const rest = this.#runes.slice(this.#at).join('');
    const json = rest.slice(0, jsonLength(rest));
    if (isCutNumber(json) && scalarStart.exec(json)?.[0] === json) {
      throw wrong('unexpected EOF');
    }
    let value: Value;
    try {
      value = decodeJson(json);
    } catch (error) {
      throw new ChartError('strvals', messageOf(error).replace('unexpected end of JSON input', 'unexpected EOF'), {
        cause: error,
      });
    }
    this.#at += Array.from(json).length;
    this.#isEmptyValue();
    return value;
  }

  /** Skips white space and a comma; true when there was a comma or nothing more. */
  #isEmptyValue(): boolean {
    for (;;) {
      const rune = this.#runes[this.#at];
      if (rune === undefined) {
        return true;
      }
      if (rune === ',') {
        this.#at++;
        return true;
      }
      if (!isSpace(rune)) {
        return false;
      }
      this.#at++;
    }
  }

  /** What follows `name[index]`. */
  #item(old: readonly Value[], index: number, level: number): { list: readonly Value[]; next: Next } {
    if (index < 0) {
      throw wrong(`negative ${String(index)} index not allowed`);
    }
    const { runes, stop } = this.#until('[.=');
    if (runes.length > 0) {
      throw wrong(
        `unexpected data at end of array index: [${runes.map((rune) => quoteRune(rune.codePointAt(0) ?? 0, false)).join(' ')}]`,
      );
    }
    switch (stop) {
      case undefined:
        return { list: old, next: 'end' };
      case '=': {
        const { value } = this.#value();
        return { list: this.#setIndex(old, index, value), next: 'more' };
      }
      case '[': {
        const nested = this.#index();
        if (nested === undefined) {
          return { list: old, next: 'end' };
        }
        const item = old[index] ?? null;
        const { list, next } = this.#item(item === null ? [] : asList(item), nested, level);
        return next === 'end' ? { list: old, next } : { list: this.#setIndex(old, index, list), next };
      }
      default:
        return this.#itemKey(old, index, level);
    }
  }

  #itemKey(old: readonly Value[], index: number, level: number): { list: readonly Value[]; next: Next } {
    const item = old[index];
    const inner = isMap(item) ? item : newMap();
    // An item that is no map is one from here on, whatever comes of the key.
    const list = index < old.length ? this.#setIndex(old, index, inner) : old;
    const next = this.key(inner, level);
    return next === 'end' ? { list, next } : { list: this.#setIndex(list, index, inner), next };
  }

  /** Undefined where the text ends before the bracket does, which Helm takes for the end of all. */
  #index(): number | undefined {
    const { runes, stop } = this.#until(']');
    if (stop === undefined) {
      return undefined;
    }
    const text = runes.join('');
    const { value, error } = parseInt(text, 10, 64);
    if (error !== undefined) {
      throw wrong(`error parsing index: strconv.Atoi: parsing ${quote(text)}: ${error}`);
    }
    return Number(value);
  }

  #read(runes: readonly string[]): Value {
    const { mode } = this.#options;
    const text = runes.join('');
    return typeof mode === 'function' ? mode(text) : mode === 'string' ? text : typedValue(text);
  }

  #set(data: GoMap, key: string, value: Value): void {
    if (key === '') {
      return;
    }
    data[key] = value;
    this.#record(data, key);
  }

  #setIndex(old: readonly Value[], index: number, value: Value): Value[] {
    if (index > maxIndex) {
      throw wrong(`index of ${String(index)} is greater than maximum supported index of ${String(maxIndex)}`);
    }
    // Within its length a list is changed where it is, as Go changes a slice: Flux's order of values depends on it.
    const list = index < old.length ? (old as Value[]) : [...old];
    while (list.length <= index) {
      list.push(null);
    }
    if (list[index] !== value || !isMap(value)) {
      list[index] = value;
      this.#record(list, index);
    }
    return list;
  }

  #record(container: object, key: string | number): void {
    const { origins } = this.#options;
    origins?.of.set(container, key, origins.origin);
  }

  /** Up to one of the characters, or to the end. A backslash takes the next character as it is. */
  #until(stops: string, hasEscapes = this.#options.mode !== 'literal'): { runes: string[]; stop: string | undefined } {
    const runes: string[] = [];
    for (;;) {
      let rune = this.#runes[this.#at++];
      if (rune === undefined) {
        return { runes, stop: undefined };
      }
      if (stops.includes(rune)) {
        return { runes, stop: rune };
      }
      if (rune === '\\' && hasEscapes) {
        rune = this.#runes[this.#at++];
        if (rune === undefined) {
          return { runes, stop: undefined };
        }
      }
      runes.push(rune);
    }
  }
}

/** @see helm v4.3.1 pkg/strvals/parser.go, typedVal */
function typedValue(text: string): Value {
  switch (text.toLowerCase()) {
    case 'true':
      return true;
    case 'false':
      return false;
    case 'null':
      return null;
    case '0':
      return int64(0);
    default:
      return text.startsWith('0') || !isInt64(text) ? text : int64(BigInt(text));
  }
}

function isInt64(text: string): boolean {
  if (!/^[+-]?[0-9]+$/.test(text)) {
    return false;
  }
  const value = BigInt(text.replace(/^\+/, ''));
  return BigInt.asIntN(64, value) === value;
}

const scalarStart = /^(?:true|false|null|-?(?:0|[1-9]\d*)?(?:\.\d*)?(?:[eE][-+]?\d*)?)/;

/** Whether it is a number that needs more digits. */
function isCutNumber(scalar: string): boolean {
  return /^[-\d]/.test(scalar) && !/\d$/.test(scalar);
}

/** UTF-16 units of the JSON value that the text starts with; all of it when there is no telling. */
function jsonLength(text: string): number {
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    if (character === '"') {
      index = stringEnd(text, index);
    } else if (character === '{' || character === '[') {
      depth++;
      continue;
    } else if (character === '}' || character === ']') {
      depth--;
    } else if (depth === 0) {
      // It ends where nothing could go on with it, whatever comes there.
      const [scalar = ''] = scalarStart.exec(text.slice(index)) ?? [];
      return scalar === '' || isCutNumber(scalar) ? text.length : index + scalar.length;
    }
    if (depth <= 0) {
      return index + 1;
    }
  }
  return text.length;
}

function stringEnd(text: string, start: number): number {
  let index = start + 1;
  while (index < text.length && text[index] !== '"') {
    index += text[index] === '\\' ? 2 : 1;
  }
  return index;
}

function asMap(value: Value): GoMap {
  if (isMap(value)) {
    return value;
  }
  throw wrongType(value, 'map[string]interface {}');
}

function asList(value: Value): readonly Value[] {
  if (isList(value)) {
    return value;
  }
  throw wrongType(value, '[]interface {}');
}

/** Helm panics here, and tells what Go's runtime says. */
function wrongType(value: Value, wanted: string): ChartError {
  const found = value === null || value === undefined ? 'nil' : typeOf(value).name;
  return wrong(`unable to parse key: interface conversion: interface {} is ${found}, not ${wanted}`);
}

function wrong(message: string): ChartError {
  return new ChartError('strvals', message);
}
