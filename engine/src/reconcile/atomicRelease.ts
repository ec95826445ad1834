import {
  ActionError,
  type ActionConfig,
  install,
  rollback,
  runTests,
  uninstall,
  upgrade,
  withStatus,
} from '../action/index.ts';
import {
  commonMetadataDigest,
  getCondition,
  type HelmReleaseStatus,
  type NewCondition,
  postRenderersDigest,
  type ReleaseAction,
  setCondition,
  type Snapshot,
  withoutCondition,
} from '../flux/index.ts';
import type { Release } from '../release/index.ts';
import { type Abortable, messageOf, type NamespacedName } from '../support/index.ts';
import { assess, beginAttempt, lastAction, type Wanted } from './assess.ts';
import { contentOf } from './content.ts';
import type { Action, ActionType } from './decide.ts';
import { correctDrift, findDrift } from './drift.ts';
import { inventoryOf } from './inventory.ts';
import * as messages from './messages.ts';
import { observe, testHooksOf } from './observe.ts';
import type { Outcome, ProgressEvent } from './outcome.ts';
import { type ReconcileSettings, reconcileSettings } from './settings.ts';
import { newestFirst, truncateHistory } from './snapshot.ts';
import type { ReleaseState } from './state.ts';
import type { StatusStore } from './statusStore.ts';
import { summarize } from './summarize.ts';

/** What one reconcile works with. */
export interface AtomicReleaseInput extends Wanted {
  readonly config: ActionConfig;
  readonly store: StatusStore;
  readonly onEvent: (event: ProgressEvent) => void;
}

/** Rounds of failing and remediating in one go; a release with retries without limit stops here for now. */
const maxRounds = 12;
const afterTooManyMs = 60_000;

/**
 * Brings one release to what is desired: looks at its state, acts, looks again, and follows immediate retries until it
 * is ready, stalled, or has to wait.
 *
 * @see helm-controller v1.6 internal/reconcile/atomic_release.go, Reconcile
 */
export async function atomicRelease(input: AtomicReleaseInput, options: Abortable): Promise<Outcome> {
  return await new Run(input, options).reconcile();
}

/** One reconcile. It holds the status while it changes; everything else is decided by pure functions. */
class Run {
  readonly #input: AtomicReleaseInput;
  readonly #options: Abortable;
  readonly #settings: ReconcileSettings;
  readonly #name: NamespacedName;
  readonly #ociDigest: string | undefined;
  #status: HelmReleaseStatus = {};
  #generation = 1;
  /** What stands in the status before this run changes it. */
  #observedGeneration: number | undefined;
  #forced = false;

  constructor(input: AtomicReleaseInput, options: Abortable) {
    this.#input = input;
    this.#options = options;
    this.#settings = reconcileSettings(input.release);
    const { namespace, name } = input.release.metadata;
    this.#name = { namespace, name };
    this.#ociDigest = input.desired.resolved.ociDigest;
  }

