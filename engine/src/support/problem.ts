/** A place in a text: 0-based line, 0-based character in UTF-16 code units, as the Language Server Protocol counts. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

export interface Range {
  readonly start: Position;
  readonly end: Position;
}

export type Severity = 'error' | 'warning' | 'information' | 'hint';

/**
 * Every code a problem can carry. A code is stable: users suppress, search and script by it.
 * Groups: `yaml-*` what the text is, `schema-*` and `cel-rule` what the API server says,
 * `reference-*` between objects, `chart-*` and `values-*` about the chart, `source-*` about fetching it.
 */
export const problemCodes = [
  'yaml-syntax',
  'yaml-duplicate-key',
  'yaml-boolean',
  'schema-type',
  'schema-required',
  'schema-unknown-field',
  'schema-enum',
  'schema-pattern',
  'schema-length',
  'schema-range',
  'schema-version',
  'cel-rule',
  'cel-unchecked',
  'reference-missing',
  'reference-kind',
  'dependency-cycle',
  'version-constraint',
  'version-none',
  'chart-missing',
  'chart-invalid',
  'chart-render',
  'values-schema',
  'values-reference',
  'source-unavailable',
] as const;

export type ProblemCode = (typeof problemCodes)[number];

/** Something wrong in a text that a person wrote. It is data: nothing throws for it. */
export interface Problem {
  readonly code: ProblemCode;
  readonly severity: Severity;
  /** One sentence without a full stop. */
  readonly message: string;
  readonly range: Range;
  /** True where the API server would refuse the YAML text itself, under strict field validation. */
  readonly admission: boolean;
  readonly related?: readonly RelatedPlace[];
  /** What would most likely put it right, in the same file. */
  readonly fix?: ProblemFix;
}

export interface ProblemFix {
  readonly range: Range;
  /** Takes the place of what stands there. */
  readonly newText: string;
}

/** Another place that explains a problem. */
export interface RelatedPlace {
  readonly uri: string;
  readonly range: Range;
  readonly message: string;
}

/** A result that is there even when the text has problems. */
export interface WithProblems<T> {
  readonly value: T;
  readonly problems: readonly Problem[];
}
