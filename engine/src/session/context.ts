import type { ActionConfig } from '../action/index.ts';
import type { DesiredWorld } from '../desired/index.ts';
import type { HelmRelease } from '../flux/index.ts';
import { type KubeClient, type LeaseOptions, ownManager, withLease } from '../kube/index.ts';
import { objectStatusStore, type ProgressEvent, secretStatusStore, type StatusStore } from '../reconcile/index.ts';
import type { SourceWorld } from '../source/index.ts';
import { secretsDriver, Storage } from '../storage/index.ts';
import { type Abortable, EngineError, type KubeObject, type NamespacedName } from '../support/index.ts';
import type { Enrolment } from './types.ts';

/** The machine, as far as a session needs it. */
export type SessionWorld = SourceWorld & Pick<DesiredWorld, 'render'>;

/** What every question to one cluster works with. */
export interface SessionContext {
  /** Of the kubeconfig. */
  readonly context: string;
  readonly client: KubeClient;
  readonly world: SessionWorld;
  /** Of this context, if the user enrolled it. */
  readonly enrolment: Enrolment | undefined;
  /** Who holds the locks: no two sessions have the same. */
  readonly holder: string;
  /** Between two looks at objects that are waited for. */
  readonly pollMs: number;
}

export type SessionErrorCode = 'no-release' | 'no-revision' | 'not-stored';

/** Something that was asked for and is not there. */
export class SessionError extends EngineError {
  override readonly name = 'SessionError';
  readonly code: SessionErrorCode;

  constructor(code: SessionErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Owns the objects of a HelmRelease, as Flux has it: under another name an older version would leave the newer one's fields. */
export const fluxManager = 'helm-controller';
/** Owns the objects of releases that the helm program made. */
export const helmManager = 'helm';

/** How long a run that was killed keeps others out. */
const leaseMs = 30_000;

/** The releases that are stored in a namespace; in all of them without one. */
export function storageIn({ client, world }: SessionContext, namespace: string | undefined): Storage {
  const { clock, log } = world.environment;
  return new Storage(secretsDriver({ client, namespace, clock, fieldManager: ownManager, log }));
}

export function actionConfig(
  context: SessionContext,
  storage: Storage,
  { manager, onProgress }: { readonly manager: string; readonly onProgress: (message: string) => void },
): ActionConfig {
  return {
    client: context.client,
    storage,
    clock: context.world.environment.clock,
    fieldManager: manager,
    // As Flux does, and as helm does not.
    forceConflicts: manager === fluxManager,
    pollMs: context.pollMs,
    onProgress,
  };
}

/** Where the state of a HelmRelease is kept: in its own status where the user let us, else in a Secret beside the release. */
export function statusStoreOf(
  { client, enrolment }: SessionContext,
  release: HelmRelease,
  of: { readonly live: KubeObject | undefined; readonly storage: NamespacedName },
): StatusStore {
  return enrolment?.writesStatus === true && of.live !== undefined
    ? objectStatusStore(client, release)
    : secretStatusStore(client, release, of.storage);
}

/** Runs `run` with the lock of a release, that no other Fairlead acts on it meanwhile. @throws LeaseError */
export async function locked<T>(
  { client, holder }: SessionContext,
  storage: NamespacedName,
  { signal }: Abortable,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const options: LeaseOptions = {
    namespace: storage.namespace,
    releaseName: storage.name,
    holder,
    durationMs: leaseMs,
    signal,
  };
  return await withLease(client, options, run);
}

/** What an action says while it runs, as events of its release. */
export function progressOf(
  release: NamespacedName,
  onEvent: (event: ProgressEvent) => void,
): (message: string) => void {
  const { namespace, name } = release;
  return (message) => {
    onEvent({ release: { namespace, name }, severity: 'info', reason: 'Progressing', message });
  };
}
