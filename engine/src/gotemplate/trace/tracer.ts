import { GoPointer, isMap, itemsOf, type Value } from '../../gostd/index.ts';
import type { FuncEntry } from '../func.ts';
import type { Node } from '../parse/node.ts';
import type { Source } from '../parse/source.ts';
import { type Flow, type FlowKind, Flows, type Read, type ValuePath } from './flow.ts';
import { type CallChain, Rope, RopeReader, type Segment, sliceRope, type Write } from './rope.ts';
import { flowOf, type Shadow, withFlow } from './shadow.ts';

/** What is known of one map or list. */
export interface Container {
  /** Where in the values it is. */
  readonly path: ValuePath | undefined;
  /** What flowed into all that it holds. */
  whole: Flow;
  /** What flowed into entries, where it is known; they come before `path` and add to `whole`. */
  entries: Map<string | number, Shadow> | undefined;
}

/** A call of a function before it runs. */
export interface PendingCall {
  readonly args: readonly Value[];
  /** Beside `args`. */
  readonly shadows: readonly Shadow[];
  /** What is written by this call, where the function makes text. */
  readonly node: Node;
  readonly calls: CallChain | undefined;
  /** What decided that it runs. */
  readonly control: Flow;
}

export interface TracedCall extends PendingCall {
  readonly result: Value;
  /** Who wrote the text that the function executed. */
  readonly written: Rope | undefined;
}

/**
 * Follows one function: gives back what stands beside its result. `undefined`: as its entry's `flow` says.
 * `before` may look at arguments that the function will change.
 */
export interface FlowRule {
  readonly before?: (call: PendingCall, tracer: Tracer) => unknown;
  readonly after: (call: TracedCall, tracer: Tracer, seen: unknown) => Shadow | undefined;
}

/** Whether an entry only moves on with its holder, and is not read. */
export interface Moving {
  readonly quiet?: boolean;
}

/** Follows values through a run. */
export class Tracer {
  readonly flows: Flows = new Flows();
  readonly #rules: ReadonlyMap<string, FlowRule>;
  readonly #noted = new Set<Flow>();
  readonly #containers = new WeakMap<object, Container>();
  /** Texts that templates made and `tpl` runs. */
  readonly #sources = new WeakMap<Source, Shadow>();

  constructor(rules: ReadonlyMap<string, FlowRule>) {
    this.#rules = rules;
  }

  get none(): Flow {
    return this.flows.none;
  }

  // Containers

  /** Says that a map is the values from a path on, with all below. */
  addValues(map: object, path: ValuePath, value: Value): void {
    this.#containers.set(map, this.container(value) ?? { path, whole: this.none, entries: undefined });
    this.#addBelow(value, path);
  }

