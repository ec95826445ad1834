import type { NamespacedName } from '@fairlead/engine/support';
import * as vscode from 'vscode';
import type { Clusters } from '../cluster/clusters.ts';

const scheme = 'fairlead';

export type ReleaseDocument = 'manifest' | 'values' | 'history';

/** Read-only documents of a release: `fairlead:/CONTEXT/NAMESPACE/NAME/vN/manifest.yaml`. The engine masks secrets before they come here. */
export class ReleaseDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #clusters: Clusters;
  readonly #registration: vscode.Disposable;

  constructor(clusters: Clusters) {
    this.#clusters = clusters;
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(scheme, this);
  }

  async show(what: ReleaseDocument, release: NamespacedName, revision: number | undefined): Promise<void> {
    const context = encodeURIComponent(this.#clusters.selected ?? '');
    const folder = revision === undefined ? 'latest' : `v${revision}`;
    const file = what === 'history' ? 'history.txt' : `${what}.yaml`;
    const uri = vscode.Uri.from({ scheme, path: `/${context}/${release.namespace}/${release.name}/${folder}/${file}` });
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: true });
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const [, , namespace = '', name = '', folder = '', file = ''] = uri.path.split('/');
    const signal = AbortSignal.timeout(60_000);
    const { session } = await this.#clusters.connect(signal);
    const release = { namespace, name };
    const revision = folder.startsWith('v') ? { revision: Number(folder.slice(1)) } : {};
    switch (file) {
      case 'manifest.yaml':
        return await session.manifest(release, { signal, ...revision });
      case 'values.yaml':
        return await session.values(release, { signal, ...revision });
      default: {
        const { history } = await session.history(release, { signal });
        return history
          .map(
            (entry) =>
              `${`v${entry.revision}`.padEnd(6)}${entry.updated}  ${entry.status.padEnd(16)}${`${entry.chart}-${entry.chartVersion}`.padEnd(30)}${entry.description}\n`,
          )
          .reverse()
          .join('');
      }
    }
  }

  dispose(): void {
    this.#registration.dispose();
  }
}
