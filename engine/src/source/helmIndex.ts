import { Buffer, isUtf8 } from 'node:buffer';
import { isList, isMap, type Value } from '../gostd/index.ts';
import { decode, YamlError } from '../yaml/index.ts';
import { isRecord, parseJson } from '../support/index.ts';
import { SourceError } from './errors.ts';
import { complaintOf, type IndexEntry, jsonKind, readEntry } from './indexEntry.ts';
import { type Slice, sliceIndex } from './indexScan.ts';
import { sortOffered } from './version.ts';

export interface IndexedChart {
  /** Newest first. */
  readonly entries: readonly IndexEntry[];
  /** Entries that Flux drops, and why, a sentence each. */
  readonly dropped: readonly string[];
}

/** A repository's index, read as far as it was asked about. */
export interface RepositoryIndex {
  /**
   * The versions of one chart; undefined where the index has no such chart.
   *
   * @throws SourceError code `invalid-index`
   */
  chart(name: string): IndexedChart | undefined;
  /**
   * Names of all charts in order, with the description of the entry that stands first, which is the newest as Helm
   * writes indexes.
   */
  charts(): readonly { readonly name: string; readonly description?: string }[];
  /** Bytes of memory that it takes, roughly. */
  readonly weight: number;
}

/**
 * Reads an index in YAML or JSON. One in the style that Helm writes is read chart by chart, when asked: that is a
 * hundred times faster for the large ones, and leaves unseen what is wrong within a chart that nobody asks about.
 *
 * @throws SourceError code `invalid-index`
 * @see fluxcd/source-controller v1.9 internal/helm/repository/chart_repository.go, IndexFromBytes
 */
export function openIndex(bytes: Uint8Array): RepositoryIndex {
  const slices = sliceIndex(bytes);
  if (slices?.apiVersion !== undefined && slices.apiVersion !== '' && isUtf8(bytes)) {
    return slicedIndex(bytes, slices.charts);
  }
  return wholeIndex(bytes);
}

function slicedIndex(bytes: Uint8Array, slices: ReadonlyMap<string, Slice>): RepositoryIndex {
  const known = new Map<string, IndexedChart>();
  let whole: RepositoryIndex | undefined;
  const read = (name: string, slice: Slice): IndexedChart | undefined => {
    const list = decodeSlice(bytes, slice, name);
    if (list !== undefined) {
      return readEntries(list, name, { strict: true });
    }
    // Broken, or in a style that was not recognized: the whole text says which.
    whole ??= wholeIndex(bytes);
    return whole.chart(name);
  };
  return {
    chart: (name) => {
      const slice = slices.get(name);
      const chart = known.get(name) ?? (slice && read(name, slice));
      if (chart !== undefined) {
        known.set(name, chart);
      }
      return chart;
    },
    charts: () =>
      sortNamed([...slices].map(([name, slice]) => [name, decodeSlice(bytes, firstEntry(bytes, slice), name)?.[0]])),
    weight: bytes.length,
  };
}

function wholeIndex(bytes: Uint8Array): RepositoryIndex {
  const { charts, strict } = parseIndex(bytes);
  const known = new Map([...charts].map(([name, list]) => [name, readEntries(list, name, { strict })]));
  return {
    chart: (name) => known.get(name),
    charts: () => sortNamed([...charts].map(([name, [first]]) => [name, first])),
    weight: bytes.length * parsedFactor,
  };
}

/** How many bytes of memory a byte of an index takes once it is values. */
const parsedFactor = 6;

