import type { Position } from '@fairlead/engine/support';

/** A text and the place in it that `<|>` stood for. */
export interface TextWithCursor {
  readonly text: string;
  readonly offset: number;
  readonly position: Position;
}

const cursor = '<|>';

/** Takes the one `<|>` out of a text. Lines end with `\n` or `\r\n`. */
export function takeCursor(marked: string): TextWithCursor {
  const parts = marked.split(cursor);
  const [before, after] = parts;
  if (parts.length !== 2 || before === undefined || after === undefined) {
    throw new Error(`a marked text has one ${cursor}, this one has ${parts.length - 1}: ${marked}`);
  }
  const lines = before.split('\n');
  const position = { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
  return { text: before + after, offset: before.length, position };
}
