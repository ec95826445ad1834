import { ChartError } from '../chart/index.ts';
import { FluxError, type FluxErrorCode } from '../flux/index.ts';
import { ReleaseError } from '../release/index.ts';
import { RenderError } from '../render/index.ts';
import { SourceError, type SourceErrorCode } from '../source/index.ts';
import { messageOf, type ProblemCode, redact } from '../support/index.ts';

/** What an error of `desiredRelease` is for whoever wrote the release; undefined for one that is not theirs to mend. */
export function problemOf(
  error: unknown,
  secrets: readonly string[],
): { readonly code: ProblemCode; readonly message: string } | undefined {
  const code = codeOf(error);
  return code === undefined ? undefined : { code, message: redact(messageOf(error), secrets) };
}

function codeOf(error: unknown): ProblemCode | undefined {
  if (error instanceof FluxError) {
    return ofFlux(error.code);
  }
  if (error instanceof SourceError) {
    return ofSource(error.code);
  }
  if (error instanceof ChartError) {
    return error.code === 'schema' ? 'values-schema' : 'chart-invalid';
  }
  return error instanceof RenderError || error instanceof ReleaseError ? 'chart-render' : undefined;
}

function ofFlux(code: FluxErrorCode): ProblemCode {
  switch (code) {
    case 'not-yaml':
      return 'yaml-syntax';
    case 'invalid-object':
      return 'schema-type';
    case 'unsupported-version':
      return 'schema-version';
    case 'values-missing':
    case 'values-key':
    case 'values-kind':
    case 'values-data':
    case 'values-merge':
      return 'values-reference';
    case 'no-chart':
      return 'cel-rule';
    case 'source-missing':
    case 'access-denied':
      return 'reference-missing';
    case 'source-kind':
      return 'reference-kind';
    case 'post-render':
    case 'unsupported':
      return 'chart-render';
  }
}

function ofSource(code: SourceErrorCode): ProblemCode {
  switch (code) {
    case 'invalid-version':
      return 'version-constraint';
    case 'no-version':
      return 'version-none';
    case 'not-found':
      return 'chart-missing';
    case 'invalid-chart':
    case 'values-files':
    case 'dependency':
    case 'outside':
      return 'chart-invalid';
    default:
      return 'source-unavailable';
  }
}
