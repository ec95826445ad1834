import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ClusterTools } from './build.ts';
import { files } from './state.ts';

export type ProcessName = Exclude<keyof ClusterTools, 'helm'>;

/** A program of the cluster that was started. */
export interface ClusterProcess {
  readonly name: ProcessName;
  readonly child: ChildProcess;
}

/** The arguments of each program; every path is relative to the state folder, in which they run. */
function argumentsOf(name: ProcessName, port: number): readonly string[] {
  switch (name) {
    case 'etcd':
      // Sockets in a folder only the user can enter: no other user of the machine reaches the data.
      return [
        ...['--name', 'practice', '--data-dir', files.etcdData, '--unsafe-no-fsync', '--logger', 'zap'],
        ...['--listen-client-urls', `unix://${files.etcdSocket}`],
        ...['--advertise-client-urls', `unix://${files.etcdSocket}`],
        ...['--listen-peer-urls', `unix://${files.peerSocket}`],
        ...['--initial-advertise-peer-urls', `unix://${files.peerSocket}`],
        ...['--initial-cluster', `practice=unix://${files.peerSocket}`],
      ];
    case 'kube-apiserver':
      return [
        ...['--etcd-servers', `unix://${files.etcdSocket}`],
        ...['--bind-address', '127.0.0.1', '--secure-port', String(port), '--cert-dir', files.certificates],
        ...['--service-account-key-file', files.serviceAccountPublicKey],
        ...['--service-account-signing-key-file', files.serviceAccountKey],
        ...['--service-account-issuer', 'https://kubernetes.default.svc'],
        ...['--token-auth-file', files.tokens, '--authorization-mode', 'RBAC', '--anonymous-auth=false'],
        ...['--service-cluster-ip-range', '10.0.0.0/16', '--allow-privileged'],
        // Nobody waits for a practice cluster to drain.
        ...['--shutdown-watch-termination-grace-period', '0s', '--shutdown-delay-duration', '0s'],
      ];
    case 'kube-controller-manager':
      return [
        ...['--kubeconfig', files.kubeconfig, '--leader-elect=false', '--secure-port', '0'],
        ...['--service-account-private-key-file', files.serviceAccountKey],
        ...['--root-ca-file', path.join(files.certificates, 'apiserver.crt')],
        ...['--use-service-account-credentials', '--enable-hostpath-provisioner'],
        // The node reports itself once and then no more; after 50 s its pods would count as lost.
        ...['--node-monitor-grace-period', tenYears, '--node-startup-grace-period', tenYears],
      ];
    case 'kube-scheduler':
      return ['--kubeconfig', files.kubeconfig, '--leader-elect=false', '--secure-port', '0'];
    case 'kwok':
      return [
        ...['--kubeconfig', files.kubeconfig, '--manage-all-nodes=true', '--node-ip', '127.0.0.1'],
        ...['--cidr', '10.64.0.0/16', '--config', path.join(import.meta.dirname, 'stages.yaml')],
      ];
  }
}

const tenYears = '87600h';

export interface StartProcessOptions {
  readonly program: string;
  readonly folder: string;
  readonly port: number;
}

/** Starts a program in a process group of its own, so that Ctrl+C reaches the supervisor only. Output goes to NAME.log. */
export function startProcess(name: ProcessName, { program, folder, port }: StartProcessOptions): ClusterProcess {
  const log = openSync(path.join(folder, `${name}.log`), 'a', 0o600);
  try {
    const child = spawn(program, argumentsOf(name, port), {
      cwd: folder,
      detached: true,
      stdio: ['ignore', log, log],
    });
    // Without a listener a program that cannot be started would end the supervisor; its exit says enough.
    child.on('error', () => undefined);
    return { name, child };
  } finally {
    closeSync(log);
  }
}

const stopTimeoutMs = 15_000;

/** Ends programs: the clients of the API server first, then the server, then its etcd, without which it would linger. */
export async function stopProcesses(processes: readonly ClusterProcess[]): Promise<void> {
  const clients = processes.filter(({ name }) => name !== 'kube-apiserver' && name !== 'etcd');
  await Promise.all(clients.map(({ child }) => stopChild(child)));
  for (const name of ['kube-apiserver', 'etcd'] as const) {
    await Promise.all(processes.filter((process) => process.name === name).map(({ child }) => stopChild(child)));
  }
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || hasEnded(child)) {
    return;
  }
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const patience = new AbortController();
  const late = delay(stopTimeoutMs, 'late', { signal: patience.signal }).catch(() => undefined);
  if ((await Promise.race([ended, late])) === 'late') {
    child.kill('SIGKILL');
    await ended;
  }
  patience.abort();
}

export function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** The end of a program's log, for an error. */
export async function logTail(folder: string, name: ProcessName): Promise<string> {
  const text = await readFile(path.join(folder, `${name}.log`), 'utf8').catch(() => '');
  return text.trim().split('\n').slice(-3).join('\n');
}
