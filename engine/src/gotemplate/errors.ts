import { byteLength } from '../gostd/index.ts';
import { EngineError } from '../support/index.ts';
import type { Source } from './parse/source.ts';

export type TemplateErrorCode =
  /** The text is no template. */
  | 'parse'
  /** Execution failed. */
  | 'exec'
  /** Templates called each other too deeply. */
  | 'depth-exceeded'
  /** The run's own limits of time or bytes are used up. */
  | 'limit';

/** Where in a template something happened: `line` is 1-based, `column` 0-based in UTF-8 bytes, as Go prints them. */
export interface TemplatePosition {
  readonly template: string;
  readonly line: number;
  readonly column: number;
  /** The column in UTF-16 units, where it is known. */
  readonly character?: number;
}

export interface TemplateErrorOptions {
  readonly cause?: unknown;
  /** What was nil, where a field was asked of nothing. */
  readonly nil?: string | undefined;
}

/**
 * A template that failed to parse or execute. `message` is byte-for-byte what Go's text/template prints, since users
 * search for it; `cause` is what a function threw: another TemplateError when it executed a template.
 */
export class TemplateError extends EngineError {
  override readonly name = 'TemplateError';
  readonly code: TemplateErrorCode;
  readonly position: TemplatePosition;
  /** What was nil where a field was asked of nothing: `.Values.a.b`. */
  readonly nil: string | undefined;
  /** The `template` actions that led here, innermost first. What a function executed has them in the error around. */
  readonly callers: TemplatePosition[] = [];

  constructor(
    code: TemplateErrorCode,
    position: TemplatePosition,
    message: string,
    options: TemplateErrorOptions = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.position = position;
    this.nil = options.nil;
  }
}

/** The place of an offset, as Go's errors count. */
export function positionIn(source: Source, pos: number): TemplatePosition {
  const before = source.text.slice(0, pos);
  const lineStart = before.lastIndexOf('\n') + 1;
  let line = 1;
  for (let at = before.indexOf('\n'); at >= 0; at = before.indexOf('\n', at + 1)) {
    line++;
  }
  const column = byteLength(before.slice(lineStart));
  return { template: source.parseName, line, column, character: pos - lineStart };
}
