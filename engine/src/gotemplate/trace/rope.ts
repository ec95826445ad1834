import type { Node } from '../parse/node.ts';
import type { Flow, Flows } from './flow.ts';

/** The templates that called each other to get here, innermost first. */
export interface CallChain {
  readonly outer: CallChain | undefined;
  /** The action that calls. */
  readonly node: Node;
  /** What is called. */
  readonly name: string;
}

/** What wrote a piece of text. */
export interface Write {
  /** The text node or action. */
  readonly node: Node;
  readonly calls: CallChain | undefined;
  readonly flow: Flow;
}

/** A piece of a text, and what wrote it. One without length marks where something might have been written. */
export class Segment implements Write {
  readonly length: number;
  /** In the text of a text node: how far into it the piece starts. */
  readonly offset: number;
  readonly node: Node;
  readonly calls: CallChain | undefined;
  readonly flow: Flow;

  constructor(length: number, offset: number, { node, calls }: Omit<Write, 'flow'>, flow: Flow) {
    this.length = length;
    this.offset = offset;
    this.node = node;
    this.calls = calls;
    this.flow = flow;
  }
}

/** What stands beside a text: who wrote each piece. The lengths of the segments add up to the text's. */
export class Rope {
  readonly segments: readonly Segment[];
  readonly length: number;
  #flow: Flow | undefined;

  constructor(segments: readonly Segment[], length: number) {
    this.segments = segments;
    this.length = length;
  }

  /** Everything that flowed into any piece. */
  flow(flows: Flows): Flow {
    if (this.#flow === undefined) {
      const distinct = new Set<Flow>();
      for (const segment of this.segments) {
        distinct.add(segment.flow);
      }
      this.#flow = flows.unionOf([...distinct]);
    }
    return this.#flow;
  }

  /** What decided about any piece. */
  control(flows: Flows): Flow {
    const distinct = new Set<Flow>();
    for (const segment of this.segments) {
      distinct.add(flows.controlOf(segment.flow));
    }
    return flows.unionOf([...distinct]);
  }

  /** The same, with a flow added to each piece. */
  with(more: Flow, flows: Flows): Rope {
    if (this.segments.every(({ flow }) => flows.union(flow, more) === flow)) {
      return this;
    }
    const builder = new RopeBuilder();
    builder.addRope(this, more, flows);
    return builder.rope();
  }
}

/** Puts a rope together, from left to right. */
export class RopeBuilder {
  #segments: Segment[] = [];
  #length = 0;

  /** One that goes on where the last one ended becomes a part of it; a mark at the place of an equal one is left out. */
  add(segment: Segment): void {
    const { length } = segment;
    this.#length += length;
    const at = this.#segments.length - 1;
    const last = this.#segments[at];
    if (last?.flow === segment.flow) {
      if (length === 0 && last.length === 0) {
        return;
      }
      const goesOn = last.node === segment.node && last.calls === segment.calls && last.length > 0 && length > 0;
      if (goesOn && last.offset + last.length === segment.offset) {
        this.#segments[at] = new Segment(last.length + length, last.offset, last, last.flow);
        return;
      }
    }
    this.#segments.push(segment);
  }

  /** All pieces of a rope, with a flow added to each. */
  addRope({ segments }: Rope, more: Flow, flows: Flows): void {
    for (const segment of segments) {
      const flow = flows.union(segment.flow, more);
      this.add(flow === segment.flow ? segment : new Segment(segment.length, segment.offset, segment, flow));
    }
  }

  /** Where something might have been written. */
  mark(node: Node, calls: CallChain | undefined, flow: Flow): void {
    if (flow.labels.length > 0) {
      this.add(new Segment(0, 0, { node, calls }, flow));
    }
  }

  /** What was added so far. */
  rope(): Rope {
    return new Rope(this.#segments, this.#length);
  }
}

/** Cuts pieces out of a rope, from left to right. */
export class RopeReader {
  readonly #segments: readonly Segment[];
  #index = 0;
  /** How much of the current segment was taken. */
  #taken = 0;

  constructor({ segments }: Rope) {
    this.#segments = segments;
  }

  /** The next `length` characters. Marks before them are among them; those behind them are not, unless `last`. */
  take(length: number, into: RopeBuilder, last = false): void {
    let left = length;
    for (;;) {
      const segment = this.#segments[this.#index];
      if (segment === undefined || (left === 0 && !(last && segment.length === 0))) {
        return;
      }
      const rest = segment.length - this.#taken;
      const part = Math.min(rest, left);
      if (part === segment.length) {
        into.add(segment);
      } else if (part > 0) {
        into.add(new Segment(part, segment.offset + this.#taken, segment, segment.flow));
      }
      left -= part;
      if (part === rest) {
        this.#index++;
        this.#taken = 0;
      } else {
        this.#taken += part;
        return;
      }
    }
  }

  /** Who wrote the next character. */
  next(): Segment | undefined {
    const segment = this.#segments[this.#index];
    if (segment === undefined || segment.length > 0) {
      return segment && this.#taken > 0
        ? new Segment(segment.length - this.#taken, segment.offset + this.#taken, segment, segment.flow)
        : segment;
    }
    let at = this.#index + 1;
    while (this.#segments[at]?.length === 0) {
      at++;
    }
    return this.#segments[at];
  }

  /** Leaves out the next `length` characters, but keeps the marks among them. */
  skip(length: number, into?: RopeBuilder): void {
    const skipped = new RopeBuilder();
    this.take(length, skipped);
    for (const segment of into === undefined ? [] : skipped.rope().segments) {
      if (segment.length === 0) {
        into?.add(segment);
      }
    }
  }

  rest(into: RopeBuilder): void {
    this.take(Number.POSITIVE_INFINITY, into, true);
  }
}

/** The part of a rope from `start` to `end`, with the marks at both ends. */
export function sliceRope(rope: Rope, start: number, end: number): Rope {
  const reader = new RopeReader(rope);
  const builder = new RopeBuilder();
  reader.skip(start);
  reader.take(end - start, builder, true);
  return builder.rope();
}
