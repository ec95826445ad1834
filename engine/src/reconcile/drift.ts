import { objectsOfRelease } from '../action/index.ts';
import type { DriftDetection } from '../flux/index.ts';
import { applyObjects, type KubeClient, previewApply, refOf, refText } from '../kube/index.ts';
import type { Release } from '../release/index.ts';
import { type Abortable, type KubeObject, splitApiVersion } from '../support/index.ts';

/** An object that is not what its release's manifest says. */
export interface Drift {
  readonly object: KubeObject;
  /** As helm-controller's events say it: `ConfigMap/ns/a changed (0 additions, 1 changes, 0 removals)`. */
  readonly line: string;
  readonly kind: 'changed' | 'removed';
}

const disabledMark = 'helm.toolkit.fluxcd.io/driftDetection';

/**
 * Objects of a release that differ from its manifest, as a dry run of applying them says. Fields that somebody else
 * added are no drift.
 *
 * @see helm-controller v1.6 internal/action/diff.go, Diff
 */
export async function findDrift(
  release: Release,
  ignore: DriftDetection['ignore'],
  client: KubeClient,
  options: Abortable & { readonly fieldManager: string },
): Promise<readonly Drift[]> {
  const drifts: Drift[] = [];
  for (const object of await objectsOfRelease(release.manifest, release, client, options)) {
    const { labels, annotations } = object.metadata;
    if (labels?.[disabledMark] === 'disabled' || annotations?.[disabledMark] === 'disabled') {
      continue;
    }
    const preview = await previewApply(client, object, {
      signal: options.signal,
      fieldManager: options.fieldManager,
      force: true,
    });
    const shown = refText(refOf(object));
    if (preview.change === 'create') {
      drifts.push({ object, kind: 'removed', line: `${shown} removed` });
      continue;
    }
    const ignored = (ignore ?? []).filter((rule) => matches(rule.target, object)).flatMap(({ paths }) => paths);
    const fields = preview.fields.filter(
      ({ pointer }) => !ignored.some((path) => pointer === path || pointer.startsWith(`${path}/`)),
    );
    const count = (change: 'add' | 'remove' | 'replace'): number =>
      fields.filter((field) => field.change === change).length;
    if (fields.length > 0) {
      const counts = `${count('add')} additions, ${count('replace')} changes, ${count('remove')} removals`;
      drifts.push({ object, kind: 'changed', line: `${shown} changed (${counts})` });
    }
  }
  return drifts;
}

/** Brings drifted objects back. Returns a line for each, as helm-controller's events have them. */
export async function correctDrift(
  drifts: readonly Drift[],
  client: KubeClient,
  options: Abortable & { readonly fieldManager: string },
): Promise<readonly string[]> {
  await applyObjects(
    client,
    drifts.map(({ object }) => object),
    { signal: options.signal, fieldManager: options.fieldManager, force: true },
  );
  return drifts.map(({ line, kind }) => `${line.split(' ')[0] ?? ''} ${kind === 'removed' ? 'created' : 'configured'}`);
}

type Target = NonNullable<NonNullable<DriftDetection['ignore']>[number]['target']>;

/** Whether a rule is about an object: each text is a whole-word pattern. */
function matches(target: Target | undefined, object: KubeObject): boolean {
  if (target === undefined) {
    return true;
  }
  const { group, version } = splitApiVersion(object.apiVersion);
  const facts: readonly (readonly [string | undefined, string])[] = [
    [target.group, group],
    [target.version, version],
    [target.kind, object.kind],
    [target.namespace, object.metadata.namespace ?? ''],
    [target.name, object.metadata.name],
  ];
  return facts.every(
    ([pattern, fact]) => pattern === undefined || pattern === '' || new RegExp(`^(?:${pattern})$`).test(fact),
  );
}
