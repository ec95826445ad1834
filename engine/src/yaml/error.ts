import { EngineError, type Position } from '../support/index.ts';

/**
 * - `syntax`: not YAML
 * - `alias`: an alias to nothing, to itself, or to too much
 * - `tag`: a scalar that is not what its tag says
 * - `duplicate-key`: two equal keys where the reader refuses them
 * - `not-json`: YAML that has no JSON form: `.nan`, a null key, a list as key
 * - `wrong-type`: a document that had to be a map or a list
 * - `too-deep`: nested deeper than our limit
 * - `unprintable`: a value that cannot be written as YAML
 * - `unsupported`: a value of a type that makes go-yaml panic
 */
export type YamlErrorCode =
  'syntax' | 'alias' | 'tag' | 'duplicate-key' | 'not-json' | 'wrong-type' | 'too-deep' | 'unprintable' | 'unsupported';

/** Where the trouble is. */
export interface YamlErrorPlace {
  /** Where it was noticed. */
  readonly position?: Position | undefined;
  /** The line that Go's words name, 1-based; go-yaml leaves it out on the first line, and is sometimes off by one. */
  readonly line?: number | undefined;
}

/** A YAML text that cannot be read, or a value that cannot be written. `message` is in Go's words. */
export class YamlError extends EngineError {
  override readonly name = 'YamlError';
  readonly code: YamlErrorCode;
  readonly position: Position | undefined;
  readonly line: number | undefined;

  constructor(code: YamlErrorCode, message: string, place: YamlErrorPlace = {}) {
    super(message);
    this.code = code;
    this.position = place.position;
    this.line = place.line;
  }

  /** The same trouble as the caller one level up tells it. */
  withPrefix(prefix: string): YamlError {
    return new YamlError(this.code, prefix + this.message, { position: this.position, line: this.line });
  }
}
