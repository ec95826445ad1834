/**
 * Chart defaults under a user's values, through all charts below. It follows Helm step by step, since what becomes of
 * nulls hangs on the order of steps; the maps that come in are copied first and never changed.
 *
 * @see helm v4.3.1 pkg/chart/common/util/coalesce.go
 */
import { formatValue, type GoMap, isList, isMap, newMap, type Value } from '../../gostd/index.ts';
import type { Origin, Origins } from '../../support/index.ts';
import { ChartError } from '../errors.ts';
import type { Chart } from '../types.ts';

/** What merging passes along. */
export interface CoalesceOptions {
  /** Where origins of what is merged are kept; absent when nobody traces. */
  readonly origins?: Origins;
  /** Gets what Helm would log. */
  readonly onWarning?: (message: string) => void;
}

interface Run extends CoalesceOptions {
  /** Nulls stay, for a later round. */
  readonly merge: boolean;
}

const globalKey = 'global';

/**
 * A user's values with the defaults of a chart and the charts below it. A null of the user removes a default.
 *
 * @throws ChartError `values` where a chart below finds no table in its place
 */
export function coalesceValues(chart: Chart, values: GoMap, options: CoalesceOptions = {}): GoMap {
  return coalesce(chart, copyMap(values, options.origins), '', { ...options, merge: false });
}

/** As `coalesceValues`, but nulls stay. @throws ChartError `values` */
export function mergeValues(chart: Chart, values: GoMap, options: CoalesceOptions = {}): GoMap {
  return coalesce(chart, copyMap(values, options.origins), '', { ...options, merge: true });
}

/** Merges `source` into `target`, whose values win, and changes both. Nulls stay. */
export function mergeTables(target: GoMap, source: GoMap, options: CoalesceOptions = {}): GoMap {
  coalesceTables(target, source, '', { ...options, merge: true });
  return target;
}

/** A deep copy; its origins are those that `from` has of what is copied. */
export function copyMap(map: GoMap, origins?: Origins, from: Origins | undefined = origins): GoMap {
  const copy = newMap();
  for (const key of Object.keys(map)) {
    copy[key] = copyValue(map[key], origins, from);
    copyOrigin(from?.get(map, key), copy, key, origins);
  }
  return copy;
}

function copyValue(value: Value, origins: Origins | undefined, from: Origins | undefined): Value {
  if (isMap(value)) {
    return copyMap(value, origins, from);
  }
  if (!isList(value)) {
    return value;
  }
  const copy: Value[] = [];
  for (const [index, item] of value.entries()) {
    copy.push(copyValue(item, origins, from));
    copyOrigin(from?.get(value, index), copy, index, origins);
  }
  return copy;
}

function copyOrigin(origin: Origin | undefined, to: object, key: string | number, origins: Origins | undefined): void {
  if (origin !== undefined) {
    origins?.set(to, key, origin);
  }
}

function coalesce(chart: Chart, target: GoMap, prefix: string, run: Run): GoMap {
  coalesceOwn(chart, target, prefix, run);
  coalesceBelow(chart, target, prefix, run);
  return target;
}

function coalesceBelow(chart: Chart, target: GoMap, prefix: string, run: Run): void {
  for (const below of chart.dependencies) {
    const { name } = below.metadata;
    if (!(name in target)) {
      target[name] = newMap();
    }
    const table = target[name];
    if (!isMap(table)) {
      throw new ChartError('values', `type mismatch on ${name}: ${formatValue('t', table)}`);
    }
    const path = join(prefix, chart.metadata.name);
    coalesceGlobals(table, target, path, run);
    coalesce(below, table, path, run);
  }
}

