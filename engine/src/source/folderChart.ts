import type { HelmChartSpec } from '../flux/index.ts';
import { type Abortable, limits } from '../support/index.ts';
import { changesValues, type ChartContent, mergeValuesFiles, withValues, withChartYaml } from './chartContent.ts';
import { addDependencies, type RemoteCharts } from './dependency.ts';
import { SourceError } from './errors.ts';
import { loadFromFolder } from './loadFromFolder.ts';
import { withMetadata } from './ociVersion.ts';
import { pathInside, type SourceFolder } from './workingCopy.ts';

export interface FolderChartRequest {
  readonly folder: SourceFolder;
  readonly spec: HelmChartSpec;
  /** `metadata.generation` of the HelmChart; 1 for one that helm-controller would make now. */
  readonly generation: number;
  readonly remote: RemoteCharts;
}

/**
 * The chart at a path of a source, as source-controller packages it: dependencies added, values files merged, the
 * version with what changed behind a `+`.
 *
 * @throws SourceError
 * @see fluxcd/source-controller v1.9 internal/helm/chart/builder_local.go, Build
 */
export async function buildFolderChart(
  { folder, spec, generation, remote }: FolderChartRequest,
  { signal }: Abortable,
): Promise<ChartContent> {
  const path = await pathInside(folder, spec.chart, { signal });
  const { content, isFolder } = await loadFromFolder(folder, path, { signal });
  const metadata: string[] = [];
  if (spec.reconcileStrategy === 'Revision') {
    metadata.push(hashOf(folder.revision).slice(0, 12));
  }
  let built = content;
  if (changesValues(spec.valuesFiles)) {
    const values = await mergeValuesFiles({
      paths: spec.valuesFiles,
      ignoreMissing: spec.ignoreMissingValuesFiles === true,
      read: (file) => readInside(folder, file, { signal }),
    });
    built = withValues(built, values);
    metadata.push(String(generation));
  }
  if (isFolder) {
    built = await addDependencies({ content: built, folder, path, remote }, { signal });
  }
  return metadata.length === 0
    ? built
    : withChartYaml(built, { version: withMetadata(built.chart.metadata.version, metadata.join('.')) });
}

async function readInside(folder: SourceFolder, path: string, { signal }: Abortable): Promise<Uint8Array | undefined> {
  try {
    const absolute = await pathInside(folder, path, { signal });
    return await folder.files.read(absolute, { signal, maxBytes: limits.maxChartFileBytes });
  } catch (error) {
    if (error instanceof SourceError && error.code === 'not-found') {
      return undefined;
    }
    throw error;
  }
}

/** The commit of `branch@sha1:…`. */
function hashOf(revision: string): string {
  return revision.slice(revision.lastIndexOf(':') + 1);
}
