import type { Rope, Segment } from './trace/rope.ts';

/** Where a template's output goes: text, and who wrote it when the run traces. Execution never builds one string itself. */
export interface Sink {
  write(text: string, segments?: readonly Segment[]): void;
  /** All that was written so far. */
  text(): string;
  /** Who wrote it, of a sink that keeps that. */
  rope?(): Rope;
}
