import {
  commonMetadataDigest,
  getCondition,
  type HelmRelease,
  type HelmReleaseStatus,
  type NewCondition,
  postRenderersDigest,
  type ReleaseAction,
  setCondition,
  type Snapshot,
  withoutCondition,
} from '../flux/index.ts';
import type { Abortable, Clock } from '../support/index.ts';
import type { Attempt } from './assess.ts';
import { newestFirst, truncateHistory, withSnapshot } from './snapshot.ts';
import type { StatusStore } from './statusStore.ts';
import { summarize } from './summarize.ts';

export interface StatusDraftOptions {
  readonly release: HelmRelease;
  readonly store: StatusStore;
  readonly clock: Clock;
  readonly tests: { readonly enabled: boolean; readonly failuresIgnored: boolean };
}

/** The status of a release while one reconcile changes it. The store has it when it was saved, and not before. */
export class StatusDraft {
  #status: HelmReleaseStatus;
  readonly #generation: number;
  readonly #options: StatusDraftOptions;

  constructor({ status, generation }: Pick<Attempt, 'status' | 'generation'>, options: StatusDraftOptions) {
    this.#status = status;
    this.#generation = generation;
    this.#options = options;
  }

  get status(): HelmReleaseStatus {
    return this.#status;
  }

  /** Newest first. */
  get history(): readonly Snapshot[] {
    return newestFirst(this.#status.history ?? []);
  }

  /** What the status says by its condition Ready. */
  get ready(): { readonly reason: string; readonly message: string } | undefined {
    return getCondition(this.#status.conditions, 'Ready');
  }

  set(fields: HelmReleaseStatus): void {
    this.#status = { ...this.#status, ...fields };
  }

  /** Puts a snapshot into the history; a known revision is replaced. */
  record(snapshot: Snapshot): void {
    this.set({ history: withSnapshot(this.history, snapshot) });
  }

  /** Leaves in the history what a remediation could still go back to. */
  trimHistory(): void {
    this.set({ history: truncateHistory(this.history, { ignoreTests: this.#options.tests.failuresIgnored }) });
  }

  condition(condition: NewCondition): void {
    this.set({ conditions: setCondition(this.#status.conditions, condition, this.#now()) });
  }

  dropConditions(...types: readonly string[]): void {
    this.set({ conditions: withoutCondition(this.#status.conditions, ...types) });
  }

  /** Whether a condition is there and True. */
  isTrue(type: string): boolean {
    return getCondition(this.#status.conditions, type)?.status === 'True';
  }

  /** Counts a failure; `counted` says whose retries it uses up, if any. */
  countFailure(counted: ReleaseAction | undefined): void {
    const { failures = 0, installFailures = 0, upgradeFailures = 0 } = this.#status;
    this.set({
      failures: failures + 1,
      ...(counted === 'install' ? { installFailures: installFailures + 1 } : {}),
      ...(counted === 'upgrade' ? { upgradeFailures: upgradeFailures + 1 } : {}),
    });
  }

  clearFailures(): void {
    const { failures: _failures, installFailures: _install, upgradeFailures: _upgrade, ...rest } = this.#status;
    this.#status = rest;
  }

  /** Notes that the spec as it is now is dealt with. */
  markObserved(): void {
    this.set({ observedGeneration: this.#generation });
  }

  /** Saves it with Ready as its other conditions make it. */
  async save(options: Abortable): Promise<void> {
    const { enabled, failuresIgnored } = this.#options.tests;
    const conditions = summarize(withoutCondition(this.#status.conditions, 'Reconciling'), {
      ...this.#now(),
      testsCount: enabled && !failuresIgnored,
    });
    this.set({ conditions });
    if (this.isTrue('Ready')) {
      this.#noteRendering();
    }
    await this.saveAsIs(options);
  }

  async saveAsIs(options: Abortable): Promise<void> {
    await this.#options.store.save(this.#status, options);
  }

  /** What the release was rendered with beside chart and values, noted once it is ready. */
  #noteRendering(): void {
    const { spec } = this.#options.release;
    const renderers = postRenderersDigest(spec.postRenderers);
    const common = commonMetadataDigest(spec.commonMetadata);
    const { observedPostRenderersDigest: _renderers, observedCommonMetadataDigest: _common, ...rest } = this.#status;
    this.#status = {
      ...rest,
      ...(renderers === '' ? {} : { observedPostRenderersDigest: renderers }),
      ...(common === '' ? {} : { observedCommonMetadataDigest: common }),
    };
  }

  #now(): { readonly generation: number; readonly now: number } {
    return { generation: this.#generation, now: this.#options.clock.now() };
  }
}
