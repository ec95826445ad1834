/**
 * What flowed into a value: sets of labels, each a path of the values and the way it came. Sets are kept once, so that
 * the union of two is found by their numbers.
 */

/** One place in the values that templates were given. Made as templates ask for it, whether it is there or not. */
export class ValuePath {
  readonly id: number;
  /** Keys of maps and indexes of lists, from the root chart's values on. */
  readonly keys: readonly (string | number)[];
  /** The run that asked for it last, and how many it had asked for before. */
  run = 0;
  index = 0;
  /** How deep a template of that run read it; see `Read`. */
  read: Read = 'no';
  /** What `Flows` made for it. */
  readonly below: Map<string | number, ValuePath>;
  readonly singles: (Flow | undefined)[] = [undefined, undefined, undefined];

  constructor(id: number, keys: readonly (string | number)[]) {
    this.id = id;
    this.keys = keys;
    this.below = new Map();
  }
}

/**
 * How a path was read. `no`: only passed by. `keys`: whether it is there, and which keys it has, but not what they
 * hold. `whole`: its text, and that of all below it.
 */
export type Read = 'no' | 'keys' | 'whole';

export function noteRead(path: ValuePath, read: Read): void {
  if (path.read !== 'whole') {
    path.read = read;
  }
}

/** `data`: the value's text is in the result. `key`: its name is. `control`: it decided about the result. */
export type FlowKind = 'data' | 'key' | 'control';

const kinds: readonly FlowKind[] = ['data', 'key', 'control'];
const kindCount = 3;
const kindIndexes: Readonly<Record<FlowKind, number>> = { data: 0, key: 1, control: 2 };

/** A set of labels. Two with the same labels are the same object. */
export class Flow {
  readonly id: number;
  /** Ascending; `pathId * 3 + kind`. */
  readonly labels: readonly number[];
  /** The same paths, all as `control`; only those that are: each made once. */
  control: Flow | undefined = undefined;
  decided: Flow | undefined = undefined;
  /** The union that was asked for last, which is mostly the next one, too. */
  lastOther: Flow | undefined = undefined;
  lastUnion: Flow;

  constructor(id: number, labels: readonly number[]) {
    this.id = id;
    this.labels = labels;
    this.lastUnion = this;
  }
}

/** How many labels and unions are kept for the next run. */
const maxKept = 200_000;

/**
 * All paths and flows of a render. Those of the same chart ask for the same ones, and may have them one after the
 * other; what they tell is of the run at hand alone.
 */
export class Flows {
  readonly none: Flow;
  readonly root: ValuePath;
  /** By their numbers. */
  readonly #paths: ValuePath[] = [];
  /** Those that this run asked for, in that order. */
  #asked: ValuePath[] = [];
  #run = 0;
  /** By a hash of the labels. */
  readonly #byHash = new Map<number, Flow[]>();
  /** By the numbers of both, in one. */
  readonly #unions = new Map<number, Flow>();
  #count = 0;
  #kept = 0;

  constructor() {
    this.none = this.#intern([]);
    this.root = this.#add([]);
  }

  /** Forgets what was asked for and read; all paths of before have to be asked for again. */
  start(): void {
    this.#run++;
    this.#asked = [];
    this.#ask(this.root);
  }

  /** Whether so much is kept that the next run had better start with nothing. */
  isFull(): boolean {
    return this.#kept + this.#unions.size > maxKept;
  }

  /** All paths that were asked for. */
  get paths(): readonly ValuePath[] {
    return this.#asked;
  }

  child(above: ValuePath, key: string | number): ValuePath {
    let path = above.below.get(key);
    if (path === undefined) {
      path = this.#add([...above.keys, key]);
      above.below.set(key, path);
    }
    if (path.run !== this.#run) {
      this.#ask(path);
    }
    return path;
  }

