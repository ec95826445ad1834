import { itemsOf, type Value } from '../gostd/index.ts';
import { limits } from '../support/index.ts';
import type { TemplateError } from './errors.ts';
import { LimitError } from './func.ts';
import type { Node } from './parse/node.ts';
import type { Flow } from './trace/flow.ts';
import type { CallChain } from './trace/rope.ts';
import type { Shadow } from './trace/shadow.ts';
import type { Tracer } from './trace/tracer.ts';
import { checkWeight, costs } from './weight.ts';

/** What one run may use up, over all the templates it executes. */
export interface RunLimits {
  /** Of text that is written, and of what functions say they make. No one text may have more than a quarter. */
  readonly maxBytes: number;
  /** Asked again and again: why to stop now, if so. */
  readonly reasonToStop: () => string | undefined;
}

export interface ExecuteOptions {
  readonly limits: RunLimits;
  /** Follows what is written back to templates and values, starting with what decided that this is executed at all. */
  readonly trace?: TraceOptions;
}

export interface TraceOptions {
  readonly tracer: Tracer;
  /** What decided that this is executed. */
  readonly control: Flow;
}

/** What one of its executions starts with. */
export interface TraceStart extends TraceOptions {
  readonly calls: CallChain | undefined;
  /** Beside its data. */
  readonly shadow: Shadow;
}

/** What is executing another template by an action. */
export interface TemplateCaller {
  readonly depth: number;
  /** Whose action this one was executed by. */
  readonly outer: TemplateCaller | undefined;
  /** Its action. */
  readonly at: Node | undefined;
  /** @throws TemplateError code `depth-exceeded`, at the action */
  failTooDeep(cause: unknown): never;
}

/** What executes a template. */
export interface TemplateExecution {
  stopped(reason: string, cause: unknown): TemplateError;
}

/** Counts what a run uses up, and knows where it is. */
export class Run {
  readonly trace: TraceOptions | undefined;
  readonly #limits: RunLimits;
  /** The innermost one; where an error ends the run it stays. */
  caller: TemplateCaller | undefined;
  /** How many templates are being executed, one in another; where an error ends the run it stays. */
  depth = 0;
  /** The innermost execution that failed. */
  failed: TemplateExecution | undefined;
  #bytes = 0;
  #steps = 0;

  constructor({ limits: own, trace }: ExecuteOptions) {
    this.#limits = own;
    this.trace = trace;
  }

  /** How often clock and memory are looked at. */
  static readonly #stepsBetweenLooks = 4_096;
  /** Characters that are as much work as a step. */
  static readonly #charactersPerStep = 1_024;
  static readonly #bytesPerItem = 16;

  step(steps = 1): void {
    this.#steps += steps;
    if (this.#steps >= Run.#stepsBetweenLooks) {
      this.#steps = 0;
      const reason = this.#limits.reasonToStop();
      if (reason !== undefined) {
        throw new LimitError(reason);
      }
    }
  }

  charge(amount: number): void {
    this.#bytes += amount;
    if (this.#bytes > this.#limits.maxBytes) {
      throw new LimitError(`more than ${this.#limits.maxBytes} bytes are written or made`);
    }
    this.step(1 + amount / Run.#charactersPerStep);
  }

  /** Looks at what a function that costs is given. @throws LimitError */
  expect(name: string, args: readonly Value[]): void {
    checkWeight(name, args, this.#limits.maxBytes);
    this.step(costs.get(name) === 'slow' ? Run.#stepsBetweenLooks : 1);
  }

  /** Looks at what a function gave back, which the next one may double. */
  returned(value: Value): Value {
    if (typeof value === 'string') {
      this.#made(value.length);
    } else {
      const items = itemsOf(value);
      if (items !== undefined) {
        this.#made(items.length * Run.#bytesPerItem);
      }
    }
    return value;
  }

  /**
   * To be asked of an error where there is stack again.
   *
   * @param outer what was executing a template when what failed began
   * @throws TemplateError code `depth-exceeded`, where templates called each other until the stack was used up
   */
  checkDepth(error: unknown, outer?: TemplateCaller): void {
    const { caller } = this;
    if (isOutOfStack(error) && caller !== undefined && caller !== outer && caller.depth > suspiciousDepth) {
      deepest(caller).failTooDeep(error);
    }
  }

  /** What a run fails with that was ended by `error`. To be asked where there is stack again. */
  errorOf(error: unknown): unknown {
    if (!(error instanceof Error)) {
      return error;
    }
    this.checkDepth(error);
    if (isOutOfStack(error)) {
      const what = this.depth > suspiciousDepth ? 'templates call each other' : 'a value nests';
      return this.failed?.stopped(`${what} too deeply`, error) ?? error;
    }
    if (error instanceof RangeError && /length|allocation/i.test(error.message)) {
      return this.failed?.stopped('a text or list is made that no memory holds', error) ?? error;
    }
    return error instanceof LimitError ? (this.failed?.stopped(error.message, error) ?? error) : error;
  }

  #made(bytes: number): void {
    if (4 * bytes > this.#limits.maxBytes) {
      throw new LimitError(`a text or list of more than ${this.#limits.maxBytes / 4} bytes is made`);
    }
    this.step(bytes / Run.#charactersPerStep);
  }
}

/** Templates that call each other this deep when the stack is used up are taken for endless, as Go in the end would. */
const suspiciousDepth = 100;

/**
 * Which of the callers Go would have come to at its own limit: templates that call each other without end do so in a
 * ring. The innermost one where there is none to be seen.
 */
function deepest(innermost: TemplateCaller): TemplateCaller {
  const callers = [innermost];
  for (let one = innermost; one.depth > 0 && one.outer !== undefined; one = one.outer) {
    callers.push(one.outer);
  }
  const half = Math.floor(callers.length / 2);
  for (let length = 1; length <= half; length++) {
    const isRing = callers.slice(0, half).every(({ at }, i) => at === callers[i + length]?.at);
    if (isRing) {
      const missing = (limits.maxExecDepth - innermost.depth) % length;
      return callers[(length - missing) % length] ?? innermost;
    }
  }
  return innermost;
}

/** A regular expression that there is no stack left to compile is no regular expression to V8. */
function isOutOfStack(error: unknown): boolean {
  return (
    (error instanceof RangeError && error.message.includes('call stack')) ||
    (error instanceof SyntaxError && error.message.includes('Stack overflow'))
  );
}
