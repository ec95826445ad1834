import type { Abortable, KubeObject, ObjectRef } from '../support/index.ts';
import type { KubeClient } from './client.ts';
import { leftBehind } from './compare.ts';
import { refKey, refOf } from './object.ts';
import { inParallel } from './parallel.ts';

export interface ApplyObjectsOptions extends Abortable {
  /**
   * The manager that owns the objects: `helm-controller` for a HelmRelease's, `helm` for a plain release's. Under
   * another name the fields that the new manifest does not have any more would stay.
   */
  readonly fieldManager: string;
  /** As the owner does it: helm-controller takes fields over, helm does not. */
  readonly force: boolean;
  /** Called for each object as soon as it is there, so that what a failure leaves behind is known. */
  readonly onApplied?: (applied: AppliedObject) => void;
  /** Called for each object that could not be applied, and the others are still tried; unless it throws. */
  readonly onFailed?: (failure: ApplyFailure) => void;
}

export interface ApplyFailure {
  readonly object: KubeObject;
  /** As it was; absent for one that would have been created. */
  readonly before: KubeObject | undefined;
  readonly error: unknown;
}

export interface AppliedObject {
  readonly ref: ObjectRef;
  readonly change: 'created' | 'configured' | 'unchanged';
  /** As it was; absent for a created one. */
  readonly before: KubeObject | undefined;
  readonly after: KubeObject;
}

/**
 * Applies objects on the server's side, in the order given: neighbours of one kind at once, one kind after the other.
 * The first error ends it unless `onFailed` takes it; what was applied until then was told to `onApplied`.
 *
 * @throws KubeError `apply-conflict`, `invalid`, `forbidden` and others
 */
export async function applyObjects(
  client: KubeClient,
  objects: readonly KubeObject[],
  options: ApplyObjectsOptions,
): Promise<readonly AppliedObject[]> {
  const applied: AppliedObject[] = [];
  for (const group of neighbours(objects)) {
    const changes = await inParallel(group, async (object) => await applyOne(client, object, options));
    applied.push(...changes.filter((change) => change !== undefined));
  }
  return applied;
}

async function applyOne(
  client: KubeClient,
  object: KubeObject,
  { onApplied, onFailed, ...options }: ApplyObjectsOptions,
): Promise<AppliedObject | undefined> {
  const ref = refOf(object);
  const before = await client.find(ref, options);
  let after: KubeObject;
  try {
    ({ object: after } = await client.apply(object, options));
  } catch (error) {
    if (onFailed === undefined || options.signal.aborted) {
      throw error;
    }
    onFailed({ object, before, error });
    return undefined;
  }
  const isSame = before?.metadata.resourceVersion === after.metadata.resourceVersion;
  const change = before === undefined ? 'created' : isSame ? 'unchanged' : 'configured';
  const applied: AppliedObject = { ref, change, before, after };
  onApplied?.(applied);
  return applied;
}

function neighbours(objects: readonly KubeObject[]): readonly (readonly KubeObject[])[] {
  const groups: KubeObject[][] = [];
  for (const object of objects) {
    const last = groups.at(-1);
    const isNeighbour = last?.[0]?.kind === object.kind && last[0].apiVersion === object.apiVersion;
    if (last !== undefined && isNeighbour) {
      last.push(object);
    } else {
      groups.push([object]);
    }
  }
  return groups;
}

/** A field that the older manifest had and the new one has not, and that is still there. */
export interface Remnant {
  readonly ref: ObjectRef;
  /** JSON pointers. */
  readonly fields: readonly string[];
}

/**
 * Fields that should be gone and are not, for each object that was applied: another manager owns them too. Live must
 * equal the manifest after every apply, and this is where it does not.
 */
export function remnantsOf(
  applied: readonly AppliedObject[],
  manifests: { readonly previous: readonly KubeObject[]; readonly desired: readonly KubeObject[] },
): readonly Remnant[] {
  const previous = new Map(manifests.previous.map((object) => [refKey(refOf(object)), object]));
  const desired = new Map(manifests.desired.map((object) => [refKey(refOf(object)), object]));
  return applied
    .map(({ ref, after }) => {
      const key = refKey(ref);
      const before = previous.get(key);
      return {
        ref,
        fields: before === undefined ? [] : leftBehind({ previous: before, desired: desired.get(key), live: after }),
      };
    })
    .filter(({ fields }) => fields.length > 0);
}
