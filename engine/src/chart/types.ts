import type { GoMap, Value } from '../gostd/index.ts';
import type { Origins } from '../support/index.ts';

/** A file of a chart. `name` is its path in the chart, with slashes. */
export interface ChartFile {
  readonly name: string;
  readonly data: Uint8Array;
  /** RFC 3339, where an archive says it. */
  readonly modTime?: string;
}

/** @see helm v4.3.1 pkg/chart/v2/metadata.go, Maintainer */
export interface Maintainer {
  readonly name: string;
  readonly email: string;
  readonly url: string;
}

/** A chart that Chart.yaml asks for. @see helm v4.3.1 pkg/chart/v2/dependency.go, Dependency */
export interface Dependency {
  readonly name: string;
  readonly version: string;
  readonly repository: string;
  readonly condition: string;
  readonly tags: readonly string[];
  /** Whether conditions and tags let it in; what Chart.yaml says is overwritten. */
  readonly enabled: boolean;
  readonly importValues: readonly Value[];
  readonly alias: string;
}

/** Chart.yaml. What it does not say is empty, as in Go. @see helm v4.3.1 pkg/chart/v2/metadata.go, Metadata */
export interface ChartMetadata {
  readonly name: string;
  readonly home: string;
  readonly sources: readonly string[];
  readonly version: string;
  readonly description: string;
  readonly keywords: readonly string[];
  readonly maintainers: readonly Maintainer[];
  readonly icon: string;
  readonly apiVersion: string;
  readonly condition: string;
  readonly tags: string;
  readonly appVersion: string;
  readonly deprecated: boolean;
  /** Absent is not the same as none: it prints as null. */
  readonly annotations?: Readonly<Record<string, string>>;
  readonly kubeVersion: string;
  /** Absent is not the same as none: then charts/ is taken as it is, at every depth. */
  readonly dependencies?: readonly Dependency[];
  readonly type: string;
}

/** Chart.lock. @see helm v4.3.1 pkg/chart/v2/dependency.go, Lock */
export interface ChartLock {
  /** RFC 3339; Go's zero time where the file does not say. */
  readonly generated: string;
  readonly digest: string;
  readonly dependencies: readonly Dependency[];
}

/** A loaded chart with the charts below it. @see helm v4.3.1 pkg/chart/v2/chart.go, Chart */
export interface Chart {
  readonly metadata: ChartMetadata;
  readonly lock?: ChartLock;
  /** templates/, in the archive's order. */
  readonly templates: readonly ChartFile[];
  /** What is nothing else: README, crds/, and whatever templates read through `.Files`. */
  readonly files: readonly ChartFile[];
  /** Every file as it came. */
  readonly raw: readonly ChartFile[];
  /** values.schema.json */
  readonly schema?: Uint8Array;
  /** values.yaml; marked nil where the chart has none. */
  readonly values: GoMap;
  readonly dependencies: readonly Chart[];
  /** The chart above, or absent at the root. */
  readonly parent?: Chart | undefined;
  /** Where values.yaml says what `values` holds; empty unless positions were asked for. */
  readonly origins: Origins;
  /** Of Chart.yaml, RFC 3339. */
  readonly modTime?: string;
  /** Of values.schema.json, RFC 3339. */
  readonly schemaModTime?: string;
}

/** A file of crds/ with its path from the root chart on. */
export interface ChartCrd {
  readonly name: string;
  readonly path: string;
  readonly file: ChartFile;
}

/** Whether no chart is above this one. */
export function isRootChart(chart: Chart): boolean {
  return chart.parent === undefined;
}

/** `root/charts/child`, as rendered files are named. @see helm v4.3.1 pkg/chart/v2/chart.go, ChartFullPath */
export function chartFullPath(chart: Chart): string {
  return chart.parent === undefined
    ? chart.metadata.name
    : `${chartFullPath(chart.parent)}/charts/${chart.metadata.name}`;
}

/** The files of crds/, those of the charts below behind. @see helm v4.3.1 pkg/chart/v2/chart.go, CRDObjects */
export function chartCrds(chart: Chart): ChartCrd[] {
  const path = chartFullPath(chart);
  const own = chart.files
    .filter(({ name }) => name.startsWith('crds/') && /\.(?:ya?ml|json)$/i.test(name))
    .map((file) => ({ name: file.name, path: `${path}/${file.name}`, file }));
  return [...own, ...chart.dependencies.flatMap(chartCrds)];
}
