import type { NamespacedName } from '@fairlead/engine/support';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CommandContext } from './context.ts';
import { UsageError } from '../exit.ts';

/** `--context` and `--kubeconfig`. */
export function addClusterOptions(command: Command): Command {
  return command
    .option('--context <name>', 'context of the kubeconfig')
    .option('--kubeconfig <file>', 'kubeconfig file (default: $KUBECONFIG, else ~/.kube/config)');
}

/** `--online` and `--local-source`. */
export function addNetworkOptions(command: Command): Command {
  return command
    .option('--online', 'ask chart repositories and registries', false)
    .addOption(new Option('--offline', 'ask nobody (default)').implies({ online: false }))
    .option('--local-source <url=folder>', 'folder that stands for a Git repository; may be repeated', collect, []);
}

export function addJsonOption(command: Command): Command {
  return command.addOption(
    new Option('-o, --output <format>', 'how to print').choices(['text', 'json']).default('text'),
  );
}

export function addYesOption(command: Command): Command {
  return command.option('--yes', 'do not ask', false);
}

/** What cannot be made again is deleted only for those who name the release. */
export function addDataOption(command: Command): Command {
  return command.option(
    '--delete-data-of <name>',
    'release whose volume claims, StatefulSets, namespaces and definitions may be deleted; may be repeated',
    collect,
    [],
  );
}

export function collect(value: string, previous: readonly string[]): readonly string[] {
  return [...previous, value];
}

/** `NAMESPACE/NAME` of an argument. */
export function namespacedName(text: string): NamespacedName {
  const [namespace, name, ...rest] = text.split('/');
  if (namespace === undefined || namespace === '' || name === undefined || name === '' || rest.length > 0) {
    throw new InvalidArgumentError('want NAMESPACE/NAME');
  }
  return { namespace, name };
}

export function wholeNumber(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) {
    throw new InvalidArgumentError('want a whole number above 0');
  }
  return Number(text);
}

/** A verb that changes a cluster names its context, and without a terminal says --yes. @throws UsageError */
export function requireConsent(
  { io }: CommandContext,
  options: { readonly context?: string; readonly yes: boolean },
): asserts options is { readonly context: string; readonly yes: boolean } {
  if (options.context === undefined) {
    throw new UsageError('this changes a cluster: name it with --context');
  }
  if (!io.isTerminal && !options.yes) {
    throw new UsageError('this changes a cluster, and there is no terminal to ask on: add --yes');
  }
}

/** Asks on the terminal unless the user said --yes before. */
export async function confirmed(
  { io, signal }: CommandContext,
  question: string,
  options: { readonly yes: boolean },
): Promise<boolean> {
  if (options.yes) {
    return true;
  }
  const answer = await io.ask(`${question} [y/N] `, { signal });
  return /^y(es)?$/i.test(answer.trim());
}
