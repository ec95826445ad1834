import { randomBytes } from 'node:crypto';
import { afterAll, inject } from 'vitest';
import type { Clock, KubeObject } from '@fairlead/engine/support';
import { deleteObject, KubeClient } from '@fairlead/engine/kube';
import { nodeClock } from '../../engine/src/node/clock.ts';
import { openKubeTransport } from '../../engine/src/node/kubeTransport.ts';
import { run, type RunResult } from '../../scripts/support/run.ts';
import './clusterSetup.ts';

/** The real API server that the suite shares, as its administrator. */
export interface TestCluster {
  readonly client: KubeClient;
  readonly kubeconfigPath: string;
  readonly context: string;
  readonly signal: AbortSignal;
  /** Another client of the same user, as another process would have: it has seen nothing yet. */
  newClient(clock?: Clock): KubeClient;
  /** A fresh namespace, deleted after the tests of the file. */
  namespace(): Promise<string>;
  /** Somebody who may do these things in one namespace, or in all, and nothing else. */
  userWith(rules: readonly Rule[], where: { readonly namespace?: string }): Promise<KubeClient>;
  /** Runs the real Helm against the cluster. */
  helm(...args: readonly string[]): Promise<RunResult>;
}

/** As in a Role. */
export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

const fieldManager = 'fairlead-test';

/** The suite's cluster; called at the top of a test file. */
export function useCluster(): TestCluster {
  const { kubeconfigPath, context, helm } = inject('cluster');
  const controller = new AbortController();
  const { signal } = controller;
  const transport = openKubeTransport({
    kubeconfig: kubeconfigPath,
    context,
    userAgent: 'fairlead-test',
    variables: {},
    usesProxyVariables: false,
  });
  const client = new KubeClient(transport, { clock: nodeClock });
  const made: KubeObject[] = [];
  const make = async (object: KubeObject): Promise<string> => {
    made.push(await client.create(object, { fieldManager, signal }));
    return object.metadata.name;
  };

  afterAll(async () => {
    for (const { apiVersion, kind, metadata } of made.reverse()) {
      await deleteObject(client, { apiVersion, kind, ...metadata }, { propagation: 'background', signal });
    }
    transport.close();
  });

  return {
    client,
    kubeconfigPath,
    context,
    signal,
    newClient: (clock = nodeClock) => new KubeClient(transport, { clock }),
    namespace: () => make({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: uniqueName('test') } }),
    userWith: async (rules, { namespace }) => {
      const user = uniqueName('user');
      const kind = namespace === undefined ? 'ClusterRole' : 'Role';
      const metadata = { name: user, ...(namespace === undefined ? {} : { namespace }) };
      const apiGroup = 'rbac.authorization.k8s.io';
      await make({ apiVersion: `${apiGroup}/v1`, kind, metadata, rules });
      await make({
        apiVersion: `${apiGroup}/v1`,
        kind: `${kind}Binding`,
        metadata,
        roleRef: { apiGroup, kind, name: user },
        subjects: [{ apiGroup, kind: 'User', name: user }],
      });
      return client.as({ user });
    },
    helm: (...args) => run(helm, args, { output: 'capture', env: { KUBECONFIG: kubeconfigPath } }),
  };
}

/** A name that no other test has. */
function uniqueName(prefix: string): string {
  return `${prefix}-${randomBytes(4).toString('hex')}`;
}

export function aConfigMap(namespace: string, name: string, data: Readonly<Record<string, string>>): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name }, data };
}
