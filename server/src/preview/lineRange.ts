import type { Position, Range } from '@fairlead/engine/support';
import type { YamlFile } from '../document/index.ts';

/** From a place to the end of its line; no further than the place itself where the file is not known. */
export function lineRange(file: YamlFile | undefined, start: Position): Range {
  const { lines } = file ?? {};
  return {
    start,
    end:
      lines === undefined
        ? start
        : lines.positionAt(lines.offsetAt({ line: start.line, character: Number.MAX_SAFE_INTEGER })),
  };
}
