import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { HelmReleaseSpec, HelmReleaseStatus } from '@fairlead/engine/flux';
import { type KubeClient, serverIdentity } from '@fairlead/engine/kube';
import type { Release } from '@fairlead/engine/release';
import { renderChart } from '@fairlead/engine/render';
import type { Approvals, ClusterSession, Enrolment, Outcome, Plan, ProgressEvent } from '@fairlead/engine/session';
import { openSession } from '@fairlead/engine/session';
import { secretsDriver, Storage } from '@fairlead/engine/storage';
import type { KubeObject, Log, NamespacedName, ObjectRef } from '@fairlead/engine/support';
import { afterAll, beforeAll, expect } from 'vitest';
import { nodeClock } from '../../engine/src/node/clock.ts';
import { openWorld } from '../../engine/src/node/world.ts';
import type { TestCluster } from './cluster.ts';

/** HelmReleases on the suite's cluster, and the engine that reconciles them. */
export interface Lab {
  /** A fresh namespace with a GitRepository `charts`. */
  namespace(): Promise<string>;
  /** Writes a HelmRelease as its author would; `version` is the chart's. */
  put(of: NamespacedName, version: string, spec?: Partial<HelmReleaseSpec>): Promise<void>;
  /** Writes a file of objects; resolves with its path. */
  file(name: string, objects: readonly KubeObject[]): Promise<string>;
  session(options?: LabSession): Promise<ClusterSession>;
  /** Plans one release and runs what was planned. */
  reconcile(of: NamespacedName, options?: Approvals & { readonly session?: ClusterSession }): Promise<Run>;
  status(of: NamespacedName): Promise<HelmReleaseStatus>;
  /** What Helm stored, oldest first. */
  stored(of: NamespacedName): Promise<readonly Release[]>;
  /** `1 superseded Install complete` for each revision. */
  storedLines(of: NamespacedName): Promise<readonly string[]>;
  /** What real Helm prints, which must succeed. */
  helm(...args: readonly string[]): Promise<string>;
  /** Folder of a chart. */
  chart(version: string): string;
  /** Of a ConfigMap; undefined where it is not there. */
  data(namespace: string, name: string): Promise<Readonly<Record<string, string>> | undefined>;
}

export interface LabSession {
  readonly client?: KubeClient;
  /** `nobody` for a cluster that was not enrolled, another cluster's for one that was swapped. */
  readonly enrolment?: Partial<Enrolment> | 'nobody';
  /** Waits between two looks at the cluster. */
  readonly pollMs?: number;
}

export interface Run {
  readonly plan: Plan;
  readonly outcome: Outcome;
  readonly events: readonly ProgressEvent[];
}

const author = 'author';
const repository = 'https://git.example.com/charts.git';
export const helmReleaseApi = 'helm.toolkit.fluxcd.io/v2';
/** Versions of the chart: alike, but for the definition that two of them bring along. */
const versions = ['1.0.0', '1.1.0', '2.0.0', '2.1.0'];

