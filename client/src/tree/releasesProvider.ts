import type { ReleaseSummary, StatusReport } from '@fairlead/engine/session';
import { messageOf } from '@fairlead/engine/support';
import * as vscode from 'vscode';
import type { Clusters } from '../cluster/clusters.ts';
import type { Folder, Node } from './nodes.ts';
import { treeItem } from './treeItem.ts';

const folders: readonly Folder[] = ['History', 'Resources', 'Conditions'];

/** The tree of releases: cluster, namespaces, releases, and below each its history, resources and conditions. */
export class ReleasesProvider implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  readonly #clusters: Clusters;
  readonly #log: vscode.LogOutputChannel;
  readonly #changed = new vscode.EventEmitter<Node | undefined>();
  readonly #subscription: vscode.Disposable;
  readonly onDidChangeTreeData: vscode.Event<Node | undefined> = this.#changed.event;
  #report: StatusReport | undefined;

  constructor(clusters: Clusters, log: vscode.LogOutputChannel) {
    this.#clusters = clusters;
    this.#log = log;
    this.#subscription = clusters.onDidChange(() => {
      this.refresh();
    });
  }

  refresh(): void {
    this.#report = undefined;
    this.#changed.fire(undefined);
  }

  /** Releases that the tree shows now; empty before it was opened. */
  get releases(): readonly ReleaseSummary[] {
    return this.#report?.releases ?? [];
  }

  getTreeItem(node: Node): vscode.TreeItem {
    return treeItem(node);
  }

  async getChildren(node?: Node): Promise<Node[]> {
    if (this.#clusters.selected === undefined) {
      return [];
    }
    try {
      return await this.#children(node, AbortSignal.timeout(60_000));
    } catch (error) {
      this.#log.error(messageOf(error));
      return [{ kind: 'note', id: `error/${node?.id ?? ''}`, text: messageOf(error) }];
    }
  }

  async #children(node: Node | undefined, signal: AbortSignal): Promise<Node[]> {
    switch (node?.kind) {
      case undefined: {
        const { session } = await this.#clusters.connect(signal);
        this.#report = await session.status({ signal });
        return [{ kind: 'cluster', id: `cluster/${this.#report.cluster.context}`, cluster: this.#report.cluster }];
      }
      case 'cluster':
        return clusterChildren(this.#report);
      case 'namespace':
        return node.releases.map((release) => ({ kind: 'release', id: idOf(release), release }));
      case 'release':
        return folders
          .filter((folder) => folder !== 'Conditions' || node.release.conditions.length > 0)
          .filter((folder) => folder === 'Conditions' || node.release.revision !== undefined)
          .map((folder) => ({ kind: 'folder', id: `${idOf(node.release)}/${folder}`, folder, release: node.release }));
      case 'folder':
        return await this.#folderChildren(node.folder, node.release, signal);
      case 'revision':
      case 'resource':
      case 'condition':
      case 'source':
      case 'note':
        return [];
    }
  }

  async #folderChildren(folder: Folder, release: ReleaseSummary, signal: AbortSignal): Promise<Node[]> {
    const { session } = await this.#clusters.connect(signal);
    switch (folder) {
      case 'History': {
        const { history } = await session.history(release, { signal });
        return history
          .map((entry): Node => ({
            kind: 'revision',
            id: `${idOf(release)}/v${entry.revision}`,
            release,
            entry,
            isCurrent: entry.revision === release.revision,
          }))
          .reverse();
      }
      case 'Resources': {
        const resources = await session.resources(release, { signal });
        return resources.map((resource) => ({
          kind: 'resource',
          id: `${idOf(release)}/${resource.apiVersion}/${resource.kind}/${resource.namespace ?? ''}/${resource.name}`,
          resource,
        }));
      }
      case 'Conditions':
        return release.conditions.map((condition) => ({
          kind: 'condition',
          id: `${idOf(release)}/${condition.type}`,
          condition,
        }));
    }
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }
}

function clusterChildren(report: StatusReport | undefined): Node[] {
  const byNamespace = new Map<string, ReleaseSummary[]>();
  for (const release of report?.releases ?? []) {
    const others = byNamespace.get(release.namespace);
    if (others === undefined) {
      byNamespace.set(release.namespace, [release]);
    } else {
      others.push(release);
    }
  }
  const namespaces = [...byNamespace]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([namespace, releases]): Node => ({ kind: 'namespace', id: `namespace/${namespace}`, namespace, releases }));
  const gaps = (report?.gaps ?? []).map((text): Node => ({ kind: 'note', id: `gap/${text}`, text }));
  return namespaces.length + gaps.length === 0
    ? [{ kind: 'note', id: 'none', text: 'No releases' }]
    : [...namespaces, ...gaps];
}

function idOf(release: ReleaseSummary): string {
  return `release/${release.kind}/${release.namespace}/${release.name}`;
}
