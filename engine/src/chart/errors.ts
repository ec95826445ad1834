import { EngineError } from '../support/index.ts';

/**
 * - `archive`: not a gzipped tar, or a damaged one
 * - `too-large`: more than a chart may hold
 * - `path`: a name that leaves the chart, or no regular file
 * - `missing`: there is no chart at the place, or no Chart.yaml in it
 * - `metadata`: Chart.yaml, Chart.lock or requirements.yaml cannot be read or is refused
 * - `values`: values.yaml or a values file cannot be read, or values do not fit the chart's tables
 * - `ignore`: a rule of .helmignore that Helm does not know
 * - `subchart`: a chart in charts/ cannot be loaded; `cause` says why
 * - `dependencies`: Chart.yaml names charts that charts/ does not hold
 * - `schema`: values that values.schema.json refuses, or a schema that is none
 * - `strvals`: the text of a `--set` cannot be read
 * - `unsupported`: a chart API version that is not v1 or v2, or a library chart to install
 * - `version`: a Kubernetes version that is none, or that the chart refuses
 * - `name`: a release name that Helm refuses
 */
export type ChartErrorCode =
  | 'archive'
  | 'too-large'
  | 'path'
  | 'missing'
  | 'metadata'
  | 'values'
  | 'ignore'
  | 'subchart'
  | 'dependencies'
  | 'schema'
  | 'strvals'
  | 'unsupported'
  | 'version'
  | 'name';

/** One thing that a values.schema.json refuses. */
export interface SchemaProblem {
  /** Name of the chart whose schema it is. */
  readonly chart: string;
  /** Keys and indexes from the top of the values of the whole release. */
  readonly path: readonly string[];
  /**
   * What is wrong there, in Helm's words; alternatives that all failed are in parentheses. It can hold a value, so it
   * is to be redacted like `message` of the error.
   */
  readonly message: string;
}

export interface ChartErrorOptions extends ErrorOptions {
  readonly schemaProblems?: readonly SchemaProblem[];
}

/** A chart that cannot be loaded, or values that it does not take. `message` is in Helm's words. */
export class ChartError extends EngineError {
  override readonly name = 'ChartError';
  readonly code: ChartErrorCode;
  /** What is wrong with the values, place by place; only with `schema`, and empty where the schema itself is wrong. */
  readonly schemaProblems: readonly SchemaProblem[];

  constructor(code: ChartErrorCode, message: string, { schemaProblems = [], ...options }: ChartErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.schemaProblems = schemaProblems;
  }

  /** The same error as the caller one level up tells it. */
  withPrefix(prefix: string): ChartError {
    const { schemaProblems } = this;
    return new ChartError(this.code, prefix + this.message, { cause: this, schemaProblems });
  }
}
