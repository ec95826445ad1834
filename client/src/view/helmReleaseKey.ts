import * as vscode from 'vscode';
import { contextKeys } from '../contributions.ts';

/** Milliseconds without a key stroke after which a text is looked through anew. */
const pauseMs = 300;

/** Keeps a context key that is true while the active editor shows a file with a HelmRelease, for menus. */
export function markHelmReleases(): vscode.Disposable {
  let isMarked: boolean | undefined;
  let pause: NodeJS.Timeout | undefined;
  const mark = async (): Promise<void> => {
    const document = vscode.window.activeTextEditor?.document;
    const isHere =
      document?.languageId === 'yaml' &&
      !document.uri.scheme.startsWith('fairlead') &&
      /^kind:\s*["']?HelmRelease\b/m.test(document.getText());
    if (isHere !== isMarked) {
      isMarked = isHere;
      await vscode.commands.executeCommand('setContext', contextKeys.helmRelease, isHere);
    }
  };
  void mark();
  return vscode.Disposable.from(
    vscode.window.onDidChangeActiveTextEditor(mark),
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (document === vscode.window.activeTextEditor?.document) {
        clearTimeout(pause);
        pause = setTimeout(() => {
          void mark();
        }, pauseMs);
      }
    }),
    {
      dispose: () => {
        clearTimeout(pause);
      },
    },
  );
}
