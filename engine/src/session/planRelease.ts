import { objectsOfRelease, readObjects, removedObjects } from '../action/index.ts';
import type { DesiredRelease } from '../desired/index.ts';
import { configDigest, type HelmRelease } from '../flux/index.ts';
import { diffText, type KubeClient, previewApply, refOf } from '../kube/index.ts';
import type { Actor, ObjectChange, PlannedAction, ReleasePlan } from '../reconcile/index.ts';
import type { Release } from '../release/index.ts';
import { type Abortable, digestOf } from '../support/index.ts';

/** What a plan rests on beside its text: were it different, the plan would be another. */
export interface PlannedRelease {
  readonly plan: ReleasePlan;
  readonly digest: string;
}

interface PlanInput {
  readonly release: HelmRelease;
  readonly desired: DesiredRelease;
  /** The newest revision in storage. */
  readonly stored: Release | undefined;
  readonly actor: Actor;
  readonly fieldManager: string;
}

/** What a reconcile would do, by dry runs of the API server. */
export async function planRelease(input: PlanInput, client: KubeClient, options: Abortable): Promise<PlannedRelease> {
  const { release, desired, stored, actor, fieldManager } = input;
  const owner = { namespace: desired.namespace, name: desired.releaseName };
  const changes: ObjectChange[] = [];
  const seen: (string | undefined)[] = [];
  for (const object of await objectsOfRelease(desired.manifest, owner, client, options)) {
    const preview = await previewApply(client, object, { ...options, fieldManager, force: true });
    seen.push(preview.resourceVersion);
    const sides = { before: preview.live, after: preview.merged };
    changes.push({
      object: preview.ref,
      change: preview.change,
      diff: preview.change === 'none' ? '' : diffText(sides, { secrets: desired.secrets }),
      ...(preview.unchecked === undefined ? {} : { warning: preview.unchecked }),
    });
  }
  if (stored !== undefined) {
    const before = await objectsOfRelease(stored.manifest, owner, client, options);
    const after = await objectsOfRelease(desired.manifest, owner, client, options);
    changes.push(
      ...removedObjects(before, after).map((object): ObjectChange => ({
        object: refOf(object),
        change: 'delete',
        diff: '',
      })),
    );
  }
  const { metadata } = desired.chart;
  const { action, reason } = decide(input, changes);
  const refused = actor.kind === 'fairlead' ? desired.refusals[0] : actor.reason;
  const plan: ReleasePlan = {
    release: {
      namespace: release.metadata.namespace,
      name: release.metadata.name,
      releaseName: desired.releaseName,
      targetNamespace: desired.namespace,
    },
    action,
    reason,
    chart: {
      name: metadata.name,
      version: metadata.version,
      from: `${desired.source.kind} ${desired.source.metadata.namespace}/${desired.source.metadata.name}`,
    },
    ...(stored === undefined
      ? {}
      : { previous: { revision: stored.version, chartVersion: stored.chart.metadata.version } }),
    changes,
    hooks: desired.hooks.flatMap(({ manifest, events }) =>
      readObjects(manifest).map((object) => ({ object: refOf(object), events })),
    ),
    warnings: desired.warnings,
    ...(refused === undefined ? {} : { refused }),
  };
  return { plan, digest: digestOf(JSON.stringify([plan, desired.configDigest, desired.manifest, seen])) };
}

function decide(
  { desired, stored }: PlanInput,
  changes: readonly ObjectChange[],
): { readonly action: PlannedAction; readonly reason: string } {
  if (stored === undefined || stored.info.status === 'uninstalled') {
    return { action: 'install', reason: 'no release in storage' };
  }
  if (stored.info.status.startsWith('pending-')) {
    return { action: 'unlock', reason: `the newest revision is ${stored.info.status}` };
  }
  const { name, version } = desired.chart.metadata;
  const { metadata } = stored.chart;
  if (metadata.name !== name || metadata.version !== version) {
    return { action: 'upgrade', reason: `chart ${metadata.name} ${metadata.version} becomes ${name} ${version}` };
  }
  if (configDigest(stored.config) !== desired.configDigest) {
    return { action: 'upgrade', reason: 'the values changed' };
  }
  if (stored.info.status === 'failed') {
    return { action: 'upgrade', reason: 'the newest revision failed' };
  }
  return changes.some(({ change }) => change !== 'none')
    ? { action: 'upgrade', reason: 'objects differ from what the chart renders' }
    : { action: 'none', reason: 'release in-sync with desired state' };
}
