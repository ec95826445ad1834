import type { Chart } from '../../chart/index.ts';
import { type GoMap, isMap, type Value } from '../../gostd/index.ts';
import {
  type CallChain,
  type Flow,
  type Flows,
  isContainer,
  type NamedPath,
  type Read,
  Rope,
  RopeBuilder,
  RopeReader,
  Segment,
  Tracer,
  type ValuePath,
  type Write,
} from '../../gotemplate/index.ts';
import type { Position } from '../../support/index.ts';
import { flowRules } from './rules.ts';

/**
 * Who wrote what, of a whole render, as plain data that crosses threads. Numbers are indexes into the lists beside.
 */
export interface RenderTrace {
  /** Places in the values of the root chart that anything asked for, there or not. */
  readonly paths: readonly TracedPath[];
  readonly flows: readonly TracedFlow[];
  readonly places: readonly TracedPlace[];
  readonly calls: readonly TracedCallSite[];
  /** By the name of the file: `length, place, flow` for each piece of its text; of one without length the place is 0. */
  readonly files: ReadonlyMap<string, Uint32Array>;
  /** Where the values of each chart are in those of the root chart. */
  readonly charts: readonly (readonly string[])[];
  /** What templates name of their chart's values, in whatever branch. */
  readonly named: readonly NamedPath[];
}

export interface TracedPath {
  readonly keys: readonly (string | number)[];
  /**
   * `whole`: its text was read, and that of all below it. `keys`: only whether it is there, or what keys it has.
   * `no`: only passed by.
   */
  readonly read: Read;
}

/** Indexes of paths by how they came into a piece. */
export interface TracedFlow {
  /** Their text is in it. */
  readonly data: readonly number[];
  /** Their names are in it. */
  readonly key: readonly number[];
  /** They decided about it. */
  readonly control: readonly number[];
}

/** Where a piece was written: 0-based. */
export interface TracedPlace {
  readonly template: string;
  readonly position: Position;
  /** Index of the innermost call, -1 outside of all. */
  readonly call: number;
  /** Whether the piece is the template's own text from there on, line for line. */
  readonly isText: boolean;
}

export interface TracedCallSite {
  readonly template: string;
  readonly position: Position;
  /** What is called: a template's name, `gotpl` for a text by `tpl`. */
  readonly name: string;
  /** Index of the call around it, -1 outside of all. */
  readonly outer: number;
}

/** Traces the templates of one render. */
export class RenderTracer {
  readonly tracer: Tracer;
  readonly #ropes = new Map<string, Rope>();
  /** What switches the charts below a chart, by where its values are. */
  readonly #switchesBelow = new Map<string, Flow>();

  /** @param flows those of renders of the same chart before */
  constructor(flows: Flows) {
    this.tracer = new Tracer(flowRules, flows);
  }

  /** The values of the root chart. */
  addValues(values: GoMap): void {
    this.tracer.addValues(values, this.tracer.flows.root, values);
  }

  /** What a chart below sees of them: the table at a path, by another name. */
  addValuesBelow(view: Value, keys: readonly string[], values: GoMap): void {
    if (isMap(view)) {
      const table = keys.reduce<Value>((map, key) => (isMap(map) ? map[key] : undefined), values);
      this.tracer.addValues(view, this.path(keys), isMap(table) ? table : view);
    }
  }

  path(keys: readonly (string | number)[]): ValuePath {
    const { flows } = this.tracer;
    return keys.reduce((path: ValuePath, key) => flows.child(path, key), flows.root);
  }

  /** What decided that a chart's templates are rendered, all charts above it included. */
  switches(chart: Chart, keys: readonly string[]): Flow {
    const { flows } = this.tracer;
    let flow = flows.none;
    let below = chart;
    for (let depth = keys.length - 1; depth >= 0 && below.parent !== undefined; depth--) {
      const above = below.parent;
      for (const path of switchesOf(above, below, keys.slice(0, depth))) {
        flow = flows.union(flow, flows.of(this.path(path), 'control'));
      }
      below = above;
    }
    return flow;
  }

