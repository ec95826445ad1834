import type { KubeClient } from '../kube/index.ts';
import type { Storage } from '../storage/index.ts';
import type { Clock } from '../support/index.ts';

/** What every action works with. */
export interface ActionConfig {
  readonly client: KubeClient;
  readonly storage: Storage;
  readonly clock: Clock;
  /** Who applies: `helm-controller` for a HelmRelease's objects, `helm` for a plain release's. */
  readonly fieldManager: string;
  /** Whether fields that another manager owns are taken over. */
  readonly forceConflicts: boolean;
  /** Between two looks at objects that are waited for. */
  readonly pollMs: number;
  /** A sentence for people about what happens now. */
  readonly onProgress: (message: string) => void;
}

export interface ActionOptions {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly disableHooks: boolean;
  readonly disableWait: boolean;
  readonly disableWaitForJobs: boolean;
}
