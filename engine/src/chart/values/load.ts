import { type GoMap, isMap, newMap, trimSpace, type Value } from '../../gostd/index.ts';
import { messageOf, type Origin, type Origins, type Position } from '../../support/index.ts';
import { decodeMap, type OnPlace } from '../../yaml/index.ts';
import { ChartError } from '../errors.ts';

/** What is recorded for each value that is read: where `at` says, with its position. */
export interface RecordOrigins {
  readonly origins: Origins;
  readonly at: (position: Position) => Origin;
}

/**
 * Values from a text of one or more YAML documents, the later ones over the earlier ones.
 *
 * @throws ChartError `values`
 * @see helm v4.3.1 pkg/chart/v2/loader/load.go, LoadValues
 */
export function loadValues(text: string, record?: RecordOrigins): GoMap {
  let values = newMap();
  for (const { source, firstLine } of splitDocuments(text)) {
    let read: GoMap;
    try {
      read = decodeMap(source, record === undefined ? {} : { onPlace: recorder(record, firstLine) });
    } catch (error) {
      throw new ChartError('values', `cannot unmarshal yaml document: ${messageOf(error)}`, { cause: error });
    }
    values = mergeMaps(values, read, record?.origins);
  }
  return values;
}

function recorder({ origins, at }: RecordOrigins, firstLine: number): OnPlace {
  return (container, key, start, _end, keyStart) => {
    const { line, character } = keyStart ?? start;
    origins.set(container, key, at({ line: line + firstLine, character }));
  };
}

/** A document of a stream and the line of the stream, from 0, it starts on. */
interface StreamDocument {
  readonly source: string;
  readonly firstLine: number;
}

/**
 * Cuts at lines that start with `---`, wherever they stand. The first such line stays with what follows it if nothing
 * came before.
 *
 * @throws ChartError `values`
 * @see k8s.io/apimachinery v0.37.1 pkg/util/yaml/decoder.go, YAMLReader.Read
 */
function* splitDocuments(text: string): Generator<StreamDocument> {
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  if (lines.at(-1) === '') {
    lines.pop();
  }
  let start = 0;
  for (const [index, line] of lines.entries()) {
    if (!line.startsWith('---')) {
      continue;
    }
    const rest = trimSpace(line.slice('---'.length));
    if (rest !== '' && !rest.startsWith('#')) {
      throw new ChartError('values', `error reading yaml document: invalid Yaml document separator: ${rest}`);
    }
    if (index > start) {
      yield documentOf(lines, start, index);
      start = index + 1;
    }
  }
  if (start < lines.length) {
    yield documentOf(lines, start, lines.length);
  }
}

function documentOf(lines: readonly string[], firstLine: number, end: number): StreamDocument {
  return { source: `${lines.slice(firstLine, end).join('\n')}\n`, firstLine };
}

/**
 * A new map with the entries of both; where both have a map they are merged, else `over` wins, with null too.
 *
 * @see helm v4.3.1 pkg/chart/v2/loader/load.go, MergeMaps
 */
export function mergeMaps(under: GoMap, over: GoMap, origins?: Origins): GoMap {
  const merged = newMap();
  const take = (from: GoMap, key: string, value: Value): void => {
    merged[key] = value;
    origins?.copy(from, key, merged, key);
  };
  for (const [key, value] of Object.entries(under)) {
    take(under, key, value);
  }
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key];
    take(over, key, isMap(value) && isMap(below) ? mergeMaps(below, value, origins) : value);
  }
  return merged;
}
