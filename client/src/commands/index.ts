import { isAbort, messageOf, redact } from '@fairlead/engine/support';
import * as vscode from 'vscode';
import { type CommandId, commandIds } from '../contributions.ts';
import type { CommandContext } from '../context.ts';
import { allowHosts } from './allowHosts.ts';
import { hostToAllow } from './hostToAllow.ts';
import { logIn, logOut } from './logIn.ts';
import { enrolCluster, selectCluster } from './clusterCommands.ts';
import { preview } from './preview.ts';
import { plan, reconcile } from './reconcile.ts';
import { resume, rollBack, suspend, uninstall } from './releaseCommands.ts';
import { showHistory, showManifest, showValues } from './show.ts';

/** A command: what it was called on comes as `argument`, a tree node or nothing. */
export type Command = (context: CommandContext, argument: unknown) => Promise<void>;

const commands: Record<CommandId, Command> = {
  'fairlead.selectCluster': selectCluster,
  'fairlead.enrolCluster': enrolCluster,
  'fairlead.refresh': refresh,
  'fairlead.preview': preview,
  'fairlead.plan': plan,
  'fairlead.reconcile': reconcile,
  'fairlead.rollBack': rollBack,
  'fairlead.suspend': suspend,
  'fairlead.resume': resume,
  'fairlead.uninstall': uninstall,
  'fairlead.showManifest': showManifest,
  'fairlead.showValues': showValues,
  'fairlead.showHistory': showHistory,
  'fairlead.allowHosts': allowHosts,
  'fairlead.logIn': logIn,
  'fairlead.logOut': logOut,
  'fairlead.showLog': showLog,
};

/** Registers every command; a failure becomes one message with the log one click away. */
export function registerCommands(context: CommandContext): vscode.Disposable {
  const registrations = commandIds.map((id) =>
    vscode.commands.registerCommand(id, async (argument: unknown) => {
      await runCommand(context, id, argument);
    }),
  );
  return vscode.Disposable.from(...registrations);
}

async function runCommand(context: CommandContext, id: CommandId, argument: unknown): Promise<void> {
  try {
    await commands[id](context, argument);
  } catch (error) {
    if ((await reportFailure(context, id, error)) === 'again') {
      await runCommand(context, id, argument);
    }
  }
}

/** Shows a failure. `again` where the user allowed what was missing. */
async function reportFailure(
  { log, allowHosts: allow }: CommandContext,
  id: CommandId,
  error: unknown,
): Promise<'again' | undefined> {
  if (error instanceof vscode.CancellationError || isAbort(error)) {
    return undefined;
  }
  log.error(`${id}: ${redact(error instanceof Error ? (error.stack ?? error.message) : messageOf(error))}`);
  const host = hostToAllow(error);
  const allowAndGoOn = `Allow ${host ?? ''}`;
  const actions = [...(host === undefined ? [] : [allowAndGoOn]), 'Show Log'];
  const picked = await vscode.window.showErrorMessage(redact(messageOf(error)), ...actions);
  if (picked === allowAndGoOn && host !== undefined) {
    await allow([host]);
    return 'again';
  }
  if (picked !== undefined) {
    log.show();
  }
  return undefined;
}

// eslint-disable-next-line @typescript-eslint/require-await -- commands share one type
async function showLog({ log }: CommandContext): Promise<void> {
  log.show();
}

async function refresh({ clusters, releases, sources }: CommandContext): Promise<void> {
  if (clusters.selected === undefined) {
    await vscode.commands.executeCommand('fairlead.selectCluster');
    return;
  }
  releases.refresh();
  sources.refresh();
}
