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
export interface Segment {
  readonly length: number;
  readonly write: Write;
  /** In the text of a text node: how far into it the piece starts. */
  readonly offset: number;
}

/** What stands beside a text: who wrote each piece. The lengths of the segments add up to the text's. */
export class Rope {
  readonly segments: readonly Segment[];
  readonly length: number;
  #flow: Flow | undefined;

  constructor(segments: readonly Segment[]) {
    this.segments = segments;
    this.length = segments.reduce((sum, { length }) => sum + length, 0);
  }

  /** Everything that flowed into any piece. */
  flow(flows: Flows): Flow {
    this.#flow ??= this.segments.reduce((flow, { write }) => flows.union(flow, write.flow), flows.none);
    return this.#flow;
  }
}

/** Adds a piece; one that goes on where the last one ended becomes a part of it. */
export function pushSegment(segments: Segment[], segment: Segment): void {
  const last = segments.at(-1);
  if (last?.write === segment.write && last.offset + last.length === segment.offset && segment.length > 0) {
    segments[segments.length - 1] = { ...last, length: last.length + segment.length };
  } else {
    segments.push(segment);
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
  take(length: number, into: Segment[], last = false): void {
    let left = length;
    for (;;) {
      const segment = this.#segments[this.#index];
      if (segment === undefined || (left === 0 && !(last && segment.length === 0))) {
        return;
      }
      const rest = segment.length - this.#taken;
      const part = Math.min(rest, left);
      if (part > 0 || segment.length === 0) {
        pushSegment(into, { write: segment.write, length: part, offset: segment.offset + this.#taken });
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

  /** Leaves out the next `length` characters, but keeps the marks among them. */
  skip(length: number, into: Segment[]): void {
    const skipped: Segment[] = [];
    this.take(length, skipped);
    for (const segment of skipped) {
      if (segment.length === 0) {
        into.push(segment);
      }
    }
  }

  rest(into: Segment[]): void {
    this.take(Number.POSITIVE_INFINITY, into, true);
  }
}

/** The part of a rope from `start` to `end`, with the marks at both ends. */
export function sliceRope(rope: Rope, start: number, end: number): Rope {
  const reader = new RopeReader(rope);
  const segments: Segment[] = [];
  reader.skip(start, []);
  reader.take(end - start, segments, true);
  return new Rope(segments);
}
