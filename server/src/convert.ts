import { type Diagnostic, DiagnosticSeverity } from 'vscode-languageserver-types';
import type { Problem, Severity } from '@fairlead/engine/support';

const severities = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
} as const satisfies Record<Severity, DiagnosticSeverity>;

/** A problem as the protocol has it. */
export function toDiagnostic(problem: Problem): Diagnostic {
  const { range, severity, code, message, related } = problem;
  return {
    range,
    severity: severities[severity],
    code,
    source: 'fairlead',
    message,
    ...(related === undefined
      ? {}
      : {
          relatedInformation: related.map((place) => ({
            location: { uri: place.uri, range: place.range },
            message: place.message,
          })),
        }),
  };
}
