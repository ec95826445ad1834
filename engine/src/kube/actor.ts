import { type Abortable, type KubeObject, type NamespacedName, recordsAt, textAt } from '../support/index.ts';
import type { KubeClient } from './client.ts';
import { isKubeError } from './errors.ts';
import { describeRef, refOf } from './object.ts';
import type { KindRef, ListOptions } from './options.ts';
import { inParallel } from './parallel.ts';

/** What shows that Flux acts on a release, or why nobody can tell. */
export type FluxEvidence =
  /** A Lease that helm-controller leads by. */
  | 'lease'
  /** A helm-controller Deployment, even one with no replicas: it may be scaled up while we act. */
  | 'deployment'
  /** Objects that say they belong to a HelmRelease that is not this one: another cluster's Flux may own them. */
  | 'owner-labels'
  /** Not allowed to look, or the kind is not served. */
  | 'unreadable';

export type FluxPresence =
  | { readonly kind: 'absent' }
  /** `reason` is one sentence without a full stop, for people. Unreadable counts as acting. */
  | { readonly kind: 'acting'; readonly evidence: FluxEvidence; readonly reason: string };

type Acting = Extract<FluxPresence, { readonly kind: 'acting' }>;

export interface FindActingFluxOptions extends Abortable {
  /** The release that is to be acted on, where it is about one. */
  readonly release?: {
    /** The HelmRelease that owns it; absent for a plain release of Helm's. */
    readonly owner?: NamespacedName;
    /** The objects of its stored manifest. They are looked at there and in the cluster. */
    readonly objects: readonly KubeObject[];
  };
}

/**
 * Whether a helm-controller may act on this cluster's releases, here or from another cluster. Whatever cannot be read
 * counts as acting: nothing is done beside a controller that might be there.
 *
 * @throws KubeError only where the cluster does not answer
 */
export async function findActingFlux(client: KubeClient, options: FindActingFluxOptions): Promise<FluxPresence> {
  return (
    (await findLease(client, options)) ??
    (await findDeployment(client, options)) ??
    (await findForeignOwner(client, options)) ?? { kind: 'absent' }
  );
}

const leasePrefix = 'helm-controller-leader-election';

async function findLease(client: KubeClient, options: Abortable): Promise<Acting | undefined> {
  const of = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' };
  // Every node has a Lease of its own in this namespace, and Flux none.
  const leases = await listOrReason(client, of, {
    ...options,
    fieldSelector: 'metadata.namespace!=kube-node-lease',
    metadataOnly: true,
  });
  if (leases.kind === 'acting') {
    return leases;
  }
  const lease = leases.objects.find(({ metadata }) => metadata.name.startsWith(leasePrefix));
  return (
    lease && acting('lease', `Lease ${lease.metadata.namespace ?? ''}/${lease.metadata.name} is helm-controller's`)
  );
}

async function findDeployment(client: KubeClient, options: Abortable): Promise<Acting | undefined> {
  const deployments = await listOrReason(client, { apiVersion: 'apps/v1', kind: 'Deployment' }, options);
  if (deployments.kind === 'acting') {
    return deployments;
  }
  const controller = deployments.objects.find(isHelmController);
  return (
    controller &&
    acting(
      'deployment',
      `Deployment ${controller.metadata.namespace ?? ''}/${controller.metadata.name} is helm-controller`,
    )
  );
}

const controllerName = 'helm-controller';
const nameLabels = ['app', 'app.kubernetes.io/name', 'app.kubernetes.io/component'];
/** The last part of an image's path, whatever registry it was copied to. */
const controllerImage = /(?:^|\/)helm-controller(?::[^/]*)?(?:@[^/]*)?$/;

/** By name, by label or by image: a shard has its own name, a mirror its own registry. */
function isHelmController(deployment: KubeObject): boolean {
  const labels = deployment.metadata.labels ?? {};
  return (
    deployment.metadata.name === controllerName ||
    nameLabels.some((label) => labels[label] === controllerName) ||
    recordsAt(deployment, 'spec', 'template', 'spec', 'containers').some((container) =>
      controllerImage.test(textAt(container, 'image') ?? ''),
    )
  );
}

const ownerName = 'helm.toolkit.fluxcd.io/name';
const ownerNamespace = 'helm.toolkit.fluxcd.io/namespace';

async function findForeignOwner(client: KubeClient, options: FindActingFluxOptions): Promise<Acting | undefined> {
  const { release } = options;
  if (release === undefined) {
    return undefined;
  }
  const stored = release.objects
    .map((object) => foreignOwnerOf(object, release.owner))
    .find((owner) => owner !== undefined);
  if (stored !== undefined) {
    return stored;
  }
  const found = await inParallel(release.objects, async (object) => {
    const ref = refOf(object);
    try {
      const live = await client.find(ref, options);
      return live && foreignOwnerOf(live, release.owner);
    } catch (error) {
      if (isKubeError(error, 'forbidden')) {
        return acting('unreadable', `${describeRef(ref)} may not be read, so it is not known who owns it`);
      }
      throw error;
    }
  });
  return found.find((presence) => presence !== undefined);
}

function foreignOwnerOf(object: KubeObject, owner: NamespacedName | undefined): Acting | undefined {
  const labelled = fluxOwnerOf(object);
  return labelled === undefined || (labelled.name === owner?.name && labelled.namespace === owner.namespace)
    ? undefined
    : acting(
        'owner-labels',
        `${describeRef(refOf(object))} belongs to HelmRelease ${labelled.namespace}/${labelled.name}`,
      );
}

/** The objects of a kind in all namespaces, or that they cannot be listed. */
async function listOrReason(
  client: KubeClient,
  of: KindRef,
  options: ListOptions,
): Promise<Acting | { readonly kind: 'listed'; readonly objects: readonly KubeObject[] }> {
  try {
    return { kind: 'listed', objects: await client.list(of, options) };
  } catch (error) {
    if (isKubeError(error, 'forbidden', 'unauthorized', 'no-kind')) {
      return acting(
        'unreadable',
        `${of.kind}s of all namespaces may not be listed, so it is not known whether Flux is there`,
      );
    }
    throw error;
  }
}

function acting(evidence: FluxEvidence, reason: string): Acting {
  return { kind: 'acting', evidence, reason };
}

/** The HelmRelease that an object says it belongs to. */
export function fluxOwnerOf(object: KubeObject): NamespacedName | undefined {
  const labels = object.metadata.labels ?? {};
  const name = labels[ownerName];
  return name === undefined ? undefined : { name, namespace: labels[ownerNamespace] ?? '' };
}
