import type { Position } from '../../support/index.ts';

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
    this.#lineStarts ??= findLineStarts(this.text);
    const starts = this.#lineStarts;
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return { line: low, character: offset - (starts[low] ?? 0) };
  }
}

function findLineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    starts.push(at + 1);
  }
  return starts;
}
