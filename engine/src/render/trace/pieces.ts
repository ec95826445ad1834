import { lineAt, lineStarts } from '../../support/index.ts';
import type { RenderTrace, TracedPlace } from './trace.ts';

/** Who wrote a stretch of a file. Numbers are indexes into the trace's lists. */
export interface TracedStretch {
  /** The place that wrote the first visible character; undefined where nobody wrote one. */
  readonly writer: Pick<TracedPlace, 'template' | 'position' | 'call'> | undefined;
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
  /** Where each line starts. */
  readonly #lineStarts: readonly number[];

  constructor(trace: RenderTrace, name: string, text: string) {
    this.#trace = trace;
    this.#text = text;
    this.#pieces = trace.files.get(name) ?? new Uint32Array();
    this.#starts = new Uint32Array(this.#pieces.length / fields);
    this.#lineStarts = lineStarts(text);
    let at = 0;
    for (let i = 0; i < this.#starts.length; i++) {
      this.#starts[i] = at;
      at += this.#pieces[i * fields] ?? 0;
    }
  }

  /** What is between two offsets. Where something might have been written at one of the ends counts too. */
  between(start: number, end: number): TracedStretch {
    let writer: TracedStretch['writer'];
    const flows = new Set<number>();
    for (let i = this.#firstAt(start); i < this.#starts.length; i++) {
      const from = this.#starts[i] ?? 0;
      const length = this.#pieces[i * fields] ?? 0;
      if (from > end || (from === end && length > 0)) {
        break;
      }
      flows.add(this.#pieces[i * fields + 2] ?? 0);
      writer ??= this.#writer(i, Math.max(from, start), Math.min(from + length, end));
    }
    return { writer, ...this.#paths(flows) };
  }

  /** What wrote the first visible character of a part of a piece. */
  #writer(piece: number, start: number, end: number): TracedStretch['writer'] {
    const visible = this.#text.slice(start, end).search(/\S/);
    const place = this.#trace.places[this.#pieces[piece * fields + 1] ?? 0];
    if (visible < 0 || place === undefined) {
      return undefined;
    }
    const { template, position, call, isText } = place;
    if (!isText) {
      return { template, position, call };
    }
    const at = start + visible;
    const from = this.#starts[piece] ?? 0;
    const line = lineAt(this.#lineStarts, at);
    const lines = line - lineAt(this.#lineStarts, from);
    const character = lines === 0 ? position.character + at - from : at - (this.#lineStarts[line] ?? 0);
    return { template, position: { line: position.line + lines, character }, call };
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

  #paths(indexes: ReadonlySet<number>): Omit<TracedStretch, 'writer'> {
    const [first] = indexes;
    if (indexes.size < 2) {
      return this.#trace.flows[first ?? -1] ?? { data: [], key: [], control: [] };
    }
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
