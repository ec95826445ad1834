import { GoSlice, isList, itemsOf, type Value } from './value.ts';

/**
 * How far a slice can be cut beyond its length. Nothing of Go's shows it but `slice`, which takes an index up to the
 * capacity: of a decoded list of 6 items `slice . 0 8` gives two nils behind them, and `slice . 0 9` fails.
 *
 * A list that says nothing about it was built item by item, as decoders and most functions build theirs; other slices
 * have no room behind their items. Go makes no promise about any of it, so the version counts.
 *
 * @see Go 1.26 runtime/slice.go, growslice; runtime/msize.go, roundupsize; runtime/_mkmalloc/mksizeclasses.go
 */

/** What an item takes in memory. */
export interface ItemSize {
  readonly bytes: number;
  readonly hasPointers: boolean;
}

/** Of `[]interface {}` and `[]string`, which take the same. */
export const pairOfWords: ItemSize = { bytes: 16, hasPointers: true };
/** Of `[]int`. */
export const word: ItemSize = { bytes: 8, hasPointers: false };

/** Where a slice lies: in `all`, from `from` on, with room for so many. */
interface Room {
  readonly all: readonly Value[];
  readonly from: number;
  readonly capacity: number;
}

const room: unique symbol = Symbol('room');

/** How many items a slice has room for; undefined of what is no slice. */
export function capacityOf(value: Value): number | undefined {
  return roomOf(value)?.capacity;
}

/** The same items, with so much room and no more. They must be nobody else's. */
export function withCapacity<Items extends readonly Value[]>(items: Items, capacity: number): Items {
  const space: Room = { all: items, from: 0, capacity };
  return Object.assign(items, { [room]: space });
}

/** The same items, with no room behind them. */
export function exactly<Items extends readonly Value[]>(items: Items): Items {
  return withCapacity(items, items.length);
}

/**
 * The part of a slice from one index up to, not including, another, which may lie beyond its end.
 *
 * @param options.zero what stands where nothing was written yet
 * @param options.capacity up to which index the part has room; as far as the slice when it is not given
 */
export function reslice(
  value: Value,
  from: number,
  to: number,
  options: { readonly zero: Value; readonly capacity?: number },
): Value {
  const space = roomOf(value);
  if (space === undefined) {
    return value;
  }
  const items = Array.from({ length: to - from }, (_, i) => space.all[space.from + from + i] ?? options.zero);
  const part: Room = { all: space.all, from: space.from + from, capacity: (options.capacity ?? space.capacity) - from };
  Object.assign(items, { [room]: part });
  return value instanceof GoSlice ? new GoSlice(value.type, items, value.isNil) : items;
}

function roomOf(value: Value): Room | undefined {
  const all = itemsOf(value);
  if (all === undefined) {
    return undefined;
  }
  const given = (all as { readonly [room]?: Room })[room]; // nobody else has the symbol
  return given ?? { all, from: 0, capacity: isList(value) ? builtCapacity(all.length) : all.length };
}

/** The capacity of a slice of which every item was appended by itself, to one with a capacity of `start`. */
export function builtCapacity(length: number, size: ItemSize = pairOfWords, start = 0): number {
  let capacity = start;
  while (capacity < length) {
    capacity = grownCapacity(capacity, capacity + 1, size);
  }
  return capacity;
}

/** The capacity that appending gives a slice which has too little for so many items. */
export function grownCapacity(
  capacity: number,
  length: number,
  { bytes, hasPointers }: ItemSize = pairOfWords,
): number {
  let wanted = capacity;
  if (length > 2 * capacity) {
    wanted = length;
  } else if (capacity < slowGrowth) {
    wanted = 2 * capacity;
  } else {
    while (wanted < length) {
      wanted += Math.floor((wanted + 3 * slowGrowth) / 4);
    }
  }
  return Math.floor(allocated(wanted * bytes, hasPointers) / bytes);
}

/** From so many items on, a slice no longer doubles. */
const slowGrowth = 256;
const pageBytes = 8192;
const largestSmall = 32_768;
const headerBytes = 8;
/** What has pointers and is larger has a header before it. */
const largestWithoutHeader = 512;

/** How many bytes the allocator gives to whoever asks for so many. */
function allocated(bytes: number, hasPointers: boolean): number {
  if (bytes > largestSmall - headerBytes) {
    return Math.ceil(bytes / pageBytes) * pageBytes;
  }
  const header = hasPointers && bytes > largestWithoutHeader ? headerBytes : 0;
  return (sizeClasses.find((size) => size >= bytes + header) ?? largestSmall) - header;
}

/** The sizes that the allocator keeps spans of. */
const sizeClasses: readonly number[] = makeSizeClasses();

function makeSizeClasses(): number[] {
  const classes: { size: number; span: number }[] = [];
  let step = 8;
  for (let size = step; size <= largestSmall; size += step) {
    if (Number.isInteger(Math.log2(size))) {
      step = size >= 2048 ? 256 : size >= 128 ? size / 8 : size >= 32 ? 16 : step;
    }
    // At most an eighth of a span is wasted at its end.
    let span = pageBytes;
    while (span % size > span / 8) {
      span += pageBytes;
    }
    const last = classes.at(-1);
    if (last?.span === span && Math.floor(span / size) === Math.floor(span / last.size)) {
      last.size = size;
    } else {
      classes.push({ size, span });
    }
  }
  // As large as still fit a span as many times, in steps of 128.
  return classes.map(({ size, span }) =>
    Math.max(size, Math.floor(Math.floor(span / Math.floor(span / size)) / 128) * 128),
  );
}
