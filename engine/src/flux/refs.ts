import type { HelmRelease } from './api/helmRelease.ts';
import { FluxError } from './errors.ts';

/** What a HelmRelease says about where its chart comes from, namespaces filled in. */
export type ChartReference =
  | {
      readonly kind: 'template';
      /** Chart name in a repository, or path in the source. */
      readonly chart: string;
      /** `*` where the release names none. */
      readonly version: string;
      readonly source: SourceReference;
    }
  | { readonly kind: 'direct'; readonly source: SourceReference };

export interface SourceReference {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/**
 * Where the chart of a release comes from.
 *
 * @throws FluxError code `no-chart` where neither or both of `chart` and `chartRef` are set
 */
export function chartReferenceOf(release: HelmRelease): ChartReference {
  const { chart, chartRef } = release.spec;
  if ((chart === undefined) === (chartRef === undefined)) {
    throw new FluxError('no-chart', 'spec: either chart or chartRef must be set', { object: nameOf(release) });
  }
  const { namespace } = release.metadata;
  if (chartRef !== undefined) {
    return {
      kind: 'direct',
      source: { kind: chartRef.kind, namespace: chartRef.namespace ?? namespace, name: chartRef.name },
    };
  }
  if (chart === undefined) {
    throw new FluxError('no-chart', 'spec: either chart or chartRef must be set', { object: nameOf(release) });
  }
  const { sourceRef, version = '' } = chart.spec;
  return {
    kind: 'template',
    chart: chart.spec.chart,
    version: version === '' ? '*' : version,
    source: { kind: sourceRef.kind, namespace: sourceRef.namespace ?? namespace, name: sourceRef.name },
  };
}

/**
 * Whether source and release lie in different namespaces, and what helm-controller says when it is not allowed.
 * Undefined when they lie in one.
 *
 * @see fluxcd/helm-controller v1.6 internal/acl/acl.go, AllowsAccessTo
 */
export function crossNamespaceRefusal(release: HelmRelease, source: SourceReference): string | undefined {
  return source.namespace === release.metadata.namespace
    ? undefined
    : `cross-namespace references are not allowed: cannot access ${source.kind} ${source.namespace}/${source.name}`;
}

/** `HelmRelease/namespace/name`, for messages. */
export function nameOf(object: {
  readonly kind: string;
  readonly metadata: { readonly namespace?: string; readonly name: string };
}): string {
  const { namespace, name } = object.metadata;
  return namespace === undefined ? `${object.kind}/${name}` : `${object.kind}/${namespace}/${name}`;
}
