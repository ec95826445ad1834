import { concat } from '../gostd/index.ts';
import { TemplateError } from './errors.ts';
import type { Sink } from './sink.ts';

/** What one run may use up, over all the templates it executes. */
export interface RunLimits {
  readonly maxBytes: number;
  /** In terms of `now`. */
  readonly deadlineMs: number;
  readonly now: () => number;
}

export interface ExecuteOptions {
  readonly limits: RunLimits;
  /** Whether text is written with its origin. */
  readonly trace?: boolean;
}

/** What is executing another template by an action. */
export interface TemplateCaller {
  readonly depth: number;
  /** @throws TemplateError code `depth-exceeded`, at the action */
  failTooDeep(cause: RangeError): never;
}

/** Counts what a run uses up, and knows where it is. */
export class Run {
  readonly trace: boolean;
  readonly #limits: RunLimits;
  /** The innermost one; where an error ends the run it stays. */
  caller: TemplateCaller | undefined;
  #bytes = 0;
  #steps = 0;

  constructor({ limits, trace = false }: ExecuteOptions) {
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
export function stringSink(): Sink & { text(): string } {
  const parts: string[] = [];
  return {
    write: (text) => {
      parts.push(text);
    },
    text: () => concat(parts),
  };
}
