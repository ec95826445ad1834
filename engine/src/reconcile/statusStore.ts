import { Buffer } from 'node:buffer';
import type { HelmRelease, HelmReleaseStatus } from '../flux/index.ts';
import { isKubeError, type KubeClient, ownManager, ownNameFor } from '../kube/index.ts';
import { type Abortable, digestOf, type NamespacedName, type ObjectRef, textAt } from '../support/index.ts';

/**
 * Where the state of a reconcile is kept between runs: without it each run would be an upgrade, and no retry could be
 * counted. In the HelmRelease's own status where that is allowed, else in a Secret beside the release.
 */
export interface StatusStore {
  /** The status, and the generation of the spec it is compared with. */
  load(options: Abortable): Promise<{ readonly status: HelmReleaseStatus; readonly generation: number }>;
  save(status: HelmReleaseStatus, options: Abortable): Promise<void>;
}

/** In the status of the HelmRelease object itself. */
export function objectStatusStore(client: KubeClient, release: HelmRelease): StatusStore {
  const ref = {
    apiVersion: release.apiVersion,
    kind: release.kind,
    namespace: release.metadata.namespace,
    name: release.metadata.name,
  };
  let stored: HelmReleaseStatus = {};
  return {
    load: async (options) => {
      const { status, metadata } = await client.get(ref, options);
      stored = status ?? {}; // the API server keeps to the CRD
      return { status: stored, generation: metadata.generation ?? 1 };
    },
    save: async (status, { signal }) => {
      // A merge patch takes away only what it says is null.
      const gone = Object.keys(stored).filter((key) => !(key in status));
      const patch = { status: { ...Object.fromEntries(gone.map((key) => [key, null])), ...status } };
      await client.patch(ref, patch, { type: 'merge', signal, fieldManager: ownManager, subresource: 'status' });
      stored = status;
    },
  };
}

/** What the Secret holds beside the status. */
interface StoredState {
  readonly status: HelmReleaseStatus;
  readonly generation: number;
  /** Of the spec that `generation` counts. */
  readonly specDigest: string;
}

/** The Secret that `secretStatusStore` keeps the state of a release in. */
export function stateSecretRef({ namespace, name }: NamespacedName): ObjectRef & NamespacedName {
  return { apiVersion: 'v1', kind: 'Secret', namespace, name: ownNameFor(name) };
}

/** In Secret `fairlead.v1.NAME` of the storage namespace: for releases that stand in files only, or whose object we may not write. */
export function secretStatusStore(client: KubeClient, release: HelmRelease, storage: NamespacedName): StatusStore {
  const ref = stateSecretRef(storage);
  const specDigest = digestOf(JSON.stringify(release.spec));
  let generation = 1;
  return {
    load: async (options) => {
      const secret = await client.find(ref, options);
      const stored = secret === undefined ? undefined : readState(secret['data']);
      generation =
        stored === undefined ? 1 : stored.specDigest === specDigest ? stored.generation : stored.generation + 1;
      return { status: stored?.status ?? {}, generation };
    },
    save: async (status, { signal }) => {
      const state: StoredState = { status, generation, specDigest };
      const secret = {
        apiVersion: ref.apiVersion,
        kind: ref.kind,
        metadata: {
          namespace: ref.namespace,
          name: ref.name,
          labels: { 'app.kubernetes.io/managed-by': ownManager },
        },
        type: 'fairlead/state.v1',
        data: { state: Buffer.from(JSON.stringify(state), 'utf8').toString('base64') },
      };
      try {
        await client.update(secret, { signal, fieldManager: ownManager });
      } catch (error) {
        if (!isKubeError(error, 'not-found')) {
          throw error;
        }
        await client.create(secret, { signal, fieldManager: ownManager });
      }
    },
  };
}

function readState(data: unknown): StoredState | undefined {
  const text = textAt(data, 'state');
  // We wrote it; whoever edits it by hand gets what they wrote.
  return text !== undefined ? (JSON.parse(Buffer.from(text, 'base64').toString('utf8')) as StoredState) : undefined;
}
