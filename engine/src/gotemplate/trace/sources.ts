import type { Node } from '../parse/node.ts';
import type { Source } from '../parse/source.ts';
import type { Flow, Flows } from './flow.ts';
import { Rope, RopeBuilder, RopeReader, Segment, sliceRope, type Write } from './rope.ts';
import type { Shadow } from './shadow.ts';

/** Texts that templates made and `tpl` runs, and what stands beside them. */
export class Sources {
  readonly #flows: Flows;
  readonly #shadows = new Map<Source, Shadow>();

  constructor(flows: Flows) {
    this.#flows = flows;
  }

  /** Remembers what flowed into a text that is parsed as a template. */
  add(source: Source, shadow: Shadow): void {
    this.#shadows.set(source, shadow);
  }

  /** The node whose place is shown for a write: in a text that templates made, that of who made it. */
  origin({ node, calls }: Omit<Write, 'flow'>): Node {
    const shadow = this.#shadowOf(node);
    if (shadow === undefined) {
      return node;
    }
    const made = shadow instanceof Rope ? sliceRope(shadow, node.pos, node.pos + 1).segments.at(-1) : undefined;
    if (made !== undefined && made.node.source !== node.source) {
      return this.origin(made);
    }
    return calls === undefined || calls.node.source === node.source
      ? node
      : this.origin({ node: calls.node, calls: calls.outer });
  }

  /** What flowed into the template text of a node. */
  flow(node: Node): Flow {
    const shadow = this.#shadowOf(node);
    if (shadow === undefined) {
      return this.#flows.none;
    }
    return shadow instanceof Rope ? sliceRope(shadow, node.pos, node.pos + 1).flow(this.#flows) : shadow;
  }

  /** What a text node of a text that others made, writes: what flowed into each piece of it. Undefined for any other. */
  pieces(node: Node, length: number, { calls, flow: control }: Omit<Write, 'node'>): Rope | undefined {
    const source = node.kind === 'text' ? this.#shadowOf(node) : undefined;
    if (!(source instanceof Rope)) {
      return undefined;
    }
    const taken = new RopeBuilder();
    const reader = new RopeReader(source);
    reader.skip(node.pos);
    reader.take(length, taken);
    const into = new RopeBuilder();
    for (const one of taken.rope().segments) {
      const made = { node: one.node, calls: calls ?? one.calls };
      into.add(new Segment(one.length, one.offset, made, this.#flows.union(one.flow, control)));
    }
    return into.rope();
  }

  #shadowOf({ source }: Node): Shadow | undefined {
    return this.#shadows.size === 0 ? undefined : this.#shadows.get(source);
  }
}
