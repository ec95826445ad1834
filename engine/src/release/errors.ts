import { EngineError } from '../support/index.ts';

/** `manifest`: a rendered document is not YAML, or no object. `show-only`: no document comes from the template asked for. */
export type ReleaseErrorCode = 'manifest' | 'show-only';

/** Rendered text that makes no release. `message` is in Helm's words. */
export class ReleaseError extends EngineError {
  override readonly name = 'ReleaseError';
  readonly code: ReleaseErrorCode;
  /** The template that wrote it. */
  readonly path: string;

  constructor(code: ReleaseErrorCode, path: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.path = path;
  }
}