  /** What a chart's templates see of the charts below it, `.Subcharts` and `.Chart.Dependencies`, hangs on switches. */
  addDependencies(data: GoMap, keys: readonly string[]): void {
    const flow = this.#switchesBelow.get(keys.join('\0'));
    const { Chart: chart, Subcharts: below } = data;
    for (const value of [below, isMap(chart) ? chart['Dependencies'] : undefined]) {
      if (flow !== undefined && isContainer(value)) {
        this.tracer.open(value).whole = flow;
      }
    }
  }

  /** Says what dependencies read, those included that are switched off. */
  readDependencies(chart: Chart, keys: readonly string[] = []): void {
    const { flows } = this.tracer;
    let all = flows.none;
    for (const { condition, tags, importValues, name, alias } of chart.metadata.dependencies ?? []) {
      for (const path of [...conditionPaths(condition, keys), ...tags.map((tag) => ['tags', tag])]) {
        this.path(path).read = 'whole';
        all = flows.union(all, flows.of(this.path(path), 'control'));
      }
      for (const imported of importValues) {
        const child = importedPath(imported);
        if (child !== undefined) {
          this.path([...keys, alias === '' ? name : alias, ...child]).read = 'whole';
        }
      }
    }
    this.#switchesBelow.set(keys.join('\0'), all);
    for (const below of chart.dependencies) {
      this.readDependencies(below, [...keys, below.metadata.name]);
    }
  }

  /** Keeps who wrote a file, less what Helm takes out of its text. */
  addFile(name: string, text: string, rope: Rope | undefined): void {
    if (rope !== undefined) {
      const fitting = rope.length === text.length ? rope : wholeRope(rope, text, this.tracer);
      this.#ropes.set(name, withoutText(fitting, text, '<no value>'));
    }
  }

  result({ charts, named }: Pick<RenderTrace, 'charts' | 'named'>): RenderTrace {
    return { ...new Tables(this.tracer).of(this.#ropes), charts, named };
  }
}

/** What switches a chart on and off. */
function switchesOf(above: Chart, below: Chart, keys: readonly string[]): (readonly string[])[] {
  return (above.metadata.dependencies ?? [])
    .filter(({ name }) => name === below.metadata.name)
    .flatMap(({ condition, tags }) => [...conditionPaths(condition, keys), ...tags.map((tag) => ['tags', tag])]);
}

function conditionPaths(condition: string, keys: readonly string[]): (readonly string[])[] {
  return condition
    .trim()
    .split(',')
    .filter((path) => path !== '')
    .map((path) => [...keys, ...path.split('.')]);
}

function importedPath(item: Value): readonly string[] | undefined {
  if (typeof item === 'string') {
    return ['exports', ...item.split('.')];
  }
  const child = isMap(item) ? item['child'] : undefined;
  return typeof child === 'string' ? child.split('.') : undefined;
}

/** One piece for a text whose pieces do not fit: bytes of several that are one character together. */
function wholeRope(rope: Rope, { length }: string, { flows }: Tracer): Rope {
  const [first] = rope.segments;
  return new Rope(first === undefined ? [] : [new Segment(length, first.offset, first, rope.flow(flows))], length);
}

/** The rope of a text less every occurrence of a part. */
function withoutText(rope: Rope, text: string, part: string): Rope {
  let at = text.indexOf(part);
  if (at < 0) {
    return rope;
  }
  const into = new RopeBuilder();
  const reader = new RopeReader(rope);
  for (let done = 0; at >= 0; done = at + part.length, at = text.indexOf(part, done)) {
    reader.take(at - done, into);
    reader.skip(part.length, into);
  }
  reader.rest(into);
  return into.rope();
}

/** Numbers what a run kept as objects. */
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
