import {
  builtCapacity,
  capacityOf,
  deepEqual,
  exactly,
  GoSlice,
  grownCapacity,
  int,
  intType,
  itemsOf,
  kindOf,
  reslice,
  sliceOf,
  sliceOfInterface,
  sliceOfString,
  sortStrings,
  type Value,
  withCapacity,
  word,
} from '../gostd/index.ts';
import { type CallContext, type FuncEntry, GoError, zeroOf } from '../gotemplate/index.ts';
import { toInt64 } from './cast.ts';
import {
  alias,
  bigIntOf,
  controls,
  dataAt,
  define,
  intOf,
  isNil,
  mustName,
  nilDereference,
  runtimeError,
} from './define.ts';
import { isEmpty } from './empty.ts';
import { isStrings, strslice, strval } from './strval.ts';

const list = define('list', '...interface {} -> []interface {}', 'A list of the arguments.', (args) =>
  exactly(args.map((item) => item ?? null)),
);

/** Functions that come in two forms, `NAME` and `mustNAME`; both fail in the same words. */
const pairs: readonly FuncEntry[] = [
  define(
    'append',
    'interface {}, interface {} -> []interface {}',
    'A new list with the item at its end.',
    ([to, item]) => {
      const items = anyItems(to, 'Cannot push on type');
      return withCapacity([...items, item ?? null], grownCapacity(items.length, items.length + 1));
    },
  ),
  define(
    'prepend',
    'interface {}, interface {} -> []interface {}',
    'A new list with the item at its start.',
    ([to, item]) => {
      const items = [item ?? null, ...anyItems(to, 'Cannot prepend on type')];
      return withCapacity(items, items.length === 1 ? 1 : grownCapacity(1, items.length));
    },
  ),
  define(
    'first',
    'interface {} -> interface {}',
    'The first item, or nil where there is none.',
    ([items]) => anyItems(items, 'Cannot find first on type').at(0) ?? null,
  ),
  define(
    'last',
    'interface {} -> interface {}',
    'The last item, or nil where there is none.',
    ([items]) => anyItems(items, 'Cannot find last on type').at(-1) ?? null,
  ),
  define('rest', 'interface {} -> []interface {}', 'All items but the first.', ([items]) => {
    const all = anyItems(items, 'Cannot find rest on type');
    return all.length === 0 ? nilList : exactly(all.slice(1));
  }),
  define('initial', 'interface {} -> []interface {}', 'All items but the last.', ([items]) => {
    const all = anyItems(items, 'Cannot find initial on type');
    return all.length === 0 ? nilList : exactly(all.slice(0, -1));
  }),
  define('reverse', 'interface {} -> []interface {}', 'The items in reverse order.', ([items]) =>
    exactly(anyItems(items, 'Cannot find reverse on type').toReversed()),
  ),
  define('compact', 'interface {} -> []interface {}', 'The items that are not empty.', ([items]) =>
    anyItems(items, 'Cannot compact on type').filter((item) => !isEmpty(item)),
  ),
  define('uniq', 'interface {} -> []interface {}', 'The items without repetitions.', ([items]) => {
    const found: Value[] = [];
    for (const item of anyItems(items, 'Cannot find uniq on type')) {
      if (!found.some((other) => deepEqual(item, other))) {
        found.push(item);
      }
    }
    return found;
  }),
  define(
    'without',
    'interface {}, ...interface {} -> []interface {}',
    'The items of the list less the ones that equal another argument.',
    ([items, ...omitted]) =>
      anyItems(items, 'Cannot find without on type').filter(
        (item) => !omitted.some((other) => deepEqual(other ?? null, item)),
      ),
    dataAt(0),
  ),
  define(
    'has',
    'interface {}, interface {} -> bool',
    'Tells whether the list, the second argument, has an item that equals the first.',
    ([needle, items]) =>
      !isNil(items) && anyItems(items, 'Cannot find has on type').some((item) => deepEqual(needle ?? null, item)),
    controls,
  ),
  define(
    'slice',
    'interface {}, ...interface {} -> interface {}',
    'The items from the first index up to, not including, the second.',
    ([items, ...indexes]) => sliceList(items, indexes),
    dataAt(0),
  ),
  define(
    'chunk',
    'int, interface {} -> [][]interface {}',
    'The list cut into lists of so many items.',
    ([size, items]) => chunk(intOf(size), anyItems(items, 'Cannot chunk type')),
    dataAt(1),
  ),
];

