import { readObjects } from '@fairlead/engine/action';
import { refOf } from '@fairlead/engine/kube';
import type { ObjectChange, Plan, ReleasePlan, Target } from '@fairlead/engine/session';
import { digestOf } from '@fairlead/engine/support';
import { UsageError } from '../exit.ts';
import type { CommandContext, NetworkOptions } from './context.ts';
import { desiredOffline, type OfflineRelease } from './desired.ts';

/** A plan that asks no cluster: everything is a first install, and nothing is compared. */
export async function planOffline(context: CommandContext, target: Target, options: NetworkOptions): Promise<Plan> {
  if (target.kind === 'name') {
    throw new UsageError(`${target.namespace}/${target.name} is in a cluster: name it with --context`);
  }
  const found = await desiredOffline(context, target.paths, options);
  const releases = found.map(releasePlan);
  const decided = found.map(({ desired }) => [desired.configDigest, desired.manifest]);
  return { version: 1, releases, digest: digestOf(JSON.stringify([releases, decided])) };
}

function releasePlan({ written, desired }: OfflineRelease): ReleasePlan {
  const { name, namespace } = written.release.metadata;
  const { metadata } = desired.chart;
  const [refused] = desired.refusals;
  const changes = readObjects(desired.manifest).map((object): ObjectChange => {
    const home = object.metadata.namespace === undefined ? {} : { namespace: object.metadata.namespace };
    return { object: { ...refOf(object), ...home }, change: 'create', diff: '' };
  });
  return {
    release: { name, namespace, releaseName: desired.releaseName, targetNamespace: desired.namespace },
    action: 'install',
    reason: 'no cluster was asked',
    chart: {
      name: metadata.name,
      version: metadata.version,
      from: `${desired.source.kind} ${desired.source.metadata.namespace}/${desired.source.metadata.name}`,
    },
    changes,
    hooks: desired.hooks.map(({ kind, name: hook, events, manifest }) => {
      const [object] = readObjects(manifest);
      return { object: object === undefined ? { apiVersion: 'v1', kind, name: hook } : refOf(object), events };
    }),
    warnings: desired.warnings,
    ...(refused === undefined ? {} : { refused }),
  };
}
