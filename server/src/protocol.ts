import {
  type Location,
  NotificationType0,
  type Position,
  type Range,
  RequestType,
  RequestType0,
} from 'vscode-languageserver-protocol';

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
  /** A code of the engine's SourceError, or of a Problem where it is about the release; `offline` where the user has not allowed the host yet. */
  readonly code: string;
  /** Without secrets, fit to show. */
  readonly message: string;
  /** That was to be asked: the one to allow where `code` is `offline`. */
  readonly host?: string;
}
export const versionsRequest = new RequestType<SourceParams, VersionsResult, void>('fairlead/versions');

/** Asks which charts an HTTP repository holds. */
export interface ChartsResult {
  readonly charts: readonly { readonly name: string; readonly description?: string }[];
  readonly problem?: SourceProblem;
}
export const chartsRequest = new RequestType<SourceParams, ChartsResult, void>('fairlead/charts');

/**
 * Fetches the chart of a release, as Flux would take it now, into the artifact cache, which both sides can read.
 * Whoever answers logs in; neither question nor answer holds a secret.
 */
export interface FetchParams {
  /** The source that the release refers to, as JSON. */
  readonly source: unknown;
  /** `spec.chart.spec` of the release; absent where it has a `chartRef`. */
  readonly template?: unknown;
  /** Source objects that this one, or dependencies of the chart, lead to. */
  readonly objects: readonly unknown[];
  /** Of the file the release stands in: a GitRepository may be the clone around it. */
  readonly uri: string;
  /** Files with the Secrets that these sources name, for the answering side to read. */
  readonly secretUris: readonly string[];
}
export type FetchResult =
  | { readonly kind: 'fetched'; readonly chart: FetchedChart }
  | { readonly kind: 'failed'; readonly problem: SourceProblem };
export interface FetchedChart {
  readonly name: string;
  /** Of Chart.yaml, with what Flux puts behind the `+`. */
  readonly version: string;
  /** Of the artifact in a registry, where the source is an OCIRepository. */
  readonly ociDigest?: string;
  /** Absolute path of the file in the artifact cache. */
  readonly path: string;
  /** Of that file, `sha256:…`. */
  readonly digest: string;
  /** `archive`: a packaged chart. `files`: one that was put together. */
  readonly form: 'archive' | 'files';
  /** Where it came from, for people. */
  readonly from: string;
  readonly warnings: readonly string[];
  /** Why it may be looked at and not applied. */
  readonly refusals: readonly string[];
}
export const fetchRequest = new RequestType<FetchParams, FetchResult, void>('fairlead/fetch');

/** What a chart looks up in the cluster: one object, or a list where `name` is empty. */
export interface LookupParams {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}
/** Only a cluster that the user selected and that is connected is asked. */
export type LookupResult =
  /** `value` is an empty object where there is none; instead of the data of Secrets there are placeholders. */
  | { readonly kind: 'answered'; readonly value: unknown }
  | { readonly kind: 'no-cluster' }
  | { readonly kind: 'failed'; readonly message: string };
export const lookupRequest = new RequestType<LookupParams, LookupResult, void>('fairlead/lookup');

/** Sent to the server: what a HelmRelease would put into a cluster, as a first install. Unsaved text counts. */
export interface RenderParams {
  readonly uri: string;
  /** In the HelmRelease's document; not needed where the file has one HelmRelease. */
  readonly position?: Position;
  /** Instead of a position. */
  readonly release?: ReleaseName;
}
export interface ReleaseName {
  readonly namespace: string;
  readonly name: string;
}
export type RenderResult = RenderedRelease | FailedRender;
export interface RenderedRelease {
  readonly kind: 'rendered';
  readonly release: ReleaseName;
  /** Which render this is; `trace` asks about this one. */
  readonly version: number;
  /** The manifest and behind it the hooks; what is secret is masked. */
  readonly text: string;
  readonly chart: { readonly name: string; readonly version: string; readonly from: string };
  readonly warnings: readonly string[];
  /** Why it would not be applied. */
  readonly refusals: readonly string[];
  /** What the chart looked up, and was taken not to be there. */
  readonly assumedEmpty: readonly LookupParams[];
  /** Values that only the cluster knows; placeholders stand for them. */
  readonly unknown: readonly string[];
}
export interface FailedRender {
  readonly kind: 'failed';
  /** Absent where there is no HelmRelease. */
  readonly release?: ReleaseName;
  readonly problem: SourceProblem;
  /** What it is about, in the user's own file. */
  readonly place?: Location;
}
export const renderRequest = new RequestType<RenderParams, RenderResult, void>('fairlead/render');

