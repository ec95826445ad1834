import type { ReconcileStrategy } from './helmRelease.ts';
import { type FluxObject, type SourceStatus, type Verification, verification } from './meta.ts';
import { flag, listOf, objectOf, oneOf, required, type Shape, text } from './shape.ts';

/** HelmChart source.toolkit.fluxcd.io/v1, written by hand or generated from a HelmRelease. @see fluxcd/source-controller v1.9 api/v1 */
export type HelmChart = FluxObject<'HelmChart', HelmChartSpec, SourceStatus>;

export interface HelmChartSpec {
  readonly chart: string;
  readonly version?: string;
  readonly sourceRef: HelmChartSourceReference;
  readonly interval?: string;
  readonly reconcileStrategy?: ReconcileStrategy;
  readonly valuesFiles?: readonly string[];
  readonly ignoreMissingValuesFiles?: boolean;
  readonly suspend?: boolean;
  readonly verify?: Verification;
}

/** The source lies in the HelmChart's own namespace. */
interface HelmChartSourceReference {
  readonly apiVersion?: string;
  readonly kind: string;
  readonly name: string;
}

export const helmChartSpec: Shape<HelmChartSpec> = objectOf<HelmChartSpec>({
  chart: required(text),
  version: text,
  sourceRef: required(
    objectOf<HelmChartSourceReference>({ apiVersion: text, kind: required(text), name: required(text) }),
  ),
  interval: text,
  reconcileStrategy: oneOf('ChartVersion', 'Revision'),
  valuesFiles: listOf(text),
  ignoreMissingValuesFiles: flag,
  suspend: flag,
  verify: verification,
});
