import {
  byteLength,
  capacityOf,
  escapeUrl,
  GoFunc,
  GoInt,
  GoPointer,
  GoScalar,
  GoSlice,
  int,
  isMap,
  isPrint,
  isTrue,
  itemsOf,
  reslice,
  sliceBytes,
  sprint,
  sprintf,
  sprintln,
  toBytes,
  typeOf,
  type Value,
} from '../gostd/index.ts';
import { equalsAny, isLess } from './compare.ts';
import { type ArgumentFlow, type FuncEntry, type FuncMap, GoError } from './func.ts';
import { indirect } from './receiver.ts';
import { elemOf, zeroOf } from './types.ts';

/** The functions that every template has. @see Go 1.26 text/template/funcs.go */

const any = 'reflect.Value';
const controls: ArgumentFlow = { kind: 'none' };

function define(
  name: string,
  params: readonly string[],
  result: string,
  doc: string,
  call: (args: readonly Value[]) => Value,
  flow?: ArgumentFlow,
): FuncEntry {
  const entry = { name, params, results: [result, 'error'], doc, call };
  return flow === undefined ? entry : { ...entry, flow };
}

/** Functions that execution knows: it evaluates `and`, `or` and `call` itself, and `slice` sees how values are held. */
export const ownFuncs: Readonly<Record<'and' | 'or' | 'call' | 'slice', FuncEntry>> = {
  and: define('and', [any, `...${any}`], any, 'The first empty argument, else the last.', byExecution),
  or: define('or', [any, `...${any}`], any, 'The first argument that is not empty, else the last.', byExecution),
  call: define('call', [any, `...${any}`], any, 'Calls a function value.', byExecution),
  slice: define('slice', [any, `...${any}`], any, 'The part between two indexes.', ([item, ...at]) => slice(item, at), {
    kind: 'indexes',
    data: [0],
  }),
};

function byExecution(): Value {
  throw new TypeError('execution evaluates and, or and call itself');
}

const entries: readonly FuncEntry[] = [
  ownFuncs.and,
  ownFuncs.or,
  ownFuncs.call,
  ownFuncs.slice,
  define('not', [any], 'bool', 'Whether the argument is empty.', ([value]) => !isTrue(value), controls),
  define(
    'len',
    [any],
    'int',
    'How many items, keys or bytes the argument has.',
    ([value]) => int(length(value)),
    controls,
  ),
  define(
    'index',
    [any, `...${any}`],
    any,
    'The item at these indexes and keys, one level each.',
    ([item, ...at]) => index(item, at),
    {
      kind: 'indexes',
      data: [0],
    },
  ),
  define(
    'eq',
    [any, `...${any}`],
    'bool',
    'Whether the first argument equals one of the others.',
    ([a, ...rest]) => equalsAny(a, rest),
    controls,
  ),
  define('ne', [any, any], 'bool', 'Whether two values differ.', ([a, b]) => !equalsAny(a, [b]), controls),
  define(
    'lt',
    [any, any],
    'bool',
    'Whether the first value is less than the second.',
    ([a, b]) => isLess(a, b),
    controls,
  ),
  define(
    'le',
    [any, any],
    'bool',
    'Whether the first value is less than or equal to the second.',
    ([a, b]) => isLess(a, b) || equalsAny(a, [b]),
    controls,
  ),
  define(
    'gt',
    [any, any],
    'bool',
    'Whether the first value is greater than the second.',
    ([a, b]) => !(isLess(a, b) || equalsAny(a, [b])),
    controls,
  ),
  define(
    'ge',
    [any, any],
    'bool',
    'Whether the first value is greater than or equal to the second.',
    ([a, b]) => !isLess(a, b),
    controls,
  ),
  define(
    'print',
    ['...interface {}'],
    'string',
    'The arguments as text, spaces between those that are no strings.',
    (args) => sprint(args),
  ),
  define('println', ['...interface {}'], 'string', 'The arguments as text, spaces between, a newline behind.', (args) =>
    sprintln(args),
  ),
  define('printf', ['string', '...interface {}'], 'string', 'The arguments by a format.', ([format, ...args]) =>
    sprintf(typeof format === 'string' ? format : '', args),
  ),
  define('html', ['...interface {}'], 'string', 'The text escaped for HTML.', (args) => escapeHtml(printed(args))),
  define('js', ['...interface {}'], 'string', 'The text escaped for JavaScript.', (args) => escapeJs(printed(args))),
  define('urlquery', ['...interface {}'], 'string', 'The text escaped for a URL query.', (args) =>
    escapeUrl(printed(args), 'query'),
  ),
];

/** By name; Sprig's and Helm's come before them. */
export const builtinFuncs: FuncMap = new Map(entries.map((entry) => [entry.name, entry]));

/** What a pointer points to; a named string as a string, since it has the operations of one. */
function operandOf(value: Value): Value {
  const item = indirect(value);
  return item instanceof GoScalar && typeof item.value === 'string' ? item.value : item;
}

function length(value: Value): number {
  const item = operandOf(value);
  if (typeof item === 'string') {
    return byteLength(item);
  }
  if (item === null || item instanceof GoPointer) {
    throw new GoError('len of nil pointer');
  }
  if (item === undefined) {
    throw new GoError('reflect: call of reflect.Value.Type on zero Value');
  }
  const items = itemsOf(item);
  if (items !== undefined) {
    return items.length;
  }
  if (isMap(item)) {
    return Object.keys(item).length;
  }
  throw new GoError(`len of type ${typeOf(item).name}`);
}

