import type { NamedPath, Read } from '../../gotemplate/index.ts';
import type { Position } from '../../support/index.ts';

/**
 * Who wrote what, of a whole render, as plain data that crosses threads. Numbers are indexes into the lists beside.
 */
export interface RenderTrace {
  /** Places in the values of the root chart that anything asked for, there or not. */
  readonly paths: readonly TracedPath[];
  readonly flows: readonly TracedFlow[];
  readonly places: readonly TracedPlace[];
  readonly calls: readonly TracedCallSite[];
  /** By the name of the file: `length, place, flow` for each piece of its text; of one without length the place is 0. */
  readonly files: ReadonlyMap<string, Uint32Array>;
  /** Where the values of each chart are in those of the root chart. */
  readonly charts: readonly (readonly string[])[];
  /** What templates name of their chart's values, in whatever branch. */
  readonly named: readonly NamedPath[];
}

/** A place in the values of the root chart, and how it was asked for. */
export interface TracedPath {
  readonly keys: readonly (string | number)[];
  /**
   * `whole`: its text was read, and that of all below it. `keys`: only whether it is there, or what keys it has.
   * `no`: only passed by.
   */
  readonly read: Read;
}

/** Indexes of paths by how they came into a piece. */
export interface TracedFlow {
  /** Their text is in it. */
  readonly data: readonly number[];
  /** Their names are in it. */
  readonly key: readonly number[];
  /** They decided about it. */
  readonly control: readonly number[];
}

/** Where a piece was written: 0-based. */
export interface TracedPlace {
  readonly template: string;
  readonly position: Position;
  /** Index of the innermost call, -1 outside of all. */
  readonly call: number;
  /** Whether the piece is the template's own text from there on, line for line. */
  readonly isText: boolean;
}

/** A call that led to what was written: 0-based. */
export interface TracedCallSite {
  readonly template: string;
  readonly position: Position;
  /** What is called: a template's name, `gotpl` for a text by `tpl`. */
  readonly name: string;
  /** Index of the call around it, -1 outside of all. */
  readonly outer: number;
}
