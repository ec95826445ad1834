/**
 * The process that owns a practice cluster: starts its programs, sets it up, says so in one line of JSON, and stops
 * everything in order on SIGTERM, SIGINT, or when its standard input ends, which is when its parent is gone.
 * `node supervisor.ts`, with a SupervisorRequest as the first line of standard input.
 */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { type SetupApi, setupApi } from './api.ts';
import type { ClusterTools } from './build.ts';
import { readCrds } from './crds.ts';
import { type ClusterProcess, hasEnded, logTail, type ProcessName, startProcess, stopProcesses } from './processes.ts';
import { type ClusterState, files, prepareState, readCertificate, writeKubeconfig, writePrivate } from './state.ts';
import { stopLeftovers } from './leftovers.ts';

export interface SupervisorRequest {
  readonly stateDir: string;
  readonly tools: ClusterTools;
  readonly schemasFolder: string;
  /** Whether the cluster outlives the process that asked for it. */
  readonly staysUp: boolean;
}

export type SupervisorAnswer =
  { readonly kind: 'ready'; readonly kubeconfigPath: string } | { readonly kind: 'failed'; readonly message: string };

const pollMs = 50;
const startTimeoutMs = 120_000;

async function main(): Promise<void> {
  process.umask(0o077);
  const stopping = new AbortController();
  const stop = (): void => {
    stopping.abort();
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('SIGHUP', stop);
  const request = await readRequest(stop);
  const processes: ClusterProcess[] = [];
  try {
    const kubeconfigPath = await bringUp(request, processes, stopping.signal);
    answer({ kind: 'ready', kubeconfigPath });
    await new Promise<void>((resolve) => {
      stopping.signal.addEventListener('abort', () => {
        resolve();
      });
      if (stopping.signal.aborted) {
        resolve();
      }
    });
  } catch (error) {
    answer({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
    process.exitCode = 1;
  }
  await stopProcesses(processes);
  await rm(path.join(request.stateDir, files.processes), { force: true });
  process.exit();
}

/** Reads the request, and calls `stop` when standard input ends, unless the cluster is to stay up. */
async function readRequest(stop: () => void): Promise<SupervisorRequest> {
  const lines = createInterface({ input: process.stdin });
  return await new Promise((resolve) => {
    let request: SupervisorRequest | undefined;
    lines.on('line', (line) => {
      request ??= JSON.parse(line) as SupervisorRequest; // written by cluster.ts
      resolve(request);
    });
    lines.on('close', () => {
      if (request?.staysUp !== true) {
        stop();
      }
    });
  });
}

function answer(message: SupervisorAnswer): void {
  // The parent may be gone, and nobody else reads this.
  process.stdout.on('error', () => undefined);
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

/** Starts everything; resolves with the kubeconfig once objects can be created and pods become ready. */
async function bringUp(
  { stateDir, tools, schemasFolder }: SupervisorRequest,
  processes: ClusterProcess[],
  signal: AbortSignal,
): Promise<string> {
  await stopLeftovers(stateDir);
  const state = await prepareState(stateDir);
  const start = (name: ProcessName): void => {
    processes.push(startProcess(name, { program: tools[name], folder: state.folder, port: state.port }));
  };
  const until = async (what: string, check: () => Promise<boolean>): Promise<void> => {
    await waitUntil(what, check, { state, processes, signal });
  };
  const startedAtMs = Date.now();
  start('etcd');
  start('kube-apiserver');
  await writePrivate(state.folder, files.processes, JSON.stringify(pidsOf(processes)));

  let ca = '';
  await until('the API server to make its certificate', async () => {
    ca = await readCertificate(state).catch(() => '');
    return ca.includes('END CERTIFICATE');
  });
  const kubeconfigPath = await writeKubeconfig(state, ca);
  const api = setupApi({ port: state.port, token: state.token, ca });
  try {
    await until('the API server to be ready', async () => (await api.request('GET', '/readyz')).status === 200);
    start('kube-controller-manager');
    start('kube-scheduler');
    start('kwok');
    await writePrivate(state.folder, files.processes, JSON.stringify(pidsOf(processes)));
    await setUp(api, schemasFolder);
    await until('the cluster to be ready', () => isReady(api));
  } finally {
    api.close();
  }
  process.stderr.write(`up after ${String(Date.now() - startedAtMs)} ms\n`);
  return kubeconfigPath;
}

function pidsOf(processes: readonly ClusterProcess[]): Readonly<Record<string, number | undefined>> {
  return {
    supervisor: process.pid,
    ...Object.fromEntries(processes.map(({ name, child }) => [name, child.pid])),
  };
}

interface WaitContext {
  readonly state: ClusterState;
  readonly processes: readonly ClusterProcess[];
  readonly signal: AbortSignal;
}

async function waitUntil(what: string, check: () => Promise<boolean>, context: WaitContext): Promise<void> {
  const { state, processes, signal } = context;
  const deadlineMs = Date.now() + startTimeoutMs;
  while (!(await check())) {
    const ended = processes.find(({ child }) => hasEnded(child));
    if (ended !== undefined) {
      throw new Error(`${ended.name} ended while it was started:\n${await logTail(state.folder, ended.name)}`);
    }
    if (Date.now() > deadlineMs) {
      throw new Error(`waited ${String(startTimeoutMs / 1000)} s for ${what}; the logs are in ${state.folder}`);
    }
    await delay(pollMs, undefined, { signal });
  }
}

const node = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'practice', labels: { 'kubernetes.io/os': 'linux', 'kubernetes.io/hostname': 'practice' } },
  status: {
    allocatable: { cpu: '64', memory: '256Gi', pods: '1000' },
    capacity: { cpu: '64', memory: '256Gi', pods: '1000' },
  },
};

/** Volumes are folders below /tmp/hostpath_pv that nothing writes to. */
const storageClass = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name: 'standard', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
  provisioner: 'kubernetes.io/host-path',
};

async function setUp(api: SetupApi, schemasFolder: string): Promise<void> {
  const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  await Promise.all([
    create(api, '/api/v1/nodes', node),
    create(api, '/apis/storage.k8s.io/v1/storageclasses', storageClass),
    ...(await readCrds(schemasFolder)).map((crd) => create(api, `${crds}?fieldValidation=Strict`, crd)),
  ]);
}

/** Creates an object that may be there from an earlier run. */
async function create(api: SetupApi, collection: string, object: { readonly kind: string }): Promise<void> {
  const { status, text } = await api.request('POST', collection, object);
  if (status !== 201 && status !== 409) {
    throw new Error(`creating a ${object.kind} was answered with ${String(status)}: ${text}`);
  }
}

interface WithConditions {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

function hasCondition(object: WithConditions, type: string): boolean {
  return (
    object.status?.conditions?.some((condition) => condition.type === type && condition.status === 'True') === true
  );
}

async function isReady(api: SetupApi): Promise<boolean> {
  const [nodeAnswer, account, crds] = await Promise.all([
    api.request('GET', `/api/v1/nodes/${node.metadata.name}`),
    api.request('GET', '/api/v1/namespaces/default/serviceaccounts/default'),
    api.request('GET', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'),
  ]);
  return (
    nodeAnswer.status === 200 &&
    account.status === 200 &&
    crds.status === 200 &&
    // Both are the API server's own objects.
    hasCondition(JSON.parse(nodeAnswer.text) as WithConditions, 'Ready') &&
    (JSON.parse(crds.text) as { readonly items: readonly WithConditions[] }).items.every((crd) =>
      hasCondition(crd, 'Established'),
    )
  );
}

await main();