function sortNamed(
  firsts: readonly (readonly [name: string, first: unknown])[],
): readonly { readonly name: string; readonly description?: string }[] {
  return firsts
    .map(([name, first]) => ({
      name,
      ...(isRecord(first) && typeof first['description'] === 'string' && { description: first['description'] }),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The name and the first entry of a chart. */
function firstEntry(index: Uint8Array, { start, end }: Slice): Slice {
  const bytes = Buffer.from(index.buffer, index.byteOffset, index.byteLength);
  const [line = '', indent = ''] =
    /\n([ ]*)- /.exec(bytes.toString('latin1', start, Math.min(end, start + 4096))) ?? [];
  const item = line === '' ? -1 : bytes.indexOf(line, start);
  const next = item < 0 ? -1 : bytes.indexOf(`\n${indent}- `, item + 1);
  return { start, end: next < 0 || next > end ? end : next + 1 };
}

interface ParsedIndex {
  readonly charts: ReadonlyMap<string, readonly unknown[]>;
  /** Of JSON, fields that are not known are passed over. */
  readonly strict: boolean;
}

/** Every chart's list, from the whole text. */
function parseIndex(bytes: Uint8Array): ParsedIndex {
  const text = new TextDecoder().decode(bytes);
  if (text.trim() === '') {
    throw invalid('empty index.yaml file');
  }
  const json = parseJson(text);
  const strict = json === undefined;
  const index = json ?? parseYaml(bytes, text);
  if (!isRecord(index)) {
    throw invalid(`${jsonPrefix}json: cannot unmarshal ${jsonKind(index)} into Go value of type repo.IndexFile`);
  }
  const unknown = strict ? Object.keys(index).find((key) => !indexFields.has(key.toLowerCase())) : undefined;
  if (unknown !== undefined) {
    throw invalid(`${jsonPrefix}json: unknown field ${JSON.stringify(unknown)}`);
  }
  const { apiVersion = '', entries = {} } = index;
  if (apiVersion === null || apiVersion === '') {
    throw invalid('no API version specified');
  }
  if (entries !== null && !isRecord(entries)) {
    throw invalid(`${jsonPrefix}json: cannot unmarshal ${jsonKind(entries)} into Go struct field IndexFile.entries`);
  }
  const charts = new Map(Object.entries(entries ?? {}).map(([name, list]) => [name, listOfEntries(list)]));
  return { charts, strict };
}

function listOfEntries(list: unknown): readonly unknown[] {
  if (list !== null && !Array.isArray(list)) {
    throw invalid(
      `${jsonPrefix}json: cannot unmarshal ${jsonKind(list)} into Go struct field IndexFile.entries of type repo.ChartVersions`,
    );
  }
  return list ?? [];
}

const jsonPrefix = 'error unmarshaling JSON: while decoding JSON: ';

const indexFields: ReadonlySet<string> = new Set([
  'serverinfo',
  'apiversion',
  'generated',
  'entries',
  'publickeys',
  'annotations',
]);

function parseYaml(bytes: Uint8Array, text: string): Value {
  if (!isUtf8(bytes)) {
    throw invalid('yaml: the text is not UTF-8');
  }
  try {
    return decode(text, { strict: true });
  } catch (error) {
    if (error instanceof YamlError) {
      throw new SourceError('invalid-index', error.message, { cause: error });
    }
    throw error;
  }
}

function invalid(why: string): SourceError {
  return new SourceError('invalid-index', why);
}

/** Undefined where the part does not stand for itself: it refers to an anchor elsewhere, or is broken. */
function decodeSlice(bytes: Uint8Array, { start, end }: Slice, chart: string): readonly unknown[] | undefined {
  try {
    const value = decode(new TextDecoder().decode(bytes.subarray(start, end)), { strict: true });
    const list = isMap(value) ? value[chart] : undefined;
    return isList(list) ? list : list === null ? [] : undefined;
  } catch (error) {
    if (error instanceof YamlError) {
      return undefined;
    }
    throw error;
  }
}

function readEntries(list: readonly unknown[], chart: string, { strict }: { readonly strict: boolean }): IndexedChart {
  const dropped: string[] = [];
  const entries: IndexEntry[] = [];
  list.forEach((value, index) => {
    const complaint = isRecord(value) ? complaintOf(value, { strict }) : notAnEntry(value);
    if (complaint !== undefined) {
      throw invalid(`${jsonPrefix}${complaint} (entry ${index + 1} of ${chart})`);
    }
    const entry = readEntry(value, chart);
    if (typeof entry === 'string') {
      dropped.push(`entry ${index + 1} of ${chart}: ${entry}`);
    } else {
      entries.push(entry);
    }
  });
  return { entries: sortOffered(entries), dropped };
}

function notAnEntry(value: unknown): string | undefined {
  return value === null
    ? undefined
    : `json: cannot unmarshal ${jsonKind(value)} into Go value of type repo.ChartVersion`;
}
