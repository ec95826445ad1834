import { compare, newVersion, SemverError, setMetadata, tryNewVersion } from '../semver/index.ts';
import { SourceError } from './errors.ts';

const hashLength = 12;

/**
 * The version helm-controller gives a chart that came from a registry: its own, with the start of the artifact's
 * digest for build metadata, so that a tag that moved is seen.
 *
 * @param revision `tag@sha256:…` or `sha256:…`
 * @returns also the digest that Flux notes: with the tag before it where the tag is no version
 * @throws SourceError code `invalid-chart` where the tag is a version, and another than the chart's
 * @see fluxcd/helm-controller v1.6 internal/controller/helmrelease_controller.go, mutateChartWithSourceRevision
 */
export function versionWithDigest(chartVersion: string, revision: string): { version: string; digest: string } {
  const version = tryNewVersion(chartVersion);
  if (version === undefined) {
    throw new SourceError('invalid-chart', `invalid chart version ${chartVersion}`);
  }
  const [tag = '', afterTag] = revision.split('@');
  const tagged = afterTag === undefined ? undefined : tryNewVersion(tag.replaceAll('_', '+'));
  if (tagged !== undefined && compare(tagged, version) !== 0) {
    throw new SourceError('invalid-chart', `artifact revision ${tag} does not match chart version ${chartVersion}`);
  }
  const [, hex = ''] = revision.split(':');
  if (hex.length < hashLength) {
    throw new SourceError('invalid-chart', `invalid artifact revision ${revision}`);
  }
  return {
    version: withMetadata(chartVersion, hex.slice(0, hashLength)),
    digest: tagged === undefined ? revision : (afterTag ?? revision),
  };
}

/**
 * A version with other build metadata.
 *
 * @throws SourceError code `invalid-chart`
 */
export function withMetadata(chartVersion: string, metadata: string): string {
  try {
    return setMetadata(newVersion(chartVersion), metadata).toString();
  } catch (error) {
    if (error instanceof SemverError) {
      throw new SourceError('invalid-chart', `failed to set SemVer metadata on chart version: ${error.message}`, {
        cause: error,
      });
    }
    throw error;
  }
}
