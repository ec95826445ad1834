import { type Abortable, at, type KubeObject, type ObjectRef, textAt } from '../support/index.ts';
import type { KubeClient } from './client.ts';
import { isKubeError } from './errors.ts';
import { groupOf } from './object.ts';
import type { DeleteOptions } from './options.ts';
import { inParallel } from './parallel.ts';

/** Deletes an object. Resolves with whether it was there; another one that has its name by now (`uid`) is left alone. */
export async function deleteObject(client: KubeClient, ref: ObjectRef, options: DeleteOptions): Promise<boolean> {
  try {
    await client.delete(ref, options);
    return true;
  } catch (error) {
    if (isKubeError(error, 'not-found', 'no-kind') || (options.uid !== undefined && isKubeError(error, 'conflict'))) {
      return false;
    }
    throw error;
  }
}

/** What goes with an object when it is deleted. */
export interface Loss {
  readonly ref: ObjectRef;
  readonly kind: 'custom-resources' | 'namespace' | 'volume-claim' | 'stateful-set';
  /** Custom resources that go with their definition; `undefined` where they may not be counted. */
  readonly count: number | undefined;
}

/**
 * Which of these objects hold what cannot be made again from their manifest: definitions with the custom resources
 * there are of them, namespaces, claims of volumes, StatefulSets. Objects that are not there hold nothing.
 */
export async function lossesOf(
  client: KubeClient,
  refs: readonly ObjectRef[],
  options: Abortable,
): Promise<readonly Loss[]> {
  const losses = await inParallel(refs, async (ref): Promise<Loss | undefined> => {
    const kind = lossKinds[`${groupOf(ref.apiVersion)}/${ref.kind}`];
    if (kind === undefined) {
      return undefined;
    }
    const live = await client.find(ref, options);
    if (live === undefined) {
      return undefined;
    }
    return { ref, kind, count: kind === 'custom-resources' ? await countOf(client, live, options) : undefined };
  });
  return losses.filter((loss) => loss !== undefined);
}

const lossKinds: Readonly<Record<string, Loss['kind']>> = {
  'apiextensions.k8s.io/CustomResourceDefinition': 'custom-resources',
  '/Namespace': 'namespace',
  '/PersistentVolumeClaim': 'volume-claim',
  'apps/StatefulSet': 'stateful-set',
};

async function countOf(client: KubeClient, definition: KubeObject, options: Abortable): Promise<number | undefined> {
  const group = textAt(definition, 'spec', 'group');
  const kind = textAt(definition, 'spec', 'names', 'kind');
  const versions = at(definition, 'spec', 'versions');
  const served: unknown = Array.isArray(versions)
    ? versions.find((version) => at(version, 'served') === true)
    : undefined;
  const version = textAt(served, 'name');
  if (group === undefined || kind === undefined || version === undefined) {
    return undefined;
  }
  try {
    return await client.count({ apiVersion: `${group}/${version}`, kind }, options);
  } catch (error) {
    if (isKubeError(error, 'forbidden', 'no-kind')) {
      return undefined;
    }
    throw error;
  }
}