/** The lab of a test file; called at its top. */
export function useLab(cluster: TestCluster): Lab {
  const { client, signal } = cluster;
  let folder = '';
  let own: ClusterSession | undefined;
  const opened: ClusterSession[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'fairlead-lab-'));
    for (const version of versions) {
      await writeChart(path.join(folder, 'charts', version), version);
    }
  });
  afterAll(async () => {
    await Promise.all(opened.map((each) => each.close()));
    await rm(folder, { recursive: true, force: true });
  });

  const storage = (namespace: string): Storage =>
    new Storage(secretsDriver({ client, namespace, clock: nodeClock, fieldManager: 'fairlead-test', log: silent }));

  const session: Lab['session'] = async ({ client: user = cluster.newClient(), enrolment = {}, pollMs = 50 } = {}) => {
    const world = await openWorld({
      configFolder: path.join(folder, 'config'),
      cacheFolder: path.join(folder, 'cache'),
      allowHosts: [],
      localSources: { [repository]: path.join(folder, 'charts') },
      usesProxyVariables: false,
      variables: {},
      version: 'test',
      log: silent,
    });
    const identity = await serverIdentity(client, { signal });
    const one = openSession({
      context: cluster.context,
      client: user,
      world: { ...world, render: (request) => Promise.resolve(renderChart(request)) },
      enrolment:
        enrolment === 'nobody'
          ? undefined
          : { context: cluster.context, ...identity, writesStatus: true, ...enrolment },
      holder: `test (${randomUUID()})`,
      pollMs,
      // The transport is the suite's.
      close: () => Promise.resolve(),
    });
    opened.push(one);
    return one;
  };

  const lab: Lab = {
    session,
    namespace: async () => {
      const namespace = await cluster.namespace();
      const source = {
        apiVersion: 'source.toolkit.fluxcd.io/v1',
        kind: 'GitRepository',
        metadata: { namespace, name: 'charts' },
        spec: { interval: '10m', url: repository },
      };
      await client.create(source, { fieldManager: author, signal });
      return namespace;
    },
    put: async (of, version, spec) => {
      await client.apply(releaseObject(of, version, spec), { fieldManager: author, force: true, signal });
    },
    reconcile: async ({ namespace, name }, { session: given, ...approvals } = {}) => {
      own ??= await session();
      const by = given ?? own;
      const events: ProgressEvent[] = [];
      const onEvent = (event: ProgressEvent): void => {
        events.push(event);
      };
      const options = { ...approvals, signal, onEvent };
      const target = { kind: 'name', namespace, name } as const;
      const plan = await by.plan(target, options);
      const [outcome, ...others] = await by.reconcile(target, { ...options, planDigest: plan.digest });
      expect(others).toEqual([]);
      if (outcome === undefined) {
        throw new Error(`the reconcile of ${namespace}/${name} had no outcome`);
      }
      return { plan, outcome, events };
    },
    file: async (name, objects) => {
      const file = path.join(folder, name);
      await writeFile(file, objects.map((object) => `---\n${JSON.stringify(object)}\n`).join(''));
      return file;
    },
    status: async (of) => {
      // The API server keeps to the CRD.
      return (await client.get(refOfRelease(of), { signal }))['status'] ?? {};
    },
    stored: ({ namespace, name }) => storage(namespace).history(name, { signal }),
    storedLines: async (of) =>
      (await lab.stored(of)).map(({ version, info }) => `${String(version)} ${info.status} ${info.description}`),
    helm: async (...args) => {
      const { code, output } = await cluster.helm(...args);
      expect({ code, complaint: code === 0 ? '' : output }).toEqual({ code: 0, complaint: '' });
      return output;
    },
    chart: (version) => path.join(folder, 'charts', version),
    data: async (namespace, name) => {
      const object = await client.find({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name }, { signal });
      return object?.['data'] as Readonly<Record<string, string>> | undefined; // as the API server has it
    },
  };
  return lab;
}

/** A HelmRelease as its author writes it; `version` is the chart's. */
export function releaseObject(
  { namespace, name }: NamespacedName,
  version: string,
  spec: Partial<HelmReleaseSpec> = {},
): KubeObject {
  const chart = { chart: `./${version}`, sourceRef: { kind: 'GitRepository', name: 'charts' } };
  return {
    apiVersion: helmReleaseApi,
    kind: 'HelmRelease',
    metadata: { namespace, name },
    spec: { interval: '10m', timeout: '20s', chart: { spec: chart }, ...spec },
  };
}

export function refOfRelease({ namespace, name }: NamespacedName): ObjectRef {
  return { apiVersion: helmReleaseApi, kind: 'HelmRelease', namespace, name };
}

/** `type=status reason` of each condition, sorted. */
export function conditionLines({ conditions = [] }: HelmReleaseStatus): readonly string[] {
  return conditions.map(({ type, status, reason }) => `${type}=${status} ${reason}`).sort();
}

