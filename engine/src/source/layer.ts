import { ChartError, loadArchiveFiles } from '../chart/index.ts';
import { type ChartContent, contentOfArchive, contentOfFiles } from './chartContent.ts';
import { SourceError } from './errors.ts';
import { allPatterns, isLeftOut, readIgnorePatterns } from './goIgnore.ts';

export interface LayerOptions {
  /** `copy` takes the layer as it is; `extract` packs it anew, without what is ignored. */
  readonly operation: 'extract' | 'copy';
  /** `spec.ignore` */
  readonly ignore: string | undefined;
}

/**
 * The chart in a layer of an OCIRepository's artifact.
 *
 * @throws SourceError code `invalid-chart`
 * @see fluxcd/source-controller v1.9 internal/controller/ocirepository_controller.go, reconcileSource and reconcileArtifact
 */
export function contentOfLayer(bytes: Uint8Array, { operation, ignore }: LayerOptions): ChartContent {
  if (operation === 'copy') {
    return contentOfArchive(bytes);
  }
  try {
    const whole = contentOfArchive(bytes);
    const files = loadArchiveFiles(bytes);
    // Patterns count from the root of the archive, where the folder of the chart stands.
    const folder = whole.chart.metadata.name;
    const own = files
      .filter(({ name }) => name === '.sourceignore' || name.endsWith('/.sourceignore'))
      .flatMap(({ name, data }) =>
        readIgnorePatterns(new TextDecoder().decode(data), [folder, ...name.split('/').slice(0, -1)]),
      );
    const patterns = allPatterns([...own, ...readIgnorePatterns(ignore ?? '', [])]);
    const kept = files.filter(({ name }) => !isLeftOut(patterns, `${folder}/${name}`));
    return kept.length === files.length ? whole : contentOfFiles(kept);
  } catch (error) {
    if (error instanceof ChartError) {
      throw new SourceError('invalid-chart', error.message, { cause: error });
    }
    throw error;
  }
}
