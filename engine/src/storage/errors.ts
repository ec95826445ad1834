import { EngineError } from '../support/index.ts';

export type StorageErrorCode = 'not-found' | 'already-exists' | 'too-large' | 'corrupt' | 'failed';

/** A release that could not be read or written. */
export class StorageError extends EngineError {
  override readonly name = 'StorageError';
  readonly code: StorageErrorCode;

  constructor(code: StorageErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
