import { GoInt, isMap, itemsOf, sortedKeys, type Value } from '../../gostd/index.ts';
import {
  type Flow,
  flowOf,
  type FlowRule,
  isContainer,
  type Shadow,
  type TracedCall,
  type Tracer,
  withFlow,
} from '../../gotemplate/index.ts';
import { mustName } from '../../sprig/index.ts';
import { type After, shadowOf } from './argument.ts';
import { childOf } from './childOf.ts';
import { documentRules } from './documents.ts';
import { textRules } from './texts.ts';

/**
 * How functions that look into maps and lists, or make them, pass on what flowed into their arguments. What has no
 * rule goes by its entry's `flow`.
 */

/** All arguments only decide, and only by their shape. */
const shape: After = ({ args, shadows }, tracer) => {
  let flow = tracer.none;
  for (const [i, arg] of args.entries()) {
    flow = tracer.flows.union(flow, tracer.shapeFlow(arg, shadows[i] ?? tracer.none));
  }
  return flow;
};

/** The entry of a map under a key; the key decided which. */
function lookedUp(
  tracer: Tracer,
  holder: { readonly value: Value; readonly shadow: Shadow },
  key: { readonly value: Value; readonly shadow: Shadow },
  found: Value,
): Shadow {
  const name = keyFrom(key.value);
  const control = tracer.flows.asControl(flowOf(key.shadow, tracer.flows));
  return name === undefined
    ? tracer.flows.union(tracer.deepFlow(holder.value, holder.shadow), control)
    : withFlow(tracer.entry(holder.value, holder.shadow, name, found), control, tracer.flows);
}

function keyFrom(value: Value): string | number | undefined {
  if (typeof value === 'string') {
    return value;
  }
  return value instanceof GoInt ? Number(value.value) : undefined;
}

const get: After = (call, tracer) =>
  lookedUp(
    tracer,
    { value: call.args[0], shadow: shadowOf(call, 0, tracer) },
    { value: call.args[1], shadow: shadowOf(call, 1, tracer) },
    call.result,
  );

const index: After = (call, tracer) => {
  let value = call.args[0];
  let shadow = shadowOf(call, 0, tracer);
  for (let i = 1; i < call.args.length; i++) {
    const key = call.args[i];
    const name = keyFrom(key);
    const next = i === call.args.length - 1 ? call.result : childOf(value, name);
    shadow = lookedUp(tracer, { value, shadow }, { value: key, shadow: shadowOf(call, i, tracer) }, next);
    value = next;
  }
  return shadow;
};

const dig: After = (call, tracer) => {
  const { args, result } = call;
  const last = args.length - 1;
  const fallback = last - 1;
  let value = args[last];
  let shadow = shadowOf(call, last, tracer);
  for (let i = 0; i < fallback; i++) {
    const key = args[i];
    const next = childOf(value, keyFrom(key));
    shadow = lookedUp(tracer, { value, shadow }, { value: key, shadow: shadowOf(call, i, tracer) }, next);
    if (next === undefined) {
      return withFlow(
        shadowOf(call, fallback, tracer),
        tracer.flows.asControl(flowOf(shadow, tracer.flows)),
        tracer.flows,
      );
    }
    value = next;
  }
  return result === value ? shadow : undefined;
};

/** `hasKey`: reads whether the key is there. */
const hasKey: After = (call, tracer) => {
  const key = keyFrom(call.args[1]);
  const holder = call.args[0];
  const shadow = shadowOf(call, 0, tracer);
  const flow = key === undefined ? tracer.shapeFlow(holder, shadow) : tracer.presence(holder, shadow, key);
  return tracer.flows.union(
    tracer.flows.asControl(flow),
    tracer.flows.asControl(flowOf(shadowOf(call, 1, tracer), tracer.flows)),
  );
};