/** Functions on lists. @see Masterminds/sprig v3.3.0 list.go */
export const listFuncs: readonly FuncEntry[] = [
  list,
  alias('tuple', list),
  ...pairs,
  ...pairs.map((entry) => ({
    ...entry,
    name: mustName(entry.name),
    results: [...entry.results, 'error'],
  })),
  alias('push', pairs[0]),
  { ...alias('mustPush', pairs[0]), results: ['[]interface {}', 'error'] },
  define('concat', '...interface {} -> interface {}', 'One list of the items of all lists.', (lists) => {
    const items = lists.flatMap((each) => anyItems(each, 'Cannot concat type', ' as list'));
    return items.length === 0 ? nilList : items;
  }),
  define(
    'sortAlpha',
    'interface {} -> []string',
    'The items as strings, sorted; a list of strings is sorted itself.',
    ([items]) => sortAlpha(items),
  ),
  define('until', 'int -> []int', 'The integers from 0 up to, not including, the argument.', ([count], context) => {
    const stop = bigIntOf(count);
    return ints({ start: 0n, stop, step: stop < 0n ? -1n : 1n }, context);
  }),
  define(
    'untilStep',
    'int, int, int -> []int',
    'The integers from the first argument up to, not including, the second, in steps of the third.',
    ([start, stop, step], context) =>
      ints({ start: bigIntOf(start), stop: bigIntOf(stop), step: bigIntOf(step) }, context),
  ),
];

const nilList: GoSlice = new GoSlice(sliceOfInterface, [], true);
const sliceOfInt = sliceOf(intType);
/** What an integer of a list takes in memory, about. One list that is too large ends the whole process. */
const bytesPerInt = 64;

/** The integers from `start` up to, not including, `stop`. */
export interface IntRange {
  readonly start: bigint;
  readonly stop: bigint;
  readonly step: bigint;
}

/**
 * Integers of a half-open range; none where the step leads away from its end.
 *
 * @param charge is told how many there will be before they are made
 * @see Masterminds/sprig v3.3.0 numeric.go, untilStep
 */
export function range({ start, stop, step }: IntRange, charge: (count: number) => void): bigint[] {
  if (stop < start ? step >= 0n : step <= 0n) {
    return [];
  }
  const span = stop - start;
  const count = Number(span / step + (span % step === 0n ? 0n : 1n));
  charge(count);
  return Array.from({ length: count }, (_, i) => start + BigInt(i) * step);
}

/** The items of a list as an array; a must- and a plain function say the same of anything else. */
function anyItems(value: Value, complaint: string, after = ''): readonly Value[] {
  const items = itemsOf(value);
  if (items !== undefined) {
    return items;
  }
  if (isNil(value)) {
    throw nilDereference();
  }
  throw new GoError(`${complaint} ${kindOf(value)}${after}`);
}

function sliceList(value: Value, indexes: readonly Value[]): Value {
  const items = anyItems(value, 'list should be type of slice or array but');
  if (items.length === 0) {
    return null;
  }
  const start = indexes.length > 0 ? Number(toInt64(indexes[0])) : 0;
  const end = indexes.length > 1 ? Number(toInt64(indexes[1])) : items.length;
  if (start < 0 || end < start || end > (capacityOf(value) ?? 0)) {
    throw new GoError('reflect.Value.Slice: slice index out of bounds');
  }
  return reslice(value, start, end, { zero: value instanceof GoSlice ? zeroOf(value.type.elem) : null });
}

/** @see Masterminds/sprig v3.3.0 list.go, mustChunk, whose arithmetic decides when Go panics */
function chunk(size: number, items: readonly Value[]): GoSlice {
  const count = Math.floor((items.length - 1) / size) + 1;
  const lastSize = items.length % size || size;
  if (!Number.isFinite(count) || count < 0 || (count > 1 && size < 0) || (count > 0 && lastSize < 0)) {
    throw runtimeError('makeslice: len out of range');
  }
  const chunks = Array.from({ length: count }, (_, i) =>
    exactly(items.slice(i * size, i * size + (i === count - 1 ? lastSize : size))),
  );
  return new GoSlice(sliceOf(sliceOfInterface), chunks);
}

/** @see Masterminds/sprig v3.3.0 strings.go, strslice, which gives back a list of strings itself, and sortAlpha */
function sortAlpha(value: Value): GoSlice {
  if (isStrings(value)) {
    Object.assign(value.items, sortStrings(strslice(value)));
    return value;
  }
  const items = itemsOf(value);
  return items === undefined
    ? new GoSlice(sliceOfString, [strval(value)])
    : new GoSlice(sliceOfString, withCapacity(sortStrings(strslice(value)), items.length));
}

function ints(wanted: IntRange, context: CallContext): GoSlice {
  const items = range(wanted, (made) => {
    context.charge(made * bytesPerInt);
  }).map(int);
  return new GoSlice(sliceOfInt, withCapacity(items, builtCapacity(items.length, word)));
}
