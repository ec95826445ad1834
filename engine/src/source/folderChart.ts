import type { HelmChartSpec } from '../flux/index.ts';
import { type Abortable, limits } from '../support/index.ts';
import { changesValues, type ChartContent, mergeValuesFiles, withValues, withChartYaml } from './chartContent.ts';
import { addDependencies, type RemoteCharts } from './dependency.ts';
import { SourceError } from './errors.ts';
import { loadFromFolder } from './loadFromFolder.ts';
import { withMetadata } from './ociVersion.ts';
import { pathFromRoot } from './sourceArtifact.ts';
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
      ignoreMissing: true,
      read: (file) => readValues(folder, file, { signal, isOptional: spec.ignoreMissingValuesFiles === true }),
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

/**
 * A values file, which counts from the root of the source.
 *
 * @throws SourceError code `values-files` where it is no file, or is missing and may not be
 * @see fluxcd/source-controller v1.9 internal/helm/chart/builder_local.go, mergeFileValues
 */
async function readValues(
  folder: SourceFolder,
  path: string,
  { signal, isOptional }: Abortable & { readonly isOptional: boolean },
): Promise<Uint8Array | undefined> {
  const place = await placeOf(folder, path, { signal });
  const bytes =
    place === undefined ? undefined : await folder.files.read(place, { signal, maxBytes: limits.maxChartFileBytes });
  const isFolder = place !== undefined && (await folder.files.list(place, { signal })) !== undefined;
  if (bytes === undefined && (isFolder || !isOptional)) {
    throw new SourceError(
      'values-files',
      `no values file found at path '/${pathFromRoot(path)}' (reference '${path}')`,
    );
  }
  return bytes;
}

async function placeOf(folder: SourceFolder, path: string, options: Abortable): Promise<string | undefined> {
  try {
    return await pathInside(folder, path, options);
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
