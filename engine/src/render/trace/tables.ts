import type { CallChain, Flow, Rope, Segment, Tracer, Write } from '../../gotemplate/index.ts';
import type { RenderTrace, TracedCallSite, TracedFlow, TracedPlace } from './trace.ts';

/** What a run kept as objects, numbered: the texts' pieces by the names of files, and what they refer to. */
export function tablesOf(ropes: ReadonlyMap<string, Rope>, tracer: Tracer): Omit<RenderTrace, 'charts' | 'named'> {
  return new Tables(tracer).of(ropes);
}

class Tables {
  readonly #tracer: Tracer;
  readonly #flows: TracedFlow[] = [];
  readonly #places: TracedPlace[] = [];
  readonly #calls: TracedCallSite[] = [];
  readonly #flowIndexes = new Map<Flow, number>();
  readonly #callIndexes = new Map<CallChain, number>();
  readonly #placesByCalls = new Map<CallChain | undefined, Map<Write['node'], number>>();
  #lastCalls: CallChain | undefined;
  #lastPlaces = new Map<Write['node'], number>();

  constructor(tracer: Tracer) {
    this.#tracer = tracer;
    this.#placesByCalls.set(this.#lastCalls, this.#lastPlaces);
  }

  of(ropes: ReadonlyMap<string, Rope>): Omit<RenderTrace, 'charts' | 'named'> {
    const files = new Map<string, Uint32Array>();
    let count = 0;
    for (const { segments } of ropes.values()) {
      count += 3 * segments.length;
    }
    const pieces = new Uint32Array(count);
    let end = 0;
    for (const [name, { segments }] of ropes) {
      const start = end;
      for (const segment of segments) {
        pieces[end++] = segment.length;
        // Where nothing is written there is no writer to show.
        pieces[end++] = segment.length === 0 ? 0 : this.#place(segment);
        pieces[end++] = this.#flow(segment.flow);
      }
      files.set(name, pieces.subarray(start, end));
    }
    return {
      paths: this.#tracer.flows.paths.map(({ keys, read }) => ({ keys, read })),
      flows: this.#flows,
      places: this.#places,
      calls: this.#calls,
      files,
    };
  }

  #flow(flow: Flow): number {
    let index = this.#flowIndexes.get(flow);
    if (index === undefined) {
      index = this.#flows.length;
      this.#flowIndexes.set(flow, index);
      this.#flows.push(this.#tracer.flows.split(flow));
    }
    return index;
  }

  #place({ node, calls, offset }: Segment): number {
    const isInText = node.kind === 'text' && offset > 0;
    const places = this.#placesIn(calls);
    let index = isInText ? undefined : places.get(node);
    if (index === undefined) {
      index = this.#places.length;
      if (!isInText) {
        places.set(node, index);
      }
      const origin = this.#tracer.origin({ node, calls });
      const isText = node.kind === 'text' && origin === node;
      const position = origin.source.position(origin.pos + (isText ? offset : 0));
      this.#places.push({ template: origin.source.parseName, position, call: this.#call(calls), isText });
    }
    return index;
  }

  /** Places where a template that was called wrote, by the node; those within a text are hardly ever asked for again. */
  #placesIn(calls: CallChain | undefined): Map<Write['node'], number> {
    if (this.#lastCalls !== calls) {
      const places = this.#placesByCalls.get(calls) ?? new Map<Write['node'], number>();
      this.#placesByCalls.set(calls, places);
      this.#lastCalls = calls;
      this.#lastPlaces = places;
    }
    return this.#lastPlaces;
  }

  #call(chain: CallChain | undefined): number {
    if (chain === undefined) {
      return -1;
    }
    let index = this.#callIndexes.get(chain);
    if (index === undefined) {
      const outer = this.#call(chain.outer);
      index = this.#calls.length;
      this.#callIndexes.set(chain, index);
      const { source, pos } = this.#tracer.origin({ node: chain.node, calls: chain.outer });
      this.#calls.push({ template: source.parseName, position: source.position(pos), name: chain.name, outer });
    }
    return index;
  }
}
