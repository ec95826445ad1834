import { createRequire } from 'node:module';
import path from 'node:path';
import { userFolders, type WorldOptions } from '@fairlead/engine/node';
import type { ClusterModule } from '@fairlead/engine/session';
import { redact } from '@fairlead/engine/support';
import type { Log } from '@fairlead/engine/support';
import * as vscode from 'vscode';
import { ChartSources, type SourcesModule } from './chartSources.ts';
import { Clusters, setState } from './cluster/clusters.ts';
import { registerCommands } from './commands/index.ts';
import { settingKeys, viewIds } from './contributions.ts';
import { LanguageServer } from './languageClient.ts';
import { Logins } from './logins.ts';
import { ReleasesProvider } from './tree/releasesProvider.ts';
import { SourcesProvider } from './tree/sourcesProvider.ts';
import { ReleaseDocuments } from './view/documents.ts';
import { markHelmReleases } from './view/helmReleaseKey.ts';
import { PreviewDocuments } from './view/previewDocuments.ts';

/**
 * Wires everything. It contacts nothing: what fetches charts is loaded at the first question about one, the cluster
 * half at the first command or when a view opens.
 */
export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel('Fairlead', { log: true });
  const engineLog = redactedLog(log);
  const folders = userFolders(process.env);
  const { version } = context.extension.packageJSON as { readonly version: string }; // our own manifest

  const logins = new Logins(context);
  const worldOptions = (): WorldOptions => ({
    ...folders,
    allowHosts: [],
    localSources: localSources(),
    usesProxyVariables: false,
    variables: process.env,
    version,
    log: engineLog,
    ownLogins: logins,
  });
  const require = createRequire(context.asAbsolutePath('dist/extension.cjs'));
  // The bundles are built from engine/src/node/cluster.ts and sources.ts, whose types these are.
  const loadCluster = (): ClusterModule => require('./cluster.cjs') as ClusterModule;
  const loadSources = (): SourcesModule => require('./sources.cjs') as SourcesModule;
  const tellServer = (): void => {
    void server.answersChanged();
  };
  const charts = new ChartSources(loadSources, worldOptions, tellServer);
  const clusters = new Clusters(context, loadCluster, () => ({
    ...worldOptions(),
    ...kubeconfigOption(),
    renderWorker: context.asAbsolutePath('dist/renderWorker.cjs'),
  }));
  const server = new LanguageServer({
    module: context.asAbsolutePath('dist/server.cjs'),
    log,
    version,
    answers: () => charts.answers(),
    schemas: (signal) => clusters.schemas(signal),
    lookup: (params, signal) => clusters.lookup(params, signal),
  });
  const previews = new PreviewDocuments(server, log);
  /** After the user allowed or told something: a session keeps what was so when it was opened. */
  const startAnew = async (): Promise<void> => {
    charts.askAgain();
    await server.answersChanged();
    await clusters.reset();
    previews.refresh();
  };
  const releases = new ReleasesProvider(clusters, log);
  const sources = new SourcesProvider(clusters, log);
  const documents = new ReleaseDocuments(clusters);

  context.subscriptions.push(
    clusters.onDidConnect(() => {
      tellServer();
      previews.refresh();
    }),
    log,
    charts,
    server,
    clusters,
    releases,
    sources,
    documents,
    previews,
    markHelmReleases(),
    vscode.window.createTreeView(viewIds.releases, { treeDataProvider: releases, showCollapseAll: true }),
    vscode.window.createTreeView(viewIds.sources, { treeDataProvider: sources }),
    registerCommands({
      log,
      clusters,
      releases,
      sources,
      documents,
      previews,
      charts,
      allowHosts: async (hosts) => {
        await charts.allow(hosts);
        await startAnew();
      },
      logins,
      loginsChanged: startAnew,
    }),
  );
  await setState('noCluster');
  await server.start();
}

/** Folders that the user set to stand for Git repositories; relative ones start at the first workspace folder. */
function localSources(): Record<string, string> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
  const set = vscode.workspace.getConfiguration('fairlead').get<Record<string, string>>(settingKeys.localSources, {});
  return Object.fromEntries(Object.entries(set).map(([url, target]) => [url, path.resolve(folder, target)]));
}

function kubeconfigOption(): { kubeconfig?: string } {
  const kubeconfig = vscode.workspace.getConfiguration('fairlead').get<string>(settingKeys.kubeconfig, '');
  return kubeconfig === '' ? {} : { kubeconfig };
}

function redactedLog(log: vscode.LogOutputChannel): Log {
  return {
    debug: (message) => {
      log.debug(redact(message));
    },
    info: (message) => {
      log.info(redact(message));
    },
    warn: (message) => {
      log.warn(redact(message));
    },
    error: (message) => {
      log.error(redact(message));
    },
  };
}
