import { objectSet, parseSource, readManifests, valuesLookup, type HelmChartSpec } from '../flux/index.ts';
import type { KubeObject } from '../support/index.ts';
import { SourceError } from './errors.ts';
import type { ChartRequest } from './resolve.ts';

/** Asks for the chart of a release: plain data, as it crosses from the language server. No secret is in it. */
export interface ChartQuestion {
  /** The source object as JSON. */
  readonly source: unknown;
  /** `spec.chart.spec` of the release; absent where it has a `chartRef`. */
  readonly template?: unknown;
  /** Source objects that this one, or dependencies of the chart, lead to. */
  readonly objects: readonly unknown[];
  /** Absolute path of the file that the release stands in, where it is on this machine. */
  readonly near?: string;
}

/** A file that may hold Secrets that sources log in with. */
export interface SecretFile {
  readonly file: string;
  readonly text: string;
}

/** @throws FluxError for a source that is none */
export function chartRequestOf(
  { source, template, objects, near }: ChartQuestion,
  secretFiles: readonly SecretFile[],
): ChartRequest {
  const secrets = secretFiles.flatMap(
    ({ file, text }) => readManifests(text, { file, dialect: 'kubernetes' }).manifests,
  );
  const noPlaces = { get: () => undefined };
  const place = { file: near ?? '', documentIndex: 0, position: { line: 0, character: 0 }, places: noPlaces };
  return {
    // Whether these are sources at all, parseSource finds out.
    source: parseSource(objectOf(source), { defaultNamespace: 'default' }),
    // The release was read by parseHelmRelease on the other side.
    ...(template !== undefined && { template: template as HelmChartSpec }),
    generation: 1,
    objects: objectSet(objects.map((object) => ({ object: objectOf(object), ...place }))),
    lookup: valuesLookup(objectSet(secrets)),
    ...(near !== undefined && { near }),
  };
}

function objectOf(value: unknown): KubeObject {
  if (
    typeof value !== 'object' ||
    value === null ||
    !('kind' in value && 'apiVersion' in value && 'metadata' in value) ||
    typeof value.metadata !== 'object' ||
    value.metadata === null
  ) {
    throw new SourceError('unsupported', 'this is no object of a cluster');
  }
  return value as KubeObject; // as far as anybody looks before parseSource does
}
