import type { Problem, Severity } from '@fairlead/engine/support';

/** A problem with the file it stands in, as the caller named it. */
export interface FileProblem extends Problem {
  readonly file: string;
}

const order: readonly Severity[] = ['error', 'warning', 'information', 'hint'];

/** Whether this severity reaches the one that fails. */
export function reaches(severity: Severity, failOn: Severity): boolean {
  return order.indexOf(severity) <= order.indexOf(failOn);
}

/** `file:line:column: severity: message (code)`, as compilers print; 1-based. */
export function problemsText(problems: readonly FileProblem[]): string {
  const lines = problems.map(
    ({ file, range, severity, message, code }) =>
      `${file}:${range.start.line + 1}:${range.start.character + 1}: ${severity}: ${message} (${code})`,
  );
  const counts = order
    .map((severity) => ({ severity, count: problems.filter((problem) => problem.severity === severity).length }))
    .filter(({ count }) => count > 0)
    .map(({ severity, count }) => `${count} ${severity}${count === 1 || severity === 'information' ? '' : 's'}`);
  return [...lines, counts.length === 0 ? 'no problems' : counts.join(', ')].join('\n');
}

/** The stable JSON form: an array, positions 0-based in UTF-16 units like LSP. */
export function problemsJson(problems: readonly FileProblem[]): string {
  const rows = problems.map(({ file, range, severity, code, message, admission }) => ({
    file,
    range,
    severity,
    code,
    message,
    admission,
  }));
  return `${JSON.stringify(rows, undefined, 2)}\n`;
}

const sarifLevels = { error: 'error', warning: 'warning', information: 'note', hint: 'none' } as const satisfies Record<
  Severity,
  string
>;

/** SARIF 2.1.0, as code-scanning services read it. Columns are 1-based UTF-16 units. */
export function problemsSarif(problems: readonly FileProblem[], version: string): string {
  const codes = [...new Set(problems.map((problem) => problem.code))].sort();
  return `${JSON.stringify(
    {
      $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
      version: '2.1.0',
      runs: [
        {
          tool: { driver: { name: 'fairlead', version, rules: codes.map((id) => ({ id })) } },
          columnKind: 'utf16CodeUnits',
          results: problems.map(({ file, range, severity, code, message, admission }) => ({
            ruleId: code,
            level: sarifLevels[severity],
            message: { text: message },
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: file.replaceAll('\\', '/') },
                  region: {
                    startLine: range.start.line + 1,
                    startColumn: range.start.character + 1,
                    endLine: range.end.line + 1,
                    endColumn: range.end.character + 1,
                  },
                },
              },
            ],
            properties: { admission },
          })),
        },
      ],
    },
    undefined,
    2,
  )}\n`;
}
