/**
 * Holds traces against renders: changes each scalar of a chart's values and looks whether every line that changed was
 * attributed to it, and whether the lines that have it as data did change; takes away each value that nothing reads and
 * looks whether all stays as it is.
 */
import { type Chart, ChartError, defaultCapabilities } from '@fairlead/engine/chart';
import { deepEqual, GoInt, type GoMap, isList, isMap, newMap, type Value } from '@fairlead/engine/gostd';
import {
  type Rendered,
  RenderError,
  renderChart,
  type RenderRequest,
  type RenderTrace,
  traceLines,
  type TracedStretch,
  valueUses,
} from '@fairlead/engine/render';
import { limits } from '@fairlead/engine/support';
import { diffArrays } from 'diff';

/** What came of a chart. Lists have a line of text for each case. */
export interface Perturbation {
  readonly scalars: number;
  /** Changes with which the chart does not render. */
  readonly refused: number;
  readonly changedLines: number;
  /** Lines that changed and were not attributed to the scalar. */
  readonly unattributed: readonly string[];
  /** Lines that have a scalar as data. */
  readonly dataLines: number;
  /** Those of them that did not change. */
  readonly idle: readonly string[];
  readonly unread: number;
  /** Values that nothing reads, but whose absence changes something. */
  readonly wronglyUnread: readonly string[];
}

type Keys = readonly (string | number)[];

/** The request for a chart with these values; everything random is always the same. */
export function requestOf(chart: Chart, values: GoMap, trace: boolean): RenderRequest {
  let seed = 1;
  return {
    chart,
    values,
    trace,
    release: { name: 'release', namespace: 'default', isInstall: true, isUpgrade: false, revision: 1 },
    capabilities: defaultCapabilities({}),
    world: {
      now: () => 1_700_000_000_000,
      // What a template draws must not hang on what others drew before; but a search for primes has to end.
      randomBytes: (count) =>
        Uint8Array.from({ length: count }, () => {
          seed = (seed * 1_103_515_245 + 12_345) & 0x7fff_ffff;
          return count < 64 ? 7 : seed >> 16;
        }),
      timeZone: 'UTC',
    },
    lookup: { get: () => newMap() },
    skipSchemaValidation: true,
    limits: { maxBytes: limits.maxRenderBytes, maxMs: limits.maxRenderMs },
  };
}

/** Undefined for a chart that does not render with its own values. */
export function perturb(chart: Chart): Perturbation | undefined {
  const base = attempt(requestOf(chart, newMap(), true));
  if (base?.trace === undefined) {
    return undefined;
  }
  const { values, trace } = base;
  const texts = new Map(Array.from(base.files, ([file, text]) => [file, tracedText(trace, file, text)]));
  const found = { scalars: 0, refused: 0, changedLines: 0, dataLines: 0 };
  const unattributed: string[] = [];
  const idle: string[] = [];
  for (const { keys, value } of scalarsOf(values)) {
    found.scalars++;
    const other = attempt(requestOf(chart, override(values, keys, changed(value)), true));
    if (other?.trace === undefined) {
      found.refused++;
      continue;
    }
    const names = [keys, ...changedPaths(values, other.values)];
    for (const file of new Set([...base.files.keys(), ...other.files.keys()])) {
      const before = texts.get(file) ?? tracedText(trace, file);
      const isSame = other.files.get(file) === base.files.get(file);
      const after = isSame ? before : tracedText(other.trace, file, other.files.get(file));
      const { removed, added } = isSame ? nothing : differenceOf(before, after);
      for (const [side, lines] of [
        [before, removed],
        [after, added],
      ] as const) {
        for (const at of lines) {
          found.changedLines++;
          const { data, key, control } = side.lines[at] ?? noFlow;
          if (!hasPath(side.trace, [...data, ...key, ...control], names)) {
            unattributed.push(`${keys.join('.')}: ${file}:${String(at + 1)}: ${side.texts[at] ?? ''}`);
          }
        }
      }
      for (const [at, { data }] of before.lines.entries()) {
        if (hasPath(trace, data, names)) {
          found.dataLines++;
          if (!removed.has(at)) {
            idle.push(`${keys.join('.')}: ${file}:${String(at + 1)}: ${before.texts[at] ?? ''}`);
          }
        }
      }
    }
  }
  return { ...found, unattributed, idle, ...takeAway(chart, base) };
}

/** Takes away what nothing reads, one by one. An item of a list is made null: the others keep their places. */
function takeAway(chart: Chart, { trace, values, files }: Rendered): Pick<Perturbation, 'unread' | 'wronglyUnread'> {
  const unread =
    trace === undefined ? [] : valueUses(trace, values).filter(({ use }) => use === 'unread' || use === 'named');
  const wronglyUnread = unread.filter(({ keys }) => {
    const other = attempt(requestOf(chart, override(values, keys, null), false));
    const more = other === undefined ? [] : changedPaths(values, other.values).filter((path) => !isWithin(path, keys));
    return (
      more.length === 0 && (other === undefined || [...files].some(([name, text]) => other.files.get(name) !== text))
    );
  });
  return { unread: unread.length, wronglyUnread: wronglyUnread.map(({ keys, use }) => `${keys.join('.')} (${use})`) };
}

function attempt(request: RenderRequest): Rendered | undefined {
  try {
    return renderChart(request);
  } catch (error) {
    if (error instanceof RenderError || error instanceof ChartError) {
      return undefined;
    }
    throw error;
  }
}

// Values

