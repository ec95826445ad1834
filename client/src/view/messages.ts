import type { ClusterInfo, Outcome, Plan, ReleasePlan, ReleaseSummary } from '@fairlead/engine/session';
import type { NamespacedName } from '@fairlead/engine/support';

/** Every sentence that commands show, in one place: what, where, and what follows. */

export interface Confirmation {
  /** The question, as a headline. */
  readonly message: string;
  /** Context, namespace, release, revision; and what to know before. */
  readonly detail: string;
  /** The verb on the button. */
  readonly verb: string;
}

export function confirmRollback(
  cluster: ClusterInfo,
  release: ReleaseSummary,
  to: { readonly revision: number; readonly chartVersion: string },
): Confirmation {
  const who = cluster.actor.kind === 'flux' ? 'Flux does not undo this' : 'the next reconcile does not undo this';
  const after =
    release.kind === 'HelmRelease'
      ? `The HelmRelease is suspended first, so that ${who}. Resuming it upgrades to its spec again and drops the history before it.`
      : 'No HelmRelease is behind this release: nothing undoes this.';
  return {
    message: `Roll back ${release.namespace}/${release.name} to revision ${to.revision}?`,
    detail: lines(cluster, release, [
      `Revision: ${release.revision ?? '?'} → ${to.revision} (chart ${to.chartVersion})`,
      '',
      after,
    ]),
    verb: 'Roll Back',
  };
}

export function confirmUninstall(cluster: ClusterInfo, release: ReleaseSummary): Confirmation {
  return {
    message: `Uninstall ${release.namespace}/${release.name}?`,
    detail: lines(cluster, release, [
      `Revision: ${release.revision ?? 'none'}`,
      '',
      'Everything that the release owns is deleted. CRDs, volume claims of StatefulSets and objects marked to be kept stay.',
    ]),
    verb: 'Uninstall',
  };
}

export function confirmSuspend(cluster: ClusterInfo, release: ReleaseSummary): Confirmation {
  return {
    message: `Suspend ${release.namespace}/${release.name}?`,
    detail: lines(cluster, release, ['', 'Nothing reconciles it until it is resumed.']),
    verb: 'Suspend',
  };
}

export function confirmResume(cluster: ClusterInfo, release: ReleaseSummary): Confirmation {
  return {
    message: `Resume ${release.namespace}/${release.name}?`,
    detail: lines(cluster, release, [
      '',
      cluster.actor.kind === 'flux'
        ? 'Flux then brings it to what its spec says: this may upgrade it.'
        : 'Nothing changes until it is reconciled.',
    ]),
    verb: 'Resume',
  };
}

/** `undefined` where nothing would change. */
export function confirmPlan(cluster: ClusterInfo, plan: Plan): Confirmation | undefined {
  const acting = plan.releases.filter((release) => release.action !== 'none');
  if (acting.length === 0) {
    return undefined;
  }
  const names = acting.map(({ release }) => `${release.namespace}/${release.name}`).join(', ');
  return {
    message: `Reconcile ${names}?`,
    detail: [
      `Cluster: ${cluster.context} (${cluster.server})`,
      `Acts: ${cluster.actor.reason}`,
      '',
      ...acting.flatMap(planLines),
    ].join('\n'),
    verb: 'Reconcile',
  };
}

/** Lists the objects that are there already. */
export function confirmAdoption(plan: ReleasePlan): Confirmation {
  const { namespace, name } = plan.release;
  const adopted = plan.changes.filter(({ change }) => change === 'adopt');
  return {
    message: `Let ${namespace}/${name} take over ${adopted.length === 1 ? 'an object' : `${adopted.length} objects`}?`,
    detail: [
      'These are in the cluster already and belong to something else. The release changes them, and deletes them when it is uninstalled:',
      '',
      ...adopted.map(
        ({ object }) => `${object.kind} ${object.namespace === undefined ? '' : `${object.namespace}/`}${object.name}`,
      ),
    ].join('\n'),
    verb: 'Take Over',
  };
}

/** A plan to read, as a diff with a head for each release and object. */
export function planDocument(plan: ReleasePlan): string {
  const { release, chart } = plan;
  const hindrance = plan.failed ?? plan.refused;
  const head = [
    `${plan.action} ${release.namespace}/${release.name}: ${chart.name} ${chart.version}`,
    plan.reason,
    ...(hindrance === undefined ? [] : [`${plan.failed === undefined ? 'refused' : 'failed'}: ${hindrance}`]),
    ...plan.warnings.map((warning) => `warning: ${warning}`),
  ];
  const changes = plan.changes
    .filter(({ change }) => change !== 'none')
    .map(({ change, object, diff }) => `# ${change} ${object.kind} ${object.name}\n${diff}`);
  return [...head.flatMap((line) => line.split('\n')).map((line) => `# ${line}`), ...changes].join('\n');
}

function planLines(plan: ReleasePlan): string[] {
  const counts = (['create', 'update', 'delete', 'adopt'] as const)
    .map((change) => ({ change, count: plan.changes.filter((candidate) => candidate.change === change).length }))
    .filter(({ count }) => count > 0)
    .map(({ change, count }) => `${change} ${count}`);
  if (plan.action === 'ask') {
    return [
      `${plan.release.namespace}/${plan.release.name}: helm-controller is asked to reconcile; it decides what changes`,
    ];
  }
  const from = plan.previous === undefined ? '' : `revision ${plan.previous.revision}, `;
  return [
    `${plan.action} ${plan.release.namespace}/${plan.release.name}: ${from}chart ${plan.chart.name} ${plan.chart.version}; ${counts.length === 0 ? 'no object changes' : counts.join(', ')}`,
    `why: ${plan.reason}`,
    ...plan.warnings.map((warning) => `warning: ${warning}`),
  ];
}

export function outcomeMessage(outcome: Outcome): {
  readonly text: string;
  readonly severity: 'info' | 'warning' | 'error';
} {
  const name = `${outcome.release.namespace}/${outcome.release.name}`;
  switch (outcome.kind) {
    case 'ready':
      return { text: `${name}: ${outcome.message}`, severity: 'info' };
    case 'done':
    case 'asked':
      return { text: `${name}: ${outcome.message}`, severity: 'info' };
    case 'requeue':
      return {
        text: `${name} is not ready (${outcome.reason}): ${outcome.message}. The next try would be in ${Math.ceil(outcome.afterMs / 1000)} s.`,
        severity: 'warning',
      };
    case 'stalled':
      return { text: `${name} is stalled (${outcome.reason}): ${outcome.message}`, severity: 'error' };
    case 'refused':
      return { text: `${name}: refused, ${outcome.message}`, severity: 'error' };
  }
}

export function notInCluster(release: NamespacedName, context: string): string {
  return `${release.namespace}/${release.name} is not in ${context}.`;
}

function lines(cluster: ClusterInfo, release: ReleaseSummary, rest: readonly string[]): string {
  return [
    `Cluster: ${cluster.context} (${cluster.server})`,
    `Namespace: ${release.namespace}`,
    `Release: ${release.name}${release.releaseName === release.name ? '' : ` (Helm: ${release.releaseName})`}`,
    ...rest,
  ].join('\n');
}
