import { type FluxObject, type LocalReference, localReference, type StatusCondition, statusCondition } from './meta.ts';
import { anything, flag, integer, listOf, mapOf, objectOf, oneOf, required, type Shape, text } from './shape.ts';

/** HelmRelease helm.toolkit.fluxcd.io/v2. Durations are texts as written. @see fluxcd/helm-controller v1.6 api/v2 */
export type HelmRelease = FluxObject<'HelmRelease', HelmReleaseSpec, HelmReleaseStatus>;

export interface HelmReleaseSpec {
  readonly chart?: HelmChartTemplate;
  readonly chartRef?: CrossNamespaceReference;
  readonly interval: string;
  readonly kubeConfig?: KubeConfigReference;
  readonly suspend?: boolean;
  readonly releaseName?: string;
  readonly targetNamespace?: string;
  readonly storageNamespace?: string;
  readonly dependsOn?: readonly DependencyReference[];
  readonly timeout?: string;
  readonly maxHistory?: number;
  readonly serviceAccountName?: string;
  readonly persistentClient?: boolean;
  readonly driftDetection?: DriftDetection;
  readonly install?: Install;
  readonly upgrade?: Upgrade;
  readonly test?: Test;
  readonly rollback?: Rollback;
  readonly uninstall?: Uninstall;
  readonly valuesFrom?: readonly ValuesReference[];
  /** A JSON object; as it was read, so that the places of its values can still be found. */
  readonly values?: unknown;
  readonly commonMetadata?: CommonMetadata;
  readonly postRenderers?: readonly PostRenderer[];
  readonly postRenderStrategy?: PostRenderStrategy;
  readonly waitStrategy?: { readonly name: 'poller' | 'legacy' };
  readonly healthCheckExprs?: readonly HealthCheck[];
}

