import type { ClusterSession, Outcome, Plan, Target } from '@fairlead/engine/session';
import { Command } from 'commander';
import { exitCodes } from '../exit.ts';
import { outcomeText, planText, succeeded, wouldChange } from '../output/plan.ts';
import { type ClusterOptions, type CommandContext, type NetworkOptions, withSession } from './context.ts';
import {
  addClusterOptions,
  addDataOption,
  addJsonOption,
  addNetworkOptions,
  addYesOption,
  confirmed,
  requireConsent,
} from './options.ts';
import { planOffline } from './planOffline.ts';
import { operationOptions, print } from './release.ts';
import { readTarget } from './target.ts';

interface PlanOptions extends ClusterOptions, NetworkOptions {
  readonly output: 'text' | 'json';
}

export function planCommand(context: CommandContext): Command {
  const command = new Command('plan')
    .description('show what a reconcile would do, and do nothing; without --context as a first install')
    .argument('<target...>', 'files and folders, or NAMESPACE/NAME in the cluster');
  return addJsonOption(addNetworkOptions(addClusterOptions(command))).action(
    async (args: string[], options: PlanOptions) => {
      const target = readTarget(args, context.cwd);
      const cluster = options.context;
      const plan =
        cluster === undefined
          ? await planOffline(context, target, options)
          : await withSession(context, { ...options, context: cluster }, (session) =>
              session.plan(target, operationOptions(context)),
            );
      print(context, options, plan, planText(plan));
      const failed = plan.releases.some((release) => release.failed !== undefined);
      context.exit(failed ? exitCodes.failure : wouldChange(plan) ? exitCodes.wouldChange : exitCodes.fine);
    },
  );
}

interface ReconcileOptions extends PlanOptions {
  readonly yes: boolean;
  readonly watch: boolean;
  readonly adopt: boolean;
  readonly deleteDataOf: readonly string[];
}

export function reconcileCommand(context: CommandContext): Command {
  const command = new Command('reconcile')
    .description('bring releases to what their specs say; where Flux runs, it is asked to')
    .argument('<target...>', 'files and folders, or NAMESPACE/NAME in the cluster')
    .option('--watch', 'go on: reconcile again whenever it is time', false)
    .option('--adopt', 'take over objects that are there already', false);
  return addDataOption(addYesOption(addJsonOption(addNetworkOptions(addClusterOptions(command))))).action(
    async (args: string[], options: ReconcileOptions) => {
      const target = readTarget(args, context.cwd);
      requireConsent(context, options);
      const outcomes = await withSession(context, { ...options, context: options.context }, (session) =>
        reconcile(context, session, target, options),
      );
      if (outcomes === undefined) {
        context.exit(exitCodes.failure);
        return;
      }
      print(context, options, outcomes, outcomes.length === 0 ? 'nothing to do' : outcomes.map(outcomeText).join('\n'));
      context.exit(outcomes.every(succeeded) ? exitCodes.fine : exitCodes.failure);
    },
  );
}

/** Plans, asks, runs; with --watch again and again. Undefined when the user says no. */
async function reconcile(
  context: CommandContext,
  session: ClusterSession,
  target: Target,
  options: ReconcileOptions,
): Promise<readonly Outcome[] | undefined> {
  const approvals = { adopts: options.adopt, typedNames: options.deleteDataOf };
  for (;;) {
    const plan = await session.plan(target, { ...operationOptions(context), ...approvals });
    const acts = plan.releases.some(({ action, refused }) => action !== 'none' && refused === undefined);
    if (
      plan.releases.some(
        ({ action, refused, failed }) => action !== 'none' || refused !== undefined || failed !== undefined,
      )
    ) {
      context.io.note(planText(plan));
    }
    if (!(await confirmed(context, question(plan, options), { yes: options.yes || !acts }))) {
      return undefined;
    }
    const outcomes = await session.reconcile(target, {
      ...operationOptions(context),
      ...approvals,
      planDigest: plan.digest,
    });
    const waits = outcomes.flatMap((outcome) => (outcome.kind === 'requeue' ? [outcome.afterMs] : []));
    if (!options.watch || outcomes.some(({ kind }) => kind === 'stalled' || kind === 'refused')) {
      return outcomes;
    }
    const { clock } = (await context.world(options)).environment;
    await clock.sleep(Math.min(watchMs, ...waits), { signal: context.signal });
  }
}

/** How often --watch looks again when nothing else is due. */
const watchMs = 60_000;

function question(plan: Plan, { context }: ReconcileOptions): string {
  const acting = plan.releases
    .filter(({ action, refused }) => action !== 'none' && refused === undefined)
    .map(({ release }) => `${release.namespace}/${release.name}`);
  return `Reconcile ${acting.join(', ')} in ${context ?? ''}?`;
}
