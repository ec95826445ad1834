import { type KubeClient, refKey, refOf } from '../kube/index.ts';
import type { Release } from '../release/index.ts';
import { splitManifests } from '../release/index.ts';
import type { Abortable, KubeObject, NamespacedName } from '../support/index.ts';
import { messageOf } from '../support/index.ts';
import { decodeAll } from '../yaml/index.ts';
import { ActionError } from './errors.ts';
import { asObject } from './asObject.ts';

/** Annotations and a label by which Helm knows whose an object is. @see helm v4.3.1 pkg/action/validate.go */
const ownership = {
  managedByLabel: 'app.kubernetes.io/managed-by',
  managedBy: 'Helm',
  nameAnnotation: 'meta.helm.sh/release-name',
  namespaceAnnotation: 'meta.helm.sh/release-namespace',
  resourcePolicy: 'helm.sh/resource-policy',
} as const;

/**
 * The objects of a manifest as they go to the cluster: each in its namespace, with Helm's marks of ownership.
 *
 * @throws ActionError in Helm's words for a document that is no object; KubeError `no-kind` for a kind the cluster lacks
 */
export async function objectsOfRelease(
  manifest: string,
  release: NamespacedName,
  client: KubeClient,
  options: Abortable,
): Promise<readonly KubeObject[]> {
  const objects: KubeObject[] = [];
  for (const object of readObjects(manifest)) {
    objects.push(await objectOfRelease(object, release, client, options));
  }
  return objects;
}

/** One object as it goes to the cluster. @throws KubeError `no-kind` */
export async function objectOfRelease(
  object: KubeObject,
  release: NamespacedName,
  client: KubeClient,
  options: Abortable,
): Promise<KubeObject> {
  return owned(await placed(object, release.namespace, client, options), release);
}

/** The objects of a hook, each in its namespace; they carry no marks of ownership. @throws ActionError, KubeError `no-kind` */
export async function objectsOfHook(
  manifest: string,
  namespace: string,
  client: KubeClient,
  options: Abortable,
): Promise<readonly KubeObject[]> {
  return await Promise.all(readObjects(manifest).map((object) => placed(object, namespace, client, options)));
}

async function placed(
  object: KubeObject,
  namespace: string,
  client: KubeClient,
  options: Abortable,
): Promise<KubeObject> {
  const { namespaced } = await client.kind(object.apiVersion, object.kind, options);
  return inNamespace(object, namespaced ? namespace : undefined);
}

/** The objects of a manifest as it is written. @throws ActionError */
export function readObjects(manifest: string): readonly KubeObject[] {
  return splitManifests(manifest).flatMap((text) => {
    try {
      return decodeAll(text, {}).flatMap((document) => asObject(document) ?? []);
    } catch (error) {
      throw new ActionError('failed', `unable to build kubernetes objects from release manifest: ${messageOf(error)}`, {
        cause: error,
      });
    }
  });
}

/** What `before` has and `after` has not: an upgrade deletes these, but for those that are to be kept. */
export function removedObjects(before: readonly KubeObject[], after: readonly KubeObject[]): readonly KubeObject[] {
  const stays = new Set(after.map((object) => refKey(refOf(object))));
  return before.filter((object) => !stays.has(refKey(refOf(object))) && !isKept(object));
}

/** Whether an object is to be kept when its release no longer has it. */
export function isKept(object: KubeObject): boolean {
  return object.metadata.annotations?.[ownership.resourcePolicy] === 'keep';
}

/**
 * Why an object in the cluster belongs to somebody else, in Helm's words; undefined where it is this release's.
 *
 * @see helm v4.3.1 pkg/action/validate.go, checkOwnership
 */
export function foreignOwner(live: KubeObject, release: NamespacedName): string | undefined {
  const { labels, annotations } = live.metadata;
  const complaints: string[] = [];
  const check = (what: string, key: string, want: string, have: string | undefined): void => {
    if (have === undefined) {
      complaints.push(`${what} validation error: missing key "${key}": must be set to "${want}"`);
    } else if (have !== want) {
      complaints.push(`${what} validation error: key "${key}" must equal "${want}": current value is "${have}"`);
    }
  };
  check('label', ownership.managedByLabel, ownership.managedBy, labels?.[ownership.managedByLabel]);
  check('annotation', ownership.nameAnnotation, release.name, annotations?.[ownership.nameAnnotation]);
  check('annotation', ownership.namespaceAnnotation, release.namespace, annotations?.[ownership.namespaceAnnotation]);
  return complaints.length === 0 ? undefined : `invalid ownership metadata; ${complaints.join('; ')}`;
}

function owned(object: KubeObject, release: NamespacedName): KubeObject {
  const { metadata } = object;
  return {
    ...object,
    metadata: {
      ...metadata,
      labels: { ...metadata.labels, [ownership.managedByLabel]: ownership.managedBy },
      annotations: {
        ...metadata.annotations,
        [ownership.nameAnnotation]: release.name,
        [ownership.namespaceAnnotation]: release.namespace,
      },
    },
  };
}

function inNamespace(object: KubeObject, namespace: string | undefined): KubeObject {
  const { namespace: own, ...metadata } = object.metadata;
  if (namespace === undefined) {
    return own === undefined ? object : { ...object, metadata };
  }
  return own === undefined || own === '' ? { ...object, metadata: { ...metadata, namespace } } : object;
}

/** Name and namespace that a release's objects are marked with. */
export function nameOfRelease({ name, namespace }: Pick<Release, 'name' | 'namespace'>): NamespacedName {
  return { name, namespace };
}
