import { objectsOfRelease } from '../action/index.ts';
import { type Capabilities, defaultCapabilities, parseKubeVersion } from '../chart/index.ts';
import { type DesiredRelease, desiredRelease } from '../desired/index.ts';
import {
  chartReferenceOf,
  composeValues,
  type HelmRelease,
  releaseNameOf,
  releaseNamespaceOf,
  storageNamespaceOf,
  type ValuesLookup,
} from '../flux/index.ts';
import {
  type Actor,
  beginAttempt,
  type ClusterInfo,
  objectStatusStore,
  type Plan,
  type Prevented,
  type ReleasePlan,
  type StatusStore,
} from '../reconcile/index.ts';
import type { Release } from '../release/index.ts';
import { resolveChart } from '../source/index.ts';
import { type Abortable, digestOf, messageOf, type NamespacedName, redact } from '../support/index.ts';
import { fluxManager, type SessionContext, statusStoreOf, storageIn } from './context.ts';
import { inDependencyOrder, keyOf } from './dependencies.ts';
import { decideActor } from './enrolment.ts';
import { type Gathered, gather, lookupFor } from './gather.ts';
import { clusterLookup } from './lookup.ts';
import { planRelease, type PlannedRelease } from './planRelease.ts';
import { preventedBy, type Seen } from './prevented.ts';
import { missingNamespace, refusalOf } from './refusal.ts';
import { type Replay, replayed } from './replay.ts';
import type { Approvals, Target } from './types.ts';
import { unlockRefusal } from './unlock.ts';

/** One release of a plan, with what running it needs. */
export interface PlannedPart {
  readonly gathered: Gathered;
  readonly actor: Actor;
  readonly plan: ReleasePlan;
  readonly store: StatusStore;
  /** Where the release is stored. */
  readonly storage: NamespacedName;
  /** Absent where the plan failed. */
  readonly desired?: DesiredRelease;
  /** Why it failed, where that is a state of the release's own. */
  readonly prevented?: Prevented;
}

export interface MadePlan {
  readonly plan: Plan;
  readonly parts: readonly PlannedPart[];
}

type PlanOptions = Abortable & Approvals & { readonly replay: Replay };

/** What is planned where Flux acts. */
const asked = { action: 'ask', reason: 'helm-controller acts here: it is asked to reconcile' } as const;

/** Charts that were fetched this long ago are still the newest. */
const maxAgeMs = 60_000;

/** Plans every release of a target, dependencies first. A release that cannot be planned says why and hides no other. */
export async function makePlan(
  context: SessionContext,
  target: Target,
  info: ClusterInfo,
  options: PlanOptions,
): Promise<MadePlan> {
  const { client } = context;
  const gathered = inDependencyOrder(await gather(context, target, options));
  const capabilities = await capabilitiesOf(context, options);
  const parts: (PlannedPart & { readonly digest: string })[] = [];
  for (const each of gathered) {
    parts.push(await planPart(context, each, { target, info, capabilities }, options));
  }
  const identity = [client.transport.server, client.transport.caDigest, context.enrolment?.clusterUid];
  return {
    parts,
    plan: {
      version: 1,
      cluster: info,
      releases: parts.map(({ plan }) => plan),
      digest: digestOf(JSON.stringify([identity, parts.map(({ digest }) => digest)])),
    },
  };
}

/** What the selected cluster tells charts of itself. */
async function capabilitiesOf({ client }: SessionContext, options: Abortable): Promise<Capabilities> {
  const [version, { apiVersions }] = await Promise.all([client.serverVersion(options), client.discovery(options)]);
  return { ...defaultCapabilities({}), kubeVersion: parseKubeVersion(version), apiVersions };
}

interface Circumstances {
  readonly target: Target;
  readonly info: ClusterInfo;
  readonly capabilities: Capabilities;
}

async function planPart(
  context: SessionContext,
  gathered: Gathered,
  circumstances: Circumstances,
  options: PlanOptions,
): Promise<PlannedPart & { readonly digest: string }> {
  const { target, info } = circumstances;
  const { release, live, difference } = gathered;
  const storage = { namespace: storageNamespaceOf(release), name: releaseNameOf(release) };
  // A spec that differs from the object's may not be written about in the object's status.
  const store = statusStoreOf(context, release, { live: difference === '' ? live : undefined, storage });
  const seen: Seen = {};
  let lookup: ValuesLookup = () => undefined;
  try {
    lookup = await lookupFor(gathered, context.client, options);
    const { actor, desired, ...planned } = await planRendered(
      context,
      gathered,
      { ...circumstances, lookup, store, storage, seen },
      options,
    );
    const asks = actor.kind === 'flux' && target.kind === 'name';
    const refused = refusalOf(gathered, actor, target);
    const { refused: _refused, needs: _needs, ...rest } = planned.plan;
    const plan: ReleasePlan = {
      ...(asks ? { ...rest, ...asked } : refused === undefined ? planned.plan : rest),
      ...(refused === undefined ? {} : { refused }),
    };
    return { gathered, actor, plan, store, storage, desired, digest: planned.digest };
  } catch (error) {
    options.signal.throwIfAborted();
    const problem = redact(messageOf(error), secretsOf(release, lookup));
    const { actor } = info;
    // Flux renders by itself, and may well have what we cannot get at.
    const asks = actor.kind === 'flux' && target.kind === 'name';
    const refused = refusalOf(gathered, actor, target);
    const plan: ReleasePlan = {
      ...skeleton(release),
      ...(asks ? asked : { action: 'none', reason: 'it is not known what would be done' }),
      ...(asks ? { warnings: [`what would change is not known: ${problem}`] } : { failed: problem }),
      ...(refused === undefined ? {} : { refused }),
    };
    const prevented = preventedBy(error, problem, seen);
    const part = { gathered, actor, plan, store, storage, digest: digestOf(JSON.stringify(plan)) };
    return prevented === undefined ? part : { ...part, prevented };
  }
}

