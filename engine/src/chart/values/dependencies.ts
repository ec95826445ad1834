/**
 * Which charts below take part, under which names, and what they hand up.
 * The steps and what they share are Helm's: charts that appear twice under aliases share some of their parts, and what
 * one of them changes the other sees. All of it happens on a copy.
 *
 * @see helm v4.3.1 pkg/chart/v2/util/dependencies.go
 */
import { type GoMap, isMap, mapOf, mapType, newMap, sprint, stringType, type Value } from '../../gostd/index.ts';
import { isCompatibleRange } from '../check.ts';
import type { Chart, ChartMetadata, Dependency } from '../types.ts';
import { type CoalesceOptions, coalesceValues, copyMap, mergeTables, mergeValues } from './coalesce.ts';
import { tableAt, valueAt } from './table.ts';

type Writable<T> = { -readonly [K in keyof T]: T[K] };
type DraftDependency = Writable<Dependency>;
interface DraftMetadata extends Omit<Writable<ChartMetadata>, 'dependencies'> {
  dependencies?: DraftDependency[];
}
interface DraftChart extends Omit<Writable<Chart>, 'metadata' | 'dependencies' | 'parent'> {
  metadata: DraftMetadata;
  dependencies: DraftChart[];
  parent?: DraftChart | undefined;
}

/**
 * The chart as it is rendered with these values: disabled charts gone, aliases in place, imported values in `values`.
 *
 * @throws ChartError `values`
 * @see helm v4.3.1 pkg/chart/v2/util/dependencies.go, ProcessDependencies
 */
export function processDependencies(chart: Chart, values: GoMap, options: CoalesceOptions = {}): Chart {
  const draft = copyChart(chart);
  enable(draft, values, '', options);
  importValues(draft, options);
  return draft;
}

function copyChart(chart: Chart): DraftChart {
  const draft: DraftChart = { ...chart, metadata: copyMetadata(chart.metadata), dependencies: [], parent: undefined };
  setDependencies(draft, chart.dependencies.map(copyChart));
  return draft;
}

function copyMetadata(metadata: ChartMetadata): DraftMetadata {
  const { dependencies, ...rest } = metadata;
  return dependencies === undefined ? rest : { ...rest, dependencies: dependencies.map((one) => ({ ...one })) };
}

function setDependencies(chart: DraftChart, dependencies: DraftChart[]): void {
  chart.dependencies = dependencies;
  for (const below of dependencies) {
    below.parent = chart;
  }
}

/** @see processDependencyEnabled */
function enable(chart: DraftChart, values: GoMap, path: string, options: CoalesceOptions): void {
  const wanted = chart.metadata.dependencies;
  if (wanted === undefined) {
    return;
  }
  setDependencies(chart, takePart(chart.dependencies, wanted));
  for (const dependency of wanted) {
    dependency.enabled = true;
  }
  const coalesced = coalesceValues(chart, values, options);
  applyTags(wanted, coalesced, options);
  applyConditions(wanted, coalesced, path, options);
  const disabled = new Set(wanted.filter(({ enabled }) => !enabled).map(({ name }) => name));
  const charts = chart.dependencies.filter(({ metadata }) => !disabled.has(metadata.name));
  const left = wanted.filter(({ name }) => !disabled.has(name));
  for (const below of charts) {
    enable(below, coalesced, `${path}${below.metadata.name}.`, options);
  }
  if (left.length === 0) {
    delete chart.metadata.dependencies;
  } else {
    chart.metadata.dependencies = left;
  }
  setDependencies(chart, charts);
}

/** Charts that Chart.yaml does not mention as they are, then those it asks for, one for each alias. */
function takePart(charts: readonly DraftChart[], wanted: readonly DraftDependency[]): DraftChart[] {
  const taken = charts.filter(
    ({ metadata }) =>
      !wanted.some(({ name, version }) => name === metadata.name && isCompatibleRange(version, metadata.version)),
  );
  for (const dependency of wanted) {
    const chart = aliasOf(charts, dependency);
    if (chart !== undefined) {
      taken.push(chart);
    }
    if (dependency.alias !== '') {
      dependency.name = dependency.alias;
    }
  }
  return taken;
}

