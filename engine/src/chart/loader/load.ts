import { extensionOf, fromBytes, type GoMap, newNilMap } from '../../gostd/index.ts';
import { limits, messageOf, type Origin, Origins, type Position } from '../../support/index.ts';
import { ChartError } from '../errors.ts';
import { emptyMetadata, type RawMetadata, readLock, readMetadata, validateMetadata } from '../metadata.ts';
import { decodeStruct, stringReader, structReader } from '../struct.ts';
import type { Chart, ChartFile, ChartLock } from '../types.ts';
import { loadValues } from '../values/load.ts';
import { loadArchiveFiles } from './archive.ts';

export interface LoadOptions {
  /** Whether `origins` of the charts say where values.yaml holds what. */
  readonly positions: boolean;
}

/** A chart while it is put together. */
type Draft = { -readonly [K in keyof Chart]: Chart[K] };

/**
 * A chart from its gzipped archive.
 *
 * @throws ChartError
 * @see helm v4.3.1 pkg/chart/loader/load.go, LoadArchive, which Flux calls
 */
export function loadArchive(bytes: Uint8Array, options: LoadOptions = { positions: false }): Chart {
  return loadDetected(loadArchiveFiles(bytes), options);
}

/**
 * A chart from its files, whose Chart.yaml says by which rules.
 *
 * @throws ChartError
 */
export function loadDetected(files: readonly ChartFile[], options: LoadOptions): Chart {
  const chartYaml = files.find(({ name }) => name === 'Chart.yaml');
  if (chartYaml === undefined) {
    throw new ChartError('missing', 'unable to detect chart version, no Chart.yaml found');
  }
  checkApiVersion(chartYaml);
  return loadFiles(files, options);
}

const baseReader = structReader<{ apiVersion: string }>('loader.chartBase', {
  apiVersion: ['apiVersion', stringReader],
});

/**
 * Refuses charts of other API versions.
 *
 * @throws ChartError `metadata` or `unsupported`
 */
export function checkApiVersion(chartYaml: ChartFile): void {
  let apiVersion: string;
  try {
    const { value, error } = decodeStruct(fromBytes(chartYaml.data), baseReader);
    if (error !== undefined) {
      throw new ChartError('metadata', error);
    }
    ({ apiVersion } = value);
  } catch (error) {
    throw new ChartError('metadata', `cannot load Chart.yaml: ${messageOf(error)}`, { cause: error });
  }
  if (apiVersion === 'v3') {
    throw new ChartError('unsupported', 'invalid chart apiVersion');
  }
  if (apiVersion !== 'v1' && apiVersion !== 'v2' && apiVersion !== '') {
    throw new ChartError('unsupported', 'unsupported chart version');
  }
}

/**
 * A chart from its files, with the charts in charts/ as folders and archives. The charts below are in the order of
 * their names; Helm's order is random.
 *
 * @throws ChartError
 * @see helm v4.3.1 pkg/chart/v2/loader/load.go, LoadFiles
 */
export function loadFiles(files: readonly ChartFile[], options: LoadOptions = { positions: false }): Chart {
  return loadDraft(files, { ...options, depth: 0, unpacked: { bytes: 0 } });
}

/** Where in a chart a chart is loaded. */
interface Nested extends LoadOptions {
  readonly depth: number;
  /** What all archives in the outermost chart came to until now. */
  readonly unpacked: { bytes: number };
}