/** `2 deployed 1.1.0 upgrade` of each snapshot, newest first. */
export function historyLines({ history = [] }: HelmReleaseStatus): readonly string[] {
  return history.map(({ version, status, chartVersion, action }) =>
    [version, status, chartVersion, action ?? ''].join(' ').trimEnd(),
  );
}

/** An object of the chart, given by its values. */
export function configMap(name: string, more: Partial<KubeObject['metadata']> = {}): Readonly<Record<string, unknown>> {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...more }, data: { from: name } };
}

/** A hook that the cluster runs nothing for. */
export function hook(
  name: string,
  events: string,
  { weight = 0, policy }: { readonly weight?: number; readonly policy?: string } = {},
): Readonly<Record<string, unknown>> {
  return configMap(name, { annotations: hookAnnotations(events, weight, policy) });
}

/** A hook that runs as a pod, to a good or a bad end. */
export function podHook(
  name: string,
  events: string,
  {
    outcome,
    weight = 0,
    policy,
  }: { readonly outcome?: 'fail' | 'pending'; readonly weight?: number; readonly policy?: string } = {},
): Readonly<Record<string, unknown>> {
  const annotations = {
    ...hookAnnotations(events, weight, policy),
    ...(outcome === undefined ? {} : { 'practice.fairlead.dev/outcome': outcome }),
  };
  const spec = { restartPolicy: 'Never', containers: [{ name: 'main', image: 'app:1' }] };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, annotations }, spec };
}

/** A Deployment; one that is `stuck` has pods that never start. */
export function deployment(name: string, { stuck = false }: { readonly stuck?: boolean } = {}): object {
  const labels = { app: name };
  const annotations = stuck ? { 'practice.fairlead.dev/outcome': 'pending' } : {};
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels, annotations }, spec: { containers: [{ name: 'main', image: 'app:1' }] } },
    },
  };
}

/** An object that the API server refuses. */
export const refusedService = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'refused' },
  spec: { ports: [{ port: 99_999 }] },
};

function hookAnnotations(events: string, weight: number, policy: string | undefined): Readonly<Record<string, string>> {
  return {
    'helm.sh/hook': events,
    'helm.sh/hook-weight': String(weight),
    ...(policy === undefined ? {} : { 'helm.sh/hook-delete-policy': policy }),
  };
}

/** The definition that charts 2.0.0 and 2.1.0 bring along; each of them describes it by its version. */
export const labProbeCrd = 'labprobes.lab.example.com';

async function writeChart(folder: string, version: string): Promise<void> {
  const files: Record<string, string> = {
    'Chart.yaml': `apiVersion: v2\nname: probe\nversion: ${version}\nappVersion: "7"\n`,
    'values.yaml': 'greeting: hello\nobjects: []\n',
    'templates/config.yaml': `{{- with .Values.fails }}{{ fail . }}{{ end }}
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}-config
data:
  greeting: {{ .Values.greeting | quote }}
  chart: {{ .Chart.Version | quote }}
  revision: {{ .Release.Revision | quote }}
`,
    'templates/objects.yaml': '{{- range .Values.objects }}\n---\n{{ toYaml . }}\n{{- end }}\n',
    'templates/NOTES.txt': 'Say {{ .Values.greeting }}\n',
    ...(version.startsWith('2.') ? { 'crds/probe.yaml': crdText(version) } : {}),
  };
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}

function crdText(version: string): string {
  return `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: ${labProbeCrd}
spec:
  group: lab.example.com
  scope: Namespaced
  names: {kind: LabProbe, plural: labprobes}
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema: {type: object, description: of ${version}, x-kubernetes-preserve-unknown-fields: true}
`;
}

const ignore = (): void => undefined;
const silent: Log = { debug: ignore, info: ignore, warn: ignore, error: ignore };
