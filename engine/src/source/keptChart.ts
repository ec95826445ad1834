import { type Abortable, digestOf } from '../support/index.ts';
import type { ArtifactCache } from './cache.ts';
import { contentOfArchive, contentOfFiles } from './chartContent.ts';
import { SourceError } from './errors.ts';
import type { ResolvedChart } from './resolve.ts';
import { packArtifact, unpackArtifact } from './sourceArtifact.ts';

/** A chart that was fetched, for another process: where its bytes are, and what is known of it. Plain data, no secret. */
export interface KeptChart extends Omit<ResolvedChart, 'chart' | 'content' | 'digest'> {
  /** Of the bytes in the artifact cache, `sha256:…`. */
  readonly digest: string;
  /** Absolute path of the file that holds them. */
  readonly path: string;
  /** `archive`: as it was fetched. `files`: as it was put together, in the form of `packArtifact`. */
  readonly form: 'archive' | 'files';
}

/** Puts a chart into the artifact cache. @throws SourceError code `unsupported` where the cache has no files */
export async function keepChart(
  { chart: _chart, content, digest: _digest, ...facts }: ResolvedChart,
  cache: ArtifactCache,
  options: Abortable,
): Promise<KeptChart> {
  const bytes =
    content.kind === 'archive'
      ? content.bytes
      : packArtifact({
          revision: facts.version,
          files: new Map(content.files.map(({ name, data }) => [name, data])),
        });
  const digest = await cache.put(bytes, options);
  const path = cache.pathOf(digest);
  if (path === undefined) {
    throw new SourceError('unsupported', 'charts are kept in memory here, where no other process finds them');
  }
  return { ...facts, digest, path, form: content.kind };
}

/**
 * The chart again, with the places of its values, from the bytes of its file.
 *
 * @throws SourceError code `digest` where these are other bytes, or `invalid-chart`
 */
export function openKeptChart({ digest, path: _path, form, ...facts }: KeptChart, bytes: Uint8Array): ResolvedChart {
  if (digestOf(bytes) !== digest) {
    throw new SourceError('digest', `chart ${facts.name}: the file in the cache is not what was put there`);
  }
  if (form === 'archive') {
    return { ...facts, ...contentOfArchive(bytes, { positions: true }) };
  }
  const artifact = unpackArtifact(bytes);
  if (artifact === undefined) {
    throw new SourceError('digest', `chart ${facts.name}: the file in the cache is of another version of Fairlead`);
  }
  const files = [...artifact.files].map(([name, data]) => ({ name, data }));
  return { ...facts, ...contentOfFiles(files, { positions: true }) };
}
