import { isMap, itemsOf, type Value } from '../../gostd/index.ts';
import {
  type Flow,
  flowOf,
  type Flows,
  type FlowRule,
  isContainer,
  pushSegment,
  Rope,
  RopeReader,
  type Segment,
  type Shadow,
  type TracedCall,
  type Tracer,
  withFlow,
  type Write,
} from '../../gotemplate/index.ts';
import type { Position } from '../../support/index.ts';
import { decode, encode, encodePretty, type OnPlace } from '../../yaml/index.ts';

/** How functions on texts pass on who wrote each piece, and how values become texts and texts values. */

type After = FlowRule['after'];

const at = ({ shadows }: TracedCall, index: number, { none }: Tracer): Shadow => shadows[index] ?? none;

function writeOf(call: TracedCall, flow: Flow): Write {
  return { node: call.node, calls: call.calls, flow };
}

/** What the arguments other than the text decided. */
function othersOf(call: TracedCall, text: number, tracer: Tracer): Flow {
  let flow = tracer.none;
  for (const [i, arg] of call.args.entries()) {
    if (i !== text) {
      flow = tracer.flows.union(flow, tracer.deepFlow(arg, at(call, i, tracer)));
    }
  }
  return flow;
}

/** `indent` and `nindent`: spaces before each line belong to who wrote the line. */
const indented: After = (call, tracer) => {
  const [, text] = call.args;
  const rope = at(call, 1, tracer);
  if (!(rope instanceof Rope) || typeof text !== 'string' || typeof call.result !== 'string') {
    return undefined;
  }
  const lines = text.split('\n');
  const lead = call.result.length - text.length;
  const startsLower = lead % lines.length === 1 && call.result.startsWith('\n');
  const width = (lead - (startsLower ? 1 : 0)) / lines.length;
  if (!Number.isInteger(width) || rope.length !== text.length) {
    return undefined;
  }
  const own = writeOf(call, tracer.none);
  const segments: Segment[] = startsLower ? [{ length: 1, write: own, offset: 0 }] : [];
  const reader = new RopeReader(rope);
  for (const [i, line] of lines.entries()) {
    const piece: Segment[] = [];
    reader.take(line.length + (i < lines.length - 1 ? 1 : 0), piece, i === lines.length - 1);
    const first = piece.find(({ length }) => length > 0);
    segments.push({ length: width, write: first?.write ?? own, offset: first?.offset ?? 0 });
    for (const segment of piece) {
      pushSegment(segments, segment);
    }
  }
  return withFlow(new Rope(segments), tracer.flows.asControl(othersOf(call, 1, tracer)), tracer.flows);
};

/** Functions that cut something off a text's ends. What is cut off leaves its marks. */
const cut =
  (position: number): After =>
  (call, tracer) => {
    const text = call.args[position];
    const rope = at(call, position, tracer);
    const { result } = call;
    if (!(rope instanceof Rope) || typeof text !== 'string' || typeof result !== 'string') {
      return undefined;
    }
    const start = result === '' ? 0 : text.indexOf(result);
    if (start < 0 || rope.length !== text.length) {
      return undefined;
    }
    const segments: Segment[] = [];
    const reader = new RopeReader(rope);
    reader.skip(start, segments);
    reader.take(result.length, segments);
    reader.skip(Number.POSITIVE_INFINITY, segments);
    return withFlow(new Rope(segments), tracer.flows.asControl(othersOf(call, position, tracer)), tracer.flows);
  };

/** Functions that change a text but not its lines. */
const linewise =
  (position: number): After =>
  (call, tracer) => {
    const text = call.args[position];
    const rope = at(call, position, tracer);
    const { result } = call;
    if (!(rope instanceof Rope) || typeof text !== 'string' || typeof result !== 'string') {
      return undefined;
    }
    const before = text.split('\n');
    const after = result.split('\n');
    if (before.length !== after.length || before.length === 1 || rope.length !== text.length) {
      return undefined;
    }
    const segments: Segment[] = [];
    const reader = new RopeReader(rope);
    for (const [i, line] of before.entries()) {
      const isLast = i === before.length - 1;
      const piece: Segment[] = [];
      reader.take(line.length + (isLast ? 0 : 1), piece, isLast);
      const first = piece.find(({ length }) => length > 0) ?? piece[0];
      const write = { ...(first?.write ?? writeOf(call, tracer.none)), flow: new Rope(piece).flow(tracer.flows) };
      segments.push({ length: (after[i] ?? '').length + (isLast ? 0 : 1), write, offset: first?.offset ?? 0 });
    }
    return withFlow(new Rope(segments), othersOf(call, position, tracer), tracer.flows);
  };

