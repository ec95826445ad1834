import {
  type Flow,
  type FlowRule,
  Rope,
  RopeBuilder,
  RopeReader,
  Segment,
  type TracedCall,
  type Tracer,
  withFlow,
} from '../../gotemplate/index.ts';
import { lineLengths } from '../../support/index.ts';
import { type After, shadowOf } from './argument.ts';

/** How functions on texts pass on who wrote each piece. */

/** What the arguments other than the text decided. */
function othersOf(call: TracedCall, text: number, tracer: Tracer): Flow {
  let flow = tracer.none;
  for (let i = 0; i < call.args.length; i++) {
    if (i !== text) {
      flow = tracer.flows.union(flow, tracer.deepFlow(call.args[i], shadowOf(call, i, tracer)));
    }
  }
  return flow;
}

interface Change {
  readonly text: string;
  /** Who wrote it. */
  readonly rope: Rope;
  readonly result: string;
}

/** What a function made of a text; undefined where nobody knows who wrote it. */
function changeOf(call: TracedCall, position: number, tracer: Tracer): Change | undefined {
  const text = call.args[position];
  const rope = shadowOf(call, position, tracer);
  const { result } = call;
  return typeof text === 'string' && typeof result === 'string' && rope instanceof Rope && rope.length === text.length
    ? { text, rope, result }
    : undefined;
}

/** `indent` and `nindent`: spaces before each line belong to who wrote the line. */
const indented: After = (call, tracer) => {
  const change = changeOf(call, 1, tracer);
  if (change === undefined) {
    return undefined;
  }
  const { text, rope, result } = change;
  const lines = lineLengths(text);
  const lead = result.length - text.length;
  const startsLower = lead % lines.length === 1 && result.startsWith('\n');
  const width = (lead - (startsLower ? 1 : 0)) / lines.length;
  if (!Number.isInteger(width)) {
    return undefined;
  }
  const into = new RopeBuilder();
  if (startsLower) {
    into.add(new Segment(1, 0, call, tracer.none));
  }
  const reader = new RopeReader(rope);
  for (const [i, length] of lines.entries()) {
    const first = length > 0 ? reader.next() : undefined;
    into.add(new Segment(width, first?.offset ?? 0, first ?? call, first?.flow ?? tracer.none));
    reader.take(length, into, i === lines.length - 1);
  }
  return withFlow(into.rope(), tracer.flows.asControl(othersOf(call, 1, tracer)), tracer.flows);
};

/** Functions that cut something off a text's ends. What is cut off leaves its marks. */
const cut =
  (position: number): After =>
  (call, tracer) => {
    const change = changeOf(call, position, tracer);
    if (change === undefined) {
      return undefined;
    }
    const { text, rope, result } = change;
    const start = result === '' ? 0 : text.indexOf(result);
    if (start < 0) {
      return undefined;
    }
    const into = new RopeBuilder();
    const reader = new RopeReader(rope);
    reader.skip(start, into);
    reader.take(result.length, into);
    reader.skip(Number.POSITIVE_INFINITY, into);
    return withFlow(into.rope(), tracer.flows.asControl(othersOf(call, position, tracer)), tracer.flows);
  };

/** Functions that change a text but not its lines. */
const linewise =
  (position: number): After =>
  (call, tracer) => {
    const change = changeOf(call, position, tracer);
    if (change === undefined) {
      return undefined;
    }
    const { text, rope, result } = change;
    const before = lineLengths(text);
    const after = lineLengths(result);
    if (before.length !== after.length || before.length === 1) {
      return undefined;
    }
    const into = new RopeBuilder();
    const reader = new RopeReader(rope);
    for (const [i, length] of before.entries()) {
      const taken = new RopeBuilder();
      reader.take(length, taken, i === before.length - 1);
      const line = taken.rope();
      const first = line.segments.find((segment) => segment.length > 0) ?? line.segments[0];
      into.add(new Segment(after[i] ?? 0, first?.offset ?? 0, first ?? call, line.flow(tracer.flows)));
    }
    return withFlow(into.rope(), othersOf(call, position, tracer), tracer.flows);
  };

const quoted: After = (call, tracer) => {
  const change = changeOf(call, 0, tracer);
  if (change === undefined || call.args.length !== 1 || change.result.length !== change.text.length + 2) {
    return undefined;
  }
  const into = new RopeBuilder();
  into.add(new Segment(1, 0, call, tracer.none));
  into.addRope(change.rope, tracer.none, tracer.flows);
  into.add(new Segment(1, 0, call, tracer.none));
  return into.rope();
};

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
};

export const textRules: readonly (readonly [string, FlowRule])[] = Object.entries(rules).map(
  ([name, after]) => [name, { after }] as const,
);
