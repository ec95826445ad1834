import { GoPointer, type Value } from '../../gostd/index.ts';
import type { OnWritten } from '../../yaml/index.ts';
import type { FuncEntry } from '../func.ts';
import type { Node } from '../parse/node.ts';
import type { Source } from '../parse/source.ts';
import { type Container, Containers, entriesOf, isContainer } from './containers.ts';
import { type Flow, type FlowKind, Flows, noteRead, type ValuePath } from './flow.ts';
import { type CallChain, Rope, RopeBuilder, Segment, type Write } from './rope.ts';
import { flowOf, type Shadow, withFlow } from './shadow.ts';
import { Sources } from './sources.ts';

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

/** A call that came back. */
export interface TracedCall extends PendingCall {
  readonly result: Value;
  /** Who wrote the text that the function executed. */
  readonly written: Rope | undefined;
}

/** What a rule can be told by the function while it runs. */
export interface Listener {
  onWritten: OnWritten | undefined;
}

/**
 * Follows one function: gives back what stands beside its result. `undefined`: as its entry's `flow` says.
 * `before` may look at arguments that the function will change, and ask to be told more; it gives back what `after` needs.
 */
export interface FlowRule {
  readonly before?: (call: PendingCall, tracer: Tracer, listener: Listener) => unknown;
  readonly after: (call: TracedCall, tracer: Tracer, seen: unknown) => Shadow | undefined;
}

/** Whether an entry only moves on with its holder, and is not read. */
export interface Moving {
  readonly quiet?: boolean;
}

const read: Moving = { quiet: false };

/** Follows values through a run. */
export class Tracer {
  readonly flows: Flows;
  readonly none: Flow;
  readonly #rules: ReadonlyMap<string, FlowRule>;
  readonly #noted = new Set<Flow>();
  readonly #containers: Containers;
  readonly #sources: Sources;

  /** @param flows those of this run from now on */
  constructor(rules: ReadonlyMap<string, FlowRule>, flows: Flows = new Flows()) {
    flows.start();
    this.flows = flows;
    this.none = flows.none;
    this.#rules = rules;
    this.#containers = new Containers(flows);
    this.#sources = new Sources(flows);
  }

  // Containers

  /** Says that a map is the values from a path on, with all below. */
  addValues(map: object, path: ValuePath, value: Value): void {
    this.#containers.addValues(map, path, value);
  }

  container(value: Value): Container | undefined {
    return this.#containers.get(value);
  }

  /** The container of a map or list that a template made or changes. */
  open(value: object): Container {
    return this.#containers.open(value);
  }

  /**
   * What stands beside an entry of a map or list, which has its own `shadow`. A scalar is read by that, unless `quiet`:
   * then it only moves on.
   */
  entry(holder: Value, shadow: Shadow, key: string | number, value: Value, { quiet = false }: Moving = read): Shadow {
    const flow = flowOf(shadow, this.flows);
    const container = this.#containers.get(holder);
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

  /** What stands beside each item of a list, as `entry` says. */
  items(holder: Value, shadow: Shadow, items: readonly Value[]): Shadow[] {
    const container = this.#containers.get(holder);
    if (container?.entries === undefined) {
      return items.map((item, i) => this.entry(holder, shadow, i, item));
    }
    const { entries, whole } = container;
    const around = this.flows.union(flowOf(shadow, this.flows), whole);
    return items.map((item, i) => {
      const known = entries.get(i);
      if (known === undefined) {
        return this.entry(holder, shadow, i, item);
      }
      this.#noteAll(flowOf(known, this.flows));
      return withFlow(known, around, this.flows);
    });
  }

  /** Beside the key of an entry, where it is listed. */
  keyOf(holder: Value, shadow: Shadow, key: string | number, { quiet = false }: Moving = read): Flow {
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
    const container = this.#containers.get(holder);
    if (container === undefined) {
      return flow;
    }
    const around = this.flows.union(flow, container.whole);
    const known = container.entries?.get(key);
    if (known !== undefined) {
      return this.flows.union(around, this.flows.controlOf(flowOf(known, this.flows)));
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
    const container = this.#containers.get(value);
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
    const container = this.#containers.get(value);
    const below = container === undefined ? flow : this.flows.union(flow, container.whole);
    const path = container?.path;
    if (path !== undefined && !isRead) {
      noteRead(path, 'whole');
    }
    for (const [key, child] of entriesOf(value)) {
      const known = container?.entries?.get(key);
      const own = known === undefined ? this.none : flowOf(known, this.flows);
      this.#noteAll(own);
      if (isContainer(child)) {
        this.#inherit(child, this.flows.union(below, own), {
          flows,
          isRead: path !== undefined && known === undefined,
        });
      }
    }
  }

