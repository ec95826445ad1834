/**
 * What flowed into a value: sets of labels, each a path of the values and the way it came. Sets are kept once, so that
 * the union of two is found by their numbers.
 */

/** One place in the values that templates were given. Made as templates ask for it, whether it is there or not. */
export interface ValuePath {
  readonly id: number;
  /** Keys of maps and indexes of lists, from the root chart's values on. */
  readonly keys: readonly (string | number)[];
  /** How deep a template read it; see `Read`. */
  read: Read;
}

/**
 * How a path was read. `no`: only passed by. `keys`: whether it is there, and which keys it has, but not what they
 * hold. `whole`: its text, and that of all below it.
 */
export type Read = 'no' | 'keys' | 'whole';

/** `data`: the value's text is in the result. `key`: its name is. `control`: it decided about the result. */
export type FlowKind = 'data' | 'key' | 'control';

const kinds: readonly FlowKind[] = ['data', 'key', 'control'];
const controlKind = kinds.indexOf('control');

/** A set of labels. Two with the same labels are the same object. */
export class Flow {
  readonly id: number;
  /** Ascending; `pathId * 3 + kind`. */
  readonly labels: readonly number[];
  /** The same paths, all as `control`; only those that are; the union with others by their numbers: each made once. */
  control: Flow | undefined;
  decided: Flow | undefined;
  readonly unions: Map<number, Flow>;

  constructor(id: number, labels: readonly number[]) {
    this.id = id;
    this.labels = labels;
    this.unions = new Map();
  }
}

/** All paths and flows of one render. */
export class Flows {
  readonly none: Flow;
  readonly paths: ValuePath[] = [];
  readonly #children: Map<string | number, ValuePath>[] = [];
  readonly #singles: Flow[] = [];
  /** By a hash of the labels. */
  readonly #byHash = new Map<number, Flow[]>();
  #count = 0;
  readonly root: ValuePath;

  constructor() {
    this.none = this.#intern([]);
    this.root = this.#add([]);
  }

  child(parent: ValuePath, key: string | number): ValuePath {
    const children = (this.#children[parent.id] ??= new Map());
    let path = children.get(key);
    if (path === undefined) {
      path = this.#add([...parent.keys, key]);
      children.set(key, path);
    }
    return path;
  }

  of(path: ValuePath, kind: FlowKind): Flow {
    const label = path.id * kinds.length + kinds.indexOf(kind);
    return (this.#singles[label] ??= this.#intern([label]));
  }

  union(a: Flow, b: Flow): Flow {
    if (a === b || b.labels.length === 0) {
      return a;
    }
    if (a.labels.length === 0) {
      return b;
    }
    const [low, high] = a.id < b.id ? [a, b] : [b, a];
    let flow = low.unions.get(high.id);
    if (flow === undefined) {
      const labels = merged(a.labels, b.labels);
      flow = labels.length === a.labels.length ? a : labels.length === b.labels.length ? b : this.#intern(labels);
      low.unions.set(high.id, flow);
    }
    return flow;
  }

  asControl(flow: Flow): Flow {
    if (flow.control === undefined) {
      const labels = flow.labels.map((label) => label - (label % kinds.length) + controlKind);
      const control = labels.every((label, i) => label === flow.labels[i]) ? flow : this.#intern([...new Set(labels)]);
      flow.control = control;
      control.control = control;
    }
    return flow.control;
  }

  /** Only what decided about the result. */
  controlOf(flow: Flow): Flow {
    flow.decided ??= this.#intern(flow.labels.filter((label) => label % kinds.length === controlKind));
    return flow.decided;
  }

  /** Paths by how they came. */
  split(flow: Flow): Readonly<Record<FlowKind, readonly ValuePath[]>> {
    const split: Record<FlowKind, ValuePath[]> = { data: [], key: [], control: [] };
    for (const label of flow.labels) {
      const kind = kinds[label % kinds.length];
      const path = this.paths[Math.floor(label / kinds.length)];
      if (kind !== undefined && path !== undefined) {
        split[kind].push(path);
      }
    }
    return split;
  }

  #add(keys: readonly (string | number)[]): ValuePath {
    const path: ValuePath = { id: this.paths.length, keys, read: 'no' };
    this.paths.push(path);
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
    if (candidates === undefined) {
      this.#byHash.set(hash, [flow]);
    } else {
      candidates.push(flow);
    }
    return flow;
  }
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

function merged(a: readonly number[], b: readonly number[]): number[] {
  const labels: number[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const left = a[i] ?? Number.POSITIVE_INFINITY;
    const right = b[j] ?? Number.POSITIVE_INFINITY;
    labels.push(Math.min(left, right));
    i += left <= right ? 1 : 0;
    j += right <= left ? 1 : 0;
  }
  return labels;
}