const dict: After = (call, tracer) => {
  const { args, result } = call;
  if (!isMap(result)) {
    return undefined;
  }
  const entries = new Map<string | number, Shadow>();
  for (let i = 0; i < args.length; i += 2) {
    const key = keyFrom(args[i]);
    if (typeof key !== 'string') {
      return undefined;
    }
    entries.set(
      key,
      withFlow(shadowOf(call, i + 1, tracer), flowOf(shadowOf(call, i, tracer), tracer.flows), tracer.flows),
    );
  }
  tracer.open(result).entries = entries;
  return tracer.none;
};

/** New lists of single items: `list`, and those that lists begin or go on with. */
const list: After = (call, tracer) =>
  listed(
    call.result,
    call.args.map((_, i) => shadowOf(call, i, tracer)),
    tracer,
  );

function listed(result: Value, shadows: readonly Shadow[], tracer: Tracer): Shadow | undefined {
  if (!isContainer(result)) {
    return undefined;
  }
  tracer.open(result).entries = new Map(shadows.entries());
  return tracer.none;
}

/** Beside each item of a list, which has to be one. */
function itemShadows(tracer: Tracer, value: Value, shadow: Shadow): Shadow[] {
  tracer.noteShape(value);
  return tracer.items(value, shadow, itemsOf(value) ?? []);
}

const append: After = (call, tracer) =>
  listed(
    call.result,
    [...itemShadows(tracer, call.args[0], shadowOf(call, 0, tracer)), shadowOf(call, 1, tracer)],
    tracer,
  );

const prepend: After = (call, tracer) =>
  listed(
    call.result,
    [shadowOf(call, 1, tracer), ...itemShadows(tracer, call.args[0], shadowOf(call, 0, tracer))],
    tracer,
  );

const concat: After = (call, tracer) =>
  listed(
    call.result,
    call.args.flatMap((arg, i) => itemShadows(tracer, arg, shadowOf(call, i, tracer))),
    tracer,
  );

/** Lists that keep some of the items: found by how many come before. */
const part =
  (skipped: (count: number, kept: number) => number): After =>
  (call, tracer) => {
    const all = itemShadows(tracer, call.args[0], shadowOf(call, 0, tracer));
    const kept = itemsOf(call.result)?.length ?? 0;
    const start = skipped(all.length, kept);
    return withShape(call, tracer, listed(call.result, all.slice(start, start + kept), tracer));
  };

const one =
  (where: (count: number) => number): After =>
  (call, tracer) => {
    const [value] = call.args;
    const items = itemsOf(value);
    if (items === undefined) {
      return undefined;
    }
    const i = where(items.length);
    return withShape(call, tracer, tracer.entry(value, shadowOf(call, 0, tracer), i, items[i]));
  };

function withShape(call: TracedCall, tracer: Tracer, shadow: Shadow | undefined): Shadow | undefined {
  return shadow && withFlow(shadow, tracer.shapeFlow(call.args[0], shadowOf(call, 0, tracer)), tracer.flows);
}

const set: After = (call, tracer) => {
  const [map] = call.args;
  const key = keyFrom(call.args[1]);
  if (!isMap(map) || key === undefined) {
    return undefined;
  }
  tracer.noteShape(map);
  const container = tracer.open(map);
  const control = tracer.flows.union(call.control, flowOf(shadowOf(call, 1, tracer), tracer.flows));
  container.entries ??= new Map();
  container.entries.set(key, withFlow(shadowOf(call, 2, tracer), control, tracer.flows));
  return shadowOf(call, 0, tracer);
};

const unset: After = (call, tracer) => {
  const [map] = call.args;
  if (isMap(map)) {
    tracer.noteShape(map);
    const container = tracer.open(map);
    const control = tracer.flows.union(
      call.control,
      tracer.flows.asControl(flowOf(shadowOf(call, 1, tracer), tracer.flows)),
    );
    container.whole = tracer.flows.union(container.whole, control);
  }
  return shadowOf(call, 0, tracer);
};

