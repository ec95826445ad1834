import { cleanPath, fromBytes, type GoMap, isMap, newMap, toBytes } from '../gostd/index.ts';
import {
  type Chart,
  ChartError,
  type ChartFile,
  loadArchive,
  loadFiles,
  type LoadOptions,
  mergeMaps,
} from '../chart/index.ts';
import { digestOf } from '../support/index.ts';
import { decode, decodeMap, encode, YamlError } from '../yaml/index.ts';
import { SourceError } from './errors.ts';

/** A chart as it would be rendered: its files, and an archive where that is just what was fetched. */
export interface ChartContent {
  readonly chart: Chart;
  /** What the renderer opens; the same digest always means the same files. */
  readonly content:
    | { readonly kind: 'archive'; readonly bytes: Uint8Array }
    | { readonly kind: 'files'; readonly files: readonly ChartFile[] };
  readonly digest: string;
}

/** @throws SourceError code `invalid-chart` in Helm's words */
export function contentOfArchive(bytes: Uint8Array, options?: LoadOptions): ChartContent {
  const chart = loading(() => loadArchive(bytes, options));
  return { chart, content: { kind: 'archive', bytes }, digest: digestOf(bytes) };
}

/** @throws SourceError code `invalid-chart` in Helm's words */
export function contentOfFiles(files: readonly ChartFile[], options?: LoadOptions): ChartContent {
  const chart = loading(() => loadFiles(files, options));
  return { chart, content: { kind: 'files', files }, digest: digestOfFiles(files) };
}

/** The same chart with another name or version in Chart.yaml, as Flux repackages it. */
export function withChartYaml(
  content: ChartContent,
  changes: { readonly name?: string; readonly version?: string },
): ChartContent {
  const { metadata, raw } = content.chart;
  const { name = metadata.name, version = metadata.version } = changes;
  if (name === metadata.name && version === metadata.version) {
    return content;
  }
  return contentOfFiles(
    raw.map((file) => {
      if (file.name !== 'Chart.yaml') {
        return file;
      }
      const chartYaml = decode(fromBytes(file.data));
      const changed = newMap(isMap(chartYaml) ? Object.entries(chartYaml) : []);
      changed['name'] = name;
      changed['version'] = version;
      return { ...file, data: toBytes(encode(changed)) };
    }),
  );
}

/**
 * The same chart with other default values.
 *
 * @throws SourceError code `values-files` where the chart has no values.yaml
 * @see fluxcd/source-controller v1.9 internal/helm/chart/metadata.go, OverwriteChartDefaultValues
 */
export function withValues({ chart }: ChartContent, values: GoMap): ChartContent {
  if (!chart.raw.some(({ name }) => name === 'values.yaml')) {
    throw new SourceError('values-files', 'failed to locate values file: values.yaml');
  }
  const data = toBytes(Object.keys(values).length === 0 ? '' : encode(values));
  return contentOfFiles(chart.raw.map((file) => (file.name === 'values.yaml' ? { ...file, data } : file)));
}

export interface ValuesFilesRequest {
  readonly paths: readonly string[];
  readonly ignoreMissing: boolean;
  /** The text of a values file; undefined where there is none. */
  readonly read: (path: string) => Promise<Uint8Array | undefined>;
}

/**
 * The values files of a HelmChart, merged from left to right.
 *
 * @throws SourceError code `values-files`
 * @see fluxcd/source-controller v1.9 internal/helm/chart, mergeChartValues and mergeFileValues
 */
export async function mergeValuesFiles({ paths, ignoreMissing, read }: ValuesFilesRequest): Promise<GoMap> {
  let merged = newMap();
  for (const path of paths) {
    const bytes = await read(path);
    if (bytes !== undefined) {
      merged = mergeMaps(merged, parseValues(bytes, path));
    } else if (!ignoreMissing) {
      throw new SourceError('values-files', `no values file found at path '${path}'`);
    }
  }
  return merged;
}

/** Whether values files change anything: the chart's own values.yaml alone does not. */
export function changesValues(paths: readonly string[] | undefined): paths is readonly string[] {
  const [only] = paths ?? [];
  return only !== undefined && !(paths?.length === 1 && cleanPath(only) === 'values.yaml');
}

function parseValues(bytes: Uint8Array, path: string): GoMap {
  try {
    return decodeMap(fromBytes(bytes));
  } catch (error) {
    if (error instanceof YamlError) {
      throw new SourceError('values-files', `unmarshaling values from '${path}' failed: ${error.message}`, {
        cause: error,
      });
    }
    throw error;
  }
}

function loading(load: () => Chart): Chart {
  try {
    return load();
  } catch (error) {
    if (error instanceof ChartError) {
      throw new SourceError('invalid-chart', error.message, { cause: error });
    }
    throw error;
  }
}

function digestOfFiles(files: readonly ChartFile[]): string {
  const sorted = files.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return digestOf(sorted.map(({ name, data }) => `${digestOf(data)} ${name}\n`).join(''));
}
