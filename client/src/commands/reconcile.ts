import type { Plan, Target } from '@fairlead/engine/session';
import * as vscode from 'vscode';
import type { CommandContext } from '../context.ts';
import { type Progress, withProgress } from '../progress.ts';
import { confirm } from '../view/confirm.ts';
import { confirmPlan, outcomeMessage } from '../view/messages.ts';
import { pickRelease, releaseAtCursor } from '../view/pickRelease.ts';

/** Shows what a reconcile would do, object by object, and does nothing. */
export async function plan(context: CommandContext, argument: unknown): Promise<void> {
  const made = await makePlan(context, argument);
  if (made === undefined) {
    return;
  }
  const text = made.plan.releases
    .map((release) => {
      const head = `# ${release.action} ${release.release.namespace}/${release.release.name}: ${release.chart.name} ${release.chart.version}\n# ${release.reason}\n`;
      const changes = release.changes.filter((change) => change.change !== 'none');
      return (
        head +
        changes
          .map((change) => `# ${change.change} ${change.object.kind} ${change.object.name}\n${change.diff}`)
          .join('\n')
      );
    })
    .join('\n');
  const document = await vscode.workspace.openTextDocument({ language: 'diff', content: text });
  await vscode.window.showTextDocument(document, { preview: true });
}

/** Plans, shows the plan for confirmation, and runs exactly that plan. Where Flux acts, it is asked instead. */
export async function reconcile(context: CommandContext, argument: unknown): Promise<void> {
  const made = await makePlan(context, argument);
  if (made === undefined) {
    return;
  }
  const refused = made.plan.releases.find((release) => release.refused !== undefined);
  if (refused !== undefined) {
    throw new Error(`${refused.release.namespace}/${refused.release.name}: ${refused.refused ?? ''}`);
  }
  const { session, info } = await context.clusters.connect(AbortSignal.timeout(60_000));
  const question = confirmPlan(info, made.plan);
  if (question === undefined) {
    await vscode.window.showInformationMessage('Nothing to do: the release is what its spec says.');
    return;
  }
  if (!(await confirm(question))) {
    return;
  }
  const outcomes = await withProgress('Reconciling', context.log, (progress) =>
    session.reconcile(made.target, { ...progress, planDigest: made.plan.digest }),
  );
  context.releases.refresh();
  for (const outcome of outcomes) {
    await showOutcome(outcomeMessage(outcome));
  }
}

async function makePlan(
  context: CommandContext,
  argument: unknown,
): Promise<{ readonly plan: Plan; readonly target: Target } | undefined> {
  const target = await pickTarget(context, argument);
  if (target === undefined) {
    return undefined;
  }
  const planned = await withProgress('Planning', context.log, async (progress: Progress) => {
    const { session } = await context.clusters.connect(progress.signal);
    return await session.plan(target, progress);
  });
  return { plan: planned, target };
}

/** The file under the cursor when it holds a HelmRelease that is saved; else a release in the cluster. */
async function pickTarget(context: CommandContext, argument: unknown): Promise<Target | undefined> {
  const editor = vscode.window.activeTextEditor;
  const written = argument === undefined ? releaseAtCursor() : undefined;
  if (editor !== undefined && written !== undefined && editor.document.uri.scheme === 'file') {
    if (editor.document.isDirty) {
      throw new Error('Save the file first: what is reconciled is the file on disk.');
    }
    return { kind: 'files', paths: [editor.document.uri.fsPath] };
  }
  const release = await pickRelease(context, argument);
  return release === undefined ? undefined : { kind: 'name', namespace: release.namespace, name: release.name };
}

export async function showOutcome({ text, severity }: ReturnType<typeof outcomeMessage>): Promise<void> {
  switch (severity) {
    case 'info':
      await vscode.window.showInformationMessage(text);
      break;
    case 'warning':
      await vscode.window.showWarningMessage(text);
      break;
    case 'error':
      await vscode.window.showErrorMessage(text);
      break;
  }
}
