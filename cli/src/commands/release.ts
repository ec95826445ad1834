import type { ClusterSession, Outcome } from '@fairlead/engine/session';
import type { NamespacedName } from '@fairlead/engine/support';
import { Command } from 'commander';
import { exitCodes } from '../exit.ts';
import { outcomeText, succeeded } from '../output/plan.ts';
import { historyText, statusText } from '../output/status.ts';
import { type ClusterOptions, type CommandContext, contextName, type NetworkOptions, withSession } from './context.ts';
import {
  addClusterOptions,
  addDataOption,
  addJsonOption,
  addYesOption,
  confirmed,
  namespacedName,
  requireConsent,
  wholeNumber,
} from './options.ts';

interface LookOptions extends ClusterOptions {
  readonly output: 'text' | 'json';
}

interface ChangeOptions extends LookOptions {
  readonly yes: boolean;
}

/** A session for these verbs asks no chart repository. */
const offline: NetworkOptions = { online: false, localSource: [] };

export function statusCommand(context: CommandContext): Command {
  const command = new Command('status')
    .description('list the releases of a cluster')
    .option('-n, --namespace <name>', 'only this namespace');
  return addJsonOption(addClusterOptions(command)).action(
    async (options: LookOptions & { readonly namespace?: string }) => {
      const report = await withSession(
        context,
        { ...offline, ...options, context: contextName(context, options) },
        (session) =>
          session.status({
            signal: context.signal,
            ...(options.namespace === undefined ? {} : { namespace: options.namespace }),
          }),
      );
      print(context, options, report, statusText(report));
    },
  );
}

export function historyCommand(context: CommandContext): Command {
  const command = new Command('history')
    .description('list the revisions of a release')
    .argument('<namespace/name>', 'release', namespacedName);
  return addJsonOption(addClusterOptions(command)).action(async (release: NamespacedName, options: LookOptions) => {
    const report = await withSession(
      context,
      { ...offline, ...options, context: contextName(context, options) },
      (session) => session.history(release, { signal: context.signal }),
    );
    print(context, options, report, historyText(report));
  });
}

export function rollbackCommand(context: CommandContext): Command {
  const command = new Command('rollback')
    .description('go back to an older revision; a HelmRelease is suspended first')
    .argument('<namespace/name>', 'release', namespacedName)
    .requiredOption('--to <revision>', 'revision to go back to', wholeNumber);
  return changing(context, command, {
    question: (release, options) =>
      `Roll back ${nameOf(release)} to revision ${String(options.to)} in ${options.context}?`,
    operate: (session, release, options) => session.rollback(release, { ...operationOptions(context), to: options.to }),
  });
}

export function suspendCommand(context: CommandContext): Command {
  const command = new Command('suspend')
    .description('stop reconciling a HelmRelease')
    .argument('<namespace/name>', 'release', namespacedName);
  return changing(context, command, {
    question: (release, options) => `Suspend ${nameOf(release)} in ${options.context}?`,
    operate: (session, release) => session.suspend(release, operationOptions(context)),
  });
}

export function resumeCommand(context: CommandContext): Command {
  const command = new Command('resume')
    .description('reconcile a HelmRelease again')
    .argument('<namespace/name>', 'release', namespacedName);
  return changing(context, command, {
    question: (release, options) =>
      `Resume ${nameOf(release)} in ${options.context}? Flux, where it runs, then brings it to what its spec says.`,
    operate: (session, release) => session.resume(release, operationOptions(context)),
  });
}

export function uninstallCommand(context: CommandContext): Command {
  const command = new Command('uninstall')
    .description('remove a release and what it owns')
    .argument('<namespace/name>', 'release', namespacedName);
  return changing(context, addDataOption(command), {
    question: (release, options) =>
      `Uninstall ${nameOf(release)} in ${options.context}? Everything that it owns is deleted.`,
    operate: (session, release, { deleteDataOf }) =>
      session.uninstall(release, { ...operationOptions(context), typedNames: deleteDataOf }),
  });
}

/** With the options that only one of the verbs has. */
type Confirmed = ChangeOptions & {
  readonly context: string;
  readonly to: number;
  readonly deleteDataOf: readonly string[];
};

interface Change {
  readonly question: (release: NamespacedName, options: Confirmed) => string;
  readonly operate: (session: ClusterSession, release: NamespacedName, options: Confirmed) => Promise<Outcome>;
}

/** A verb that changes one release: consent, question, operation, outcome. */
function changing(context: CommandContext, command: Command, { question, operate }: Change): Command {
  return addYesOption(addJsonOption(addClusterOptions(command))).action(
    async (release: NamespacedName, options: Omit<Confirmed, 'context'>) => {
      requireConsent(context, options);
      const chosen: Confirmed = { ...options, context: options.context };
      if (!(await confirmed(context, question(release, chosen), options))) {
        context.exit(exitCodes.failure);
        return;
      }
      const outcome = await withSession(context, { ...offline, ...chosen }, (session) =>
        operate(session, release, chosen),
      );
      print(context, options, outcome, outcomeText(outcome));
      if (outcome.kind === 'refused' && outcome.reason === 'NameNotTyped') {
        context.io.note(`to delete it all the same, add --delete-data-of ${release.name}`);
      }
      context.exit(succeeded(outcome) ? exitCodes.fine : exitCodes.failure);
    },
  );
}

export function operationOptions({ io, signal }: CommandContext): Parameters<ClusterSession['suspend']>[1] {
  return {
    signal,
    onEvent: ({ release, severity, message }) => {
      io.note(`${severity === 'info' ? '' : `${severity}: `}${nameOf(release)}: ${message}`);
    },
  };
}

/** JSON for programs, text for people. */
export function print({ io }: CommandContext, options: { readonly output: string }, json: unknown, text: string): void {
  if (options.output === 'json') {
    io.result(`${JSON.stringify(json, undefined, 2)}\n`);
  } else {
    io.line(text);
  }
}

function nameOf({ namespace, name }: NamespacedName): string {
  return `${namespace}/${name}`;
}
