import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { type Cluster, type Context, KubeConfig, type User } from '@kubernetes/client-node';
import { KubeError } from '../kube/index.ts';
import { digestOf } from '../support/index.ts';
import { fileErrorWords } from './fileError.ts';

/** What the files of a kubeconfig say, merged as kubectl does: the first that names something wins. */
export interface LoadedKubeconfig {
  readonly clusters: readonly Cluster[];
  readonly users: readonly User[];
  readonly contexts: readonly Context[];
  readonly currentContext: string | undefined;
}

/** One context with everything it points to. */
export interface SelectedContext {
  readonly context: Context;
  readonly cluster: Cluster;
  readonly user: User;
}

export interface KubeconfigPlaces {
  /** A file; the usual places where absent. */
  readonly kubeconfig?: string;
  /** Of the process. */
  readonly variables: NodeJS.ProcessEnv;
}

/**
 * Reads the kubeconfig: the given file, else each file of `$KUBECONFIG`, else `~/.kube/config`. Nothing is run, asked
 * or written. Files of the usual places may be missing.
 *
 * @throws KubeError `config` for a file that cannot be read or is no kubeconfig
 */
export function loadKubeconfig({ kubeconfig, variables }: KubeconfigPlaces): LoadedKubeconfig {
  const usual = variables['KUBECONFIG'] ?? path.join(homedir(), '.kube', 'config');
  const files = kubeconfig === undefined ? usual.split(path.delimiter).filter((file) => file !== '') : [kubeconfig];
  const loaded = files
    .map((file) => loadFile(file, { mayBeMissing: kubeconfig === undefined }))
    .filter((config) => config !== undefined);
  return {
    clusters: firstOfEachName(loaded.map((config) => config.getClusters())),
    users: firstOfEachName(loaded.map((config) => config.getUsers())),
    contexts: firstOfEachName(loaded.map((config) => config.getContexts())),
    // client-node says it is always there; a file need not have one.
    currentContext: loaded
      .map((config): string | undefined => config.currentContext)
      .find((name) => name !== undefined),
  };
}

/** @throws KubeError `config` where the context, its cluster or its user is missing */
export function selectContext(config: LoadedKubeconfig, name: string): SelectedContext {
  const context = config.contexts.find((candidate) => candidate.name === name);
  if (context === undefined) {
    throw new KubeError('config', `context "${name}" does not exist`);
  }
  const cluster = config.clusters.find((candidate) => candidate.name === context.cluster);
  if (cluster === undefined) {
    throw new KubeError('config', `context "${name}" names cluster "${context.cluster}", which does not exist`);
  }
  const user = config.users.find((candidate) => candidate.name === context.user);
  if (user === undefined) {
    throw new KubeError('config', `context "${name}" names user "${context.user}", which does not exist`);
  }
  return { context, cluster, user };
}

/** Digest of the certificates a cluster's is checked against. One that is not checked has a word instead, never equal to a digest. */
export function caDigestOf(cluster: Cluster): string {
  if (cluster.skipTLSVerify) {
    return 'unchecked';
  }
  return digestOf(readCa(cluster) ?? '');
}

/** PEM, or `undefined` where the machine's certificates count. @throws KubeError `config` */
export function readCa({ caFile, caData }: Cluster): Buffer | undefined {
  try {
    if (caFile !== undefined) {
      return readFileSync(caFile);
    }
  } catch (error) {
    throw new KubeError(
      'config',
      `read certificate-authority ${caFile ?? ''}: ${fileErrorWords(error) ?? codeOf(error)}`,
      {
        cause: error,
      },
    );
  }
  return caData === undefined ? undefined : Buffer.from(caData, 'base64');
}

function loadFile(file: string, { mayBeMissing }: { readonly mayBeMissing: boolean }): KubeConfig | undefined {
  const config = new KubeConfig();
  try {
    config.loadFromFile(file, { onInvalidEntry: 'filter' });
    return config;
  } catch (error) {
    if (mayBeMissing && codeOf(error) === 'ENOENT') {
      return undefined;
    }
    // What the parser says can quote the file, which holds keys and tokens.
    throw new KubeError('config', `read kubeconfig ${file}: ${fileErrorWords(error) ?? codeOf(error)}`);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : 'it is no kubeconfig';
}

function firstOfEachName<T extends { readonly name: string }>(lists: readonly (readonly T[])[]): readonly T[] {
  const byName = new Map<string, T>();
  for (const item of lists.flat()) {
    if (!byName.has(item.name)) {
      byName.set(item.name, item);
    }
  }
  return [...byName.values()];
}