const quoted: After = (call, tracer) => {
  const [text] = call.args;
  const rope = at(call, 0, tracer);
  const { result } = call;
  if (!(rope instanceof Rope) || call.args.length !== 1 || typeof text !== 'string' || typeof result !== 'string') {
    return undefined;
  }
  if (result.length !== text.length + 2 || rope.length !== text.length) {
    return undefined;
  }
  const mark = { length: 1, write: writeOf(call, tracer.none), offset: 0 };
  return new Rope([mark, ...rope.segments, mark]);
};

/** A value as YAML: each key and scalar is its own place's. */
const printed =
  (print: typeof encode): After =>
  (call, tracer) => {
    const [value] = call.args;
    const { result } = call;
    if (!isContainer(value) || typeof result !== 'string' || result === '') {
      return undefined;
    }
    const text = new Spans(result, writeOf(call, tracer.none), tracer.flows);
    const inherited = tracer.inherited(value, at(call, 0, tracer));
    print(value, {
      onWritten: (container, key, { isKey, start, end }) => {
        const around = inherited.get(container) ?? tracer.none;
        if (isKey) {
          text.add(start, end, tracer.keyOf(container, around, key, { quiet: true }));
          return;
        }
        const child = childOf(container, key);
        const shadow = tracer.entry(container, around, key, child, { quiet: true });
        const lines = shadow instanceof Rope ? lineFlows(child, shadow, tracer) : [];
        if (lines.length > 1) {
          text.addBlock(start, end, lines);
        } else {
          text.add(start, end, flowOf(shadow, tracer.flows));
        }
      },
    });
    const segments = text.end();
    // An empty map or list is all of one piece.
    return text.isEmpty ? undefined : new Rope(segments);
  };

/** What flowed into each line of a text. */
function lineFlows(value: Value, rope: Rope, tracer: Tracer): readonly Flow[] {
  if (typeof value !== 'string' || value.length !== rope.length) {
    return [];
  }
  const reader = new RopeReader(rope);
  const lines = value.split('\n');
  return lines.map((line, i) => {
    const segments: Segment[] = [];
    reader.take(line.length + (i < lines.length - 1 ? 1 : 0), segments, i === lines.length - 1);
    return new Rope(segments).flow(tracer.flows);
  });
}

/** Pieces of a text. What is between two belongs to the one before up to the line's end, then to the one behind. */
class Spans {
  readonly #text: string;
  /** Whether nothing was added. */
  isEmpty = true;
  readonly #flows: Flows;
  readonly #segments: Segment[] = [];
  #write: Write;
  #done = 0;

  constructor(text: string, write: Write, flows: Flows) {
    this.#text = text;
    this.#write = write;
    this.#flows = flows;
  }

  add(start: number, end: number, flow: Flow): void {
    this.isEmpty = false;
    const lineEnd = this.#text.lastIndexOf('\n', Math.max(start - 1, 0));
    this.#upTo(lineEnd + 1);
    this.#write = { ...this.#write, flow };
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
      this.#write = { ...this.#write, flow: lines[i] ?? all };
      at += line.length + 1;
      this.#upTo(Math.min(at, end));
    }
  }

  end(): readonly Segment[] {
    this.#upTo(this.#text.length);
    return this.#segments;
  }

  #upTo(end: number): void {
    const length = Math.min(end, this.#text.length) - this.#done;
    if (length > 0) {
      this.#segments.push({ length, write: this.#write, offset: 0 });
      this.#done += length;
    }
  }
}

