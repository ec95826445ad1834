import {
  getCondition,
  type HelmRelease,
  type HelmReleaseStatus,
  helmGroup,
  type NamespacedMeta,
  parseHelmRelease,
  releaseNameOf,
  storageNamespaceOf,
} from '../flux/index.ts';
import type { Outcome } from '../reconcile/index.ts';
import type { Abortable } from '../support/index.ts';
import { type SessionContext, statusStoreOf } from './context.ts';
import type { Gathered } from './gather.ts';
import { helmReleaseApi } from './readCluster.ts';

/** Dependencies first; otherwise as they came. Releases that wait for each other come last. */
export function inDependencyOrder(gathered: readonly Gathered[]): readonly Gathered[] {
  const byName = new Map(gathered.map((each) => [keyOf(each.release.metadata), each]));
  const sorted = new Set<Gathered>();
  const visit = (each: Gathered, above: ReadonlySet<Gathered>): void => {
    if (sorted.has(each) || above.has(each)) {
      return;
    }
    for (const dependency of dependenciesOf(each.release)) {
      const found = byName.get(keyOf(dependency));
      if (found !== undefined) {
        visit(found, new Set([...above, each]));
      }
    }
    sorted.add(each);
  };
  for (const each of gathered) {
    visit(each, new Set());
  }
  return [...sorted];
}

/**
 * Why a release has to wait for another one, in helm-controller's words; undefined when all it depends on are ready.
 *
 * @param done how releases ended that ran before it
 * @see helm-controller v1.6 internal/controller/helmrelease_controller.go, checkDependencies
 */
export async function unreadyDependency(
  context: SessionContext,
  { release, objects }: Gathered,
  done: ReadonlyMap<string, Outcome>,
  options: Abortable,
): Promise<string | undefined> {
  for (const dependency of dependenciesOf(release)) {
    const name = keyOf(dependency);
    if (dependency.readyExpr !== undefined) {
      return `dependency '${name}' has a readyExpr, which is not supported yet`;
    }
    const outcome = done.get(name);
    if (outcome?.kind === 'ready') {
      continue;
    }
    const readiness = outcome === undefined ? await readinessOf(context, dependency, objects, options) : 'not-ready';
    if (readiness === 'missing') {
      return `unable to get '${name}' dependency: helmreleases.${helmGroup} "${dependency.name}" not found`;
    }
    if (readiness === 'not-ready') {
      return `dependency '${name}' is not ready`;
    }
  }
  return undefined;
}

interface Dependency {
  readonly namespace: string;
  readonly name: string;
  readonly readyExpr?: string;
}

function dependenciesOf({ spec, metadata }: HelmRelease): readonly Dependency[] {
  return (spec.dependsOn ?? []).map((reference) => ({ namespace: metadata.namespace, ...reference }));
}

async function readinessOf(
  context: SessionContext,
  { namespace, name }: Dependency,
  objects: Gathered['objects'],
  options: Abortable,
): Promise<'ready' | 'not-ready' | 'missing'> {
  const ref = { apiVersion: helmReleaseApi, kind: 'HelmRelease', namespace, name };
  const live = await context.client.find(ref, options);
  const found = live ?? objects.find({ kind: 'HelmRelease', group: helmGroup, namespace, name })?.object;
  if (found === undefined) {
    return 'missing';
  }
  const release = parseHelmRelease(found, { defaultNamespace: namespace });
  if (isReadyStatus(release.status ?? {}, release.metadata.generation)) {
    return 'ready';
  }
  const storage = { namespace: storageNamespaceOf(release), name: releaseNameOf(release) };
  const { status, generation } = await statusStoreOf(context, release, { live, storage }).load(options);
  return isReadyStatus(status, generation) ? 'ready' : 'not-ready';
}

function isReadyStatus({ conditions, observedGeneration }: HelmReleaseStatus, generation: number | undefined): boolean {
  return getCondition(conditions, 'Ready')?.status === 'True' && observedGeneration === generation;
}

/** `namespace/name` */
export function keyOf({ namespace, name }: Pick<NamespacedMeta, 'namespace' | 'name'>): string {
  return `${namespace}/${name}`;
}
