import type { LineTrace, ValueTrace } from '@fairlead/engine/preview';
import type { Origin } from '@fairlead/engine/support';
import { entryOf, nodeAt, type YamlFile } from '../document/index.ts';
import type { LineWriter, TracedLine, TracedValue, ValueOrigin } from '../protocol.ts';
import type { WorkspaceObject } from '../workspace/index.ts';
import { lineRange } from './lineRange.ts';

/** What a line's places are in. */
export interface TracedIn {
  readonly release: WorkspaceObject;
  /** By URI, as they were rendered. */
  readonly files: ReadonlyMap<string, YamlFile>;
}

/** What made a line, for an editor: with ranges in the user's files. */
export function tracedLine(line: number, trace: LineTrace, within: TracedIn): TracedLine {
  const { object, pointer, writer, data, keys, control } = trace;
  const values = (traced: readonly ValueTrace[]): readonly TracedValue[] =>
    traced.map((one) => tracedValue(one, within));
  return {
    line,
    object,
    pointer,
    writer: lineWriter(writer, within),
    data: values(data),
    keys: values(keys),
    control: values(control),
  };
}

function lineWriter(writer: LineTrace['writer'], { release: { root, file } }: TracedIn): LineWriter {
  if (writer.kind === 'template' || writer.isOwn) {
    return writer;
  }
  const entry = entryOf(nodeAt(root, ['spec', 'commonMetadata', writer.field]), writer.key);
  return entry === undefined
    ? writer
    : { ...writer, place: { uri: file.uri, range: file.lines.rangeOf(entry.keyStart, entry.value.end) } };
}

function tracedValue({ path, text, origin }: ValueTrace, within: TracedIn): TracedValue {
  const from = origin && valueOrigin(origin, within);
  return { path, ...(text !== undefined && { text }), ...(from && { origin: from }) };
}

function valueOrigin(origin: Origin, { files }: TracedIn): ValueOrigin | undefined {
  switch (origin.kind) {
    case 'user': {
      const { layer, file: uri, position } = origin;
      return { kind: 'file', layer, uri, range: lineRange(files.get(uri), position) };
    }
    case 'flag':
      // Only the command line has them.
      return undefined;
    case 'chart':
    case 'secret':
    case 'unknown':
    case 'computed':
      return origin;
  }
}
