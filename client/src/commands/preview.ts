import * as vscode from 'vscode';
import type { CommandContext } from '../context.ts';
import { previewScheme } from '../view/previewDocuments.ts';

/** Shows beside the editor what the HelmRelease at the cursor would put into a cluster. */
export async function preview({ previews }: CommandContext): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined || editor.document.uri.scheme === previewScheme) {
    throw new Error('Open a file with a HelmRelease first, and put the cursor into it.');
  }
  const { document, selection } = editor;
  await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: 'Fairlead: rendering' },
    async () => {
      await previews.show(document.uri, selection.active);
    },
  );
}
