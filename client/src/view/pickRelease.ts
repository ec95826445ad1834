import type { ReleaseSummary } from '@fairlead/engine/session';
import type { NamespacedName } from '@fairlead/engine/support';
import * as vscode from 'vscode';
import type { CommandContext } from '../context.ts';
import { helmReleaseAt } from './helmReleaseAt.ts';
import { notInCluster } from './messages.ts';

/**
 * The release that a command is about: the tree item it was called on, else the HelmRelease under the cursor, else one
 * that the user picks. `undefined` when they pick none.
 */
export async function pickRelease(
  { clusters, releases }: CommandContext,
  argument: unknown,
): Promise<ReleaseSummary | undefined> {
  if (hasRelease(argument)) {
    return argument.release;
  }
  const signal = AbortSignal.timeout(60_000);
  const { session, info } = await clusters.connect(signal);
  const known = releases.releases.length > 0 ? releases.releases : (await session.status({ signal })).releases;
  const written = releaseAtCursor();
  if (written !== undefined) {
    const found = known.find((release) => release.namespace === written.namespace && release.name === written.name);
    if (found === undefined) {
      throw new Error(notInCluster(written, info.context));
    }
    return found;
  }
  const picked = await vscode.window.showQuickPick(
    known.map((release) => ({
      label: release.name,
      description: release.namespace,
      detail:
        release.chart === undefined
          ? 'not installed'
          : `${release.chart} ${release.chartVersion ?? ''}, ${release.status ?? ''}`,
      release,
    })),
    { placeHolder: `Release in ${info.context}`, matchOnDescription: true },
  );
  return picked?.release;
}

/** The HelmRelease that the cursor stands in, from the text of the active editor. */
export function releaseAtCursor(): NamespacedName | undefined {
  const editor = vscode.window.activeTextEditor;
  return editor?.document.languageId === 'yaml'
    ? helmReleaseAt(editor.document.getText(), editor.document.offsetAt(editor.selection.active))
    : undefined;
}

function hasRelease(argument: unknown): argument is { readonly release: ReleaseSummary } {
  return typeof argument === 'object' && argument !== null && 'release' in argument;
}