/** What maps that are merged have under one key, with what stands beside it; and below, where maps meet there. */
interface Meeting {
  readonly candidates: { readonly value: Value; readonly shadow: Shadow }[];
  below: Meetings | undefined;
}

type Meetings = ReadonlyMap<string, Meeting>;

function look(tracer: Tracer, maps: Meeting['candidates'], depth = 0): Meetings {
  const meetings = new Map<string, Meeting>();
  for (const { value, shadow } of maps) {
    if (!isMap(value)) {
      continue;
    }
    for (const key of Object.keys(value)) {
      const child = value[key];
      let meeting = meetings.get(key);
      if (meeting === undefined) {
        meeting = { candidates: [], below: undefined };
        meetings.set(key, meeting);
      }
      meeting.candidates.push({ value: child, shadow: tracer.entry(value, shadow, key, child, { quiet: true }) });
    }
  }
  for (const meeting of meetings.values()) {
    const met = meeting.candidates.filter(({ value }) => isMap(value));
    if (met.length > 1 && depth < maxDepth) {
      meeting.below = look(tracer, met, depth + 1);
    }
  }
  return meetings;
}

/** Deeper than any values go. */
const maxDepth = 100;

/**
 * `merge` and `mergeOverwrite`: each entry comes from the one map whose value it is now; that the others have one too
 * decided as well.
 */
const merge: FlowRule = {
  before: ({ args, shadows }, tracer) =>
    look(
      tracer,
      args.map((value, i) => ({ value, shadow: shadows[i] ?? tracer.none })),
    ),
  after: ({ args, shadows, control, result }, tracer, seen) => {
    if (seen instanceof Map) {
      mergeShadows(tracer, result, { meetings: seen as Meetings, control }); // what `before` gave back
    }
    // What is no map at all is refused, so each is looked at.
    for (const arg of args) {
      tracer.noteShape(arg);
    }
    return shadows[0];
  },
};

function mergeShadows(
  tracer: Tracer,
  result: Value,
  { meetings, control }: { readonly meetings: Meetings; readonly control: Flow },
): void {
  if (!isMap(result)) {
    return;
  }
  const container = tracer.open(result);
  const entries = new Map<string | number, Shadow>(container.entries);
  for (const key of Object.keys(result)) {
    const value = result[key];
    const { candidates = [], below } = meetings.get(key) ?? {};
    const [first] = candidates;
    if (first === undefined) {
      continue;
    }
    const winner = candidates.find((candidate) => candidate.value === value) ?? first;
    let { shadow } = winner;
    for (const { value: other, shadow: beside } of candidates) {
      if (beside !== winner.shadow) {
        shadow = withFlow(shadow, tracer.shapeFlow(other, beside), tracer.flows);
      }
    }
    if (isMap(value) && below !== undefined) {
      mergeShadows(tracer, value, { meetings: below, control });
    }
    entries.set(key, withFlow(shadow, control, tracer.flows));
  }
  container.entries = entries;
}

/** A copy has the entries of what it copies. */
const copy: After = (call, tracer) => {
  tracer.noteShape(call.args[0]);
  copyShadows(tracer, call.args[0], shadowOf(call, 0, tracer), call.result);
  return tracer.flows.asControl(flowOf(shadowOf(call, 0, tracer), tracer.flows));
};

function copyShadows(tracer: Tracer, value: Value, shadow: Shadow, result: Value, depth = 0): void {
  if (!isContainer(result) || result === value || depth > maxDepth) {
    return;
  }
  const entries = new Map<string | number, Shadow>();
  const keys: Iterable<string | number> = itemsOf(result)?.keys() ?? Object.keys(result);
  for (const key of keys) {
    const child = childOf(value, key);
    const copied = childOf(result, key);
    entries.set(key, tracer.entry(value, shadow, key, child, { quiet: true }));
    copyShadows(tracer, child, tracer.none, copied, depth + 1);
  }
  const container = tracer.open(result);
  container.entries = entries;
}