/** A copy of the chart that a dependency means, two levels deep as in Helm. @see getAliasDependency */
function aliasOf(charts: readonly DraftChart[], dependency: DraftDependency): DraftChart | undefined {
  const chart = charts.find(
    ({ metadata }) => metadata.name === dependency.name && isCompatibleRange(dependency.version, metadata.version),
  );
  if (chart === undefined) {
    return undefined;
  }
  const copy: DraftChart = { ...chart, metadata: copyMetadata(chart.metadata) };
  setDependencies(
    copy,
    chart.dependencies.map((below) => ({ ...below })),
  );
  if (dependency.alias !== '') {
    copy.metadata.name = dependency.alias;
  }
  return copy;
}

/** @see processDependencyConditions */
function applyConditions(
  wanted: readonly DraftDependency[],
  values: GoMap,
  path: string,
  { onWarning }: CoalesceOptions,
): void {
  for (const dependency of wanted) {
    for (const condition of dependency.condition.trim().split(',')) {
      if (condition === '') {
        continue;
      }
      const found = valueAt(values, path + condition);
      if (found.found && typeof found.value === 'boolean') {
        dependency.enabled = found.value;
        break;
      }
      if (found.found) {
        onWarning?.(`returned non-bool value path=${condition} chart=${dependency.name}`);
      }
    }
  }
}

/** @see processDependencyTags */
function applyTags(wanted: readonly DraftDependency[], values: GoMap, { onWarning }: CoalesceOptions): void {
  const table = values['tags'];
  if (!isMap(table)) {
    return;
  }
  for (const dependency of wanted) {
    const said = dependency.tags.filter((tag) => tag in table);
    for (const tag of said.filter((one) => typeof table[one] !== 'boolean')) {
      onWarning?.(`returned non-bool value tag=${tag} chart=${dependency.name}`);
    }
    const hasTrue = said.some((tag) => table[tag] === true);
    const hasFalse = said.some((tag) => table[tag] === false);
    dependency.enabled = hasTrue || !hasFalse;
  }
}

/** From the lowest charts up. @see processDependencyImportValues */
function importValues(chart: DraftChart, options: CoalesceOptions): void {
  for (const below of chart.dependencies) {
    importValues(below, options);
  }
  importOwn(chart, options);
}

/** @see processImportValues */
function importOwn(chart: DraftChart, options: CoalesceOptions): void {
  const wanted = chart.metadata.dependencies;
  if (wanted === undefined) {
    return;
  }
  const merged = mergeValues(chart, newMap(), options);
  let imported = newMap();
  for (const dependency of wanted) {
    const imports: Value[] = [];
    for (const item of dependency.importValues) {
      const pair = importOf(item);
      if (pair === undefined) {
        continue;
      }
      imports.push(textMap(pair));
      const table = tableAt(merged, `${dependency.name}.${pair.child}`);
      if (table.found) {
        // Go hands out a new map for an empty one.
        const handed = Object.keys(table.value).length === 0 ? newMap() : table.value;
        imported = mergeTables(imported, atPath(pair.parent, handed), options);
      } else {
        options.onWarning?.(`ImportValues missing table: ${table.message}`);
      }
    }
    dependency.importValues = imports;
  }
  // What a chart says itself goes before what it imports.
  chart.values = mergeTables(copyMap(merged, options.origins), imported, options);
  if (options.origins !== undefined) {
    chart.origins = options.origins;
  }
}

/** A `map[string]string`, as Helm leaves it in Chart.yaml's data. */
function textMap(entries: Readonly<Record<string, string>>): GoMap {
  const map = newMap(Object.entries(entries));
  map[mapType] = mapOf(stringType);
  return map;
}

function importOf(item: Value): { child: string; parent: string } | undefined {
  if (typeof item === 'string') {
    return { child: `exports.${item}`, parent: '.' };
  }
  return isMap(item) ? { child: sprint([item['child'] ?? null]), parent: sprint([item['parent'] ?? null]) } : undefined;
}

function atPath(path: string, table: GoMap): GoMap {
  if (path === '.') {
    return table;
  }
  let current = table;
  for (const name of path.split('.').reverse()) {
    current = newMap([[name, current]]);
  }
  return current;
}