/** A value as JSON: each key and scalar is its own place's. They are found by reading the text again. */
const printedJson: After = (call, tracer) => {
  const [value] = call.args;
  const { result } = call;
  const read = isContainer(value) && typeof result === 'string' ? placesOf(result) : undefined;
  if (read === undefined || typeof result !== 'string') {
    return undefined;
  }
  const inherited = tracer.inherited(value, at(call, 0, tracer));
  const pieces: { readonly start: number; readonly end: number; readonly flow: Flow }[] = [];
  const visit = (holder: Value, again: Value): void => {
    if (!isContainer(holder) || !isContainer(again)) {
      return;
    }
    const around = inherited.get(holder) ?? tracer.none;
    for (const [key, { start, end, keyStart }] of read.places.get(again) ?? []) {
      const child = childOf(holder, key);
      if (keyStart !== undefined) {
        pieces.push({ start: keyStart, end: start, flow: tracer.keyOf(holder, around, key, { quiet: true }) });
      }
      if (isContainer(child)) {
        visit(child, childOf(again, key));
      } else {
        const shadow = tracer.entry(holder, around, key, child, { quiet: true });
        pieces.push({ start, end, flow: flowOf(shadow, tracer.flows) });
      }
    }
  };
  visit(value, read.value);
  const text = new Spans(result, writeOf(call, tracer.none), tracer.flows);
  for (const { start, end, flow } of pieces.sort((a, b) => a.start - b.start)) {
    text.add(start, end, flow);
  }
  const segments = text.end();
  return text.isEmpty ? undefined : new Rope(segments);
};

interface Place {
  readonly start: number;
  readonly end: number;
  readonly keyStart: number | undefined;
}

/** A text read as YAML, or as JSON, which is YAML too, with the offsets of all that it holds; undefined where it cannot be read. */
function placesOf(
  text: string,
): { readonly value: Value; readonly places: ReadonlyMap<object, ReadonlyMap<string | number, Place>> } | undefined {
  const starts = lineStarts(text);
  const offsetOf = ({ line, character }: Position): number => (starts[line] ?? text.length) + character;
  const places = new Map<object, Map<string | number, Place>>();
  const onPlace: OnPlace = (container, key, start, end, keyStart) => {
    let inside = places.get(container);
    if (inside === undefined) {
      inside = new Map();
      places.set(container, inside);
    }
    inside.set(key, {
      start: offsetOf(start),
      end: offsetOf(end),
      keyStart: keyStart === undefined ? undefined : offsetOf(keyStart),
    });
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
  const rope = at(call, 0, tracer);
  const { result } = call;
  if (!(rope instanceof Rope) || !isContainer(result) || typeof text !== 'string' || rope.length !== text.length) {
    return undefined;
  }
  const read = placesOf(text);
  if (read === undefined) {
    return undefined;
  }
  const flows = new SliceFlows(rope, tracer);
  const visit = (holder: Value, again: Value): void => {
    if (!isContainer(holder) || !isContainer(again)) {
      return;
    }
    const entries = new Map<string | number, Shadow>();
    for (const [key, { start, end }] of read.places.get(again) ?? []) {
      const child = childOf(holder, key);
      if (isContainer(child)) {
        visit(child, childOf(again, key));
      } else {
        entries.set(key, flows.between(start, end));
      }
    }
    tracer.open(holder).entries = entries;
  };
  visit(result, read.value);
  return tracer.flows.controlOf(rope.flow(tracer.flows));
};

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
        flow = flows.union(flow, segment.write.flow);
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

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) {
    starts.push(i + 1);
  }
  return starts;
}

/** The entry of a map or the item of a list under a key; nothing without one. */
export function childOf(value: Value, key: string | number | undefined): Value {
  if (isMap(value)) {
    return key === undefined ? undefined : value[key];
  }
  return typeof key === 'number' ? itemsOf(value)?.[key] : undefined;
}

const toYaml = printed(encode);
const rules: Readonly<Record<string, After>> = {
  indent: indented,
  nindent: indented,
  trim: cut(0),
  trimAll: cut(1),
  trimall: cut(1),
  trimPrefix: cut(1),
  trimSuffix: cut(1),
  trunc: cut(1),
  quote: quoted,
  squote: quoted,
  replace: linewise(2),
  regexReplaceAll: linewise(1),
  upper: linewise(0),
  lower: linewise(0),
  toString: linewise(0),
  toYaml,
  mustToYaml: toYaml,
  toYamlPretty: printed(encodePretty),
  toJson: printedJson,
  mustToJson: printedJson,
  toRawJson: printedJson,
  mustToRawJson: printedJson,
  toPrettyJson: printedJson,
  mustToPrettyJson: printedJson,
  fromYaml: parsed,
  fromJson: parsed,
  mustFromJson: parsed,
  fromJsonArray: parsed,
  fromYamlArray: parsed,
};

export const ropeRules: readonly (readonly [string, FlowRule])[] = Object.entries(rules).map(
  ([name, after]) => [name, { after }] as const,
);