/** `global` of the chart above into that of the chart below. */
function coalesceGlobals(target: GoMap, source: GoMap, prefix: string, run: Run): void {
  const into = globalKey in target ? target[globalKey] : newMap();
  if (!isMap(into)) {
    run.onWarning?.(`warning: skipping globals because destination ${globalKey} is not a table.`);
    return;
  }
  const from = globalKey in source ? source[globalKey] : newMap();
  if (!isMap(from)) {
    run.onWarning?.(`warning: skipping globals because source ${globalKey} is not a table.`);
    return;
  }
  for (const key of Object.keys(from)) {
    const value = from[key];
    const old = into[key];
    if (isMap(value)) {
      const copy = shallowCopy(value, run.origins);
      if (!(key in into)) {
        into[key] = copy;
        run.origins?.copy(from, key, into, key);
      } else if (isMap(old)) {
        // The chart above wins, so it is the target here. Nulls go in the round that follows.
        coalesceTables(copy, old, join(prefix, key), { ...run, merge: true });
        into[key] = copy;
        run.origins?.copy(from, key, into, key);
      } else {
        run.onWarning?.(`Conflict: cannot merge map onto non-map for "${key}". Skipping.`);
      }
    } else if (isMap(old)) {
      run.onWarning?.(`key ${key} is table. Skipping`);
    } else {
      into[key] = value;
      run.origins?.copy(from, key, into, key);
    }
  }
  target[globalKey] = into;
}

function shallowCopy(map: GoMap, origins: Origins | undefined): GoMap {
  const copy = newMap(Object.entries(map));
  for (const key of Object.keys(map)) {
    origins?.copy(map, key, copy, key);
  }
  return copy;
}

/** The defaults of one chart. */
function coalesceOwn(chart: Chart, target: GoMap, prefix: string, run: Run): void {
  const path = join(prefix, chart.metadata.name);
  const defaults = copyMap(chart.values, run.origins, run.origins === undefined ? undefined : chart.origins);
  for (const key of Object.keys(defaults)) {
    const value = defaults[key];
    if (!(key in target)) {
      if (!run.merge) {
        if (value === null) {
          continue;
        }
        removeNulls(value);
      }
      target[key] = value;
      run.origins?.copy(defaults, key, target, key);
      continue;
    }
    const old = target[key];
    if (old === null && !run.merge) {
      // Asks that the chart's default be gone.
      Reflect.deleteProperty(target, key);
    } else if (isMap(old)) {
      if (isMap(value)) {
        // The chart below looks at its nulls itself.
        const merge = run.merge || chart.dependencies.some(({ metadata }) => metadata.name === key);
        if (!merge) {
          removeNulls(value);
        }
        coalesceTables(old, value, join(path, key), { ...run, merge });
      } else if (value !== null) {
        run.onWarning?.(`warning: skipped value for ${path}.${key}: Not a table.`);
      }
    }
  }
}

/** `source` into `target`, whose values win. Both change. */
function coalesceTables(target: GoMap, source: GoMap, prefix: string, run: Run): void {
  const setInSource = new Set(Object.keys(source).filter((key) => source[key] !== null));
  for (const key of Object.keys(target)) {
    if (target[key] === null) {
      source[key] = null;
    }
  }
  for (const key of Object.keys(source)) {
    const value = source[key];
    const old = target[key];
    if (key in target && !run.merge && old === null && setInSource.has(key)) {
      // The user takes back a default; a null that nobody else set stays.
      Reflect.deleteProperty(target, key);
    } else if (!(key in target)) {
      target[key] = value;
      run.origins?.copy(source, key, target, key);
    } else if (isMap(value)) {
      if (isMap(old)) {
        coalesceTables(old, value, join(prefix, key), run);
      } else {
        warnAbout(
          run,
          (shown) => `warning: cannot overwrite table with non table for ${join(prefix, key)} (${shown})`,
          value,
        );
      }
    } else if (isMap(old) && value !== null) {
      warnAbout(
        run,
        (shown) => `warning: destination for ${join(prefix, key)} is a table. Ignoring non-table value (${shown})`,
        value,
      );
    }
  }
}

function warnAbout(run: Run, message: (shown: string) => string, value: Value): void {
  run.onWarning?.(message(formatValue('v', value)));
}

function removeNulls(value: Value): void {
  if (!isMap(value)) {
    return;
  }
  for (const key of Object.keys(value)) {
    if (value[key] === null) {
      Reflect.deleteProperty(value, key);
    } else {
      removeNulls(value[key]);
    }
  }
}

function join(prefix: string, key: string): string {
  return prefix === '' ? key : `${prefix}.${key}`;
}
