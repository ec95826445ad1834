import { check, newConstraint, SemverError, tryNewVersion } from '../semver/index.ts';
import type { Capabilities } from './capabilities.ts';
import { ChartError } from './errors.ts';
import type { Chart } from './types.ts';

const validName = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const maxReleaseNameLength = 53;

/**
 * @throws ChartError `name`
 * @see helm v4.3.1 pkg/chart/v2/util/validate_name.go, ValidateReleaseName
 */
export function validateReleaseName(name: string): void {
  if (name === '') {
    throw new ChartError('name', 'no name provided');
  }
  if (name.length > maxReleaseNameLength || !validName.test(name)) {
    throw new ChartError(
      'name',
      `invalid release name, must match regex ${validName.source} and the length must not be longer than ${String(maxReleaseNameLength)}`,
    );
  }
}

/**
 * Refuses library charts.
 *
 * @throws ChartError `unsupported`
 * @see helm v4.3.1 pkg/cmd/install.go, checkIfInstallable
 */
export function checkIfInstallable({ metadata }: Chart): void {
  if (metadata.type !== '' && metadata.type !== 'application') {
    throw new ChartError('unsupported', `${metadata.type} charts are not installable`);
  }
}

/**
 * Refuses a chart whose Chart.yaml asks for charts that charts/ does not hold.
 *
 * @throws ChartError `dependencies`
 * @see helm v4.3.1 pkg/action/install.go, CheckDependencies
 */
export function checkDependencies({ metadata, dependencies }: Chart): void {
  const there = new Set(dependencies.map((chart) => chart.metadata.name));
  const missing = (metadata.dependencies ?? []).map(({ name }) => name).filter((name) => !there.has(name));
  if (missing.length > 0) {
    throw new ChartError(
      'dependencies',
      `found in Chart.yaml, but missing in charts/ directory: ${missing.join(', ')}`,
    );
  }
}

/**
 * Refuses a chart that is not for this version of Kubernetes.
 *
 * @throws ChartError `version`
 * @see helm v4.3.1 pkg/action/action.go, renderResources
 */
export function checkKubeVersion({ metadata }: Chart, { kubeVersion }: Capabilities): void {
  if (metadata.kubeVersion !== '' && !isCompatibleRange(metadata.kubeVersion, kubeVersion.normalized)) {
    throw new ChartError(
      'version',
      `chart requires kubeVersion: ${metadata.kubeVersion} which is incompatible with Kubernetes ${kubeVersion.version}`,
    );
  }
}

/**
 * Whether a version satisfies a constraint; no where either cannot be read.
 *
 * @see helm v4.3.1 pkg/chart/v2/util/compatible.go, IsCompatibleRange
 */
export function isCompatibleRange(constraint: string, version: string): boolean {
  const parsed = tryNewVersion(version);
  if (parsed === undefined) {
    return false;
  }
  try {
    return check(newConstraint(constraint), parsed);
  } catch (error) {
    if (error instanceof SemverError) {
      return false;
    }
    throw error;
  }
}