interface Rendered extends PlannedRelease {
  readonly actor: Actor;
  readonly desired: DesiredRelease;
}

interface RenderInput extends Circumstances {
  readonly lookup: ValuesLookup;
  readonly store: StatusStore;
  readonly storage: NamespacedName;
  readonly seen: Seen;
}

async function planRendered(
  context: SessionContext,
  gathered: Gathered,
  { capabilities, lookup, store, storage, seen }: RenderInput,
  options: PlanOptions,
): Promise<Rendered> {
  const { release, manifest, objects, live, difference } = gathered;
  const { client, enrolment } = context;
  const { metadata } = release;
  const stored = await storageIn(context, storage.namespace).last(storage.name, options);
  const isUpgrade = stored !== undefined && stored.info.status !== 'uninstalled';
  seen.isUpgrade = isUpgrade;
  const world = replayed(context.world, options.replay, keyOf(metadata));
  const desired = await desiredRelease(
    {
      release,
      ...(manifest === undefined ? {} : { manifest, near: manifest.file }),
      objects,
      lookup,
      capabilities,
      revision: (stored?.version ?? 0) + 1,
      isUpgrade,
      // As Flux has it unless its flags say otherwise, and here we are the engine.
      crossNamespace: 'allow',
      fetchLookup: clusterLookup(client),
    },
    {
      ...world,
      render: (request, abort) => {
        seen.request ??= request;
        return world.render(request, abort);
      },
      resolve: (request, fetching) => resolveChart(request, world, fetching),
    },
    { signal: options.signal, maxAgeMs },
  );
  const owned = await storedObjects(context, stored, options);
  const actor = await decideActor(client, enrolment, {
    signal: options.signal,
    release: { owner: { namespace: metadata.namespace, name: metadata.name }, objects: owned },
  });
  const isFlux = actor.kind === 'flux' && live !== undefined;
  // Whoever else acts, or acted, wrote what they did into the object.
  const isOthers = actor.kind !== 'fairlead' && live !== undefined && difference === '';
  const known = await (isFlux || isOthers ? objectStatusStore(client, release) : store).load(options);
  const attempt = beginAttempt({ release, desired }, known);
  const planned = await planRelease(
    {
      wanted: { release, desired },
      attempt,
      stored,
      fieldManager: fluxManager,
      approvals: options,
      difference: isFlux ? '' : difference,
    },
    client,
    options,
  );
  const hinders =
    (await missingNamespace(client, release, options)) ??
    (await unlockRefusal(context, { release, stored, storage }, options));
  const plan = hinders === undefined ? planned.plan : { ...planned.plan, refused: hinders };
  return { ...planned, plan, actor, desired };
}

async function storedObjects(
  { client }: SessionContext,
  stored: Release | undefined,
  options: Abortable,
): ReturnType<typeof objectsOfRelease> {
  return stored === undefined ? [] : await objectsOfRelease(stored.manifest, stored, client, options);
}

/** What can be said of a release whose chart is not known. */
function skeleton(release: HelmRelease): Omit<ReleasePlan, 'action' | 'reason'> {
  const { metadata, spec } = release;
  const hasChart = (spec.chart === undefined) !== (spec.chartRef === undefined);
  const reference = hasChart ? chartReferenceOf(release) : undefined;
  const source = reference?.source;
  return {
    release: {
      namespace: metadata.namespace,
      name: metadata.name,
      releaseName: releaseNameOf(release),
      targetNamespace: releaseNamespaceOf(release),
    },
    chart: {
      name: reference?.kind === 'template' ? reference.chart : (source?.name ?? '?'),
      version: reference?.kind === 'template' ? reference.version : '?',
      from: source === undefined ? 'nowhere' : `${source.kind} ${source.namespace}/${source.name}`,
    },
    changes: [],
    hooks: [],
    warnings: [],
  };
}

/** Texts that an error of a template may have quoted. */
function secretsOf(release: HelmRelease, lookup: ValuesLookup): readonly string[] {
  try {
    return composeValues(release, { lookup }).secrets;
  } catch {
    // Values that cannot be composed were never rendered.
    return [];
  }
}