  async reconcile(): Promise<Outcome> {
    await this.#begin();
    let ran = new Set<ActionType>();
    for (let round = 0; round < maxRounds;) {
      const latest = await this.#input.config.storage.last(this.#input.desired.releaseName, this.#options);
      const attempt = {
        status: this.#status,
        generation: this.#generation,
        observedGeneration: this.#observedGeneration,
        forced: this.#forced,
      };
      const { state, decision } = assess(this.#input, attempt, latest);
      switch (decision.kind) {
        case 'done':
          return await this.#finish(latest);
        case 'stalled':
          return await this.#stall(decision.reason, decision.message);
        case 'error':
          return await this.#stop('StateError', decision.message);
        case 'act': {
          if (ran.has(decision.action.type)) {
            // The controller would come back at once; so do we, with a fresh start.
            ran = new Set();
            round++;
          }
          ran.add(decision.action.type);
          this.#forced = false;
          const waitMs = await this.#act(decision.action, state, latest);
          await this.#save();
          if (waitMs !== undefined) {
            return this.#requeue(waitMs);
          }
        }
      }
    }
    return this.#requeue(afterTooManyMs);
  }

  async #begin(): Promise<void> {
    const attempt = beginAttempt(this.#input, await this.#input.store.load(this.#options));
    this.#status = attempt.status;
    this.#generation = attempt.generation;
    this.#observedGeneration = attempt.observedGeneration;
    this.#forced = attempt.forced;
  }

  /** Runs one action; returns how long to wait before the next try, when it must wait. */
  async #act(action: Action, state: ReleaseState, latest: Release | undefined): Promise<number | undefined> {
    const { clock } = this.#input.config;
    const started = clock.now();
    this.#event('info', 'Progressing', `running '${action.kind}' action: ${state.reason}`);
    switch (action.kind) {
      case 'unlock':
        await this.#unlock(action.status, latest);
        return undefined;
      case 'install':
      case 'upgrade': {
        if (action.kind === 'upgrade' && action.clearHistory) {
          this.#status = { ...this.#status, history: [] };
        }
        const waitMs = await this.#release(action.kind);
        this.#status = {
          ...this.#status,
          lastAttemptedReleaseActionDuration: `${String((clock.now() - started) / 1000)}s`,
        };
        return waitMs;
      }
      case 'test':
        await this.#test();
        return undefined;
      case 'rollback':
        this.#trimHistory();
        await this.#rollBack(action.to);
        return undefined;
      case 'uninstall':
        this.#trimHistory();
        await this.#uninstall(latest);
        return undefined;
    }
  }

  async #unlock(status: string, latest: Release | undefined): Promise<void> {
    if (latest === undefined) {
      return;
    }
    const unlocked = withStatus(latest, 'failed', `Release unlocked from stale '${status}' state`);
    await this.#input.config.storage.update(unlocked, this.#options);
    const snapshot = observe(unlocked, this.#history()[0]?.action, this.#ociDigest);
    this.#record(snapshot);
    const message = messages.unlocked(snapshot, status);
    this.#condition({ type: 'Released', status: 'False', reason: 'PendingRelease', message });
    this.#event('warning', 'PendingRelease', message);
  }

  async #release(verb: 'install' | 'upgrade'): Promise<number | undefined> {
    const { config, desired } = this.#input;
    const settings = this.#settings[verb];
    this.#status = { ...this.#status, lastAttemptedReleaseAction: verb };
    const base = { ...this.#options, ...settings, maxHistory: this.#settings.maxHistory };
    try {
      const made =
        verb === 'install'
          ? await install(contentOf(desired), config, {
              ...base,
              createNamespace: this.#settings.install.createNamespace,
            })
          : await upgrade(contentOf(desired), config, { ...base, cleanupOnFail: this.#settings.upgrade.cleanupOnFail });
      const snapshot = observe(made, verb, this.#ociDigest);
      this.#record(snapshot);
      await this.#observeOlder(snapshot.version, { action: false });
      const message = messages.succeeded(verb, snapshot);
      const reason = verb === 'install' ? 'InstallSucceeded' : 'UpgradeSucceeded';
      this.#drop('Remediated', 'TestSuccess');
      this.#condition({ type: 'Released', status: 'True', reason, message });
      if (this.#settings.test.enabled) {
        this.#condition({
          type: 'TestSuccess',
          status: 'Unknown',
          reason: 'AwaitingTests',
          message: messages.awaitingTests(snapshot),
        });
      }
      this.#event('info', reason, message);
      this.#status = { ...this.#status, inventory: inventoryOf(desired, desired.crds) };
      if (settings.retryMs !== undefined) {
        this.#clearFailures();
      }
      return undefined;
    } catch (error) {
      if (!(error instanceof ActionError) && this.#options.signal.aborted) {
        throw error;
      }
      const recorded = error instanceof ActionError ? error.release : undefined;
      if (recorded !== undefined) {
        this.#record(observe(recorded, verb, this.#ociDigest));
        this.#status = { ...this.#status, inventory: inventoryOf(desired, desired.crds) };
      }
      const reason = verb === 'install' ? 'InstallFailed' : 'UpgradeFailed';
      const chart = { chartName: desired.chart.metadata.name, chartVersion: desired.chart.metadata.version };
      const message = messages.failed(
        verb,
        { namespace: desired.namespace, name: desired.releaseName },
        chart,
        messageOf(error),
      );
      this.#drop('Remediated', 'TestSuccess');
      this.#condition({ type: 'Released', status: 'False', reason, message });
      this.#event('error', reason, message);
      // Only an attempt that changed the release counts against its retries.
      this.#fail(recorded === undefined ? undefined : verb);
      return settings.retryMs ?? (recorded === undefined ? afterTooManyMs : undefined);
    }
  }

  async #test(): Promise<void> {
    const { config, desired, release } = this.#input;
    const { timeoutMs } = this.#settings.test;
    const options = { ...this.#options, timeoutMs, disableHooks: false, disableWait: false, disableWaitForJobs: false };
    const current = this.#history()[0];
    const record = (tested: Release): Snapshot => {
      const snapshot: Snapshot = {
        ...observe(tested, current?.action, this.#ociDigest),
        testHooks: testHooksOf(tested),
      };
      this.#record(snapshot);
      return snapshot;
    };
    try {
      const filters = release.spec.test?.filters ?? [];
      const snapshot = record(await runTests(desired.releaseName, config, { ...options, filters }));
      const message = messages.testSucceeded(snapshot);
      this.#condition({ type: 'TestSuccess', status: 'True', reason: 'TestSucceeded', message });
      this.#event('info', 'TestSucceeded', message);
    } catch (error) {
      if (!(error instanceof ActionError) || error.release === undefined) {
        throw error;
      }
      const message = messages.testFailed(record(error.release), error.message);
      this.#condition({ type: 'TestSuccess', status: 'False', reason: 'TestFailed', message });
      this.#event('error', 'TestFailed', message);
      const counted = lastAction(this.#status);
      this.#fail(this.#settings.test.failuresIgnored ? undefined : counted);
    }
  }

  async #rollBack(to: Snapshot): Promise<void> {
    const { config, desired } = this.#input;
    try {
      const options = {
        ...this.#options,
        ...this.#settings.rollback,
        to: to.version,
        maxHistory: this.#settings.maxHistory,
      };
      const made = await rollback(desired.releaseName, config, options);
      const snapshot = observe(made, 'rollback', this.#ociDigest);
      this.#record(snapshot);
      await this.#observeOlder(snapshot.version, { action: true });
      this.#status = { ...this.#status, inventory: inventoryOf(made, desired.crds) };
      const message = messages.rollbackSucceeded(to);
      this.#condition({ type: 'Remediated', status: 'True', reason: 'RollbackSucceeded', message });
      this.#event('info', 'RollbackSucceeded', message);
    } catch (error) {
      if (!(error instanceof ActionError)) {
        throw error;
      }
      if (error.release !== undefined) {
        this.#record(observe(error.release, 'rollback', this.#ociDigest));
      }
      const message = messages.rollbackFailed(to, error.message);
      this.#condition({ type: 'Remediated', status: 'False', reason: 'RollbackFailed', message });
      this.#event('error', 'RollbackFailed', message);
      this.#fail(undefined);
    }
  }

  async #uninstall(latest: Release | undefined): Promise<void> {
    const { config, desired } = this.#input;
    const current = this.#history()[0];
    if (latest === undefined || current === undefined) {
      return;
    }
    const settings = this.#settings.uninstall;
    try {
      const { release } = await uninstall(desired.releaseName, config, {
        ...this.#options,
        ...settings,
        disableWaitForJobs: false,
      });
      const snapshot = observe(release, 'uninstall-remediation', this.#ociDigest);
      // What is not in storage any more is not in the history either.
      this.#status = { ...this.#status, history: settings.keepHistory ? [snapshot, ...this.#history().slice(1)] : [] };
      const message = messages.remediatedByUninstall(snapshot);
      this.#condition({ type: 'Remediated', status: 'True', reason: 'UninstallSucceeded', message });
      this.#event('info', 'UninstallSucceeded', message);
    } catch (error) {
      if (!(error instanceof ActionError)) {
        throw error;
      }
      const message = messages.uninstallRemediationFailed(current, error.message);
      this.#condition({ type: 'Remediated', status: 'False', reason: 'UninstallFailed', message });
      this.#event('error', 'UninstallFailed', message);
      this.#fail(undefined);
    }
  }

  /** In sync: drift is looked for, history trimmed, Ready set. */
  async #finish(latest: Release | undefined): Promise<Outcome> {
    this.#trimHistory();
    const [current] = this.#history();
    if (current !== undefined && latest !== undefined) {
      await this.#lookForDrift(latest, current);
      this.#settle(current);
    }
    this.#observed();
    await this.#save();
    const ready = getCondition(this.#status.conditions, 'Ready');
    return {
      kind: 'ready',
      release: this.#name,
      revision: current?.version ?? 0,
      message: ready?.message ?? '',
    };
  }

  /** A release that is in sync was remediated or failed in earlier runs at most: what it says now is that it succeeded. */
  #settle(current: Snapshot): void {
    const released = getCondition(this.#status.conditions, 'Released');
    this.#drop('Remediated');
    if (released?.status !== 'True') {
      const verb = current.version === 1 ? 'install' : 'upgrade';
      const reason = verb === 'install' ? 'InstallSucceeded' : 'UpgradeSucceeded';
      this.#condition({ type: 'Released', status: 'True', reason, message: messages.succeeded(verb, current) });
    }
  }

  async #lookForDrift(latest: Release, current: Snapshot): Promise<void> {
    const { config, release } = this.#input;
    const { drift } = this.#settings;
    if (drift === 'disabled') {
      this.#drop('Drifted');
      return;
    }
    const options = { ...this.#options, fieldManager: config.fieldManager };
    const drifts = await findDrift(latest, release.spec.driftDetection?.ignore, config.client, options);
    const lines = drifts.map(({ line }) => line);
    if (drifts.length > 0) {
      this.#event('warning', 'DriftDetected', messages.drifted(current, lines));
    }
    if (drifts.length > 0 && drift === 'warn') {
      this.#condition({
        type: 'Drifted',
        status: 'True',
        reason: 'DriftDetected',
        message: messages.drifted(current, lines),
      });
      return;
    }
    if (drifts.length > 0) {
      const corrected = await correctDrift(drifts, config.client, options);
      this.#event('info', 'DriftCorrected', messages.driftCorrected(current, corrected));
    }
    const message = 'No drift detected against the cluster state';
    this.#condition({ type: 'Drifted', status: 'False', reason: 'NoDriftDetected', message });
  }

  async #stall(reason: string, message: string): Promise<Outcome> {
    this.#condition({ type: 'Stalled', status: 'True', reason, message });
    this.#observed();
    await this.#save();
    this.#event('error', reason, message);
    return { kind: 'stalled', release: this.#name, reason, message };
  }

  async #stop(reason: string, message: string): Promise<Outcome> {
    this.#condition({ type: 'Ready', status: 'False', reason, message });
    await this.#input.store.save(this.#status, this.#options);
    this.#event('error', reason, message);
    return { kind: 'requeue', release: this.#name, afterMs: afterTooManyMs, reason, message };
  }

  #requeue(afterMs: number): Outcome {
    const ready = getCondition(this.#status.conditions, 'Ready');
    return {
      kind: 'requeue',
      release: this.#name,
      afterMs,
      reason: ready?.reason ?? 'ProgressingWithRetry',
      message: ready?.message ?? '',
    };
  }

  // Status

  #history(): readonly Snapshot[] {
    return newestFirst(this.#status.history ?? []);
  }

  #trimHistory(): void {
    const ignoreTests = this.#settings.test.failuresIgnored;
    this.#status = { ...this.#status, history: truncateHistory(this.#history(), { ignoreTests }) };
  }

  /** Puts a snapshot into the history; a known revision is replaced. */
  #record(snapshot: Snapshot): void {
    const others = this.#history().filter(({ version }) => version !== snapshot.version);
    this.#status = { ...this.#status, history: newestFirst([snapshot, ...others]) };
  }

  /** Notes what an action made of the revisions before its own. After an upgrade it is not noted any more what made them. */
  async #observeOlder(version: number, keeps: { readonly action: boolean }): Promise<void> {
    const stored = await this.#input.config.storage.history(this.#input.desired.releaseName, this.#options);
    const history = this.#history().map((older) => {
      const status = stored.find((release) => release.version === older.version)?.info.status;
      if (older.version === version || status === undefined || status === older.status) {
        return older;
      }
      const { action: _action, ...rest } = older;
      return { ...(keeps.action ? older : rest), status };
    });
    this.#status = { ...this.#status, history };
  }

  #condition(condition: NewCondition): void {
    const options = { generation: this.#generation, now: this.#input.config.clock.now() };
    this.#status = { ...this.#status, conditions: setCondition(this.#status.conditions, condition, options) };
  }

  #drop(...types: readonly string[]): void {
    this.#status = { ...this.#status, conditions: withoutCondition(this.#status.conditions, ...types) };
  }

  /** Counts a failure; `counted` says which retries it uses up. */
  #fail(counted: ReleaseAction | undefined): void {
    const { failures = 0, installFailures = 0, upgradeFailures = 0 } = this.#status;
    this.#status = {
      ...this.#status,
      failures: failures + 1,
      ...(counted === 'install' ? { installFailures: installFailures + 1 } : {}),
      ...(counted === 'upgrade' ? { upgradeFailures: upgradeFailures + 1 } : {}),
    };
  }

  #clearFailures(): void {
    const { failures: _failures, installFailures: _install, upgradeFailures: _upgrade, ...rest } = this.#status;
    this.#status = rest;
  }

  /** The spec as it is now is dealt with. */
  #observed(): void {
    this.#observedGeneration = this.#generation;
    this.#status = { ...this.#status, observedGeneration: this.#generation };
  }

  /** What the release was rendered with beside chart and values, noted once it is ready. */
  #noteRendering(): void {
    const { spec } = this.#input.release;
    const renderers = postRenderersDigest(spec.postRenderers);
    const common = commonMetadataDigest(spec.commonMetadata);
    const { observedPostRenderersDigest: _renderers, observedCommonMetadataDigest: _common, ...rest } = this.#status;
    this.#status = {
      ...rest,
      ...(renderers === '' ? {} : { observedPostRenderersDigest: renderers }),
      ...(common === '' ? {} : { observedCommonMetadataDigest: common }),
    };
  }

  async #save(): Promise<void> {
    this.#status = {
      ...this.#status,
      conditions: summarize(withoutCondition(this.#status.conditions, 'Reconciling'), {
        generation: this.#generation,
        now: this.#input.config.clock.now(),
        testsCount: this.#settings.test.enabled && !this.#settings.test.failuresIgnored,
      }),
    };
    if (getCondition(this.#status.conditions, 'Ready')?.status === 'True') {
      this.#noteRendering();
    }
    await this.#input.store.save(this.#status, this.#options);
  }

  #event(severity: ProgressEvent['severity'], reason: string, message: string): void {
    this.#input.onEvent({ release: this.#name, severity, reason, message });
  }
}
