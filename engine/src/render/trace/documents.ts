import type { Value } from '../../gostd/index.ts';
import {
  type Flow,
  flowOf,
  type Flows,
  type FlowRule,
  isContainer,
  Rope,
  RopeBuilder,
  RopeReader,
  Segment,
  type Shadow,
  type TracedCall,
  type Tracer,
} from '../../gotemplate/index.ts';
import { lineLengths, lineStarts, type Position } from '../../support/index.ts';
import { decode, type OnPlace, type OnWritten } from '../../yaml/index.ts';
import { type After, shadowOf } from './argument.ts';
import { childOf } from './childOf.ts';
import { findInJson } from './jsonPlaces.ts';

/** How values become YAML and JSON, and these become values: each key and scalar keeps what flowed into it. */

/** A value as YAML: each key and scalar is its own place's. */
const printedYaml: FlowRule = {
  before: ({ args: [value] }, _, listener) => {
    const places: Parameters<OnWritten>[] = [];
    if (isContainer(value)) {
      listener.onWritten = (...place) => {
        places.push(place);
      };
    }
    return places;
  },
  after: (call, tracer, seen) => {
    const [value] = call.args;
    const { result } = call;
    if (!isContainer(value) || typeof result !== 'string' || result === '') {
      return undefined;
    }
    const text = new Spans(result, call, tracer.flows);
    const inherited = tracer.inherited(value, shadowOf(call, 0, tracer));
    // What `before` gave back.
    for (const [container, key, { isKey, start, end }] of seen as readonly Parameters<OnWritten>[]) {
      const around = inherited.get(container) ?? tracer.none;
      if (isKey) {
        text.add(start, end, tracer.keyOf(container, around, key, { quiet: true }));
        continue;
      }
      const child = childOf(container, key);
      const shadow = tracer.entry(container, around, key, child, { quiet: true });
      const lines = shadow instanceof Rope ? lineFlows(child, shadow, tracer) : [];
      if (lines.length > 1) {
        text.addBlock(start, end, lines);
      } else {
        text.add(start, end, flowOf(shadow, tracer.flows));
      }
    }
    // An empty map or list is all of one piece.
    return text.isEmpty ? undefined : text.end();
  },
};

/** What flowed into each line of a text. */
function lineFlows(value: Value, rope: Rope, tracer: Tracer): readonly Flow[] {
  if (typeof value !== 'string' || value.length !== rope.length) {
    return [];
  }
  const reader = new RopeReader(rope);
  const lines = lineLengths(value);
  return lines.map((length, i) => {
    const line = new RopeBuilder();
    reader.take(length, line, i === lines.length - 1);
    return line.rope().flow(tracer.flows);
  });
}

/** Pieces of a text. What is between two belongs to the one before up to the line's end, then to the one behind. */
class Spans {
  readonly #text: string;
  /** Whether nothing was added. */
  isEmpty = true;
  readonly #flows: Flows;
  readonly #rope = new RopeBuilder();
  readonly #writer: Pick<TracedCall, 'node' | 'calls'>;
  #flow: Flow;
  #done = 0;

  constructor(text: string, writer: Pick<TracedCall, 'node' | 'calls'>, flows: Flows) {
    this.#text = text;
    this.#writer = writer;
    this.#flows = flows;
    this.#flow = flows.none;
  }

  add(start: number, end: number, flow: Flow): void {
    this.isEmpty = false;
    const lineEnd = this.#text.lastIndexOf('\n', Math.max(start - 1, 0));
    this.#upTo(lineEnd + 1);
    this.#flow = flow;
    this.#upTo(end);
  }

