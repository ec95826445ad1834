import { isMap, itemsOf, type Value } from '../../gostd/index.ts';
import type { RenderTrace } from './trace.ts';

/**
 * What became of a value in a render.
 * `read`: a template, a condition or a tag read it. `copied`: all below something above it was taken as a whole.
 * `listed`: something above it was looked at for the keys it has. `named`: only a branch that was not taken names it.
 * `unread`: nothing reads it.
 */
export type ValueUse = 'read' | 'copied' | 'listed' | 'named' | 'unread';

/** A value by its keys from the root chart’s values on. */
export interface TracedValue {
  readonly keys: readonly (string | number)[];
  readonly use: ValueUse;
}

/** Every scalar and every empty map and list of the root chart's values, with its use. */
export function valueUses(trace: RenderTrace, values: Value): readonly TracedValue[] {
  const tree = new UseTree(trace);
  return [...leavesOf(values, [])].map((keys) => ({ keys, use: tree.useOf(keys) }));
}

function* leavesOf(value: Value, keys: readonly (string | number)[]): Generator<readonly (string | number)[]> {
  const entries: (readonly [string | number, Value])[] = isMap(value)
    ? Object.entries(value)
    : [...(itemsOf(value)?.entries() ?? [])];
  if (entries.length === 0) {
    yield keys;
  }
  for (const [key, child] of entries) {
    yield* leavesOf(child, [...keys, key]);
  }
}

interface UseNode {
  read: 'no' | 'keys' | 'whole';
  /** Whether anything below was read. */
  isReadBelow: boolean;
  readonly below: Map<string | number, UseNode>;
}

function newNode(): UseNode {
  return { read: 'no', isReadBelow: false, below: new Map() };
}

class UseTree {
  readonly #trace: RenderTrace;
  readonly #root = newNode();

  constructor(trace: RenderTrace) {
    this.#trace = trace;
    for (const { keys, read } of trace.paths) {
      let node = this.#root;
      for (const key of keys) {
        node.isReadBelow ||= read !== 'no';
        let next = node.below.get(key);
        if (next === undefined) {
          next = newNode();
          node.below.set(key, next);
        }
        node = next;
      }
      node.read = read;
    }
  }

  useOf(keys: readonly (string | number)[]): ValueUse {
    let node: UseNode | undefined = this.#root;
    let above: UseNode | undefined;
    let isCopied = false;
    for (const key of keys) {
      isCopied ||= node?.read === 'whole';
      above = node;
      node = node?.below.get(key);
    }
    if (node !== undefined && (node.read !== 'no' || node.isReadBelow)) {
      return 'read';
    }
    if (isCopied) {
      return 'copied';
    }
    if (above?.read === 'keys') {
      return 'listed';
    }
    return this.#isNamed(keys) ? 'named' : 'unread';
  }

  #isNamed(keys: readonly (string | number)[]): boolean {
    return this.#trace.charts.some((chart) => {
      if (chart.length > keys.length || !chart.every((key, i) => key === keys[i])) {
        return false;
      }
      const rest = keys.slice(chart.length);
      return this.#trace.named.some(({ keys: named, reach }) => {
        const isBelow = named.length <= rest.length && named.every((key, i) => key === rest[i]);
        const isAbove = rest.length < named.length && rest.every((key, i) => key === named[i]);
        const depth = rest.length - named.length;
        return isAbove || (isBelow && (reach === 'whole' || depth === 0 || (reach === 'keys' && depth === 1)));
      });
    });
  }
}
