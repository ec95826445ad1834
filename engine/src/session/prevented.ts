import { ChartError } from '../chart/index.ts';
import { configDigest, FluxError } from '../flux/index.ts';
import { isKubeError } from '../kube/index.ts';
import type { Prevented } from '../reconcile/index.ts';
import type { RenderRequest } from '../render/index.ts';
import { SourceError } from '../source/index.ts';

/** How far planning came before it failed. */
export interface Seen {
  isUpgrade?: boolean;
  /** The first render that was asked for. */
  request?: RenderRequest;
}

/** What helm-controller would record of this failure; undefined for what only we could not do. */
export function preventedBy(error: unknown, message: string, { isUpgrade, request }: Seen): Prevented | undefined {
  if (request !== undefined && !isKubeError(error)) {
    const { name: chartName, version: chartVersion } = request.chart.metadata;
    return {
      kind: 'render',
      verb: isUpgrade === true ? 'upgrade' : 'install',
      target: request.release,
      chartName,
      chartVersion,
      configDigest: configDigest(request.values),
      cause: message,
    };
  }
  if (error instanceof FluxError) {
    const reason = error.code.startsWith('values-')
      ? 'ValuesError'
      : error.code === 'access-denied'
        ? 'AccessDenied'
        : error.code === 'source-missing'
          ? 'ArtifactFailed'
          : undefined;
    return reason === undefined ? undefined : { kind: 'prerequisite', reason, message };
  }
  if (error instanceof SourceError) {
    return error.code === 'offline' ? undefined : { kind: 'prerequisite', reason: 'SourceNotReady', message };
  }
  return error instanceof ChartError
    ? { kind: 'prerequisite', reason: 'ArtifactFailed', message: `Could not load chart: ${message}` }
    : undefined;
}
