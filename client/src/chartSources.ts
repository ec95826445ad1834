import type { MachineWorld, openWorld, WorldOptions } from '@fairlead/engine/node';
import type { createSourceAnswers, SourceAnswers } from '@fairlead/engine/source';
import type * as vscode from 'vscode';

/** What fetches charts: a bundle of its own. */
export interface SourcesModule {
  readonly openWorld: typeof openWorld;
  readonly createSourceAnswers: typeof createSourceAnswers;
}

interface Opened {
  readonly world: MachineWorld;
  readonly answers: SourceAnswers;
}

/** Where charts come from. Loaded at the first question, since most YAML files have nothing to do with charts. */
export class ChartSources implements vscode.Disposable {
  readonly #load: () => SourcesModule;
  readonly #options: () => WorldOptions;
  readonly #onChange: () => void;
  readonly #stop = new AbortController();
  #opening: Promise<Opened> | undefined;
  #opened: Opened | undefined;

  /** @param onChange called when an answer came that is newer than what was given */
  constructor(load: () => SourcesModule, options: () => WorldOptions, onChange: () => void) {
    this.#load = load;
    this.#options = options;
    this.#onChange = onChange;
  }

  async answers(): Promise<SourceAnswers> {
    return (await this.#open()).answers;
  }

  /** Hosts that something wanted to ask and was not allowed to, in this window. */
  get wantedHosts(): readonly string[] {
    return this.#opened?.answers.wantedHosts() ?? [];
  }

  /** Hosts that may be asked, and those that something wanted to ask. */
  async knownHosts(): Promise<readonly string[]> {
    const { world } = await this.#open();
    return [...new Set([...world.consent.remembered(), ...this.wantedHosts])].sort();
  }

  /** Remembers that these hosts may be asked. */
  async allow(hosts: readonly string[]): Promise<void> {
    const { world } = await this.#open();
    await world.consent.allow(hosts);
  }

  /** Takes back that sources which failed are left alone for a while. */
  askAgain(): void {
    this.#opened?.answers.askAgain();
  }

  dispose(): void {
    this.#stop.abort();
  }

  /** What could not be opened is tried anew at the next question. */
  #open(): Promise<Opened> {
    this.#opening ??= this.#openNow().catch((error: unknown) => {
      this.#opening = undefined;
      throw error;
    });
    return this.#opening;
  }

  async #openNow(): Promise<Opened> {
    const module = this.#load();
    const world = await module.openWorld(this.#options());
    const answers = module.createSourceAnswers(world, { signal: this.#stop.signal });
    answers.onChange(this.#onChange);
    this.#opened = { world, answers };
    return this.#opened;
  }
}
