import type { ObjectChange, Outcome, Plan, ReleasePlan } from '@fairlead/engine/session';

const signs = { create: '+', update: '~', delete: '-', adopt: '!', none: ' ' } as const satisfies Record<
  ObjectChange['change'],
  string
>;

/** `plan` for people: a block a release, objects under it, differences under those. */
export function planText(plan: Plan): string {
  const who =
    plan.cluster === undefined
      ? 'no cluster: everything is a first install'
      : `${plan.cluster.context} (${plan.cluster.server}): ${plan.cluster.actor.reason}`;
  return [who, ...plan.releases.map(releaseText), summaryLine(plan)].join('\n\n');
}

function releaseText(plan: ReleasePlan): string {
  const { release, chart } = plan;
  const into = release.targetNamespace === release.namespace ? '' : ` into ${release.targetNamespace}`;
  const lines = [
    `${plan.action} ${release.namespace}/${release.name}${into}: ${chart.name} ${chart.version} from ${chart.from}`,
    `  why: ${plan.reason}`,
  ];
  if (plan.failed !== undefined) {
    lines.push(`  failed: ${indented(plan.failed)}`);
  }
  if (plan.refused !== undefined) {
    lines.push(
      `  refused: ${indented(plan.refused)}${plan.needs === undefined ? '' : ` (${hints[plan.needs](plan)})`}`,
    );
  }
  lines.push(...plan.warnings.map((warning) => `  warning: ${warning}`));
  for (const hook of plan.hooks) {
    lines.push(`  * ${hook.object.kind} ${hook.object.name} (${hook.events.join(', ')})`);
  }
  for (const change of plan.changes) {
    if (change.change !== 'none') {
      lines.push(changeText(change));
    }
  }
  const same = plan.changes.filter((change) => change.change === 'none').length;
  if (same > 0) {
    lines.push(`  ${String(same)} unchanged`);
  }
  return lines.join('\n');
}

/** How to say on the command line what a plan needs. */
const hints = {
  adoption: () => 'with --adopt they are',
  'typed-name': ({ release }: ReleasePlan) => `with --delete-data-of ${release.name} it does`,
} as const satisfies Record<NonNullable<ReleasePlan['needs']>, (plan: ReleasePlan) => string>;

function indented(text: string): string {
  return text.replaceAll('\n', '\n      ');
}

function changeText(change: ObjectChange): string {
  const { object } = change;
  const where = object.namespace === undefined ? object.name : `${object.namespace}/${object.name}`;
  const lines = [
    `  ${signs[change.change]} ${object.kind} ${where}${change.warning === undefined ? '' : ` (${change.warning})`}`,
  ];
  if (change.change === 'update') {
    lines.push(
      ...change.diff
        .trimEnd()
        .split('\n')
        .map((line) => `      ${line}`),
    );
  }
  return lines.join('\n');
}

function summaryLine(plan: Plan): string {
  const counts = new Map<string, number>();
  for (const release of plan.releases) {
    const word = release.failed !== undefined ? 'failed' : release.refused !== undefined ? 'refused' : release.action;
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return `${String(plan.releases.length)} ${plan.releases.length === 1 ? 'release' : 'releases'}: ${[...counts]
    .map(([action, count]) => `${String(count)} ${action === 'none' ? 'unchanged' : action}`)
    .join(', ')}`;
}

/** Whether anything in the plan would change something. Of what Flux is asked for, what is seen to differ counts. */
export function wouldChange(plan: Plan): boolean {
  return plan.releases.some(
    ({ action, changes }) => action !== 'none' && (action !== 'ask' || changes.some(({ change }) => change !== 'none')),
  );
}

/** How a reconcile ended, one line. */
export function outcomeText(outcome: Outcome): string {
  const name = `${outcome.release.namespace}/${outcome.release.name}`;
  switch (outcome.kind) {
    case 'ready':
      return `${name} ready at revision ${outcome.revision}: ${outcome.message}`;
    case 'stalled':
      return `${name} stalled (${outcome.reason}): ${outcome.message}`;
    case 'requeue':
      return `${name} not ready (${outcome.reason}): ${outcome.message}; next try in ${Math.ceil(outcome.afterMs / 1000)} s`;
    case 'done':
    case 'asked':
      return `${name}: ${outcome.message}`;
    case 'refused':
      return `${name} refused (${outcome.reason}): ${outcome.message}`;
  }
}

/** Whether this end is a success. */
export function succeeded(outcome: Outcome): boolean {
  return outcome.kind === 'ready' || outcome.kind === 'done' || outcome.kind === 'asked';
}
