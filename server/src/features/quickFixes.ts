import { type CodeAction, CodeActionKind } from 'vscode-languageserver-types';
import type { Problem, Range } from '@fairlead/engine/support';
import { toDiagnostic } from '../convert.ts';

/** What puts problems right that touch a range of a file. */
export function quickFixes(problems: readonly Problem[], uri: string, range: Range): CodeAction[] {
  return problems.flatMap((problem): CodeAction[] => {
    const { fix } = problem;
    if (fix === undefined || !touches(problem.range, range)) {
      return [];
    }
    const text = fix.newText.replace(/^[\s,]+/, '');
    const isAdded =
      fix.range.start.line === fix.range.end.line && fix.range.start.character === fix.range.end.character;
    return [
      {
        title: isAdded ? `Add ${text}` : `Change to ${text}`,
        kind: CodeActionKind.QuickFix,
        diagnostics: [toDiagnostic(problem)],
        isPreferred: true,
        edit: { changes: { [uri]: [fix] } },
      },
    ];
  });
}

function touches(a: Range, b: Range): boolean {
  return !isBefore(a.end, b.start) && !isBefore(b.end, a.start);
}

function isBefore(a: Range['start'], b: Range['start']): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}
