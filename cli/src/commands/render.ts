import { previewOf } from '@fairlead/engine/preview';
import type { NamespacedName } from '@fairlead/engine/support';
import { Command } from 'commander';
import type { CommandContext, NetworkOptions } from './context.ts';
import { desiredOffline } from './desired.ts';
import { addNetworkOptions, namespacedName } from './options.ts';

interface RenderOptions extends NetworkOptions {
  /** The only release to print. */
  readonly release?: NamespacedName;
}

export function renderCommand(context: CommandContext): Command {
  const command = new Command('render')
    .description('print what HelmReleases of the working copy would put into a cluster, as a first install')
    .argument('<path...>', 'files and folders')
    .option('--release <namespace/name>', 'only this HelmRelease of them', namespacedName);
  return addNetworkOptions(command).action(async (paths: string[], options: RenderOptions) => {
    // Traced, to know what a template made of a Secret's text.
    for (const { desired } of await desiredOffline(context, paths, { ...options, trace: true })) {
      desired.warnings.forEach((warning) => {
        context.io.note(`warning: ${warning}`);
      });
      desired.refusals.forEach((refusal) => {
        context.io.note(`not to be applied: ${refusal}`);
      });
      context.io.result(previewOf(desired, { hooks: false }).text);
    }
  });
}
