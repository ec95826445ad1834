import { foreignOwner, objectOfRelease, objectsOfRelease, readObjects, removedObjects } from '../action/index.ts';
import {
  diffText,
  fluxOwnerOf,
  isKubeError,
  type KubeClient,
  type Loss,
  lossesOf,
  type ObjectPreview,
  previewApply,
  type PreviewOptions,
  refKey,
  refOf,
} from '../kube/index.ts';
import {
  assess,
  type Attempt,
  type Decision,
  type ObjectChange,
  type PlannedAction,
  reconcileSettings,
  type ReleasePlan,
  type Wanted,
} from '../reconcile/index.ts';
import type { Release } from '../release/index.ts';
import { type Abortable, digestOf, type KubeObject, type NamespacedName } from '../support/index.ts';
import { keyOf } from './dependencies.ts';
import type { Approvals } from './types.ts';

interface PlanInput {
  readonly wanted: Wanted;
  readonly attempt: Attempt;
  /** The newest revision in storage. */
  readonly stored: Release | undefined;
  readonly fieldManager: string;
  readonly approvals: Approvals;
  /** How the file's spec differs from the cluster's; empty where it does not. */
  readonly difference: string;
}

/** What a plan rests on beside its text: were it different, the plan would be another. */
export interface PlannedRelease {
  readonly plan: ReleasePlan;
  readonly digest: string;
}

/** What a reconcile would do, by dry runs of the API server. @throws KubeError, ActionError as applying would */
export async function planRelease(input: PlanInput, client: KubeClient, options: Abortable): Promise<PlannedRelease> {
  const { wanted, attempt, stored, approvals } = input;
  const { release, desired } = wanted;
  const { state, decision } = assess(wanted, attempt, stored);
  const compared = await compare(input, client, options);
  const { action, reason, shows } = present(input, decision, state.reason, compared.changes);
  const { metadata } = desired.chart;
  const warnings = [...desired.warnings];
  const differing = compared.changes.filter(({ change }) => change !== 'none').length;
  if (!shows && differing > 0) {
    warnings.push(
      `${differing} ${differing === 1 ? 'object differs' : 'objects differ'} from what the chart renders, and spec.driftDetection does not ask to correct that`,
    );
  }
  const { difference } = input;
  if (difference !== '') {
    warnings.push(
      'the HelmRelease in the cluster differs from the file and stays as it is: reconciling it by its name goes back to it',
    );
  }
  const refusal = firstRefusal(desired.refusals) ?? (shows ? refusalOf(compared, { release, approvals }) : undefined);
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
    changes: shows ? compared.changes : [],
    hooks: shows ? hooksOf(input, action) : [],
    warnings,
    ...refusal,
  };
  const decidedOn = [plan, desired.configDigest, desired.manifest, desired.hooks, compared.seen, stored?.version];
  return { plan, digest: digestOf(JSON.stringify(decidedOn)) };
}

interface Compared {
  readonly changes: readonly ObjectChange[];
  /** The objects as they were found. */
  readonly seen: readonly (KubeObject | undefined)[];
  readonly losses: readonly Loss[];
  /** Objects of another HelmRelease, a sentence each. */
  readonly owned: readonly string[];
}

async function compare(
  { wanted: { release, desired }, stored, fieldManager }: PlanInput,
  client: KubeClient,
  options: Abortable,
): Promise<Compared> {
  const owner = { namespace: desired.namespace, name: desired.releaseName };
  const changes: ObjectChange[] = [];
  const seen: (KubeObject | undefined)[] = [];
  const after: KubeObject[] = [];
  const owned: string[] = [];
  for (const written of readObjects(desired.manifest)) {
    const object = await ofRelease(written, owner, client, options);
    after.push(object ?? written);
    if (object === undefined) {
      const warning = 'the cluster does not know this kind yet';
      changes.push({ object: refOf(written), change: 'create', diff: '', warning });
      continue;
    }
    const preview = await previewed(client, object, { ...options, fieldManager, force: true });
    if (typeof preview === 'string') {
      changes.push({ object: refOf(object), change: 'create', diff: '', warning: preview });
      continue;
    }
    seen.push(preview.live);
    const fluxOwner = preview.live === undefined ? undefined : fluxOwnerOf(preview.live);
    if (fluxOwner !== undefined && keyOf(fluxOwner) !== keyOf(release.metadata)) {
      owned.push(`${object.kind} ${object.metadata.name} belongs to HelmRelease ${keyOf(fluxOwner)}`);
    }
    const isForeign = preview.live !== undefined && foreignOwner(preview.live, owner) !== undefined;
    const change = isForeign ? 'adopt' : preview.change;
    const sides = { before: preview.live, after: preview.merged };
    changes.push({
      object: preview.ref,
      change,
      diff: change === 'none' ? '' : diffText(sides, { secrets: desired.secrets }),
      ...(preview.unchecked === undefined ? {} : { warning: preview.unchecked }),
    });
  }
  const before = stored === undefined ? [] : await objectsOfRelease(stored.manifest, owner, client, options);
  const removed = removedObjects(before, after).map(refOf);
  const losses = await lossesOf(client, removed, options);
  for (const object of removed) {
    const loss = losses.find(({ ref }) => refKey(ref) === refKey(object));
    changes.push({ object, change: 'delete', diff: '', ...(loss === undefined ? {} : { warning: lossText(loss) }) });
  }
  return { changes, seen, losses, owned };
}