/** Sent to the server: what made these lines of a render. Values from Secrets are named and not shown. */
export interface TraceParams {
  readonly uri: string;
  readonly release: ReleaseName;
  /** Of the render that the lines are of. */
  readonly version: number;
  /** 0-based, both included. */
  readonly startLine: number;
  readonly endLine: number;
}
export type TraceResult =
  | { readonly kind: 'traced'; readonly lines: readonly TracedLine[] }
  /** The server has another render of this release by now, or none. */
  | { readonly kind: 'stale' };
/** What made a line. Lines of no object are left out. */
export interface TracedLine {
  readonly line: number;
  readonly object: {
    readonly apiVersion: string;
    readonly kind: string;
    readonly namespace?: string;
    readonly name: string;
  };
  /** JSON pointer of the field on the line; empty for what belongs to the object as a whole. */
  readonly pointer: string;
  readonly writer: LineWriter;
  /** Values whose text is in the line. */
  readonly data: readonly TracedValue[];
  /** Values whose names are in it. */
  readonly keys: readonly TracedValue[];
  /** Values that decided about it. */
  readonly control: readonly TracedValue[];
}
export type LineWriter =
  | {
      readonly kind: 'template';
      readonly template: string;
      /** Absent where only the template is known. */
      readonly position?: Position;
      /** Outermost first: in `template` at `position` stands a call of `name`. */
      readonly calls: readonly { readonly template: string; readonly position: Position; readonly name: string }[];
    }
  /** helm-controller, which adds its own labels (`isOwn`) and `spec.commonMetadata`, which stands at `place`. */
  | {
      readonly kind: 'flux';
      readonly field: 'labels' | 'annotations';
      readonly key: string;
      readonly isOwn: boolean;
      readonly place?: Location;
    };
export interface TracedValue {
  /** As `--set` takes it: `a.b[0]`. */
  readonly path: string;
  /** As YAML; absent for what holds values, what is not set, and what must not be shown. */
  readonly text?: string;
  /** Absent for what is not set. */
  readonly origin?: ValueOrigin;
}
export type ValueOrigin =
  /** `layer` is `values` for those in the HelmRelease itself, else the object of `valuesFrom`. */
  | { readonly kind: 'file'; readonly layer: string; readonly uri: string; readonly range: Range }
  | { readonly kind: 'chart'; readonly chart: string; readonly file: string; readonly position: Position }
  | { readonly kind: 'secret'; readonly object: string; readonly key: string }
  | { readonly kind: 'unknown'; readonly reason: string }
  | { readonly kind: 'computed'; readonly by: string };
export const traceRequest = new RequestType<TraceParams, TraceResult, void>('fairlead/trace');

/** The selected cluster's own schemas of the Flux kinds, which win over the bundled ones. */
export interface ClusterSchemasResult {
  readonly context?: string;
  readonly schemas: readonly unknown[];
}
export const clusterSchemasRequest = new RequestType0<ClusterSchemasResult, void>('fairlead/clusterSchemas');

/** Sent by the client when answers to `versions`, `charts` or `clusterSchemas` may have changed. */
export const answersChangedNotification: NotificationType0 = new NotificationType0('fairlead/answersChanged');
