import { concat } from '../gostd/index.ts';
import { pushSegment, Rope, type Segment } from './trace/rope.ts';

/** Where a template's output goes: text, and who wrote it when the run traces. Execution never builds one string itself. */
export interface Sink {
  write(text: string, segments?: readonly Segment[]): void;
  /** All that was written so far. */
  text(): string;
  /** Who wrote it, of a sink that keeps that. */
  rope?(): Rope;
}

/** A sink that keeps the text. */
export function stringSink(): Sink {
  const parts: string[] = [];
  return {
    write: (text) => {
      parts.push(text);
    },
    text: () => concat(parts),
  };
}

/** A sink that keeps who wrote what, too. */
export function ropeSink(): Sink {
  const parts: string[] = [];
  const segments: Segment[] = [];
  return {
    write: (text, written) => {
      parts.push(text);
      for (const segment of written ?? []) {
        pushSegment(segments, segment);
      }
    },
    text: () => concat(parts),
    rope: () => new Rope(segments),
  };
}
