import type { RenderTrace } from './trace.ts';

/** Who wrote a stretch of a file. Numbers are indexes into the trace's lists. */
export interface TracedStretch {
  /** Index of the place that wrote the first visible character, -1 where nobody wrote one. */
  readonly place: number;
  /** Paths by how they came into it, ascending. */
  readonly data: readonly number[];
  readonly key: readonly number[];
  readonly control: readonly number[];
}

/** The pieces of a file's text, in order, asked for by offsets. */
export class Pieces {
  readonly #trace: RenderTrace;
  readonly #text: string;
  readonly #pieces: Uint32Array;
  /** Where each piece starts. */
  readonly #starts: Uint32Array;

  constructor(trace: RenderTrace, name: string, text: string) {
    this.#trace = trace;
    this.#text = text;
    this.#pieces = trace.files.get(name) ?? new Uint32Array();
    this.#starts = new Uint32Array(this.#pieces.length / fields);
    let at = 0;
    for (let i = 0; i < this.#starts.length; i++) {
      this.#starts[i] = at;
      at += this.#pieces[i * fields] ?? 0;
    }
  }

  /** What is between two offsets. Where something might have been written at one of the ends counts too. */
  between(start: number, end: number): TracedStretch {
    let place = -1;
    const flows = new Set<number>();
    for (let i = this.#firstAt(start); i < this.#starts.length; i++) {
      const from = this.#starts[i] ?? 0;
      const length = this.#pieces[i * fields] ?? 0;
      if (from > end || (from === end && length > 0)) {
        break;
      }
      flows.add(this.#pieces[i * fields + 2] ?? 0);
      if (place < 0 && this.#text.slice(Math.max(from, start), Math.min(from + length, end)).trim() !== '') {
        place = this.#pieces[i * fields + 1] ?? 0;
      }
    }
    return { place, ...this.#paths(flows) };
  }

  /** The first piece that reaches beyond an offset, or is a mark at it. */
  #firstAt(offset: number): number {
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const length = this.#pieces[middle * fields] ?? 0;
      const end = (this.#starts[middle] ?? 0) + length;
      if (end < offset || (end === offset && length > 0)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  #paths(indexes: ReadonlySet<number>): Omit<TracedStretch, 'place'> {
    const all = { data: new Set<number>(), key: new Set<number>(), control: new Set<number>() };
    for (const index of indexes) {
      const flow = this.#trace.flows[index];
      flow?.data.forEach((path) => all.data.add(path));
      flow?.key.forEach((path) => all.key.add(path));
      flow?.control.forEach((path) => all.control.add(path));
    }
    const sorted = (paths: ReadonlySet<number>): number[] => [...paths].sort((a, b) => a - b);
    return { data: sorted(all.data), key: sorted(all.key), control: sorted(all.control) };
  }
}

/** Numbers that a piece has: its length, its place, its flow. */
const fields = 3;
