import { createTwoFilesPatch } from 'diff';
import { type Abortable, type KubeObject, type ObjectRef } from '../support/index.ts';
import { toYaml } from './toYaml.ts';
import type { KubeClient } from './client.ts';
import { type FieldChange, fieldChanges } from './compare.ts';
import { isKubeError } from './errors.ts';
import { maskSecrets } from './mask.ts';
import { refOf, refText } from './object.ts';

export interface PreviewOptions extends Abortable {
  readonly fieldManager: string;
  readonly force: boolean;
}

/** What applying one object would do. */
export interface ObjectPreview {
  readonly ref: ObjectRef;
  readonly change: 'create' | 'update' | 'none';
  /** As it is now, without what the API server keeps for itself. */
  readonly live: KubeObject | undefined;
  /** As it would be. */
  readonly merged: KubeObject;
  readonly fields: readonly FieldChange[];
  /** Of the live object: what was seen is what a confirmation is for. */
  readonly resourceVersion: string | undefined;
  /** Why the API server could not say what the object would be: its namespace or its kind is not there yet. */
  readonly unchecked: string | undefined;
}

/**
 * Asks the API server what applying an object would make of it, as the manager that will apply it, and compares that
 * with what is there. Under any other name the answer hides what would be taken away.
 *
 * @throws KubeError `invalid`, `apply-conflict`, `forbidden`, as applying would
 */
export async function previewApply(
  client: KubeClient,
  object: KubeObject,
  options: PreviewOptions,
): Promise<ObjectPreview> {
  const ref = refOf(object);
  const live = await client.find(ref, options);
  try {
    const { object: merged } = await client.apply(object, { ...options, dryRun: true });
    return preview(ref, { live, merged, unchecked: undefined });
  } catch (error) {
    const unchecked = live === undefined ? whyUnchecked(error) : undefined;
    if (unchecked === undefined) {
      throw error;
    }
    return preview(ref, { live, merged: object, unchecked });
  }
}

function preview(
  ref: ObjectRef,
  sides: Pick<ObjectPreview, 'unchecked'> & { readonly live: KubeObject | undefined; readonly merged: KubeObject },
): ObjectPreview {
  const live = sides.live === undefined ? undefined : withoutServerFields(sides.live);
  const merged = withoutServerFields(sides.merged);
  const fields = live === undefined ? [] : fieldChanges(live, merged);
  return {
    ref,
    change: live === undefined ? 'create' : fields.length === 0 ? 'none' : 'update',
    live,
    merged,
    fields,
    resourceVersion: sides.live?.metadata.resourceVersion,
    unchecked: sides.unchecked,
  };
}

function whyUnchecked(error: unknown): string | undefined {
  if (isKubeError(error, 'no-kind')) {
    return 'the cluster does not know this kind yet';
  }
  return isKubeError(error, 'not-found') && error.about?.kind === 'namespaces'
    ? `namespace ${error.about.name} is not there yet`
    : undefined;
}

const serverFields: ReadonlySet<string> = new Set([
  'managedFields',
  'resourceVersion',
  'generation',
  'uid',
  'creationTimestamp',
]);

/** An object without what only the API server writes, and without its status, which applying does not touch. */
export function withoutServerFields(object: KubeObject): KubeObject {
  const { apiVersion, kind, metadata } = object;
  const written = Object.entries(metadata).filter(([field]) => !serverFields.has(field));
  return {
    ...Object.fromEntries(Object.entries(object).filter(([field]) => field !== 'status')),
    apiVersion,
    kind,
    metadata: { name: metadata.name, ...Object.fromEntries(written) },
  };
}

export interface DiffTextOptions {
  /** Texts that came from Secrets: wherever one stands, it is masked. */
  readonly secrets: readonly string[];
}

/** Unified diff of two states of an object as YAML, without its secrets; empty where nothing differs. */
export function diffText(
  sides: { readonly before: KubeObject | undefined; readonly after: KubeObject | undefined },
  { secrets }: DiffTextOptions,
): string {
  const { before, after } = maskSecrets(sides, secrets);
  const one = after ?? before;
  if (one === undefined) {
    return '';
  }
  const [oldText, newText] = [before, after].map((object) => (object === undefined ? '' : toYaml(object)));
  if (oldText === newText) {
    return '';
  }
  const name = refText(refOf(one));
  const patch = createTwoFilesPatch(name, name, oldText ?? '', newText ?? '', undefined, undefined, { context: 3 });
  // The first line is a ruler of the library's own.
  return patch.slice(patch.indexOf('--- '));
}
