import { randomUUID } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import process from 'node:process';
import { KubeClient, serverIdentity } from '../kube/index.ts';
import {
  type ClusterModule,
  type Enrolment,
  type KubeContext,
  openSession,
  type OpenOptions,
} from '../session/index.ts';
import { limits } from '../support/index.ts';
import { nodeClock } from './clock.ts';
import { readEnrolments, saveEnrolment } from './enrolments.ts';
import { loadKubeconfig } from './kubeconfig.ts';
import { openKubeTransport } from './kubeTransport.ts';
import { RenderWorker } from './renderWorker.ts';
import { openWorld } from './world.ts';

/** The cluster half, for the editor and the command line: a bundle of its own, as `@kubernetes/client-node` is heavy. */

const pollMs = 1_000;

export const listContexts: ClusterModule['listContexts'] = (kubeconfig) => {
  const config = loadKubeconfig({ variables: process.env, ...(kubeconfig === undefined ? {} : { kubeconfig }) });
  return config.contexts.map(({ name, cluster, namespace }): KubeContext => ({
    name,
    server: config.clusters.find((candidate) => candidate.name === cluster)?.server ?? '',
    namespace: namespace ?? 'default',
    isCurrent: name === config.currentContext,
  }));
};

export const openClusterSession: ClusterModule['openClusterSession'] = async (options) => {
  const { context, configFolder, renderWorker } = options;
  const client = clientOf(options);
  const machine = await openWorld({ ...options, variables: process.env });
  const worker = new RenderWorker({ path: renderWorker, maxMemoryMb: limits.maxRenderMemoryMb });
  const enrolments = await readEnrolments(configFolder);
  return openSession({
    context,
    client,
    world: { ...machine, render: worker.render.bind(worker) },
    enrolment: enrolments.find((candidate) => candidate.context === context),
    holder: `${userInfo().username}@${hostname()} (${String(process.pid)}, ${randomUUID()})`,
    pollMs,
    close: async () => {
      client.transport.close();
      await worker.close();
    },
  });
};

export const enrol: ClusterModule['enrol'] = async (options) => {
  const { context, writesStatus, signal, configFolder } = options;
  const client = clientOf(options);
  try {
    const enrolment: Enrolment = { context, ...(await serverIdentity(client, { signal })), writesStatus };
    await saveEnrolment(configFolder, enrolment);
    return enrolment;
  } finally {
    client.transport.close();
  }
};

function clientOf({ kubeconfig, context, version, usesProxyVariables }: OpenOptions): KubeClient {
  const transport = openKubeTransport({
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    context,
    userAgent: `fairlead/${version}`,
    variables: process.env,
    usesProxyVariables,
  });
  return new KubeClient(transport, { clock: nodeClock });
}