  /** A block scalar: its head, then a line for each line of the text, which may end in line feeds that are left out. */
  addBlock(start: number, end: number, lines: readonly Flow[]): void {
    const [head, ...below] = this.#text.slice(start, end).split('\n');
    const all = lines.reduce((flow, line) => this.#flows.union(flow, line), this.#flows.none);
    if (below.length === 0 || below.length > lines.length) {
      this.add(start, end, all);
      return;
    }
    let at = start + (head ?? '').length + 1;
    this.add(start, at, this.#flows.asControl(all));
    for (const [i, line] of below.entries()) {
      this.#flow = lines[i] ?? all;
      at += line.length + 1;
      this.#upTo(Math.min(at, end));
    }
  }

  end(): Rope {
    this.#upTo(this.#text.length);
    return this.#rope.rope();
  }

  #upTo(end: number): void {
    const length = Math.min(end, this.#text.length) - this.#done;
    if (length > 0) {
      this.#rope.add(new Segment(length, 0, this.#writer, this.#flow));
      this.#done += length;
    }
  }
}

/** A value as JSON: each key and scalar is its own place's. */
const printedJson: After = (call, tracer) => {
  const [value] = call.args;
  const { result } = call;
  if (!isContainer(value) || typeof result !== 'string') {
    return undefined;
  }
  const inherited = tracer.inherited(value, shadowOf(call, 0, tracer));
  const aroundOf = (holder: object): Flow => inherited.get(holder) ?? tracer.none;
  const text = new Spans(result, call, tracer.flows);
  const isFound = findInJson(result, value, {
    onKey: (map, key, start, end) => {
      text.add(start, end, tracer.keyOf(map, aroundOf(map), key, { quiet: true }));
    },
    onScalar: (holder, key, start, end) => {
      const shadow = tracer.entry(holder, aroundOf(holder), key, childOf(holder, key), { quiet: true });
      text.add(start, end, flowOf(shadow, tracer.flows));
    },
  });
  return isFound && !text.isEmpty ? text.end() : undefined;
};

interface Place {
  readonly start: number;
  readonly end: number;
}

/** A text read as YAML, with the offsets of all that it holds; undefined where it cannot be read. */
function placesOf(
  text: string,
): { readonly value: Value; readonly places: ReadonlyMap<object, ReadonlyMap<string | number, Place>> } | undefined {
  const starts = lineStarts(text);
  const offsetOf = ({ line, character }: Position): number => (starts[line] ?? text.length) + character;
  const places = new Map<object, Map<string | number, Place>>();
  const onPlace: OnPlace = (container, key, start, end) => {
    let inside = places.get(container);
    if (inside === undefined) {
      inside = new Map();
      places.set(container, inside);
    }
    inside.set(key, { start: offsetOf(start), end: offsetOf(end) });
  };
  try {
    return { value: decode(text, { onPlace }), places };
  } catch {
    return undefined; // the function itself says what is wrong with it
  }
}

/** A text read as YAML or JSON: entries are those of the pieces they were read from. */
const parsed: After = (call, tracer) => {
  const [text] = call.args;
  const rope = shadowOf(call, 0, tracer);
  const { result } = call;
  if (!(rope instanceof Rope) || !isContainer(result) || typeof text !== 'string' || rope.length !== text.length) {
    return undefined;
  }
  const flows = new SliceFlows(rope, tracer);
  return readAsJson(text, result, { tracer, flows }) || readAsYaml(text, result, { tracer, flows })
    ? rope.control(tracer.flows)
    : undefined;
};

interface Reading {
  readonly tracer: Tracer;
  readonly flows: SliceFlows;
}

/** Whether it is JSON. */
function readAsJson(text: string, result: Value, { tracer, flows }: Reading): boolean {
  return findInJson(text, result, {
    onContainer: (container) => {
      tracer.open(container).entries = new Map();
    },
    onScalar: (holder, key, start, end) => {
      tracer.open(holder).entries?.set(key, flows.between(start, end));
    },
  });
}

function readAsYaml(text: string, result: Value, { tracer, flows }: Reading): boolean {
  const read = placesOf(text);
  const visit = (holder: Value, again: Value): void => {
    if (!isContainer(holder) || !isContainer(again)) {
      return;
    }
    const entries = new Map<string | number, Shadow>();
    for (const [key, { start, end }] of read?.places.get(again) ?? []) {
      const child = childOf(holder, key);
      if (isContainer(child)) {
        visit(child, childOf(again, key));
      } else {
        entries.set(key, flows.between(start, end));
      }
    }
    tracer.open(holder).entries = entries;
  };
  visit(result, read?.value);
  return read !== undefined;
}

/** What flowed into parts of a text, asked for in any order. */
class SliceFlows {
  readonly #segments: readonly Segment[];
  readonly #starts: readonly number[];
  readonly #tracer: Tracer;

  constructor({ segments }: Rope, tracer: Tracer) {
    this.#segments = segments;
    let at = 0;
    this.#starts = segments.map(({ length }) => (at += length) - length);
    this.#tracer = tracer;
  }

  /** Marks at both ends count. */
  between(start: number, end: number): Flow {
    const { flows, none } = this.#tracer;
    let flow = none;
    for (let i = this.#firstAt(start); i < this.#segments.length && (this.#starts[i] ?? 0) <= end; i++) {
      const segment = this.#segments[i];
      if (segment !== undefined && (segment.length === 0 || (this.#starts[i] ?? 0) < end)) {
        flow = flows.union(flow, segment.flow);
      }
    }
    return flow;
  }

  /** The first segment that reaches an offset. */
  #firstAt(offset: number): number {
    let low = 0;
    let high = this.#segments.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const end = (this.#starts[middle] ?? 0) + (this.#segments[middle]?.length ?? 0);
      const isBefore = end < offset || (end === offset && this.#segments[middle]?.length !== 0);
      if (isBefore) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}

const written: FlowRule = { after: printedJson };
const read: FlowRule = { after: parsed };

export const documentRules: readonly (readonly [string, FlowRule])[] = Object.entries({
  toYaml: printedYaml,
  mustToYaml: printedYaml,
  toYamlPretty: printedYaml,
  toJson: written,
  mustToJson: written,
  toRawJson: written,
  mustToRawJson: written,
  toPrettyJson: written,
  mustToPrettyJson: written,
  fromYaml: read,
  fromJson: read,
  mustFromJson: read,
  fromJsonArray: read,
  fromYamlArray: read,
});