/** A new map of some entries. */
const filtered: After = (call, tracer) => {
  const [map] = call.args;
  const { result } = call;
  if (!isMap(result) || !isMap(map)) {
    return undefined;
  }
  const shadow = shadowOf(call, 0, tracer);
  const container = tracer.open(result);
  container.entries = new Map(
    Object.keys(result).map((key) => [key, tracer.entry(map, shadow, key, map[key], { quiet: true })]),
  );
  return tracer.flows.union(
    shapeOf(call, tracer),
    call.args
      .slice(1)
      .reduce<Flow>(
        (all, arg, i) =>
          tracer.flows.union(all, tracer.flows.asControl(tracer.deepFlow(arg, shadowOf(call, i + 1, tracer)))),
        tracer.none,
      ),
  );
};

function shapeOf(call: TracedCall, tracer: Tracer): Flow {
  return tracer.shapeFlow(call.args[0], shadowOf(call, 0, tracer));
}

const keys: After = (call, tracer) => {
  const { args, result } = call;
  const shadows = args.flatMap((arg, i) =>
    isMap(arg) ? sortedKeys(arg).map((key) => tracer.keyOf(arg, shadowOf(call, i, tracer), key)) : [],
  );
  return withShape(call, tracer, listed(result, shadows, tracer));
};

const values: After = (call, tracer) => {
  const [map] = call.args;
  if (!isMap(map)) {
    return undefined;
  }
  const shadows = sortedKeys(map).map((key) => tracer.entry(map, shadowOf(call, 0, tracer), key, map[key]));
  return withShape(call, tracer, listed(call.result, shadows, tracer));
};

const pluck: After = (call, tracer) => {
  const key = keyFrom(call.args[0]);
  if (key === undefined) {
    return undefined;
  }
  const control = tracer.flows.asControl(flowOf(shadowOf(call, 0, tracer), tracer.flows));
  const shadows: Shadow[] = [];
  let presence: Flow = control;
  for (const [i, map] of call.args.entries()) {
    const value = i > 0 && isMap(map) ? map[key] : undefined;
    if (i > 0) {
      presence = tracer.flows.union(presence, tracer.presence(map, shadowOf(call, i, tracer), key));
    }
    if (value !== undefined) {
      shadows.push(withFlow(tracer.entry(map, shadowOf(call, i, tracer), key, value), control, tracer.flows));
    }
  }
  const shadow = listed(call.result, shadows, tracer);
  return shadow && withFlow(shadow, presence, tracer.flows);
};

const rules: Readonly<Record<string, After>> = {
  get,
  index,
  dig,
  hasKey,
  dict,
  list,
  tuple: list,
  append,
  push: append,
  prepend,
  concat,
  first: one(() => 0),
  last: one((count) => count - 1),
  rest: part((count, kept) => count - kept),
  initial: part(() => 0),
  set,
  unset,
  deepCopy: copy,
  omit: filtered,
  pick: filtered,
  keys,
  values,
  pluck,
  ...Object.fromEntries(
    ['not', 'len', 'empty', 'kindOf', 'kindIs', 'typeOf', 'typeIs', 'typeIsLike'].map((name) => [name, shape]),
  ),
};

const must = ['append', 'push', 'prepend', 'first', 'last', 'rest', 'initial', 'deepCopy'];

/** By the function's name. */
export const flowRules: ReadonlyMap<string, FlowRule> = new Map<string, FlowRule>([
  ...Object.entries(rules).map(([name, after]) => [name, { after }] as const),
  ...must.map((name) => [mustName(name), { after: rules[name] ?? shape }] as const),
  ...['merge', 'mustMerge', 'mergeOverwrite', 'mustMergeOverwrite'].map((name) => [name, merge] as const),
  ...textRules,
  ...documentRules,
]);
