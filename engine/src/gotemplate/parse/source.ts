import { lineAt, lineStarts, type Position } from '../../support/index.ts';

/** The text that nodes were read from. */
export class Source {
  /** Name of the template that was parsed, which errors are located in. */
  readonly parseName: string;
  readonly text: string;
  /** Offsets of the lines' first characters, made when somebody asks. */
  #lineStarts: readonly number[] | undefined;

  constructor(parseName: string, text: string) {
    this.parseName = parseName;
    this.text = text;
  }

  /** Where an offset is, 0-based, in UTF-16 units. Made for many questions about one text. */
  position(offset: number): Position {
    this.#lineStarts ??= lineStarts(this.text);
    const line = lineAt(this.#lineStarts, offset);
    return { line, character: offset - (this.#lineStarts[line] ?? 0) };
  }
}