/** As it would be applied; undefined where the cluster does not know its kind, which the chart may bring along. */
async function ofRelease(
  object: KubeObject,
  owner: NamespacedName,
  client: KubeClient,
  options: Abortable,
): Promise<KubeObject | undefined> {
  try {
    return await objectOfRelease(object, owner, client, options);
  } catch (error) {
    if (isKubeError(error, 'no-kind')) {
      return undefined;
    }
    throw error;
  }
}

/** What applying would do, or why the API server would not have it: the run then fails there, and is recorded. */
async function previewed(
  client: KubeClient,
  object: KubeObject,
  options: PreviewOptions,
): Promise<ObjectPreview | string> {
  try {
    return await previewApply(client, object, options);
  } catch (error) {
    if (isKubeError(error, 'invalid', 'forbidden', 'apply-conflict')) {
      return `refused: ${error.message}`;
    }
    throw error;
  }
}

interface Presented {
  readonly action: PlannedAction;
  readonly reason: string;
  /** Whether the differences that were found would be applied. */
  readonly shows: boolean;
}

function present(
  { wanted: { release } }: PlanInput,
  decision: Decision,
  reason: string,
  changes: readonly ObjectChange[],
): Presented {
  switch (decision.kind) {
    case 'act': {
      const { kind } = decision.action;
      return { action: kind, reason, shows: kind === 'install' || kind === 'upgrade' || kind === 'unlock' };
    }
    case 'stalled':
    case 'error':
      return { action: 'none', reason: decision.message, shows: false };
    case 'done': {
      const corrects =
        reconcileSettings(release).drift === 'enabled' &&
        changes.some(({ change }) => change === 'create' || change === 'update');
      return corrects
        ? { action: 'correct-drift', reason: 'objects differ from the manifest of the release', shows: true }
        : { action: 'none', reason, shows: false };
    }
  }
}

type Refusal = Pick<ReleasePlan, 'refused' | 'needs'>;

function firstRefusal([refused]: readonly string[]): Refusal | undefined {
  return refused === undefined ? undefined : { refused };
}

/** What needs to be confirmed by itself and was not. */
function refusalOf(
  { changes, losses, owned }: Compared,
  { release, approvals }: { readonly release: Wanted['release']; readonly approvals: Approvals },
): Refusal | undefined {
  if (owned.length > 0) {
    return { refused: owned.join(', ') };
  }
  const adopted = changes.filter(({ change }) => change === 'adopt').length;
  if (adopted > 0 && approvals.adopts !== true) {
    const what = adopted === 1 ? '1 object is' : `${adopted} objects are`;
    return { refused: `${what} there already and would be taken over`, needs: 'adoption' };
  }
  return losses.length > 0 && approvals.typedNames?.includes(release.metadata.name) !== true
    ? { refused: `it deletes what holds data: ${losses.map(lossText).join(', ')}`, needs: 'typed-name' }
    : undefined;
}

/** What goes with an object that holds more than its manifest says. */
export function lossText({ ref, kind, count }: Loss): string {
  const what = `${ref.kind} ${ref.name}`;
  switch (kind) {
    case 'custom-resources':
      return count === undefined
        ? `${what} with all objects of its kind`
        : `${what} with ${count} ${count === 1 ? 'object' : 'objects'} of its kind`;
    case 'namespace':
      return `${what} with everything in it`;
    case 'volume-claim':
      return `${what} with its data`;
    case 'stateful-set':
      return `${what}, whose volumes may hold data`;
  }
}

function hooksOf({ wanted: { desired } }: PlanInput, action: PlannedAction): ReleasePlan['hooks'] {
  const verb = action === 'install' ? 'install' : 'upgrade';
  return desired.hooks
    .filter(({ events }) => events.some((event) => event === `pre-${verb}` || event === `post-${verb}`))
    .flatMap(({ manifest, events }) => readObjects(manifest).map((object) => ({ object: refOf(object), events })));
}
