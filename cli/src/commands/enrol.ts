import { Command } from 'commander';
import { exitCodes } from '../exit.ts';
import type { ClusterOptions, CommandContext } from './context.ts';
import { addClusterOptions, addYesOption, confirmed, requireConsent } from './options.ts';

interface EnrolOptions extends ClusterOptions {
  readonly yes: boolean;
  readonly writeStatus: boolean;
}

export function enrolCommand(context: CommandContext): Command {
  const command = new Command('enrol')
    .description('let Fairlead change releases in a cluster where Flux does not run')
    .option('--write-status', 'also write the status of HelmRelease objects there', false);
  return addYesOption(addClusterOptions(command)).action(async (options: EnrolOptions) => {
    requireConsent(context, options);
    if (
      !(await confirmed(context, `Let Fairlead install, upgrade and remove releases in ${options.context}?`, options))
    ) {
      context.exit(exitCodes.failure);
      return;
    }
    const enrolment = await context.clusterModule().enrol({
      ...context.openOptions({ online: false, localSource: [] }),
      context: options.context,
      ...(options.kubeconfig === undefined ? {} : { kubeconfig: options.kubeconfig }),
      writesStatus: options.writeStatus,
      signal: context.signal,
    });
    context.io.line(`enrolled ${enrolment.context}: ${enrolment.server}, cluster ${enrolment.clusterUid}`);
  });
}