  #addBelow(value: Value, path: ValuePath): void {
    const items = itemsOf(value);
    if (items !== undefined) {
      for (let i = 0; i < items.length; i++) {
        this.#addEntry(items[i], path, i);
      }
    } else if (isMap(value)) {
      for (const key of Object.keys(value)) {
        this.#addEntry(value[key], path, key);
      }
    }
  }

  #addEntry(child: Value, path: ValuePath, key: string | number): void {
    if (isContainer(child) && !this.#containers.has(child)) {
      const below = this.flows.child(path, key);
      this.#containers.set(child, { path: below, whole: this.none, entries: undefined });
      this.#addBelow(child, below);
    }
  }

  container(value: Value): Container | undefined {
    return isContainer(value) ? this.#containers.get(value) : undefined;
  }

  /** The container of a map or list that a template made or changes. */
  open(value: object): Container {
    let container = this.#containers.get(value);
    if (container === undefined) {
      container = { path: undefined, whole: this.none, entries: undefined };
      this.#containers.set(value, container);
    }
    return container;
  }

  /**
   * What stands beside an entry of a map or list, which has its own `shadow`. A scalar is read by that, unless `quiet`:
   * then it only moves on.
   */
  entry(holder: Value, shadow: Shadow, key: string | number, value: Value, { quiet = false }: Moving = {}): Shadow {
    const flow = flowOf(shadow, this.flows);
    const container = this.container(holder);
    if (container === undefined) {
      return flow;
    }
    const around = this.flows.union(flow, container.whole);
    const known = container.entries?.get(key);
    if (known !== undefined) {
      if (!quiet) {
        this.#noteAll(flowOf(known, this.flows));
      }
      return withFlow(known, around, this.flows);
    }
    if (container.path === undefined || isContainer(value)) {
      return around;
    }
    const path = this.flows.child(container.path, key);
    if (!quiet) {
      noteRead(path, 'whole');
    }
    return this.flows.union(around, this.flows.of(path, 'data'));
  }

  /** Beside the key of an entry, where it is listed. */
  keyOf(holder: Value, shadow: Shadow, key: string | number, { quiet = false }: Moving = {}): Flow {
    return this.#present(holder, shadow, key, { kind: 'key', quiet });
  }

  /** What tells whether an entry is there. */
  presence(holder: Value, shadow: Shadow, key: string | number): Flow {
    return this.flows.asControl(this.#present(holder, shadow, key, { kind: 'control', quiet: false }));
  }

  #present(
    holder: Value,
    shadow: Shadow,
    key: string | number,
    { kind, quiet }: { readonly kind: FlowKind; readonly quiet: boolean },
  ): Flow {
    const flow = flowOf(shadow, this.flows);
    const container = this.container(holder);
    if (container === undefined) {
      return flow;
    }
    const around = this.flows.union(flow, container.whole);
    if (container.entries?.has(key) === true) {
      return this.flows.union(around, this.flows.controlOf(flowOf(container.entries.get(key) ?? flow, this.flows)));
    }
    if (container.path === undefined) {
      return around;
    }
    const path = this.flows.child(container.path, key);
    if (!quiet) {
      noteRead(path, 'keys');
    }
    return this.flows.union(around, this.flows.of(path, kind));
  }

  /** Everything in a value: what it is when it is printed. */
  deepFlow(value: Value, shadow: Shadow): Flow {
    return this.#deep(value instanceof GoPointer ? value.elem : value, flowOf(shadow, this.flows), 0);
  }

  #deep(value: Value, flow: Flow, depth: number): Flow {
    if (!isContainer(value) || depth > maxDepth) {
      return flow;
    }
    const container = this.container(value);
    let all = container === undefined ? flow : this.flows.union(flow, container.whole);
    if (container?.path !== undefined) {
      noteRead(container.path, 'whole');
      all = this.flows.union(all, this.flows.of(container.path, 'data'));
      if (container.entries === undefined) {
        return all;
      }
    }
    for (const [key, child] of entriesOf(value)) {
      const known = container?.entries?.get(key);
      const beside = known === undefined ? this.none : flowOf(known, this.flows);
      this.#noteAll(beside);
      all = this.flows.union(all, this.#deep(child, beside, depth + 1));
    }
    return all;
  }

  /**
   * How the maps and lists in a value were chosen, by themselves: an entry has its holder's flow too. Reads all of
   * them as a whole.
   */
  inherited(value: Value, shadow: Shadow): ReadonlyMap<object, Flow> {
    const flows = new Map<object, Flow>();
    this.#inherit(value, flowOf(shadow, this.flows), { flows, isRead: false });
    return flows;
  }

  #inherit(value: Value, flow: Flow, { flows, isRead }: { flows: Map<object, Flow>; isRead: boolean }): void {
    if (!isContainer(value) || flows.has(value)) {
      return;
    }
    flows.set(value, flow);
    const container = this.container(value);
    const below = container === undefined ? flow : this.flows.union(flow, container.whole);
    const path = container?.path;
    if (path !== undefined && !isRead) {
      noteRead(path, 'whole');
    }
    for (const [key, child] of entriesOf(value)) {
      const known = container?.entries?.get(key);
      const own = known === undefined ? this.none : flowOf(known, this.flows);
      this.#noteAll(own);
      this.#inherit(child, this.flows.union(below, own), { flows, isRead: path !== undefined && known === undefined });
    }
  }

  /** Its paths are read, though they came by another way. */
  #noteAll(flow: Flow): void {
    if (!this.#noted.has(flow)) {
      this.#noted.add(flow);
      for (const path of this.flows.split(flow).data) {
        noteRead(path, 'whole');
      }
    }
  }

  /** What decides whether a value is empty, or which keys or how many items it has: as control. */
  shapeFlow(value: Value, shadow: Shadow): Flow {
    let flow = this.flows.asControl(flowOf(shadow, this.flows));
    const container = this.container(value);
    if (container !== undefined) {
      flow = this.flows.union(flow, this.flows.asControl(container.whole));
      if (container.path !== undefined) {
        noteRead(container.path, 'keys');
        flow = this.flows.union(flow, this.flows.of(container.path, 'control'));
      }
      for (const entry of container.entries?.values() ?? []) {
        flow = this.flows.union(flow, this.flows.controlOf(flowOf(entry, this.flows)));
      }
    }
    return flow;
  }

  /** A function looked whether a value is a map or list at all. */
  noteShape(value: Value): void {
    const path = this.container(value)?.path;
    if (path !== undefined) {
      noteRead(path, 'keys');
    }
  }

  // Calls

  /** Looks at a call before it runs. Its answer is for `after`. */
  before({ name }: FuncEntry, call: PendingCall): unknown {
    return this.#rules.get(name)?.before?.(call, this);
  }

  /** What stands beside the result of a call. */
  after(entry: FuncEntry, call: TracedCall, seen: unknown): Shadow {
    const { result, written } = call;
    if (written !== undefined && typeof result === 'string') {
      if (result.length !== written.length) {
        return written.flow(this.flows);
      }
      // A text by which nothing is written decided that.
      const [text = this.none] = call.shadows;
      const mark = this.mark(call.node, call.calls, this.flows.asControl(flowOf(text, this.flows)));
      return result === '' ? new Rope([...mark, ...written.segments]) : written;
    }
    const shadow = this.#rules.get(entry.name)?.after(call, this, seen) ?? this.#byEntry(entry, call);
    return this.settle(result, shadow);
  }

  /** What stands beside a method's result: its receiver; the arguments decided. */
  method(
    receiver: { readonly value: Value; readonly shadow: Shadow },
    { args, shadows }: Pick<TracedCall, 'args' | 'shadows'>,
    result: Value,
  ): Shadow {
    let flow = flowOf(receiver.shadow, this.flows);
    // What nobody follows, such as the chart's files, holds no values.
    if (this.container(receiver.value) !== undefined && !isContainer(result)) {
      flow = this.deepFlow(receiver.value, flow);
    }
    for (const [i, arg] of args.entries()) {
      flow = this.flows.union(flow, this.flows.asControl(this.deepFlow(arg, shadows[i] ?? this.none)));
    }
    return this.settle(result, flow);
  }

  /** A new map or list, with those in it, remembers what flowed into it; beside it stands nothing more. */
  settle(value: Value, shadow: Shadow): Shadow {
    if (!isContainer(value) || this.#containers.has(value)) {
      return shadow;
    }
    const whole = flowOf(shadow, this.flows);
    this.#containers.set(value, { path: undefined, whole, entries: undefined });
    for (const [, child] of entriesOf(value)) {
      this.settle(child, whole);
    }
    return this.none;
  }

  #byEntry({ flow }: FuncEntry, call: TracedCall): Shadow {
    switch (flow?.kind) {
      case 'pick':
        return this.picked(call, flow.pick(call.args, call.result));
      case 'none':
        return this.#combined(call, nothing);
      case 'indexes':
        return this.#combined(call, flow.data);
      case 'all':
      case undefined:
        return this.#combined(call, undefined);
    }
  }

  /** All arguments but those of `data`, where it is given, only decide. */
  #combined({ args, shadows, result }: TracedCall, data: readonly number[] | undefined): Shadow {
    let flow = this.none;
    // An argument that comes back as it is, is not read.
    const same = isContainer(result) ? args.indexOf(result) : -1;
    for (const [i, arg] of args.entries()) {
      const shadow = shadows[i] ?? this.none;
      if (i === same) {
        flow = this.flows.union(flow, flowOf(shadow, this.flows));
        continue;
      }
      const deep = this.deepFlow(arg, shadow);
      flow = this.flows.union(flow, data?.includes(i) === false ? this.flows.asControl(deep) : deep);
    }
    return flow;
  }

  /** What stands beside a result that is one of the arguments; whether the others are empty decided which. */
  picked({ args, shadows }: Pick<TracedCall, 'args' | 'shadows'>, indexes: readonly number[]): Shadow {
    const [chosen] = indexes;
    let control = this.none;
    for (const [i, arg] of args.entries()) {
      control = this.flows.union(control, this.shapeFlow(arg, shadows[i] ?? this.none));
    }
    return withFlow(chosen === undefined ? this.none : (shadows[chosen] ?? this.none), control, this.flows);
  }

  // Text

  /** Remembers what flowed into a text that is parsed as a template. */
  addSource(source: Source, shadow: Shadow): void {
    this.#sources.set(source, shadow);
  }

  /** The node whose place is shown for a write: in a text that templates made, that of who made it. */
  origin({ node, calls }: Write): Node {
    const shadow = this.#sources.get(node.source);
    if (shadow === undefined) {
      return node;
    }
    const made = shadow instanceof Rope ? sliceRope(shadow, node.pos, node.pos + 1).segments.at(-1)?.write : undefined;
    if (made !== undefined && made.node.source !== node.source) {
      return this.origin(made);
    }
    return calls === undefined || calls.node.source === node.source
      ? node
      : this.origin({ ...calls, flow: this.none, calls: calls.outer });
  }

  /** What flowed into the template text of a node. */
  sourceFlow(node: Node): Flow {
    const shadow = this.#sources.get(node.source);
    if (shadow === undefined) {
      return this.none;
    }
    return shadow instanceof Rope ? sliceRope(shadow, node.pos, node.pos + 1).flow(this.flows) : shadow;
  }

  /** Who writes the text of a node. */
  write(
    node: Node,
    text: string,
    shadow: Shadow,
    at: { calls: CallChain | undefined; control: Flow },
  ): readonly Segment[] {
    const around = this.flows.union(at.control, this.sourceFlow(node));
    if (shadow instanceof Rope && shadow.length === text.length) {
      const { segments } = withFlow(shadow, around, this.flows) as Rope; // a rope stays one
      return segments.length === 0 ? this.#mark(node, { ...at, flow: around }) : segments;
    }
    const { calls } = at;
    if (node.kind === 'text') {
      const source = this.#sources.get(node.source);
      if (source instanceof Rope) {
        return this.#spliced(node, text, { source, ...at });
      }
    }
    const flow = this.flows.union(around, flowOf(shadow, this.flows));
    return [{ length: text.length, write: { node, calls, flow }, offset: 0 }];
  }

  /** A text node of a text that others made: what flowed into each piece of it. */
  #spliced(
    node: Node,
    text: string,
    { source, calls, control }: { source: Rope; calls: CallChain | undefined; control: Flow },
  ): readonly Segment[] {
    const segments: Segment[] = [];
    const reader = new RopeReader(source);
    reader.skip(node.pos, []);
    reader.take(text.length, segments);
    return segments.map((segment) => {
      const { write } = segment;
      const flow = this.flows.union(write.flow, control);
      return { ...segment, write: { node: write.node, calls: calls ?? write.calls, flow } };
    });
  }

  #mark(node: Node, { calls, flow }: Pick<Write, 'calls' | 'flow'>): readonly Segment[] {
    return flow.labels.length === 0 ? [] : [{ length: 0, write: { node, calls, flow }, offset: 0 }];
  }

  /** Where something might have been written. */
  mark(node: Node, calls: CallChain | undefined, flow: Flow): readonly Segment[] {
    return this.#mark(node, { calls, flow });
  }
}

const nothing: readonly number[] = [];
/** Deeper than any values go; a map that holds itself ends here. */
const maxDepth = 100;

export function isContainer(value: Value): value is Extract<Value, object> {
  return isMap(value) || itemsOf(value) !== undefined;
}

function entriesOf(value: Value): Iterable<readonly [string | number, Value]> {
  return itemsOf(value)?.entries() ?? (isMap(value) ? Object.entries(value) : []);
}

function noteRead(path: ValuePath, read: Read): void {
  if (path.read !== 'whole' && read !== 'no') {
    path.read = read;
  }
}
