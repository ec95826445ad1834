import { EngineError } from '../support/index.ts';
import type { Position } from '../support/index.ts';
import type { LookupKey } from './types.ts';

/**
 * - `parse`: a template that is none
 * - `execute`: a template that failed
 * - `fail`: a template that gave up by itself, by `required` or `fail`
 * - `limit`: more output or time than one render may take, or none at all any more
 */
export type RenderErrorCode = 'parse' | 'execute' | 'fail' | 'limit';

/** A place in a template of the chart. */
export interface TemplatePlace {
  /** Name in the set: `chart/templates/deployment.yaml`; `gotpl` for a text that `tpl` ran. */
  readonly template: string;
  readonly position: Position;
}

/** Where in the chart a render failed. */
export interface RenderErrorPlace extends TemplatePlace {
  /** The calls that led there, outermost first. */
  readonly calls: readonly TemplatePlace[];
  /** What was nil where a field was asked of nothing, as the template writes it: `.Values.a.b`. */
  readonly nil: string | undefined;
}

interface RenderErrorOptions {
  readonly cause?: unknown;
  readonly place?: RenderErrorPlace | undefined;
  readonly missingLookups?: readonly LookupKey[];
}

/** A chart that does not render. `message` is byte for byte what Helm 4 prints. */
export class RenderError extends EngineError {
  override readonly name = 'RenderError';
  readonly code: RenderErrorCode;
  readonly place: RenderErrorPlace | undefined;
  /** What `lookup` had no answer for until then; with answers the chart may render. */
  readonly missingLookups: readonly LookupKey[];

  constructor(code: RenderErrorCode, message: string, options: RenderErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.place = options.place;
    this.missingLookups = options.missingLookups ?? [];
  }
}