export interface CrossNamespaceReference {
  readonly apiVersion?: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

export interface HelmChartTemplate {
  readonly metadata?: {
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: HelmChartTemplateSpec;
}

export interface HelmChartTemplateSpec {
  readonly chart: string;
  readonly version?: string;
  readonly sourceRef: CrossNamespaceReference;
  readonly interval?: string;
  readonly reconcileStrategy?: ReconcileStrategy;
  readonly valuesFiles?: readonly string[];
  readonly ignoreMissingValuesFiles?: boolean;
  readonly verify?: { readonly provider?: string; readonly secretRef?: LocalReference };
}

export type ReconcileStrategy = 'ChartVersion' | 'Revision';

export interface KubeConfigReference {
  readonly secretRef?: { readonly name: string; readonly key?: string };
  readonly configMapRef?: LocalReference;
}

export interface DependencyReference {
  readonly name: string;
  readonly namespace?: string;
  readonly readyExpr?: string;
}

export interface Selector {
  readonly group?: string;
  readonly version?: string;
  readonly kind?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly annotationSelector?: string;
  readonly labelSelector?: string;
}

export interface DriftDetection {
  readonly mode?: 'enabled' | 'warn' | 'disabled';
  readonly ignore?: readonly { readonly paths: readonly string[]; readonly target?: Selector }[];
}

export interface ActionStrategy {
  readonly name: 'RemediateOnFailure' | 'RetryOnFailure';
  readonly retryInterval?: string;
}

export interface InstallRemediation {
  readonly retries?: number;
  readonly ignoreTestFailures?: boolean;
  readonly remediateLastFailure?: boolean;
}

export interface UpgradeRemediation extends InstallRemediation {
  readonly strategy?: 'rollback' | 'uninstall';
}

export type CrdsPolicy = 'Skip' | 'Create' | 'CreateReplace';
export type ApplyMode = 'enabled' | 'disabled' | 'auto';
export type PostRenderStrategy = 'nohooks' | 'combined' | 'separate';

interface ActionOptions {
  readonly timeout?: string;
  readonly strategy?: ActionStrategy;
  readonly disableTakeOwnership?: boolean;
  readonly disableWait?: boolean;
  readonly disableWaitForJobs?: boolean;
  readonly disableHooks?: boolean;
  readonly disableOpenAPIValidation?: boolean;
  readonly disableSchemaValidation?: boolean;
  readonly crds?: CrdsPolicy;
}

export interface Install extends ActionOptions {
  readonly remediation?: InstallRemediation;
  readonly replace?: boolean;
  readonly skipCRDs?: boolean;
  readonly createNamespace?: boolean;
  readonly serverSideApply?: boolean;
}

export interface Upgrade extends ActionOptions {
  readonly remediation?: UpgradeRemediation;
  readonly force?: boolean;
  readonly preserveValues?: boolean;
  readonly cleanupOnFail?: boolean;
  readonly serverSideApply?: ApplyMode;
  readonly chartNameChangeStrategy?: 'InPlaceUpdate' | 'Reinstall';
}

export interface Test {
  readonly enable?: boolean;
  readonly timeout?: string;
  readonly ignoreFailures?: boolean;
  readonly filters?: readonly { readonly name: string; readonly exclude?: boolean }[];
}

export interface Rollback {
  readonly timeout?: string;
  readonly disableWait?: boolean;
  readonly disableWaitForJobs?: boolean;
  readonly disableHooks?: boolean;
  readonly recreate?: boolean;
  readonly force?: boolean;
  readonly cleanupOnFail?: boolean;
  readonly serverSideApply?: ApplyMode;
}

export interface Uninstall {
  readonly timeout?: string;
  readonly disableHooks?: boolean;
  readonly keepHistory?: boolean;
  readonly disableWait?: boolean;
  readonly deletionPropagation?: 'background' | 'foreground' | 'orphan';
}

export interface ValuesReference {
  readonly kind: string;
  readonly name: string;
  readonly valuesKey?: string;
  readonly targetPath?: string;
  readonly optional?: boolean;
  readonly literal?: boolean;
}

export interface CommonMetadata {
  readonly annotations?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
}

export interface KustomizePatch {
  readonly patch: string;
  readonly target?: Selector;
}

export interface KustomizeImage {
  readonly name: string;
  readonly newName?: string;
  readonly newTag?: string;
  readonly digest?: string;
}

export interface PostRenderer {
  readonly kustomize?: { readonly patches?: readonly KustomizePatch[]; readonly images?: readonly KustomizeImage[] };
}

export interface HealthCheck {
  readonly apiVersion: string;
  readonly kind?: string;
  readonly current: string;
  readonly inProgress?: string;
  readonly failed?: string;
}

export type ReleaseAction = 'install' | 'upgrade' | 'rollback' | 'uninstall' | 'uninstall-remediation';

/** One revision that helm-controller released. @see fluxcd/helm-controller v1.6 api/v2, Snapshot */
export interface Snapshot {
  readonly apiVersion?: string;
  readonly digest: string;
  readonly name: string;
  readonly namespace: string;
  readonly version: number;
  readonly status: string;
  readonly action?: ReleaseAction;
  readonly chartName: string;
  readonly chartVersion: string;
  readonly appVersion?: string;
  readonly configDigest: string;
  readonly firstDeployed: string;
  readonly lastDeployed: string;
  readonly deleted?: string;
  readonly testHooks?: Readonly<Record<string, TestHookStatus>>;
  readonly ociDigest?: string;
}

export interface TestHookStatus {
  readonly lastStarted?: string;
  readonly lastCompleted?: string;
  readonly phase?: string;
}

export interface HelmReleaseStatus {
  readonly observedGeneration?: number;
  readonly observedPostRenderersDigest?: string;
  readonly observedCommonMetadataDigest?: string;
  readonly lastAttemptedGeneration?: number;
  readonly conditions?: readonly StatusCondition[];
  /** `namespace/name` */
  readonly helmChart?: string;
  readonly storageNamespace?: string;
  /** Newest first. */
  readonly history?: readonly Snapshot[];
  readonly inventory?: { readonly entries: readonly { readonly id: string; readonly v: string }[] };
  readonly lastAttemptedReleaseAction?: ReleaseAction;
  readonly lastAttemptedReleaseActionDuration?: string;
  readonly failures?: number;
  readonly installFailures?: number;
  readonly upgradeFailures?: number;
  readonly lastAttemptedRevision?: string;
  readonly lastAttemptedRevisionDigest?: string;
  readonly lastAttemptedConfigDigest?: string;
  readonly lastHandledReconcileAt?: string;
  readonly lastHandledForceAt?: string;
  readonly lastHandledResetAt?: string;
}

const reference = objectOf<CrossNamespaceReference>({
  apiVersion: text,
  kind: required(text),
  name: required(text),
  namespace: text,
});

const selector = objectOf<Selector>({
  group: text,
  version: text,
  kind: text,
  namespace: text,
  name: text,
  annotationSelector: text,
  labelSelector: text,
});

const crds = oneOf('Skip', 'Create', 'CreateReplace');
const applyMode = oneOf('enabled', 'disabled', 'auto');
const releaseAction = oneOf('install', 'upgrade', 'rollback', 'uninstall', 'uninstall-remediation');

const actionOptions = {
  timeout: text,
  strategy: objectOf<ActionStrategy>({
    name: required(oneOf('RemediateOnFailure', 'RetryOnFailure')),
    retryInterval: text,
  }),
  disableTakeOwnership: flag,
  disableWait: flag,
  disableWaitForJobs: flag,
  disableHooks: flag,
  disableOpenAPIValidation: flag,
  disableSchemaValidation: flag,
  crds,
} as const;

const remediation = { retries: integer, ignoreTestFailures: flag, remediateLastFailure: flag } as const;

const kustomize = objectOf<NonNullable<PostRenderer['kustomize']>>({
  patches: listOf(objectOf<KustomizePatch>({ patch: required(text), target: selector })),
  images: listOf(objectOf<KustomizeImage>({ name: required(text), newName: text, newTag: text, digest: text })),
});

export const helmReleaseSpec: Shape<HelmReleaseSpec> = objectOf<HelmReleaseSpec>({
  chart: objectOf<HelmChartTemplate>({
    metadata: objectOf<NonNullable<HelmChartTemplate['metadata']>>({ labels: mapOf(text), annotations: mapOf(text) }),
    spec: required(
      objectOf<HelmChartTemplateSpec>({
        chart: required(text),
        version: text,
        sourceRef: required(reference),
        interval: text,
        reconcileStrategy: oneOf('ChartVersion', 'Revision'),
        valuesFiles: listOf(text),
        ignoreMissingValuesFiles: flag,
        verify: objectOf<NonNullable<HelmChartTemplateSpec['verify']>>({ provider: text, secretRef: localReference }),
      }),
    ),
  }),
  chartRef: reference,
  interval: required(text),
  kubeConfig: objectOf<KubeConfigReference>({
    secretRef: objectOf<NonNullable<KubeConfigReference['secretRef']>>({ name: required(text), key: text }),
    configMapRef: localReference,
  }),
  suspend: flag,
  releaseName: text,
  targetNamespace: text,
  storageNamespace: text,
  dependsOn: listOf(objectOf<DependencyReference>({ name: required(text), namespace: text, readyExpr: text })),
  timeout: text,
  maxHistory: integer,
  serviceAccountName: text,
  persistentClient: flag,
  driftDetection: objectOf<DriftDetection>({
    mode: oneOf('enabled', 'warn', 'disabled'),
    ignore: listOf(
      objectOf<NonNullable<DriftDetection['ignore']>[number]>({ paths: required(listOf(text)), target: selector }),
    ),
  }),
  install: objectOf<Install>({
    ...actionOptions,
    remediation: objectOf<InstallRemediation>(remediation),
    replace: flag,
    skipCRDs: flag,
    createNamespace: flag,
    serverSideApply: flag,
  }),
  upgrade: objectOf<Upgrade>({
    ...actionOptions,
    remediation: objectOf<UpgradeRemediation>({ ...remediation, strategy: oneOf('rollback', 'uninstall') }),
    force: flag,
    preserveValues: flag,
    cleanupOnFail: flag,
    serverSideApply: applyMode,
    chartNameChangeStrategy: oneOf('InPlaceUpdate', 'Reinstall'),
  }),
  test: objectOf<Test>({
    enable: flag,
    timeout: text,
    ignoreFailures: flag,
    filters: listOf(objectOf<NonNullable<Test['filters']>[number]>({ name: required(text), exclude: flag })),
  }),
  rollback: objectOf<Rollback>({
    timeout: text,
    disableWait: flag,
    disableWaitForJobs: flag,
    disableHooks: flag,
    recreate: flag,
    force: flag,
    cleanupOnFail: flag,
    serverSideApply: applyMode,
  }),
  uninstall: objectOf<Uninstall>({
    timeout: text,
    disableHooks: flag,
    keepHistory: flag,
    disableWait: flag,
    deletionPropagation: oneOf('background', 'foreground', 'orphan'),
  }),
  valuesFrom: listOf(
    objectOf<ValuesReference>({
      kind: required(text),
      name: required(text),
      valuesKey: text,
      targetPath: text,
      optional: flag,
      literal: flag,
    }),
  ),
  values: anything,
  commonMetadata: objectOf<CommonMetadata>({ annotations: mapOf(text), labels: mapOf(text) }),
  postRenderers: listOf(objectOf<PostRenderer>({ kustomize })),
  postRenderStrategy: oneOf('nohooks', 'combined', 'separate'),
  waitStrategy: objectOf<NonNullable<HelmReleaseSpec['waitStrategy']>>({ name: required(oneOf('poller', 'legacy')) }),
  healthCheckExprs: listOf(
    objectOf<HealthCheck>({
      apiVersion: required(text),
      kind: text,
      current: required(text),
      inProgress: text,
      failed: text,
    }),
  ),
});

const snapshot: Shape<Snapshot> = objectOf<Snapshot>({
  apiVersion: text,
  digest: required(text),
  name: required(text),
  namespace: required(text),
  version: required(integer),
  status: required(text),
  action: releaseAction,
  chartName: required(text),
  chartVersion: required(text),
  appVersion: text,
  configDigest: required(text),
  firstDeployed: required(text),
  lastDeployed: required(text),
  deleted: text,
  testHooks: mapOf(objectOf<TestHookStatus>({ lastStarted: text, lastCompleted: text, phase: text })),
  ociDigest: text,
});

export const helmReleaseStatus: Shape<HelmReleaseStatus> = objectOf<HelmReleaseStatus>({
  observedGeneration: integer,
  observedPostRenderersDigest: text,
  observedCommonMetadataDigest: text,
  lastAttemptedGeneration: integer,
  conditions: listOf(statusCondition),
  helmChart: text,
  storageNamespace: text,
  history: listOf(snapshot),
  inventory: objectOf<NonNullable<HelmReleaseStatus['inventory']>>({
    entries: required(
      listOf(
        objectOf<NonNullable<HelmReleaseStatus['inventory']>['entries'][number]>({
          id: required(text),
          v: required(text),
        }),
      ),
    ),
  }),
  lastAttemptedReleaseAction: releaseAction,
  lastAttemptedReleaseActionDuration: text,
  failures: integer,
  installFailures: integer,
  upgradeFailures: integer,
  lastAttemptedRevision: text,
  lastAttemptedRevisionDigest: text,
  lastAttemptedConfigDigest: text,
  lastHandledReconcileAt: text,
  lastHandledForceAt: text,
  lastHandledResetAt: text,
});
