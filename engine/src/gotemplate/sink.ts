import { concat } from '../gostd/index.ts';
import { RopeBuilder } from './trace/rope.ts';

/** Where a template's output goes. Execution never builds one string itself. */
export interface Sink {
  write(text: string): void;
  /** All that was written so far. */
  text(): string;
  /** Who wrote it, in a run that traces. */
  readonly written?: RopeBuilder;
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
export function ropeSink(): Sink & { readonly written: RopeBuilder } {
  return Object.assign(stringSink(), { written: new RopeBuilder() });
}