function index(value: Value, indexes: readonly Value[]): Value {
  if (value === null || value === undefined) {
    throw new GoError('index of untyped nil');
  }
  let item: Value = value;
  for (const at of indexes) {
    item = operandOf(item);
    if (item === null || item === undefined || (item instanceof GoPointer && item.elem === undefined)) {
      throw new GoError('index of nil pointer');
    }
    const items = itemsOf(item);
    if (typeof item === 'string' || items !== undefined) {
      const size = typeof item === 'string' ? byteLength(item) : (items?.length ?? 0);
      const x = indexArgument(at, size);
      if (x >= size) {
        throw new GoError(`reflect: ${typeof item === 'string' ? 'string' : 'slice'} index out of range`);
      }
      item = typeof item === 'string' ? new GoInt('uint8', BigInt(toBytes(item)[x] ?? 0)) : (items?.[x] ?? null);
    } else if (isMap(item)) {
      item = item[keyArgument(at)] ?? zeroOf(elemOf(item));
    } else {
      throw new GoError(`can't index item of type ${typeOf(item).name}`);
    }
  }
  return item;
}

function indexArgument(at: Value, cap: number): number {
  if (at === null || at === undefined) {
    throw new GoError('cannot index slice/array with nil');
  }
  if (!(at instanceof GoInt)) {
    throw new GoError(`cannot index slice/array with type ${typeOf(at).name}`);
  }
  const x = BigInt.asIntN(64, at.value);
  if (x < 0n || x > BigInt(cap)) {
    throw new GoError(`index out of range: ${x}`);
  }
  return Number(x);
}

function keyArgument(at: Value): string {
  if (at === null || at === undefined) {
    throw new GoError('value is nil; should be of type string');
  }
  if (typeof at !== 'string') {
    throw new GoError(`value has type ${typeOf(at).name}; should be string`);
  }
  return at;
}

function slice(value: Value, indexes: readonly Value[]): Value {
  if (value === null || value === undefined) {
    throw new GoError('slice of untyped nil');
  }
  const item = operandOf(value);
  if (item instanceof GoPointer || item === null || item === undefined) {
    throw new GoError('slice of nil pointer');
  }
  if (indexes.length > 3) {
    throw new GoError(`too many slice indexes: ${indexes.length}`);
  }
  const items = itemsOf(item);
  if (typeof item === 'string') {
    if (indexes.length === 3) {
      throw new GoError('cannot 3-index slice a string');
    }
  } else if (items === undefined) {
    throw new GoError(`can't slice item of type ${typeOf(item).name}`);
  }
  const size = typeof item === 'string' ? byteLength(item) : (items?.length ?? 0);
  const room = capacityOf(item) ?? size;
  const [from = 0, to = size, cap = room] = indexes.map((at) => indexArgument(at, room));
  if (from > to) {
    throw new GoError(`invalid slice index: ${from} > ${to}`);
  }
  if (to > cap) {
    throw new GoError(`invalid slice index: ${to} > ${cap}`);
  }
  if (typeof item === 'string') {
    const part = sliceBytes(item, from, to);
    const whole = indirect(value);
    return whole instanceof GoScalar ? new GoScalar(whole.type, part) : part;
  }
  if (item instanceof GoSlice && item.type.kind === 'array') {
    throw new GoError('reflect.Value.Slice: slice of unaddressable array');
  }
  return reslice(item, from, to, { zero: item instanceof GoSlice ? zeroOf(item.type.elem) : null, capacity: cap });
}

/** Calls the function value that comes first, as `call` does. @see Go 1.26 text/template/funcs.go, call */
export function callValue(name: string, [callee, ...args]: readonly Value[]): Value {
  if (callee === null || callee === undefined) {
    throw new GoError('call of nil');
  }
  if (!(callee instanceof GoFunc)) {
    throw new GoError(`non-function ${name} of type ${typeOf(callee).name}`);
  }
  return callee.call(args);
}

/** Arguments as text, where no value is printed as an action prints it. @see Go 1.26 text/template/funcs.go, evalArgs */
function printed(args: readonly Value[]): string {
  return sprint(args.map((arg) => (arg instanceof GoPointer ? indirect(arg) : (arg ?? '<no value>'))));
}

const html: Readonly<Record<string, string>> = {
  '\0': '\ufffd',
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
};

function escapeHtml(text: string): string {
  return text.replace(/[\0"'&<>]/g, (char) => html[char] ?? char);
}

const js: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '"': '\\"',
  '<': '\\u003C',
  '>': '\\u003E',
  '&': '\\u0026',
  '=': '\\u003D',
};

function escapeJs(text: string): string {
  let escaped = '';
  for (const char of text) {
    const rune = char.codePointAt(0) ?? 0;
    if (js[char] !== undefined) {
      escaped += js[char];
    } else if (rune < 0x20) {
      escaped += `\\u00${rune.toString(16).toUpperCase().padStart(2, '0')}`;
    } else {
      // A byte that is no UTF-8 decodes to U+FFFD, which prints, and so stays as it is.
      escaped +=
        rune < 0x80 || (rune >= 0xdc00 && rune <= 0xdfff) || isPrint(rune)
          ? char
          : `\\u${rune.toString(16).toUpperCase().padStart(4, '0')}`;
    }
  }
  return escaped;
}