function loadDraft(files: readonly ChartFile[], options: Nested): Draft {
  const templates: ChartFile[] = [];
  const others: ChartFile[] = [];
  const below = new Map<string, ChartFile[]>();
  const origins = new Origins();
  const found: { schema?: ChartFile; lock?: ChartLock; values?: GoMap } = {};
  // An archive may hold a file twice.
  const chartYamls = files.filter(({ name }) => name === 'Chart.yaml');
  let metadata: RawMetadata | undefined;
  for (const chartYaml of chartYamls) {
    metadata = readChartYaml(chartYaml, metadata);
  }

  for (const file of files) {
    const { name } = file;
    if (name === 'Chart.yaml') {
      continue;
    } else if (name === 'Chart.lock') {
      found.lock = readLock(fromBytes(file.data), name);
    } else if (name === 'values.yaml') {
      found.values = readValues(fromBytes(file.data), { metadata, origins, options });
    } else if (name === 'values.schema.json') {
      found.schema = file;
    } else if (name === 'requirements.yaml' || name === 'requirements.lock') {
      metadata ??= emptyMetadata;
      if (name === 'requirements.yaml') {
        metadata = readMetadata(fromBytes(file.data), metadata, name);
      } else {
        found.lock = readLock(fromBytes(file.data), name);
      }
      if (metadata.apiVersion === 'v1') {
        others.push(file);
      }
    } else if (name.startsWith('templates/')) {
      templates.push(file);
    } else if (name.startsWith('charts/') && extensionOf(name) !== '.prov') {
      const path = name.slice('charts/'.length);
      const [folder = path] = path.split('/');
      const inside = below.get(folder) ?? [];
      inside.push({ ...file, name: path });
      below.set(folder, inside);
    } else {
      others.push(file);
    }
  }
  if (metadata === undefined) {
    throw new ChartError('missing', 'Chart.yaml file is missing');
  }
  const checked = validateMetadata(metadata);
  const modTime = chartYamls.at(-1)?.modTime;
  const draft: Draft = {
    metadata: checked,
    templates,
    files: others,
    raw: files,
    values: found.values ?? newNilMap(),
    dependencies: [],
    origins,
    ...(found.lock === undefined ? {} : { lock: found.lock }),
    ...(found.schema === undefined ? {} : { schema: found.schema.data }),
    ...(found.schema?.modTime === undefined ? {} : { schemaModTime: found.schema.modTime }),
    ...(modTime === undefined ? {} : { modTime }),
  };
  draft.dependencies = loadBelow(below, draft, options);
  return draft;
}

function readChartYaml(file: ChartFile, over: RawMetadata = emptyMetadata): RawMetadata {
  const metadata = readMetadata(fromBytes(file.data), over, 'Chart.yaml');
  // Helm 2 took charts that say nothing.
  return metadata.apiVersion === '' ? { ...metadata, apiVersion: 'v1' } : metadata;
}

function readValues(
  text: string,
  from: { metadata: RawMetadata | undefined; origins: Origins; options: LoadOptions },
): GoMap {
  const chart = from.metadata?.name ?? '';
  try {
    const at = (position: Position): Origin => ({ kind: 'chart', chart, file: 'values.yaml', position });
    return loadValues(text, from.options.positions ? { origins: from.origins, at } : undefined);
  } catch (error) {
    throw new ChartError('values', `cannot load values.yaml: ${messageOf(error)}`, { cause: error });
  }
}

function loadBelow(below: ReadonlyMap<string, readonly ChartFile[]>, parent: Draft, options: Nested): Draft[] {
  const charts: Draft[] = [];
  const folders = [...below].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [folder, files] of folders) {
    if (folder.startsWith('_') || folder.startsWith('.')) {
      continue;
    }
    const chart = loadOneBelow(folder, files, parent.metadata.name, options);
    chart.parent = parent;
    charts.push(chart);
  }
  return charts;
}

function loadOneBelow(folder: string, files: readonly ChartFile[], parent: string, outer: Nested): Draft {
  if (outer.depth >= limits.maxChartDepth) {
    throw new ChartError('too-large', `charts are nested deeper than ${String(limits.maxChartDepth)}`);
  }
  const options = { ...outer, depth: outer.depth + 1 };
  const [first] = files;
  const isArchive = extensionOf(folder) === '.tgz';
  if (isArchive && first !== undefined && first.name !== folder) {
    throw new ChartError(
      'subchart',
      `error unpacking subchart tar in ${parent}: expected ${folder}, got ${first.name}`,
    );
  }
  try {
    if (isArchive && first !== undefined) {
      return loadDraft(unpack(first.data, options), options);
    }
    // A file right in charts/ is no chart.
    const inside = files.filter(({ name }) => name.includes('/'));
    return loadDraft(
      inside.map((file) => ({ ...file, name: file.name.slice(file.name.indexOf('/') + 1) })),
      options,
    );
  } catch (error) {
    throw new ChartError('subchart', `error unpacking subchart ${folder} in ${parent}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function unpack(archive: Uint8Array, { unpacked }: Nested): ChartFile[] {
  const files = loadArchiveFiles(archive);
  unpacked.bytes += files.reduce((sum, { data }) => sum + data.length, 0);
  if (unpacked.bytes > limits.maxNestedChartBytes) {
    throw new ChartError(
      'too-large',
      `decompressed subcharts are larger than ${String(limits.maxNestedChartBytes)} bytes together`,
    );
  }
  return files;
}
