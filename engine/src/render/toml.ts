/** TOML as Helm's `toToml` and `fromToml` have it. */
import { parse, TomlDate } from 'smol-toml';
import {
  formatDuration,
  formatFloat,
  fromUnixNanos,
  GoFunc,
  GoInt,
  type GoMap,
  GoPointer,
  GoScalar,
  GoSlice,
  GoStruct,
  GoTime,
  int64,
  isExported,
  isMap,
  itemsOf,
  marshalText,
  newMap,
  nilMap,
  rfc3339Nano,
  sortedKeys,
  utc,
  type Value,
} from '../gostd/index.ts';
import { GoError } from '../gotemplate/index.ts';

/**
 * A value as TOML: keys without tables first, tables behind, each in the order of names.
 *
 * @throws GoError for what TOML cannot have
 * @see github.com/BurntSushi/toml v1.6.0 encode.go
 */
export function encodeToml(value: Value): string {
  if (value === null || value === undefined) {
    throw new GoError('reflect: call of reflect.Value.Type on zero Value');
  }
  const writer = new TomlWriter();
  writer.entry([], value);
  return writer.text;
}

type TomlKind = 'nil' | 'table' | 'tables' | 'other';

class TomlWriter {
  text = '';

  entry(path: readonly string[], value: Value): void {
    const target = indirect(value);
    if (isNil(target) && !(path.length === 0 && target instanceof GoSlice)) {
      return;
    }
    if (path.length === 0 && isUnwritable(target)) {
      throw new GoError(`unsupported type for key '': ${target.type.kind}`);
    }
    const kind = kindOf(target);
    if (kind === 'table') {
      this.#table(path, target);
    } else if (kind === 'tables') {
      this.#tables(path, itemsOf(target) ?? []);
    } else if (path.length === 0) {
      this.text += element(target);
    } else {
      this.text += `${indent(path)}${key(path.at(-1) ?? '')} = ${element(target)}\n`;
    }
  }

  #tables(path: readonly string[], items: readonly Value[]): void {
    if (path.length === 0) {
      throw new GoError('toml: top-level values must be Go maps or structs');
    }
    for (const item of items) {
      this.#newline();
      this.text += `${indent(path)}[[${path.map(key).join('.')}]]\n`;
      this.#entries(path, indirect(item));
    }
  }

  #table(path: readonly string[], table: Value): void {
    if (path.length === 1) {
      this.#newline();
    }
    if (path.length > 0) {
      this.text += `${indent(path)}[${path.map(key).join('.')}]\n`;
    }
    this.#entries(path, table);
  }

  #entries(path: readonly string[], table: Value): void {
    for (const [name, value] of entriesOf(table)) {
      this.entry([...path, name], value);
    }
  }

  #newline(): void {
    if (this.text !== '') {
      this.text += '\n';
    }
  }
}

/** Entries as they are written: what holds tables last. */
function entriesOf(table: Value): readonly (readonly [string, Value])[] {
  const entries: (readonly [string, Value])[] =
    table instanceof GoStruct
      ? (table.type.fields ?? [])
          .filter(({ name }) => isExported(name))
          .map(({ name }) => [name, table.fields[name]] as const)
      : isMap(table)
        ? sortedKeys(table).map((name) => [name, table[name]] as const)
        : [];
  const isSub = ([, value]: readonly [string, Value]): boolean => /^tables?$/.test(kindOf(indirect(value)));
  return [...entries.filter((entry) => !isSub(entry)), ...entries.filter(isSub)];
}

function kindOf(value: Value): TomlKind {
  if (isNil(value)) {
    return 'nil';
  }
  if (isUnwritable(value)) {
    throw new GoError(`unsupported type: ${value.type.kind}`);
  }
  if (value instanceof GoTime) {
    return 'other';
  }
  if (isMap(value) || value instanceof GoStruct) {
    return marshalled(value) === undefined ? 'table' : 'other';
  }
  const items = itemsOf(value);
  if (items === undefined || items.length === 0) {
    return 'other';
  }
  const kinds = items.map((item) => kindOf(indirect(item)));
  if (kinds.includes('nil')) {
    throw new GoError('toml: cannot encode array with nil element');
  }
  return kinds.every((kind) => kind === 'table') ? 'tables' : 'other';
}

