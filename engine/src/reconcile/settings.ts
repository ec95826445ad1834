import { durationMs, type HelmRelease, type HelmReleaseSpec, maxHistoryOf, timeoutMsOf } from '../flux/index.ts';
import type { Remediation } from './decide.ts';

/** What the spec says about each action, with every default filled in. Times in milliseconds. */
export interface ReconcileSettings {
  readonly maxHistory: number;
  readonly install: ActionSettings & {
    readonly createNamespace: boolean;
    readonly crds: 'Skip' | 'Create' | 'CreateReplace';
    readonly remediation: Remediation;
  };
  readonly upgrade: ActionSettings & {
    readonly cleanupOnFail: boolean;
    readonly crds: 'Skip' | 'Create' | 'CreateReplace';
    readonly remediation: Remediation;
  };
  readonly test: { readonly enabled: boolean; readonly failuresIgnored: boolean; readonly timeoutMs: number };
  readonly rollback: ActionSettings & { readonly cleanupOnFail: boolean };
  readonly uninstall: {
    readonly timeoutMs: number;
    readonly disableHooks: boolean;
    readonly keepHistory: boolean;
    readonly disableWait: boolean;
    readonly deletionPropagation: 'background' | 'foreground' | 'orphan';
  };
  readonly drift: 'enabled' | 'warn' | 'disabled';
}

export interface ActionSettings {
  readonly timeoutMs: number;
  readonly disableHooks: boolean;
  readonly disableWait: boolean;
  readonly disableWaitForJobs: boolean;
  readonly takesOwnership: boolean;
  /** Set: a failure is retried after this long, and nothing is remediated. */
  readonly retryMs: number | undefined;
}

const defaultRetryInterval = '5m';

/**
 * Reads the settings of a release.
 *
 * @throws FluxError code `invalid-object` for a duration that is none
 * @see helm-controller v1.6 api/v2/helmrelease_types.go, the Get… methods
 */
export function reconcileSettings(release: HelmRelease): ReconcileSettings {
  const { spec } = release;
  const { install, upgrade, test, rollback, uninstall } = spec;
  const ignoreTests = test?.ignoreFailures === true;
  const upgradeRetries = upgrade?.remediation?.retries ?? 0;
  return {
    maxHistory: maxHistoryOf(release),
    install: {
      ...actionSettings(install, timeoutMsOf(release, 'install')),
      createNamespace: install?.createNamespace === true && spec.targetNamespace !== undefined,
      crds: install?.crds ?? 'Create',
      remediation: {
        retries: install?.remediation?.retries ?? 0,
        remediateLastFailure: install?.remediation?.remediateLastFailure ?? false,
        ignoreTestFailures: install?.remediation?.ignoreTestFailures ?? ignoreTests,
        strategy: 'uninstall',
      },
    },
    upgrade: {
      ...actionSettings(upgrade, timeoutMsOf(release, 'upgrade')),
      cleanupOnFail: upgrade?.cleanupOnFail === true,
      // The API's comment says Skip; the controller creates.
      crds: upgrade?.crds ?? 'Create',
      remediation: {
        retries: upgradeRetries,
        remediateLastFailure: upgrade?.remediation?.remediateLastFailure ?? upgradeRetries > 0,
        ignoreTestFailures: upgrade?.remediation?.ignoreTestFailures ?? ignoreTests,
        strategy: upgrade?.remediation?.strategy ?? 'rollback',
      },
    },
    test: { enabled: test?.enable === true, failuresIgnored: ignoreTests, timeoutMs: timeoutMsOf(release, 'test') },
    rollback: {
      timeoutMs: timeoutMsOf(release, 'rollback'),
      disableHooks: rollback?.disableHooks === true,
      disableWait: rollback?.disableWait === true,
      disableWaitForJobs: rollback?.disableWaitForJobs === true,
      takesOwnership: true,
      retryMs: undefined,
      cleanupOnFail: rollback?.cleanupOnFail === true,
    },
    uninstall: {
      timeoutMs: timeoutMsOf(release, 'uninstall'),
      disableHooks: uninstall?.disableHooks === true,
      keepHistory: uninstall?.keepHistory === true,
      disableWait: uninstall?.disableWait === true,
      deletionPropagation: uninstall?.deletionPropagation ?? 'background',
    },
    drift: spec.driftDetection?.mode ?? 'disabled',
  };
}

function actionSettings(
  action: HelmReleaseSpec['install'] | HelmReleaseSpec['upgrade'],
  timeoutMs: number,
): ActionSettings {
  const strategy = action?.strategy;
  return {
    timeoutMs,
    disableHooks: action?.disableHooks === true,
    disableWait: action?.disableWait === true,
    disableWaitForJobs: action?.disableWaitForJobs === true,
    takesOwnership: action?.disableTakeOwnership !== true,
    retryMs:
      strategy?.name === 'RetryOnFailure'
        ? durationMs(strategy.retryInterval ?? defaultRetryInterval, 'strategy.retryInterval')
        : undefined,
  };
}
