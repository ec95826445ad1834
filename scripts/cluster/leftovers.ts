import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { run } from '../support/run.ts';
import { files } from './state.ts';

const patienceMs = 30_000;
const pollMs = 100;

/**
 * Ends what an earlier run left behind in this folder, the supervisor first, since it stops the rest in order. A process
 * id that another program has got since is left alone.
 */
export async function stopLeftovers(stateDir: string): Promise<void> {
  const file = path.join(stateDir, files.processes);
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) {
    return;
  }
  const pids = JSON.parse(text) as Readonly<Record<string, number>>; // written by the supervisor
  for (const name of ['supervisor', 'kwok', 'kube-scheduler', 'kube-controller-manager', 'kube-apiserver', 'etcd']) {
    const pid = pids[name];
    if (pid !== undefined && pid !== process.pid && (await runs(pid, name))) {
      await end(pid, name);
    }
  }
  await rm(file, { force: true });
}

async function runs(pid: number, name: string): Promise<boolean> {
  const words = await argumentsOf(pid);
  return words.some((word) => path.basename(word).startsWith(name));
}

/** How a process was started; nothing where it has ended. */
async function argumentsOf(pid: number): Promise<readonly string[]> {
  if (process.platform === 'linux') {
    // ps is in a package of its own there, and not on every machine.
    return (await readFile(`/proc/${String(pid)}/cmdline`, 'utf8').catch(() => '')).split('\0');
  }
  const { output } = await run('ps', ['-p', String(pid), '-o', 'args='], { output: 'capture' });
  return output.trim().split(' ');
}

async function end(pid: number, name: string): Promise<void> {
  signal(pid, 'SIGTERM');
  for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += pollMs) {
    if (!(await runs(pid, name))) {
      return;
    }
    await delay(pollMs);
  }
  signal(pid, 'SIGKILL');
}

function signal(pid: number, name: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended between the look and the signal.
  }
}
