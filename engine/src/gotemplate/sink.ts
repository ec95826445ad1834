import type { Position } from '../support/index.ts';

/** Where a template's output goes: text with what wrote it. Execution never builds one string itself. */
export interface Sink {
  write(text: string, origin: WriteOrigin | undefined): void;
}

/** What wrote a piece of output. `undefined` when tracing is off. */
export interface WriteOrigin {
  /** Template file, as its name in the set: `chart/templates/deployment.yaml`. */
  readonly template: string;
  /** Of the action or text node. */
  readonly position: Position;
  /** Include and tpl calls that led here, outermost first. */
  readonly calls: readonly TemplateCall[];
  /** Values paths whose text this is. */
  readonly data: ReadonlySet<string>;
  /** Values paths that decided whether this is written. */
  readonly control: ReadonlySet<string>;
}

export interface TemplateCall {
  readonly template: string;
  readonly position: Position;
  readonly name: string;
}
