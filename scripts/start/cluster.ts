import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { ReleaseSummary, StatusReport } from '@fairlead/engine/session';
import { isKubeObject, KubeClient } from '@fairlead/engine/kube';
import { nodeClock } from '../../engine/src/node/clock.ts';
import { openKubeTransport } from '../../engine/src/node/kubeTransport.ts';
import { buildClusterTools } from '../cluster/build.ts';
import { type PracticeCluster, startCluster } from '../cluster/cluster.ts';
import { root } from '../support/run.ts';
import { type Fairlead, heading } from './fairlead.ts';

/** Starts the practice cluster, brings the demo into it and prints what became of it. */
export async function reconcileInPractice(fairlead: Fairlead, stateDir: string): Promise<PracticeCluster> {
  const tools = await buildClusterTools({
    onProgress: (line) => {
      console.log(line);
    },
    signal: fairlead.signal,
  });
  const cluster = await startCluster({ stateDir, tools, staysUp: false, signal: fairlead.signal });
  try {
    const where = ['--context', cluster.context, '--kubeconfig', cluster.kubeconfigPath];
    console.log(`up: context ${cluster.context} of ${cluster.kubeconfigPath}`);
    await fairlead.run(['enrol', ...where, '--write-status', '--yes']);
    await applyRepository(cluster, fairlead);
    const paths = ['apps', 'sources'].map((folder) => path.join(fairlead.repository, folder));
    heading(`fairlead reconcile ${paths.join(' ')}`);
    await fairlead.run(['reconcile', ...paths, ...fairlead.sources, ...where, '--yes']);
    heading('releases');
    // The command prints the report that its types say.
    console.log(tree((await fairlead.json(['status', ...where])) as StatusReport));
    return cluster;
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

/** What a push and a Flux Kustomization would bring into the cluster: namespaces, sources, values and releases. */
async function applyRepository(
  { context, kubeconfigPath }: PracticeCluster,
  { repository, signal }: Fairlead,
): Promise<void> {
  const transport = openKubeTransport({
    context,
    kubeconfig: kubeconfigPath,
    userAgent: 'fairlead-start',
    variables: {},
    usesProxyVariables: false,
  });
  const client = new KubeClient(transport, { clock: nodeClock });
  try {
    for (const file of ['apps/namespaces', 'sources/sources', 'apps/store', 'apps/web', 'apps/worker']) {
      const text = await readFile(path.resolve(root, repository, `${file}.yaml`), 'utf8');
      for (const document of parseAllDocuments(text)) {
        const object: unknown = document.toJS();
        if (isKubeObject(object)) {
          await client.apply(object, { fieldManager: 'kustomize-controller', force: true, signal });
        }
      }
    }
  } finally {
    transport.close();
  }
}

/** Releases under their namespaces. */
function tree({ cluster, releases }: StatusReport): string {
  const lines = [cluster.context];
  const namespaces = [...new Set(releases.map(({ namespace }) => namespace))];
  for (const [index, namespace] of namespaces.entries()) {
    const isLast = index === namespaces.length - 1;
    lines.push(`${isLast ? '└─' : '├─'} ${namespace}`);
    const within = releases.filter((release) => release.namespace === namespace);
    for (const [place, release] of within.entries()) {
      lines.push(`${isLast ? '  ' : '│ '} ${place === within.length - 1 ? '└─' : '├─'} ${releaseLine(release)}`);
    }
  }
  return lines.join('\n');
}

function releaseLine({ name, revision, chart, chartVersion, ready, message }: ReleaseSummary): string {
  const health = ready === 'True' ? 'ready' : ready === 'False' ? 'not ready' : 'unknown';
  return `${name}  v${String(revision ?? 0)}  ${chart ?? '?'} ${chartVersion ?? ''}  ${health}: ${message ?? ''}`;
}
