import type * as vscode from 'vscode';
import type { ChartSources } from './chartSources.ts';
import type { Clusters } from './cluster/clusters.ts';
import type { Logins } from './logins.ts';
import type { ReleasesProvider } from './tree/releasesProvider.ts';
import type { SourcesProvider } from './tree/sourcesProvider.ts';
import type { ReleaseDocuments } from './view/documents.ts';
import type { PreviewDocuments } from './view/previewDocuments.ts';

/** What commands get. */
export interface CommandContext {
  readonly log: vscode.LogOutputChannel;
  readonly charts: ChartSources;
  readonly clusters: Clusters;
  readonly releases: ReleasesProvider;
  readonly sources: SourcesProvider;
  readonly documents: ReleaseDocuments;
  readonly previews: PreviewDocuments;
  /** Records that these hosts may be asked, and tells the language server that answers may have changed. */
  readonly allowHosts: (hosts: readonly string[]) => Promise<void>;
  readonly logins: Logins;
  /** Called after a login was saved or forgotten: what was not answered may be now. */
  readonly loginsChanged: () => Promise<void>;
}