  of(path: ValuePath, kind: FlowKind): Flow {
    const index = kindIndexes[kind];
    return (path.singles[index] ??= this.#intern([path.id * kindCount + index]));
  }

  union(a: Flow, b: Flow): Flow {
    const { none } = this;
    if (a === b || b === none) {
      return a;
    }
    if (a === none) {
      return b;
    }
    if (a.lastOther !== b) {
      a.lastUnion = a.id < b.id ? this.#union(a, b) : this.#union(b, a);
      a.lastOther = b;
    }
    return a.lastUnion;
  }

  /** Of many at once, by halves: that makes fewer large sets than one after the other. */
  unionOf(list: readonly Flow[], start = 0, end: number = list.length): Flow {
    if (end - start < 2) {
      return list[start] ?? this.none;
    }
    const middle = (start + end) >> 1;
    return this.union(this.unionOf(list, start, middle), this.unionOf(list, middle, end));
  }

  #union(low: Flow, high: Flow): Flow {
    // Each pair of numbers has one of its own, in a triangle: small integers, which maps find at once.
    const pair = (high.id * (high.id - 1)) / 2 + low.id;
    let flow = this.#unions.get(pair);
    if (flow === undefined) {
      const length = countOfBoth(low.labels, high.labels);
      flow =
        length === low.labels.length
          ? low
          : length === high.labels.length
            ? high
            : this.#intern(merged(low.labels, high.labels, length));
      this.#unions.set(pair, flow);
    }
    return flow;
  }

  asControl(flow: Flow): Flow {
    if (flow.control === undefined) {
      const { control } = kindIndexes;
      const labels = flow.labels.map((label) => label - (label % kindCount) + control);
      const all = labels.every((label, i) => label === flow.labels[i]) ? flow : this.#intern([...new Set(labels)]);
      flow.control = all;
      all.control = all;
    }
    return flow.control;
  }

  /** Only what decided about the result. */
  controlOf(flow: Flow): Flow {
    flow.decided ??= this.#intern(flow.labels.filter((label) => label % kindCount === kindIndexes.control));
    return flow.decided;
  }

  /** Paths by how they came, by their indexes. */
  split({ labels }: Flow): Readonly<Record<FlowKind, readonly number[]>> {
    const split: Record<FlowKind, number[]> = { data: [], key: [], control: [] };
    for (const label of labels) {
      const kind = kinds[label % kindCount];
      const path = this.#paths[Math.floor(label / kindCount)];
      if (kind !== undefined && path !== undefined) {
        split[kind].push(path.index);
      }
    }
    return { data: ascending(split.data), key: ascending(split.key), control: ascending(split.control) };
  }

  /** Its paths are read, though they came by another way. */
  noteData({ labels }: Flow): void {
    for (const label of labels) {
      const path = label % kindCount === kindIndexes.data ? this.#paths[label / kindCount] : undefined;
      if (path !== undefined) {
        noteRead(path, 'whole');
      }
    }
  }

  #ask(path: ValuePath): void {
    path.run = this.#run;
    path.read = 'no';
    path.index = this.#asked.length;
    this.#asked.push(path);
  }

  #add(keys: readonly (string | number)[]): ValuePath {
    const path = new ValuePath(this.#paths.length, keys);
    this.#paths.push(path);
    return path;
  }

  #intern(labels: readonly number[]): Flow {
    const hash = hashOf(labels);
    const candidates = this.#byHash.get(hash);
    const known = candidates?.find((flow) => isSame(flow.labels, labels));
    if (known !== undefined) {
      return known;
    }
    const flow = new Flow(this.#count++, labels);
    this.#kept += labels.length;
    if (candidates === undefined) {
      this.#byHash.set(hash, [flow]);
    } else {
      candidates.push(flow);
    }
    return flow;
  }
}

/** Sorts numbers, which mostly are. */
function ascending(numbers: number[]): readonly number[] {
  return numbers.every((number, i) => i === 0 || (numbers[i - 1] ?? 0) < number)
    ? numbers
    : numbers.sort((a, b) => a - b);
}

function hashOf(labels: readonly number[]): number {
  let hash = labels.length;
  for (const label of labels) {
    hash = (Math.imul(hash, 31) + label) | 0;
  }
  return hash;
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((label, i) => label === b[i]);
}

/** How many labels are in one of two sets or both. */
function countOfBoth(a: readonly number[], b: readonly number[]): number {
  let shared = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const left = a[i] ?? 0;
    const right = b[j] ?? 0;
    shared += left === right ? 1 : 0;
    i += left <= right ? 1 : 0;
    j += right <= left ? 1 : 0;
  }
  return a.length + b.length - shared;
}

function merged(a: readonly number[], b: readonly number[], count: number): number[] {
  const labels = new Array<number>(count);
  let i = 0;
  let j = 0;
  for (let at = 0; at < count; at++) {
    const left = a[i] ?? Number.MAX_SAFE_INTEGER;
    const right = b[j] ?? Number.MAX_SAFE_INTEGER;
    labels[at] = left < right ? left : right;
    i += left <= right ? 1 : 0;
    j += right <= left ? 1 : 0;
  }
  return labels;
}
