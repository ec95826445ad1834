import { GoSlice, isList, isMap, itemsOf, type Value } from '../../gostd/index.ts';
import type { Flow, Flows, ValuePath } from './flow.ts';
import type { Shadow } from './shadow.ts';

/** What is known of one map or list. */
export interface Container {
  /** Where in the values it is. */
  readonly path: ValuePath | undefined;
  /** What flowed into all that it holds. */
  whole: Flow;
  /** What flowed into entries, where it is known; they come before `path` and add to `whole`. */
  entries: Map<string | number, Shadow> | undefined;
}

/** Maps and lists of a run, known by identity. */
export class Containers {
  readonly #flows: Flows;
  readonly #known = new Map<object, Container>();

  constructor(flows: Flows) {
    this.#flows = flows;
  }

  /** Says that a map is the values from a path on, with all below. */
  addValues(map: object, path: ValuePath, value: Value): void {
    this.#known.set(map, this.get(value) ?? this.#container(path));
    this.#addBelow(value, path);
  }

  #addBelow(value: Value, path: ValuePath): void {
    if (isMap(value)) {
      for (const key of Object.keys(value)) {
        this.#addEntry(value[key], path, key);
      }
    } else {
      for (const [i, item] of (itemsOf(value) ?? []).entries()) {
        this.#addEntry(item, path, i);
      }
    }
  }

  #addEntry(child: Value, path: ValuePath, key: string | number): void {
    if (isContainer(child) && !this.#known.has(child)) {
      const below = this.#flows.child(path, key);
      this.#known.set(child, this.#container(below));
      this.#addBelow(child, below);
    }
  }

  get(value: Value): Container | undefined {
    return isContainer(value) ? this.#known.get(value) : undefined;
  }

  /** The container of a map or list that a template made or changes. */
  open(value: object): Container {
    let container = this.#known.get(value);
    if (container === undefined) {
      container = this.#container(undefined);
      this.#known.set(value, container);
    }
    return container;
  }

  /** Whether it was new. With those in it, it remembers what flowed into it. */
  settle(value: Extract<Value, object>, whole: Flow): boolean {
    if (this.#known.has(value)) {
      return false;
    }
    this.#known.set(value, { path: undefined, whole, entries: undefined });
    for (const [, child] of entriesOf(value)) {
      if (isContainer(child)) {
        this.settle(child, whole);
      }
    }
    return true;
  }

  #container(path: ValuePath | undefined): Container {
    return { path, whole: this.#flows.none, entries: undefined };
  }
}

/** Whether a value is known by identity, and what it holds has shadows of its own. */
export function isContainer(value: Value): value is Extract<Value, object> {
  return typeof value === 'object' && value !== null && (isMap(value) || isList(value) || value instanceof GoSlice);
}

/** What a map or list holds. Bytes hold nothing that anything stands beside, and to make a value of each is dear. */
export function entriesOf(value: Value): Iterable<readonly [string | number, Value]> {
  if (isMap(value)) {
    return Object.entries(value);
  }
  if (value instanceof GoSlice && value.type.elem?.kind === 'uint8') {
    return [];
  }
  return itemsOf(value)?.entries() ?? [];
}