  /** Its paths are read, though they came by another way. */
  #noteAll(flow: Flow): void {
    if (flow !== this.none && !this.#noted.has(flow)) {
      this.#noted.add(flow);
      this.flows.noteData(flow);
    }
  }

  /** What decides whether a value is empty, or which keys or how many items it has: as control. */
  shapeFlow(value: Value, shadow: Shadow): Flow {
    let flow = this.flows.asControl(flowOf(shadow, this.flows));
    const container = this.#containers.get(value);
    if (container !== undefined) {
      flow = this.flows.union(flow, this.flows.asControl(container.whole));
      if (container.path !== undefined) {
        noteRead(container.path, 'keys');
        flow = this.flows.union(flow, this.flows.of(container.path, 'control'));
      }
      if (container.entries !== undefined) {
        for (const entry of container.entries.values()) {
          flow = this.flows.union(flow, this.flows.controlOf(flowOf(entry, this.flows)));
        }
      }
    }
    return flow;
  }

  /** A function looked whether a value is a map or list at all. */
  noteShape(value: Value): void {
    const path = this.#containers.get(value)?.path;
    if (path !== undefined) {
      noteRead(path, 'keys');
    }
  }

  // Calls

  rule(name: string): FlowRule | undefined {
    return this.#rules.get(name);
  }

  /** What stands beside the result of a call. `seen` is what the rule's `before` gave back. */
  after(entry: FuncEntry, call: TracedCall, { rule, seen }: { rule: FlowRule | undefined; seen: unknown }): Shadow {
    const { result, written } = call;
    if (written !== undefined && typeof result === 'string') {
      return this.#executed(call, result, written);
    }
    return this.settle(result, rule?.after(call, this, seen) ?? this.#byEntry(entry, call));
  }

  #executed({ node, calls, shadows: [text = this.none] }: TracedCall, result: string, written: Rope): Shadow {
    if (result.length !== written.length) {
      return written.flow(this.flows);
    }
    if (result !== '') {
      return written;
    }
    // A text by which nothing is written decided that.
    const marks = new RopeBuilder();
    marks.mark(node, calls, this.flows.asControl(flowOf(text, this.flows)));
    marks.addRope(written, this.none, this.flows);
    return marks.rope();
  }

  /** What stands beside a method's result: its receiver; the arguments decided. */
  method(
    receiver: { readonly value: Value; readonly shadow: Shadow },
    { args, shadows }: Pick<TracedCall, 'args' | 'shadows'>,
    result: Value,
  ): Shadow {
    let flow = flowOf(receiver.shadow, this.flows);
    // What nobody follows, such as the chart's files, holds no values.
    if (!isContainer(result) && this.#containers.get(receiver.value) !== undefined) {
      flow = this.deepFlow(receiver.value, flow);
    }
    for (const [i, arg] of args.entries()) {
      flow = this.flows.union(flow, this.flows.asControl(this.deepFlow(arg, shadows[i] ?? this.none)));
    }
    return this.settle(result, flow);
  }

  /** A new map or list, with those in it, remembers what flowed into it; beside it stands nothing more. */
  settle(value: Value, shadow: Shadow): Shadow {
    return isContainer(value) && this.#containers.settle(value, flowOf(shadow, this.flows)) ? this.none : shadow;
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
    for (let i = 0; i < args.length; i++) {
      const shadow = shadows[i] ?? this.none;
      if (i === same) {
        flow = this.flows.union(flow, flowOf(shadow, this.flows));
        continue;
      }
      const deep = this.deepFlow(args[i], shadow);
      flow = this.flows.union(flow, data?.includes(i) === false ? this.flows.asControl(deep) : deep);
    }
    return flow;
  }

  /** What stands beside a result that is one of the arguments; whether the others are empty decided which. */
  picked({ args, shadows }: Pick<TracedCall, 'args' | 'shadows'>, indexes: readonly number[]): Shadow {
    const [chosen] = indexes;
    let control = this.none;
    for (let i = 0; i < args.length; i++) {
      control = this.flows.union(control, this.shapeFlow(args[i], shadows[i] ?? this.none));
    }
    return withFlow(chosen === undefined ? this.none : (shadows[chosen] ?? this.none), control, this.flows);
  }

  // Text

  /** Remembers what flowed into a text that is parsed as a template. */
  addSource(source: Source, shadow: Shadow): void {
    this.#sources.add(source, shadow);
  }

  /** The node whose place is shown for a write: in a text that templates made, that of who made it. */
  origin(write: Omit<Write, 'flow'>): Node {
    return this.#sources.origin(write);
  }

  /** What flowed into the template text of a node. */
  sourceFlow(node: Node): Flow {
    return this.#sources.flow(node);
  }

  /** Adds who writes the text of a node. `flow` of `at` is what decided that it is written. */
  write(text: string, shadow: Shadow, at: Write, into: RopeBuilder): void {
    const { flows } = this;
    const { node, calls } = at;
    const around = flows.union(at.flow, this.#sources.flow(node));
    if (shadow instanceof Rope && shadow.length === text.length) {
      if (shadow.segments.length === 0) {
        into.mark(node, calls, around);
      } else {
        into.addRope(shadow, around, flows);
      }
      return;
    }
    const pieces = this.#sources.pieces(node, text.length, at);
    if (pieces === undefined) {
      into.add(new Segment(text.length, 0, at, flows.union(around, flowOf(shadow, flows))));
    } else {
      into.addRope(pieces, this.none, flows);
    }
  }
}

const nothing: readonly number[] = [];
/** Deeper than any values go; a map that holds itself ends here. */
const maxDepth = 100;
