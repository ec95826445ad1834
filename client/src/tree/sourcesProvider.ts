import { messageOf } from '@fairlead/engine/support';
import * as vscode from 'vscode';
import type { Clusters } from '../cluster/clusters.ts';
import type { Node } from './nodes.ts';
import { treeItem } from './treeItem.ts';

/** The Flux sources of the selected cluster. */
export class SourcesProvider implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  readonly #clusters: Clusters;
  readonly #log: vscode.LogOutputChannel;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly #subscription: vscode.Disposable;
  readonly onDidChangeTreeData: vscode.Event<undefined> = this.#changed.event;

  constructor(clusters: Clusters, log: vscode.LogOutputChannel) {
    this.#clusters = clusters;
    this.#log = log;
    this.#subscription = clusters.onDidChange(() => {
      this.refresh();
    });
  }

  refresh(): void {
    this.#changed.fire(undefined);
  }

  getTreeItem(node: Node): vscode.TreeItem {
    return treeItem(node);
  }

  async getChildren(node?: Node): Promise<Node[]> {
    if (node !== undefined || this.#clusters.selected === undefined) {
      return [];
    }
    try {
      const signal = AbortSignal.timeout(60_000);
      const { session } = await this.#clusters.connect(signal);
      const sources = await session.sources({ signal });
      return sources.map((source) => ({
        kind: 'source',
        id: `source/${source.kind}/${source.namespace}/${source.name}`,
        source,
      }));
    } catch (error) {
      this.#log.error(messageOf(error));
      return [{ kind: 'note', id: 'error', text: messageOf(error) }];
    }
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }
}
