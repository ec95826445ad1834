import { readObjects } from '@fairlead/engine/action';
import type { DesiredRelease } from '@fairlead/engine/desired';
import { isSecret, maskSecrets, toYaml } from '@fairlead/engine/kube';
import { splitManifests } from '@fairlead/engine/release';
import { Command } from 'commander';
import type { CommandContext, NetworkOptions } from './context.ts';
import { desiredOffline } from './desired.ts';
import { addNetworkOptions } from './options.ts';

export function renderCommand(context: CommandContext): Command {
  const command = new Command('render')
    .description('print what HelmReleases of the working copy would put into a cluster, as a first install')
    .argument('<path...>', 'files and folders');
  return addNetworkOptions(command).action(async (paths: string[], options: NetworkOptions) => {
    for (const { desired } of await desiredOffline(context, paths, options)) {
      desired.warnings.forEach((warning) => {
        context.io.note(`warning: ${warning}`);
      });
      desired.refusals.forEach((refusal) => {
        context.io.note(`not to be applied: ${refusal}`);
      });
      context.io.result(maskedManifest(desired));
    }
  });
}

/** The manifest as it is, but for what comes from Secrets and for the data of those it makes. */
function maskedManifest({ manifest, secrets }: DesiredRelease): string {
  return splitManifests(manifest)
    .map((text) => {
      const [object] = readObjects(text);
      const hidden = secrets.filter((secret) => secret !== '');
      if (object === undefined || (!isSecret(object) && !hidden.some((secret) => text.includes(secret)))) {
        return `---\n${text.trim()}\n`;
      }
      const { after = object } = maskSecrets({ before: undefined, after: object }, secrets);
      return `---\n${toYaml(after).trim()}\n`;
    })
    .join('');
}
