import { parseUint, quote } from '../gostd/index.ts';
import { ChartError } from './errors.ts';

/** A version of Kubernetes. @see helm v4.3.1 pkg/chart/common/capabilities.go, KubeVersion */
export interface KubeVersion {
  /** As it was given, with `v` before it: `v1.33.4-gke.1245000`. */
  readonly version: string;
  /** Numbers only, for constraints: `v1.33.4`. */
  readonly normalized: string;
  readonly major: string;
  readonly minor: string;
}

/** What `.Capabilities` tells templates. Plain data: it crosses to the render worker. */
export interface Capabilities {
  readonly kubeVersion: KubeVersion;
  /** `group/version`, and `group/version/Kind` where a cluster was asked. */
  readonly apiVersions: readonly string[];
  readonly helmVersion: HelmVersion;
}

export interface HelmVersion {
  readonly version: string;
  readonly gitCommit: string;
  readonly gitTreeState: string;
  readonly goVersion: string;
  readonly kubeClientVersion: string;
}

/**
 * @throws ChartError `version`
 * @see helm v4.3.1 pkg/chart/common/capabilities.go, ParseKubeVersion
 * @see k8s.io/apimachinery v0.37.1 pkg/util/version/version.go, ParseGeneric
 */
export function parseKubeVersion(text: string): KubeVersion {
  const [, numbers] = /^\s*v?([0-9]+(?:\.[0-9]+)*).*$/.exec(text) ?? [];
  if (numbers === undefined) {
    throw new ChartError('version', `could not parse ${quote(text)} as version`);
  }
  const components = numbers.split('.');
  const [major = '', minor] = components;
  if (minor === undefined) {
    throw new ChartError('version', `illegal version string ${quote(text)}`);
  }
  if (major.startsWith('0') && major !== '0') {
    throw new ChartError('version', `illegal zero-prefixed version component ${quote(major)} in ${quote(text)}`);
  }
  const plain = components.map((component) => {
    const { value, error } = parseUint(component, 10, 64);
    if (error !== undefined) {
      throw new ChartError(
        'version',
        `illegal non-numeric version component ${quote(component)} in ${quote(text)}: strconv.ParseUint: parsing ${quote(component)}: ${error}`,
      );
    }
    return value.toString();
  });
  return {
    version: text.startsWith('v') ? text : `v${text}`,
    normalized: `v${plain.join('.')}`,
    major: plain[0] ?? '',
    minor: plain[1] ?? '',
  };
}

/**
 * What Helm assumes without a cluster, with another Kubernetes version or more API versions where asked.
 *
 * @param kubeVersion as `--kube-version` takes it
 * @throws ChartError `version`
 */
export function defaultCapabilities(options: {
  readonly kubeVersion?: string;
  readonly apiVersions?: readonly string[];
}): Capabilities {
  const { kubeVersion, apiVersions = [] } = options;
  return {
    kubeVersion: parseKubeVersion(kubeVersion ?? defaultKubeVersion),
    apiVersions: [...defaultApiVersions, ...apiVersions],
    helmVersion,
  };
}

/** Of the Kubernetes client that Helm 4.3.1 is built with. */
const defaultKubeVersion = 'v1.37.0';

/** Helm built from its Go module names the minor release only. */
const helmVersion: HelmVersion = {
  version: 'v4.3',
  gitCommit: '',
  gitTreeState: '',
  goVersion: 'go1.26.8',
  kubeClientVersion: 'v1.37',
};

/** What the client of Kubernetes 1.37 knows, in its order. @see helm v4.3.1 pkg/chart/common/capabilities.go, allKnownVersions */
const defaultApiVersions: readonly string[] = [
  'v1',
  'admissionregistration.k8s.io/v1',
  'admissionregistration.k8s.io/v1alpha1',
  'admissionregistration.k8s.io/v1beta1',
  'internal.apiserver.k8s.io/v1alpha1',
  'apps/v1',
  'apps/v1beta1',
  'apps/v1beta2',
  'authentication.k8s.io/v1',
  'authentication.k8s.io/v1alpha1',
  'authentication.k8s.io/v1beta1',
  'authorization.k8s.io/v1',
  'authorization.k8s.io/v1beta1',
  'autoscaling/v1',
  'autoscaling/v2',
  'batch/v1',
  'batch/v1beta1',
  'certificates.k8s.io/v1',
  'certificates.k8s.io/v1beta1',
  'certificates.k8s.io/v1alpha1',
  'coordination.k8s.io/v1alpha2',
  'coordination.k8s.io/v1beta1',
  'coordination.k8s.io/v1',
  'discovery.k8s.io/v1',
  'discovery.k8s.io/v1beta1',
  'events.k8s.io/v1',
  'events.k8s.io/v1beta1',
  'extensions/v1beta1',
  'flowcontrol.apiserver.k8s.io/v1',
  'flowcontrol.apiserver.k8s.io/v1beta1',
  'flowcontrol.apiserver.k8s.io/v1beta2',
  'flowcontrol.apiserver.k8s.io/v1beta3',
  'lifecycle.k8s.io/v1alpha1',
  'networking.k8s.io/v1',
  'networking.k8s.io/v1beta1',
  'node.k8s.io/v1',
  'node.k8s.io/v1alpha1',
  'node.k8s.io/v1beta1',
  'policy/v1',
  'policy/v1beta1',
  'rbac.authorization.k8s.io/v1',
  'rbac.authorization.k8s.io/v1beta1',
  'rbac.authorization.k8s.io/v1alpha1',
  'resource.k8s.io/v1',
  'resource.k8s.io/v1beta2',
  'resource.k8s.io/v1beta1',
  'resource.k8s.io/v1alpha3',
  'scheduling.k8s.io/v1alpha3',
  'scheduling.k8s.io/v1beta1',
  'scheduling.k8s.io/v1',
  'storage.k8s.io/v1beta1',
  'storage.k8s.io/v1',
  'storage.k8s.io/v1alpha1',
  'storagemigration.k8s.io/v1',
  'storagemigration.k8s.io/v1beta1',
  'apiextensions.k8s.io/v1beta1',
  'apiextensions.k8s.io/v1',
];
