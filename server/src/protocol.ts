import { RequestType, RequestType0, NotificationType0 } from 'vscode-languageserver-protocol';

/**
 * Requests beyond the Language Server Protocol, each named once. Plain data only.
 * The server holds no credentials and touches neither network nor cluster: it asks its client, which is the extension
 * host, or the command line around `fairlead lsp`.
 */

/** Reads one file. `text` is absent where nothing is. */
export interface ReadFileParams {
  readonly uri: string;
}
export interface ReadFileResult {
  readonly text?: string;
}
export const readFileRequest = new RequestType<ReadFileParams, ReadFileResult, void>('fairlead/readFile');

/** Lists every YAML file of the workspace folders, version control and dependency folders left out. */
export interface ListFilesResult {
  readonly uris: readonly string[];
  /** True when there were more than the client lists. */
  readonly truncated: boolean;
}
export const listFilesRequest = new RequestType0<ListFilesResult, void>('fairlead/listFiles');

/** A Flux source object and what refers to it, as JSON from the working copy. Secrets stay on the client's side. */
export interface SourceParams {
  /** The HelmRepository, OCIRepository, GitRepository, Bucket or HelmChart. */
  readonly source: unknown;
  /** Of the file the source stands in. */
  readonly uri: string;
  /** Chart name, or path within the source; absent for an OCIRepository. */
  readonly chart?: string;
}

/** Asks which versions of a chart exist. Answers from the cache at once where it can, and refreshes behind it. */
export interface VersionsResult {
  /** Newest first. */
  readonly versions: readonly ListedVersion[];
  /** Milliseconds since 1970 of the answer from the network; absent when there never was one. */
  readonly fetchedAt?: number;
  /** Why there is no answer, or only an old one. */
  readonly problem?: SourceProblem;
}
export interface ListedVersion {
  readonly version: string;
  readonly appVersion?: string;
  /** RFC 3339. */
  readonly created?: string;
  readonly deprecated?: boolean;
}
export interface SourceProblem {
  /** A code of the engine's SourceError; `offline` where the user has not allowed the host yet. */
  readonly code: string;
  /** Without secrets, fit to show. */
  readonly message: string;
}
export const versionsRequest = new RequestType<SourceParams, VersionsResult, void>('fairlead/versions');

/** Asks which charts an HTTP repository holds. */
export interface ChartsResult {
  readonly charts: readonly { readonly name: string; readonly description?: string }[];
  readonly problem?: SourceProblem;
}
export const chartsRequest = new RequestType<SourceParams, ChartsResult, void>('fairlead/charts');

/** The selected cluster's own schemas of the Flux kinds, which win over the bundled ones. */
export interface ClusterSchemasResult {
  readonly context?: string;
  readonly schemas: readonly unknown[];
}
export const clusterSchemasRequest = new RequestType0<ClusterSchemasResult, void>('fairlead/clusterSchemas');

/** Sent by the client when answers to `versions`, `charts` or `clusterSchemas` may have changed. */
export const answersChangedNotification: NotificationType0 = new NotificationType0('fairlead/answersChanged');
