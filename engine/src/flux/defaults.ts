import { sha256Hex } from '../support/index.ts';
import type { HelmRelease } from './api/helmRelease.ts';
import { durationMs } from './duration.ts';

/** Characters that Helm allows in a release name. @see helm v4.3.1 pkg/chart/v2/util/validate_name.go */
const maxReleaseName = 53;
const hashLength = 12;
const defaultTimeoutMs = 5 * 60_000;
const defaultMaxHistory = 5;

/** The namespace that objects go to. @see fluxcd/helm-controller v1.6 api/v2, GetReleaseNamespace */
export function releaseNamespaceOf(release: HelmRelease): string {
  return orElse(release.spec.targetNamespace, release.metadata.namespace);
}

/** The namespace that keeps the release's records; it is not the target's unless said so. */
export function storageNamespaceOf(release: HelmRelease): string {
  return orElse(release.spec.storageNamespace, release.metadata.namespace);
}

/**
 * The name Helm knows the release by, shortened where it would be too long.
 *
 * @see fluxcd/helm-controller v1.6 api/v2, GetReleaseName
 */
export function releaseNameOf(release: HelmRelease): string {
  const { releaseName, targetNamespace } = release.spec;
  const { name } = release.metadata;
  const prefix = orElse(targetNamespace, '');
  return shortenName(orElse(releaseName, prefix === '' ? name : `${prefix}-${name}`));
}

/** A name of at most 53 characters: a longer one keeps 40 and gets a hash. @see fluxcd/helm-controller v1.6 internal/release/name.go, ShortenName */
export function shortenName(name: string): string {
  return name.length <= maxReleaseName
    ? name
    : `${name.slice(0, maxReleaseName - hashLength - 1)}-${sha256Hex(name).slice(0, hashLength)}`;
}

/** The name of the HelmChart that helm-controller generates, in the source's namespace. */
export function helmChartNameOf(release: HelmRelease): string {
  return `${release.metadata.namespace}-${release.metadata.name}`;
}

export type TimedAction = 'install' | 'upgrade' | 'test' | 'rollback' | 'uninstall';

/** How long one action may take: its own timeout, else the release's, else five minutes. @throws FluxError */
export function timeoutMsOf(release: HelmRelease, action: TimedAction): number {
  const own = release.spec[action]?.timeout;
  if (own !== undefined) {
    return durationMs(own, `spec.${action}.timeout`);
  }
  const { timeout } = release.spec;
  return timeout === undefined ? defaultTimeoutMs : durationMs(timeout, 'spec.timeout');
}

/** Revisions that stay in storage; 0 keeps all. */
export function maxHistoryOf(release: HelmRelease): number {
  return release.spec.maxHistory ?? defaultMaxHistory;
}

/** Go's zero value: an empty text is as good as none. */
function orElse(text: string | undefined, otherwise: string): string {
  return text === undefined || text === '' ? otherwise : text;
}
