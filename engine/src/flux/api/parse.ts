import type { KubeObject } from '../../support/index.ts';
import { FluxError } from '../errors.ts';
import { type Bucket, bucketSpec } from './bucket.ts';
import { type GitRepository, gitRepositorySpec } from './gitRepository.ts';
import { type HelmChart, helmChartSpec } from './helmChart.ts';
import { type HelmRelease, helmReleaseSpec, helmReleaseStatus } from './helmRelease.ts';
import { type HelmRepository, helmRepositorySpec } from './helmRepository.ts';
import { type FluxObject, objectMeta, sourceStatus } from './meta.ts';
import { type OciRepository, ociRepositorySpec } from './ociRepository.ts';
import type { Shape } from './shape.ts';

/** What a chart can come from. */
export type Source = HelmRepository | OciRepository | GitRepository | Bucket | HelmChart;

export const helmGroup = 'helm.toolkit.fluxcd.io';
export const sourceGroup = 'source.toolkit.fluxcd.io';

/**
 * Reads a HelmRelease and gives it a namespace where it has none.
 *
 * @throws FluxError codes `invalid-object`, `unsupported-version`
 */
export function parseHelmRelease(object: KubeObject, options: ParseOptions): HelmRelease {
  return parse(object, 'HelmRelease', `${helmGroup}/v2`, helmReleaseSpec, helmReleaseStatus, options);
}

/**
 * Reads a source of any kind.
 *
 * @throws FluxError codes `invalid-object`, `unsupported-version`, `source-kind`
 */
export function parseSource(object: KubeObject, options: ParseOptions): Source {
  const version = `${sourceGroup}/v1`;
  switch (object.kind) {
    case 'HelmRepository':
      return parse(object, object.kind, version, helmRepositorySpec, sourceStatus, options);
    case 'OCIRepository':
      return parse(object, object.kind, version, ociRepositorySpec, sourceStatus, options);
    case 'GitRepository':
      return parse(object, object.kind, version, gitRepositorySpec, sourceStatus, options);
    case 'Bucket':
      return parse(object, object.kind, version, bucketSpec, sourceStatus, options);
    case 'HelmChart':
      return parse(object, object.kind, version, helmChartSpec, sourceStatus, options);
    default:
      throw new FluxError('source-kind', `unsupported source kind '${object.kind}'`);
  }
}

export interface ParseOptions {
  /** For an object that names no namespace. */
  readonly defaultNamespace: string;
}

function parse<Kind extends string, Spec, Status>(
  object: KubeObject,
  kind: Kind,
  version: string,
  spec: Shape<Spec>,
  status: Shape<Status>,
  { defaultNamespace }: ParseOptions,
): FluxObject<Kind, Spec, Status> {
  if (object.kind !== kind) {
    throw new FluxError('invalid-object', `kind: want ${kind}, have ${object.kind}`);
  }
  if (object.apiVersion !== version) {
    throw new FluxError(
      'unsupported-version',
      `apiVersion: ${object.apiVersion} of ${kind} is not served by Flux any more, use ${version}`,
    );
  }
  const meta = objectMeta(object.metadata, 'metadata');
  return {
    apiVersion: version,
    kind,
    metadata: { ...meta, namespace: meta.namespace ?? defaultNamespace },
    spec: spec(object['spec'] ?? {}, 'spec'),
    ...(isPresent(object['status']) && { status: status(object['status'], 'status') }),
  };
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}
