import type { Release } from '../release/index.ts';
import { EngineError } from '../support/index.ts';

export type ActionErrorCode =
  /** The newest revision is pending: somebody else is at work, or was interrupted. */
  | 'pending'
  /** The action began, was recorded, and failed; `release` is the record. */
  | 'failed'
  /** What would be changed belongs to somebody else. */
  | 'ownership'
  | 'no-release'
  | 'no-revision'
  /** The release is of a kind this engine does not change: kept client-side, or unknown. */
  | 'unsupported'
  | 'timeout';

/** An action that could not be done. The message is Helm's. */
export class ActionError extends EngineError {
  override readonly name = 'ActionError';
  readonly code: ActionErrorCode;
  /** What was recorded in storage, when anything was. */
  readonly release: Release | undefined;

  constructor(code: ActionErrorCode, message: string, options: ErrorOptions & { readonly release?: Release } = {}) {
    super(message, options);
    this.code = code;
    this.release = options.release;
  }
}
