import type { ClusterInfo, ClusterModule, ClusterSession, KubeContext, OpenOptions } from '@fairlead/engine/session';
import { isAbort, messageOf, redact } from '@fairlead/engine/support';
import type { LookupParams, LookupResult } from '@fairlead/server/protocol';
import * as vscode from 'vscode';
import { contextKeys, type ViewState } from '../contributions.ts';

/** The cluster that is selected in this workspace, with its session. Nothing is contacted before it is asked for. */
export interface SelectedCluster {
  readonly session: ClusterSession;
  readonly info: ClusterInfo;
}

const storageKey = 'fairlead.context';

/**
 * Holds the selected context of this workspace. The choice lives in the workspace's own state: the kubeconfig is never
 * written, and a choice made elsewhere does not move this one.
 */
export class Clusters implements vscode.Disposable {
  readonly #context: vscode.ExtensionContext;
  readonly #load: () => ClusterModule;
  readonly #options: () => Omit<OpenOptions, 'context'>;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange: vscode.Event<void> = this.#changed.event;
  readonly #connected = new vscode.EventEmitter<void>();
  readonly onDidConnect: vscode.Event<void> = this.#connected.event;
  #open: Promise<SelectedCluster> | undefined;

  constructor(
    context: vscode.ExtensionContext,
    load: () => ClusterModule,
    options: () => Omit<OpenOptions, 'context'>,
  ) {
    this.#context = context;
    this.#load = load;
    this.#options = options;
  }

  /** Name of the selected context, whether or not it was contacted. */
  get selected(): string | undefined {
    return this.#context.workspaceState.get<string>(storageKey);
  }

  contexts(): readonly KubeContext[] {
    return this.#load().listContexts(this.#options().kubeconfig);
  }

  async select(name: string): Promise<void> {
    await this.#context.workspaceState.update(storageKey, name);
    await this.reset();
  }

  /** Lets Fairlead's own engine act in the selected cluster. */
  async enrol(signal: AbortSignal): Promise<void> {
    const context = this.#required();
    await this.#load().enrol({ ...this.#options(), context, writesStatus: false, signal });
    await this.reset();
  }

  /** The session with the selected cluster, opened at the first call. A failed one is tried anew at the next. */
  async connect(signal: AbortSignal): Promise<SelectedCluster> {
    const context = this.#required();
    if (this.#open === undefined) {
      const opening = this.#connect(context, signal);
      this.#open = opening;
      opening.catch(() => {
        if (this.#open === opening) {
          this.#open = undefined;
        }
      });
    }
    return await this.#open;
  }

  /** The cluster's own schemas of Flux's kinds. It is not contacted for them: none before somebody looked at it. */
  async schemas(signal: AbortSignal): Promise<readonly object[]> {
    const open = await this.#open?.catch(() => undefined);
    return (await open?.session.schemas({ signal })) ?? [];
  }

  /** What a chart looks up, for a preview. Only a cluster that somebody looked at already is asked. */
  async lookup(params: LookupParams, signal: AbortSignal): Promise<LookupResult> {
    // Nobody waits here for one that is just being connected.
    const open = await Promise.race([this.#open, Promise.resolve(undefined)]).catch(() => undefined);
    if (open === undefined) {
      return { kind: 'no-cluster' };
    }
    try {
      return { kind: 'answered', value: await open.session.lookup(params, { signal }) };
    } catch (error) {
      if (isAbort(error)) {
        throw error;
      }
      return { kind: 'failed', message: redact(messageOf(error)) };
    }
  }

  /** Closes the session; the next question opens a new one. */
  async reset(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    this.#changed.fire();
    const cluster = await open?.catch(() => undefined);
    await cluster?.session.close();
  }

  dispose(): void {
    this.#changed.dispose();
    this.#connected.dispose();
    void this.reset();
  }

  async #connect(context: string, signal: AbortSignal): Promise<SelectedCluster> {
    await setState('connecting');
    try {
      const session = await this.#load().openClusterSession({ ...this.#options(), context });
      const info = await session.info({ signal });
      await setState('connected');
      // After this call: then the session is the one that others find.
      queueMicrotask(() => {
        this.#connected.fire();
      });
      return { session, info };
    } catch (error) {
      await setState('unreachable');
      throw error;
    }
  }

  #required(): string {
    const context = this.selected;
    if (context === undefined) {
      throw new Error('No cluster is selected. Run "Fairlead: Select Cluster" first.');
    }
    return context;
  }
}

/** Says what the views show when they are empty. */
export async function setState(state: ViewState): Promise<void> {
  await vscode.commands.executeCommand('setContext', contextKeys.state, state);
}
