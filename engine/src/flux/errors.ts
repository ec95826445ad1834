import { EngineError } from '../support/index.ts';

export type FluxErrorCode =
  | 'invalid-object'
  /** A file that was meant for Flux is no YAML. */
  | 'not-yaml'
  | 'unsupported-version'
  | 'values-missing'
  | 'values-key'
  | 'values-kind'
  | 'values-data'
  | 'values-merge'
  | 'no-chart'
  | 'source-missing'
  | 'source-kind'
  | 'access-denied'
  | 'post-render'
  | 'unsupported';

/** Something a Flux object asks for that cannot be done. `object` names it as `Kind/namespace/name` where it is known. */
export class FluxError extends EngineError {
  override readonly name = 'FluxError';
  readonly code: FluxErrorCode;
  readonly object: string | undefined;

  constructor(code: FluxErrorCode, message: string, options: ErrorOptions & { readonly object?: string } = {}) {
    super(message, options);
    this.code = code;
    this.object = options.object;
  }
}
