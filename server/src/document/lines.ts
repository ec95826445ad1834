import { lineAt, type Position, type Range } from '@fairlead/engine/support';

/** Turns offsets into positions and back. Lines end with `\n`, `\r\n` or `\r`; offsets are UTF-16 code units. */
export class Lines {
  readonly #text: string;
  readonly #starts: readonly number[];

  constructor(text: string) {
    this.#text = text;
    const starts = [0];
    for (let offset = 0; offset < text.length; offset++) {
      const code = text.charCodeAt(offset);
      if (code === 10 || (code === 13 && text.charCodeAt(offset + 1) !== 10)) {
        starts.push(offset + 1);
      }
    }
    this.#starts = starts;
  }

  positionAt(offset: number): Position {
    const line = lineAt(this.#starts, offset);
    return { line, character: Math.max(0, Math.min(offset, this.#text.length) - (this.#starts[line] ?? 0)) };
  }

  /** The offset of a position; one past the end of its line counts as that end. */
  offsetAt({ line, character }: Position): number {
    const start = this.#starts[line];
    if (start === undefined) {
      return this.#text.length;
    }
    return Math.min(start + character, this.#lineEnd(line));
  }

  rangeOf(start: number, end: number): Range {
    return { start: this.positionAt(start), end: this.positionAt(end) };
  }

  #lineEnd(line: number): number {
    let end = this.#starts[line + 1] ?? this.#text.length;
    const start = this.#starts[line] ?? 0;
    while (end > start && /[\r\n]/.test(this.#text.charAt(end - 1))) {
      end--;
    }
    return end;
  }
}
