import type { Log } from '@fairlead/engine/support';
import type {
  ChartsResult,
  ClusterSchemasResult,
  FetchParams,
  FetchResult,
  ListFilesResult,
  LookupParams,
  LookupResult,
  SourceParams,
  VersionsResult,
} from '../protocol.ts';

/**
 * Everything the language service cannot know by itself. The extension host answers over the connection; the command
 * line answers in process. No answer carries a secret.
 */
export interface ServiceHost {
  readonly log: Log;
  /** Text of a file, or undefined where nothing is. An open document wins over the disk. */
  readFile(uri: string, signal: AbortSignal): Promise<string | undefined>;
  listFiles(signal: AbortSignal): Promise<ListFilesResult>;
  versions(params: SourceParams, signal: AbortSignal): Promise<VersionsResult>;
  charts(params: SourceParams, signal: AbortSignal): Promise<ChartsResult>;
  fetch(params: FetchParams, signal: AbortSignal): Promise<FetchResult>;
  lookup(params: LookupParams, signal: AbortSignal): Promise<LookupResult>;
  clusterSchemas(signal: AbortSignal): Promise<ClusterSchemasResult>;
}
