import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { root } from '../support/run.ts';
import type { ClusterTools } from './build.ts';
import { stopLeftovers } from './leftovers.ts';
import { contextName } from './state.ts';
import type { SupervisorAnswer, SupervisorRequest } from './supervisor.ts';

export interface PracticeCluster {
  readonly kubeconfigPath: string;
  readonly context: string;
  stop(): Promise<void>;
}

export interface StartOptions {
  /** A folder for this cluster's data, keys and logs. A cluster that was there before comes back with its objects. */
  readonly stateDir: string;
  readonly tools: ClusterTools;
  /** Whether it stays up when this process ends; then `stopCluster` stops it. */
  readonly staysUp: boolean;
  /** Breaks the start off; nothing of it is left running. */
  readonly signal?: AbortSignal;
}

/**
 * Starts a real Kubernetes control plane on loopback with one node that runs nothing: Deployments become ready, Jobs
 * complete, claims are bound, load balancers get an address, and Flux's kinds are there, without Flux.
 * Resolves when all of that works: after about 8 s, and 2 s in a folder that was used before. It is stopped by `stop`, and when this process ends for any reason.
 */
export async function startCluster({ stateDir, tools, staysUp, signal }: StartOptions): Promise<PracticeCluster> {
  const folder = path.resolve(stateDir);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const log = openSync(path.join(folder, 'supervisor.log'), 'a', 0o600);
  // In a session of its own: Ctrl+C in a terminal would else reach it before this process asks it to stop.
  const supervisor = spawn(process.execPath, [path.join(import.meta.dirname, 'supervisor.ts')], {
    detached: true,
    stdio: ['pipe', 'pipe', log],
  });
  closeSync(log);
  const { stdin, stdout } = supervisor;
  if (stdin === null || stdout === null) {
    throw new Error('the supervisor of the practice cluster was started without pipes');
  }
  const request: SupervisorRequest = {
    stateDir: folder,
    tools,
    schemasFolder: path.join(root, 'schemas'),
    staysUp,
  };
  stdin.on('error', () => undefined); // it ended; that is told by `firstAnswer`
  stdin.write(`${JSON.stringify(request)}\n`);
  const breakOff = (): void => {
    supervisor.kill('SIGTERM');
  };
  signal?.addEventListener('abort', breakOff);
  const answer = await firstAnswer(supervisor, stdout);
  signal?.removeEventListener('abort', breakOff);
  if (answer.kind === 'failed') {
    // It says why before it stops what it had started, and writes into the folder until then.
    await stopSupervisor(supervisor);
    signal?.throwIfAborted();
    throw new Error(`the practice cluster did not start: ${answer.message}`);
  }
  if (staysUp) {
    stdin.end();
    stdout.destroy();
    supervisor.unref();
  }
  return {
    kubeconfigPath: answer.kubeconfigPath,
    context: contextName,
    stop: staysUp ? () => stopCluster(folder) : () => stopSupervisor(supervisor),
  };
}

/** Stops the cluster of this folder, if one runs. */
export async function stopCluster(stateDir: string): Promise<void> {
  await stopLeftovers(path.resolve(stateDir));
}

async function firstAnswer(supervisor: ChildProcess, stdout: Readable): Promise<SupervisorAnswer> {
  return await new Promise((resolve) => {
    createInterface({ input: stdout }).once('line', (line) => {
      resolve(JSON.parse(line) as SupervisorAnswer); // written by supervisor.ts
    });
    supervisor.once('error', (error) => {
      resolve({ kind: 'failed', message: error.message });
    });
    supervisor.once('exit', () => {
      resolve({ kind: 'failed', message: 'its supervisor ended; see supervisor.log in the state folder' });
    });
  });
}

async function stopSupervisor(supervisor: ChildProcess): Promise<void> {
  if (supervisor.exitCode !== null || supervisor.signalCode !== null) {
    return;
  }
  const ended = new Promise((resolve) => supervisor.once('exit', resolve));
  supervisor.stdin?.end();
  await ended;
}