function* scalarsOf(value: Value, keys: Keys = []): Generator<{ readonly keys: Keys; readonly value: Value }> {
  if (isMap(value)) {
    for (const key of Object.keys(value)) {
      yield* scalarsOf(value[key], [...keys, key]);
    }
  } else if (isList(value)) {
    for (const [index, item] of value.entries()) {
      yield* scalarsOf(item, [...keys, index]);
    }
  } else {
    yield { keys, value };
  }
}

/** Another scalar of the same kind; of a text every line is another. */
function changed(value: Value): Value {
  switch (typeof value) {
    case 'string':
      return value === '' ? 'changed' : /^\d+$/.test(value) ? `${value}1` : value.replace(/(?<=[^\n])$/gm, 'x');
    case 'boolean':
      return !value;
    case 'number':
      return value + 1;
    default:
      return value instanceof GoInt ? new GoInt(value.kind, value.value + 1n) : 'changed';
  }
}

/** What a user would write to change one value: maps down to it, or to the list that it is in, which is replaced. */
function override(values: GoMap, keys: Keys, value: Value): GoMap {
  const [key = '', ...rest] = keys;
  const child = values[key];
  return newMap([[String(key), rest.length === 0 ? value : changedAt(child, rest, value)]]);
}

function changedAt(holder: Value, keys: Keys, value: Value): Value {
  const [key, ...rest] = keys;
  if (key === undefined) {
    return value;
  }
  if (isMap(holder)) {
    return override(holder, keys, value);
  }
  return isList(holder) ? holder.map((item, i) => (i === key ? replacedAt(item, rest, value) : item)) : holder;
}

/** Below a list nothing is merged, so all has to be there. */
function replacedAt(holder: Value, keys: Keys, value: Value): Value {
  const [key, ...rest] = keys;
  if (key === undefined) {
    return value;
  }
  if (isMap(holder)) {
    return newMap(
      Object.keys(holder).map((one) => [one, one === key ? replacedAt(holder[one], rest, value) : holder[one]]),
    );
  }
  return isList(holder) ? holder.map((item, i) => (i === key ? replacedAt(item, rest, value) : item)) : holder;
}

/**
 * The paths of all values that are others now: globals come down to charts below, imports go up, and nulls of charts
 * below hang on whether the chart above says anything of them.
 */
function changedPaths(before: Value, after: Value, keys: Keys = []): readonly Keys[] {
  if (isMap(before) && isMap(after)) {
    const names = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...names].flatMap((key) => changedPaths(before[key], after[key], [...keys, key]));
  }
  if (isList(before) && isList(after) && before.length === after.length) {
    return before.flatMap((item, i) => changedPaths(item, after[i], [...keys, i]));
  }
  return deepEqual(before, after) ? [] : [keys];
}

/** Whether a path is another's, or leads to it or from it. */
function isWithin(path: Keys, keys: Keys): boolean {
  return path.slice(0, keys.length).every((key, i) => key === keys[i]);
}

/** Whether one of the paths is a value's, or that of something that holds it. */
function hasPath(trace: RenderTrace, paths: readonly number[], names: readonly Keys[]): boolean {
  return paths.some((path) => {
    const own = trace.paths[path]?.keys ?? [];
    return names.some((keys) => own.length <= keys.length && own.every((key, i) => key === keys[i]));
  });
}

// Texts

interface TracedText {
  readonly trace: RenderTrace;
  readonly texts: readonly string[];
  readonly lines: readonly TracedStretch[];
}

function tracedText(trace: RenderTrace, file: string, text = ''): TracedText {
  return { trace, texts: text.match(/[^\n]*\n|[^\n]+$/g) ?? [], lines: traceLines(trace, file, text) };
}

/** Indexes of lines. */
interface Difference {
  readonly removed: ReadonlySet<number>;
  readonly added: ReadonlySet<number>;
}

const nothing: Difference = { removed: new Set(), added: new Set() };
const noFlow: Omit<TracedStretch, 'writer'> = { data: [], key: [], control: [] };

/**
 * The lines that changed. A line is the same where the same line of a template wrote the same text; among equal ones a
 * difference may blame one or the other, so only those count that it blames from both ends.
 */
function differenceOf(before: TracedText, after: TracedText): Difference {
  const [old, now] = [before, after].map(placedLines);
  const forward = blamed(old ?? [], now ?? []);
  const backward = blamed((old ?? []).toReversed(), (now ?? []).toReversed());
  const both = (lines: ReadonlySet<number>, reversed: ReadonlySet<number>, count: number): ReadonlySet<number> =>
    new Set([...lines].filter((at) => reversed.has(count - 1 - at)));
  return {
    removed: both(forward.removed, backward.removed, before.texts.length),
    added: both(forward.added, backward.added, after.texts.length),
  };
}

function placedLines({ texts, lines }: TracedText): string[] {
  return texts.map((text, i) => {
    const writer = lines[i]?.writer;
    return `${writer?.template ?? ''}:${String(writer?.position.line)}:${text}`;
  });
}

function blamed(before: string[], after: string[]): Difference {
  const removed = new Set<number>();
  const added = new Set<number>();
  let oldAt = 0;
  let newAt = 0;
  for (const part of diffArrays(before, after)) {
    for (let i = 0; i < part.count; i++) {
      if (part.removed) {
        removed.add(oldAt + i);
      } else if (part.added) {
        added.add(newAt + i);
      }
    }
    oldAt += part.added ? 0 : part.count;
    newAt += part.removed ? 0 : part.count;
  }
  return { removed, added };
}
