import { concat } from '../gostd/index.ts';
import { TemplateError } from './errors.ts';
import type { Sink } from './sink.ts';
import type { Flow } from './trace/flow.ts';
import type { Tracer } from './trace/tracer.ts';

/** What one run may use up, over all the templates it executes. */
export interface RunLimits {
  readonly maxBytes: number;
  /** In terms of `now`. */
  readonly deadlineMs: number;
  readonly now: () => number;
}

export interface ExecuteOptions {
  readonly limits: RunLimits;
  /** Follows what is written back to templates and values, starting with what decided that this is executed at all. */
  readonly trace?: TraceOptions;
}

export interface TraceOptions {
  readonly tracer: Tracer;
  readonly control: Flow;
}

/** What is executing another template by an action. */
export interface TemplateCaller {
  readonly depth: number;
  /** @throws TemplateError code `depth-exceeded`, at the action */
  failTooDeep(cause: RangeError): never;
}

/** Counts what a run uses up, and knows where it is. */
export class Run {
  readonly trace: TraceOptions | undefined;
  readonly #limits: RunLimits;
  /** The innermost one; where an error ends the run it stays. */
  caller: TemplateCaller | undefined;
  #bytes = 0;
  #steps = 0;

  constructor({ limits, trace }: ExecuteOptions) {
    this.#limits = limits;
    this.trace = trace;
  }

  /** How often the clock is looked at. */
  static readonly #stepsBetweenLooks = 4_096;

  step(): void {
    if (++this.#steps % Run.#stepsBetweenLooks === 0 && this.#limits.now() > this.#limits.deadlineMs) {
      throw limitError('rendering takes too long');
    }
  }

  charge(amount: number): void {
    this.#bytes += amount;
    if (this.#bytes > this.#limits.maxBytes) {
      throw limitError(`rendering writes more than ${this.#limits.maxBytes} bytes`);
    }
    this.step();
  }
}

function limitError(message: string): TemplateError {
  return new TemplateError('limit', { template: '', line: 0, column: 0 }, message);
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
