import type { Value } from '../gostd/index.ts';
import type { OnWritten } from '../yaml/index.ts';

/**
 * One function that templates can call. One table of these serves execution, argument checks, completion and hover.
 */
export interface FuncEntry {
  readonly name: string;
  /**
   * Go types of the parameters as `%T` prints them (`string`, `interface {}`, `int`, `[]string`, `reflect.Value`);
   * the last one starts with `...` when variadic. Execution checks and converts arguments as text/template does.
   */
  readonly params: readonly string[];
  /** Go types of the results; the second, when there is one, is `error`. */
  readonly results: readonly string[];
  /** One sentence for hovers. */
  readonly doc: string;
  /**
   * Computes the result from arguments already checked against `params`.
   * @throws GoError where the Go function returns or panics with an error
   */
  readonly call: (args: readonly Value[], context: CallContext) => Value;
  /** How arguments flow to the result, for tracing. Absent: all of them. */
  readonly flow?: ArgumentFlow;
}

/**
 * `all`: every argument is data of the result. `none`: no argument's text reaches it (`len`, `hasKey`).
 * `indexes`: only these arguments are data, the others control. `pick`: the call says which one it returned.
 */
export type ArgumentFlow =
  | { readonly kind: 'all' }
  | { readonly kind: 'none' }
  | { readonly kind: 'indexes'; readonly data: readonly number[] }
  | { readonly kind: 'pick'; readonly pick: (args: readonly Value[], result: Value) => readonly number[] };

/** What a function may ask of the run it is called in. */
export interface CallContext {
  /** Executes a named template over `data` and returns its text, as `include` needs. */
  executeTemplate(name: string, data: Value): string;
  /** Parses and executes `text` in a clone of the running set, as `tpl` needs. */
  executeText(name: string, text: string, data: Value): string;
  /** Counts work (bytes made, items made) against the run's limits; throws when they are used up. */
  charge(amount: number): void;
  /** To be told, by a function that writes a value as YAML, where each part of it stands. */
  readonly onWritten?: OnWritten | undefined;
}

/** An error in Go's words that a function returned. Execution wraps it as `error calling NAME: …`. */
export class GoError extends Error {
  override readonly name = 'GoError';
}

/** What a render may not ask for: more work, text or memory than its limits, or values without end. */
export class LimitError extends Error {
  override readonly name = 'LimitError';
}

export type FuncMap = ReadonlyMap<string, FuncEntry>;
