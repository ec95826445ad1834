import type { ClusterSession, HistoryEntry, OperationOptions, Outcome } from '@fairlead/engine/session';
import type { NamespacedName } from '@fairlead/engine/support';
import * as vscode from 'vscode';
import type { CommandContext } from '../context.ts';
import { withProgress } from '../progress.ts';
import { confirm, typeName } from '../view/confirm.ts';
import {
  type Confirmation,
  confirmResume,
  confirmRollback,
  confirmSuspend,
  confirmUninstall,
  outcomeMessage,
} from '../view/messages.ts';
import { pickRelease } from '../view/pickRelease.ts';
import { showOutcome } from './reconcile.ts';

type Operation = (session: ClusterSession, release: NamespacedName, options: OperationOptions) => Promise<Outcome>;

export async function suspend(context: CommandContext, argument: unknown): Promise<void> {
  await operate(context, argument, 'Suspending', confirmSuspend, (session, release, options) =>
    session.suspend(release, options),
  );
}

export async function resume(context: CommandContext, argument: unknown): Promise<void> {
  await operate(context, argument, 'Resuming', confirmResume, (session, release, options) =>
    session.resume(release, options),
  );
}

export async function uninstall(context: CommandContext, argument: unknown): Promise<void> {
  await operate(context, argument, 'Uninstalling', confirmUninstall, async (session, release, options) => {
    const outcome = await session.uninstall(release, options);
    const asksForName = outcome.kind === 'refused' && outcome.reason === 'NameNotTyped';
    return asksForName && (await typeName(release.name, outcome.message))
      ? await session.uninstall(release, { ...options, typedNames: [release.name] })
      : outcome;
  });
}

/** Rolls back to the revision it was called on, or to one the user picks. */
export async function rollBack(context: CommandContext, argument: unknown): Promise<void> {
  const release = await pickRelease(context, argument);
  if (release === undefined) {
    return;
  }
  const { session, info } = await context.clusters.connect(AbortSignal.timeout(60_000));
  const entry = hasEntry(argument) ? argument.entry : await pickRevision(session, release);
  if (entry === undefined || !(await confirm(confirmRollback(info, release, entry)))) {
    return;
  }
  const outcome = await withProgress(
    `Rolling back ${release.name} to revision ${entry.revision}`,
    context.log,
    (progress) => session.rollback(release, { ...progress, to: entry.revision }),
  );
  context.releases.refresh();
  await showOutcome(outcomeMessage(outcome));
}

async function operate(
  context: CommandContext,
  argument: unknown,
  title: string,
  question: typeof confirmSuspend,
  operation: Operation,
): Promise<void> {
  const release = await pickRelease(context, argument);
  if (release === undefined) {
    return;
  }
  const { session, info } = await context.clusters.connect(AbortSignal.timeout(60_000));
  const asked: Confirmation = question(info, release);
  if (!(await confirm(asked))) {
    return;
  }
  const outcome = await withProgress(`${title} ${release.name}`, context.log, (progress) =>
    operation(session, release, progress),
  );
  context.releases.refresh();
  await showOutcome(outcomeMessage(outcome));
}

async function pickRevision(session: ClusterSession, release: NamespacedName): Promise<HistoryEntry | undefined> {
  const { history } = await session.history(release, { signal: AbortSignal.timeout(60_000) });
  const older = history.slice(0, -1).reverse();
  if (older.length === 0) {
    throw new Error(`${release.namespace}/${release.name} has no older revision to go back to.`);
  }
  const picked = await vscode.window.showQuickPick(
    older.map((entry) => ({
      label: `v${entry.revision}`,
      description: `${entry.chart} ${entry.chartVersion}, ${entry.status}`,
      detail: `${entry.updated}: ${entry.description}`,
      entry,
    })),
    { placeHolder: `Revision of ${release.name} to go back to` },
  );
  return picked?.entry;
}

function hasEntry(argument: unknown): argument is { readonly entry: HistoryEntry } {
  return typeof argument === 'object' && argument !== null && 'entry' in argument;
}
