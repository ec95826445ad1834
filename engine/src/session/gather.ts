import {
  chartReferenceOf,
  type HelmRelease,
  type Manifest,
  type ObjectSet,
  objectSet,
  sourceGroup,
  valuesDataOf,
  type ValuesLookup,
  valuesLookup,
} from '../flux/index.ts';
import { readReleases } from '../desired/index.ts';
import type { KubeClient } from '../kube/index.ts';
import type { Abortable, Environment, KubeObject } from '../support/index.ts';
import { getHelmRelease, listSources } from './readCluster.ts';
import type { Target } from './types.ts';

/** A release that is to be acted on, with everything its chart and values come from. */
export interface Gathered {
  readonly release: HelmRelease;
  /** Where it was written; absent when it came from the cluster. */
  readonly manifest?: Manifest;
  readonly objects: ObjectSet;
  readonly lookup: ValuesLookup;
}

/** Releases of files, or one of the cluster. What files do not hold of ConfigMaps, Secrets and sources, the cluster does. */
export async function gather(
  target: Target,
  client: KubeClient,
  machine: Pick<Environment, 'files' | 'git'>,
  options: Abortable,
): Promise<readonly Gathered[]> {
  const live = (await listSources(client, [], options)).map(liveManifest);
  if (target.kind === 'name') {
    const { release } = await getHelmRelease(client, target, options);
    const objects = objectSet(live);
    return [{ release, objects, lookup: await lookupFor(release, objects, client, options) }];
  }
  const { releases, objects: written } = await readReleases(target.paths, machine, options);
  const objects = objectSet([...written.all, ...live]);
  return await Promise.all(
    releases.map(async ({ release, manifest }) => ({
      release,
      manifest,
      objects,
      lookup: await lookupFor(release, objects, client, options),
    })),
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

/** Answers for what the release and its source name: from the files, else from the cluster. */
async function lookupFor(
  release: HelmRelease,
  objects: ObjectSet,
  client: KubeClient,
  options: Abortable,
): Promise<ValuesLookup> {
  const fromFiles = valuesLookup(objects);
  const { source } = chartReferenceOf(release);
  const spec = (objects.find({ ...source, group: sourceGroup })?.object['spec'] ?? {}) as Record<string, unknown>;
  const secrets = ['secretRef', 'certSecretRef', 'proxySecretRef'].flatMap((field) => {
    const name = (spec[field] as { readonly name?: string } | undefined)?.name;
    return name === undefined ? [] : [{ kind: 'Secret' as const, namespace: source.namespace, name }];
  });
  const { namespace } = release.metadata;
  const values = (release.spec.valuesFrom ?? []).map(({ kind, name }) => ({
    kind: kind === 'Secret' ? ('Secret' as const) : ('ConfigMap' as const),
    namespace,
    name,
  }));
  const known = new Map<string, ReturnType<ValuesLookup>>();
  for (const query of [...values, ...secrets]) {
    const object =
      fromFiles(query) === undefined ? await client.find({ apiVersion: 'v1', ...query }, options) : undefined;
    if (object !== undefined) {
      known.set(`${query.kind} ${query.namespace}/${query.name}`, valuesDataOf({ object }));
    }
  }
  return (query) => fromFiles(query) ?? known.get(`${query.kind} ${query.namespace}/${query.name}`);
}
