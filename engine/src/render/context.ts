import { type Chart, type ChartFile, chartFullPath } from '../chart/index.ts';
import { cleanPath, type GoMap, int, isMap, newMap, type Value } from '../gostd/index.ts';
import type { Origins } from '../support/index.ts';
import { filesValue } from './files.ts';
import type { ReleaseFacts } from './types.ts';
import { asValues, chartValue, newValues, withoutType } from './values.ts';

/** One template of the chart or of a chart below it. */
export interface Renderable {
  /** Its name in the set: `chart/charts/below/templates/x.yaml`. */
  readonly name: string;
  readonly file: ChartFile;
  readonly chart: Chart;
  /** Where its values are in those of the root chart. */
  readonly valuesPath: readonly string[];
  /** The data that it gets. */
  readonly values: GoMap;
  readonly basePath: string;
}

/** The parts of the data that all charts share. */
export interface SharedContext {
  readonly release: GoMap;
  readonly capabilities: Value;
  readonly origins: Origins | undefined;
}

/** `.Release`. @see helm v4.3.1 pkg/chart/common/util/values.go, ToRenderValuesWithSchemaValidation */
export function releaseValue(release: ReleaseFacts): GoMap {
  return newMap([
    ['Name', release.name],
    ['Namespace', release.namespace],
    ['IsUpgrade', release.isUpgrade],
    ['IsInstall', release.isInstall],
    ['Revision', int(release.revision)],
    ['Service', 'Helm'],
  ]);
}

/**
 * All templates of a chart and the charts below, by name, each with the data of its chart.
 *
 * @param values coalesced values of the root chart
 * @see helm v4.3.1 pkg/engine/engine.go, allTemplates and recAllTpls
 */
export function allTemplates(chart: Chart, values: GoMap, shared: SharedContext): Map<string, Renderable> {
  const templates = new Map<string, Renderable>();
  collect(chart, { values: newValues(values), path: [] }, { templates, shared });
  return templates;
}

function collect(
  chart: Chart,
  { values, path: valuesPath }: { readonly values: GoMap; readonly path: readonly string[] },
  into: { readonly templates: Map<string, Renderable>; readonly shared: SharedContext },
): GoMap {
  const { shared, templates } = into;
  const below = newMap();
  const entries = newMap([
    ['Chart', chartValue(chart)],
    ['Files', filesValue(chart.files)],
    ['Release', shared.release],
    ['Capabilities', shared.capabilities],
    ['Values', values],
    ['Subcharts', below],
  ]);
  // A template of the chart sees a type with methods, one of a chart above it the same map without.
  const data = newValues(entries);
  for (const child of chart.dependencies) {
    const { name } = child.metadata;
    const own = { values: valuesBelow(values, name, shared.origins), path: [...valuesPath, ...name.split('.')] };
    below[name] = withoutType(collect(child, own, into));
  }
  const path = chartFullPath(chart);
  const isLibrary = chart.metadata.type.toLowerCase() === 'library';
  for (const file of chart.templates) {
    // A library chart only lends its partials.
    if (isLibrary && !isPartial(file.name)) {
      continue;
    }
    const name = cleanPath(`${path}/${file.name}`);
    templates.set(name, { name, file, chart, valuesPath, values: data, basePath: cleanPath(`${path}/templates`) });
  }
  return data;
}

/** Files that start with an underscore lend their definitions and render nothing. */
export function isPartial(path: string): boolean {
  return path.slice(path.lastIndexOf('/') + 1).startsWith('_');
}

/** A name with a dot is a path to Helm, so such a chart sees no values. */
function valuesBelow(values: GoMap, name: string, origins: Origins | undefined): GoMap {
  let table = values;
  for (const part of name.split('.')) {
    const next = table[part];
    if (!isMap(next)) {
      return newValues(newMap());
    }
    table = next;
  }
  return asValues(table, origins);
}
