import type { Approvals, Plan, ReleasePlan, Target } from '@fairlead/engine/session';
import * as vscode from 'vscode';
import type { CommandContext } from '../context.ts';
import { withProgress } from '../progress.ts';
import { confirm, typeName } from '../view/confirm.ts';
import { confirmAdoption, confirmPlan, outcomeMessage, planDocument } from '../view/messages.ts';
import { pickRelease, releaseAtCursor } from '../view/pickRelease.ts';

/** Shows what a reconcile would do, object by object, and does nothing. */
export async function plan(context: CommandContext, argument: unknown): Promise<void> {
  const target = await pickTarget(context, argument);
  if (target === undefined) {
    return;
  }
  const { releases } = await makePlan(context, target, {});
  const document = await vscode.workspace.openTextDocument({
    language: 'diff',
    content: releases.map(planDocument).join('\n'),
  });
  await vscode.window.showTextDocument(document, { preview: true });
}

/** Plans, shows the plan for confirmation, and runs exactly that plan. Where Flux acts, it is asked instead. */
export async function reconcile(context: CommandContext, argument: unknown): Promise<void> {
  const target = await pickTarget(context, argument);
  if (target === undefined) {
    return;
  }
  const confirmed = await confirmedPlan(context, target, {});
  if (confirmed === undefined) {
    return;
  }
  const { session } = await context.clusters.connect(AbortSignal.timeout(60_000));
  const { approvals, digest } = confirmed;
  const outcomes = await withProgress('Reconciling', context.log, (progress) =>
    session.reconcile(target, { ...progress, ...approvals, planDigest: digest }),
  );
  context.releases.refresh();
  for (const outcome of outcomes) {
    await showOutcome(outcomeMessage(outcome));
  }
}

interface ConfirmedPlan {
  readonly digest: string;
  readonly approvals: Approvals;
}

/** The plan that the user said yes to; what has to be confirmed by itself is asked first. Undefined for a no. */
async function confirmedPlan(
  context: CommandContext,
  target: Target,
  approvals: Approvals,
): Promise<ConfirmedPlan | undefined> {
  const made = await makePlan(context, target, approvals);
  const hindered = made.releases.find(({ refused, failed }) => (refused ?? failed) !== undefined);
  if (hindered?.needs !== undefined) {
    const more = await approve(hindered, approvals);
    return more === undefined ? undefined : await confirmedPlan(context, target, more);
  }
  if (hindered !== undefined) {
    const { namespace, name } = hindered.release;
    throw new Error(`${namespace}/${name}: ${hindered.refused ?? hindered.failed ?? ''}`);
  }
  const { info } = await context.clusters.connect(AbortSignal.timeout(60_000));
  const question = confirmPlan(info, made);
  if (question === undefined) {
    await vscode.window.showInformationMessage('Nothing to do: the release is what its spec says.');
    return undefined;
  }
  return (await confirm(question)) ? { digest: made.digest, approvals } : undefined;
}

/** Asks for what a plan needs beyond a yes. */
async function approve(plan: ReleasePlan, approvals: Approvals): Promise<Approvals | undefined> {
  const { name } = plan.release;
  if (plan.needs === 'adoption') {
    return (await confirm(confirmAdoption(plan))) ? { ...approvals, adopts: true } : undefined;
  }
  const typed = [...(approvals.typedNames ?? []), name];
  return (await typeName(name, plan.refused ?? '')) ? { ...approvals, typedNames: typed } : undefined;
}

async function makePlan(context: CommandContext, target: Target, approvals: Approvals): Promise<Plan> {
  return await withProgress('Planning', context.log, async (progress) => {
    const { session } = await context.clusters.connect(progress.signal);
    return await session.plan(target, { ...progress, ...approvals });
  });
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
