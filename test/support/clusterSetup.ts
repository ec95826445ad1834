import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { buildClusterTools } from '../../scripts/cluster/build.ts';
import { type PracticeCluster, startCluster } from '../../scripts/cluster/cluster.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The cluster that every file of the suite shares. */
    readonly cluster: { readonly kubeconfigPath: string; readonly context: string; readonly helm: string };
  }
}

/** Starts one practice cluster for the suite, and stops it when the suite is done. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const tools = await buildClusterTools({ onProgress: (line) => process.stdout.write(`${line}\n`) });
  const stateDir = await mkdtemp(path.join(os.tmpdir(), 'fairlead-cluster-'));
  const cluster: PracticeCluster = await startCluster({ stateDir, tools, staysUp: false });
  const { kubeconfigPath, context } = cluster;
  project.provide('cluster', { kubeconfigPath, context, helm: tools.helm });
  return async () => {
    await cluster.stop();
    await rm(stateDir, { recursive: true, force: true });
  };
}