function element(value: Value): string {
  const target = indirect(value);
  switch (typeof target) {
    case 'string':
      return quoted(target);
    case 'boolean':
      return String(target);
    case 'number':
      return float(target, 64);
    default:
      break;
  }
  if (target instanceof GoTime) {
    return target.format(rfc3339Nano);
  }
  const text = marshalled(target);
  if (text !== undefined) {
    return quoted(text);
  }
  const items = itemsOf(target);
  if (items !== undefined) {
    return `[${items.map(element).join(', ')}]`;
  }
  if (target instanceof GoInt) {
    return target.type?.name === 'time.Duration' ? quoted(formatDuration(target.value)) : target.value.toString();
  }
  if (target instanceof GoScalar && typeof target.value !== 'object') {
    return typeof target.value === 'number' ? float(target.value, 32) : element(target.value);
  }
  if (isMap(target) || target instanceof GoStruct) {
    return inlineTable(target);
  }
  throw new TypeError('every other kind of value was written');
}

function isUnwritable(value: Value): value is GoScalar | GoFunc {
  return value instanceof GoFunc || (value instanceof GoScalar && typeof value.value === 'object');
}

function marshalled(value: Value): string | undefined {
  return value instanceof GoInt || value instanceof GoStruct ? marshalText(value) : undefined;
}

function inlineTable(table: Value): string {
  const entries = entriesOf(table);
  let text = '{';
  for (const [index, [name, value]] of entries.entries()) {
    if (isNil(indirect(value))) {
      continue;
    }
    // The comma hangs on the place, whether or not something follows.
    text += `${key(name)} = ${element(value)}${index === entries.length - 1 ? '' : ', '}`;
  }
  return `${text}}`;
}

function float(value: number, bits: 32 | 64): string {
  if (Number.isNaN(value)) {
    return 'nan';
  }
  if (!Number.isFinite(value)) {
    return value < 0 ? '-inf' : 'inf';
  }
  const text = formatFloat(value, 'g', -1, bits);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

function key(name: string): string {
  return /^[A-Za-z0-9_-]+$/.test(name) ? name : quoted(name);
}

const named: Readonly<Record<string, string>> = {
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
};

function quoted(text: string): string {
  const escaped = text.replace(
    /[\0-\x1f"\\\x7f]/g,
    (character) => named[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `"${escaped}"`;
}

function indent(path: readonly string[]): string {
  return '  '.repeat(path.length - 1);
}

function indirect(value: Value): Value {
  return value instanceof GoPointer ? indirect(value.elem) : value;
}

function isNil(value: Value): boolean {
  return (
    value === null ||
    value === undefined ||
    (value instanceof GoSlice && value.isNil) ||
    (isMap(value) && value[nilMap] === true)
  );
}

/**
 * A TOML text as a map: integers are int64, times are times.
 *
 * @throws Error whose message says what is wrong, not in the words of Helm's library
 */
export function decodeToml(text: string): GoMap {
  return tableOf(parse(text, { integersAsBigInt: true }));
}

function tableOf(table: object): GoMap {
  return newMap(Object.entries(table).map(([name, value]) => [name, valueOf(value)] as const));
}

function valueOf(value: unknown): Value {
  if (typeof value === 'bigint') {
    return int64(value);
  }
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return value;
  }
  if (Array.isArray(value)) {
    return value.map(valueOf);
  }
  if (value instanceof TomlDate) {
    return fromUnixNanos(BigInt(value.getTime()) * 1_000_000n, utc);
  }
  return typeof value === 'object' && value !== null ? tableOf(value) : null;
}
