import { readReleases } from '../desired/index.ts';
import {
  type HelmRelease,
  type Manifest,
  nameOf,
  type ObjectSet,
  objectSet,
  type ValuesData,
  valuesDataOf,
  type ValuesLookup,
  valuesLookup,
  type ValuesQuery,
} from '../flux/index.ts';
import { diffText, type KubeClient, ownManager, refOf } from '../kube/index.ts';
import type { Abortable, KubeObject } from '../support/index.ts';
import { type SessionContext, SessionError } from './context.ts';
import { locate } from './locate.ts';
import { listSources } from './readCluster.ts';
import { sourceSecrets } from './sourceSecrets.ts';
import type { Target } from './types.ts';

/** A release that is to be acted on, with everything its chart and values come from. */
export interface Gathered {
  readonly release: HelmRelease;
  /** Where it was written; absent when it came from the cluster. */
  readonly manifest?: Manifest;
  /** The HelmRelease in the cluster. */
  readonly live: KubeObject | undefined;
  /** How the file's spec differs from the cluster's, as a diff; empty where it does not. */
  readonly difference: string;
  /** Sources, and what else the files hold. */
  readonly objects: ObjectSet;
}

/**
 * Releases of files, or one of the cluster. What files do not hold of sources, the cluster does.
 *
 * @throws SessionError `no-release` for a name without a HelmRelease
 */
export async function gather(
  context: SessionContext,
  target: Target,
  options: Abortable,
): Promise<readonly Gathered[]> {
  const { client, world } = context;
  const sources = (await listSources(client, [], options)).map(liveManifest);
  if (target.kind === 'name') {
    const { owner } = await locate(context, target, options);
    if (owner === undefined) {
      const { namespace, name } = target;
      throw new SessionError(
        'no-release',
        `${namespace}/${name} is a release of the helm program: no HelmRelease says what it should be`,
      );
    }
    const { release, object } = owner;
    return [{ release, live: object, difference: '', objects: objectSet(sources) }];
  }
  const { releases, objects: written } = await readReleases(target.paths, world.environment, options);
  const objects = objectSet([...written.all, ...sources]);
  return await Promise.all(
    releases.map(async ({ release, manifest }) => {
      const live = await client.find(refOf({ ...manifest.object, metadata: release.metadata }), options);
      const difference = live === undefined ? '' : await specDifference(client, release, live, options);
      return { release, manifest, live, difference, objects };
    }),
  );
}

function liveManifest(object: KubeObject): Manifest {
  return {
    object,
    file: 'the cluster',
    documentIndex: 0,
    position: { line: 0, character: 0 },
    places: { get: () => undefined },
  };
}

/** What the cluster would make of a file's spec, defaults filled in, beside what it has. A dry run: nothing is written. */
async function specDifference(
  client: KubeClient,
  release: HelmRelease,
  live: KubeObject,
  { signal }: Abortable,
): Promise<string> {
  const wanted = { ...live, spec: release.spec };
  const merged = await client.update(wanted, { signal, dryRun: true, fieldManager: ownManager });
  return diffText({ before: specOnly(live), after: specOnly(merged) }, { secrets: [] });
}

function specOnly({ apiVersion, kind, metadata, spec }: KubeObject & { readonly spec?: unknown }): KubeObject {
  const { name, namespace } = metadata;
  return { apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) }, spec };
}

/**
 * Answers for the ConfigMaps and Secrets that a release and its source name: from the files, else, and where the files
 * hold only something encrypted, from the cluster.
 *
 * @throws KubeError `forbidden`
 */
export async function lookupFor(
  { release, objects }: Gathered,
  client: KubeClient,
  options: Abortable,
): Promise<ValuesLookup> {
  const fromFiles = valuesLookup(objects);
  const queries = [...valuesQueries(release), ...sourceSecrets(release, objects)];
  const isWhole = (data: ValuesData | undefined): boolean => data?.kind === 'known' && data.sealed.size === 0;
  const fromCluster = await fetchData(
    queries.filter((query) => !isWhole(fromFiles(query))),
    client,
    options,
  );
  return (query) => {
    const own = fromFiles(query);
    return isWhole(own) ? own : (fromCluster(query) ?? own);
  };
}

/** Answers for the ConfigMaps and Secrets that the values of a release come from, as they are in the cluster. */
export async function valuesLookupFor(
  release: HelmRelease,
  client: KubeClient,
  options: Abortable,
): Promise<ValuesLookup> {
  return await fetchData(valuesQueries(release), client, options);
}

function valuesQueries({ spec, metadata: { namespace } }: HelmRelease): readonly ValuesQuery[] {
  return (spec.valuesFrom ?? []).flatMap(({ kind, name }) =>
    kind === 'Secret' || kind === 'ConfigMap' ? [{ kind, namespace, name }] : [],
  );
}

async function fetchData(
  queries: readonly ValuesQuery[],
  client: KubeClient,
  options: Abortable,
): Promise<ValuesLookup> {
  const known = new Map<string, ValuesData>();
  const key = ({ kind, namespace, name }: ValuesQuery): string => nameOf({ kind, metadata: { namespace, name } });
  for (const query of queries) {
    const object = known.has(key(query)) ? undefined : await client.find({ apiVersion: 'v1', ...query }, options);
    if (object !== undefined) {
      known.set(key(query), valuesDataOf({ object }));
    }
  }
  return (query) => known.get(key(query));
}
