import { EngineError } from '../support/index.ts';

export type SemverErrorCode =
  | 'too-long'
  | 'empty'
  | 'invalid'
  | 'invalid-characters'
  | 'leading-zero'
  | 'invalid-prerelease'
  | 'invalid-metadata'
  | 'out-of-range'
  | 'constraint';

/** A text that is no version or no constraint. `message` is Masterminds' own, which users see in Helm and Flux. */
export class SemverError extends EngineError {
  override readonly name = 'SemverError';
  readonly code: SemverErrorCode;
  /** What was to be parsed. */
  readonly text: string;

  constructor(code: SemverErrorCode, text: string, message: string) {
    super(message);
    this.code = code;
    this.text = text;
  }
}
