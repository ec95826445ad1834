import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../support/freePort.ts';
import { run } from '../support/run.ts';

export interface WorkbenchOptions {
  /** Of `installWorkbench`. */
  readonly codeServer: string;
  /** A folder for this run's profile, extensions and logs. */
  readonly stateFolder: string;
  readonly vsix: string;
  /** The folder that the editor opens. */
  readonly workspace: string;
  /** `undefined` lets the system choose. */
  readonly port?: number;
  /** `undefined` turns the login off: only for tests, on loopback. */
  readonly password?: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string>>;
}

export interface Workbench {
  readonly url: string;
  stop(): Promise<void>;
}

/** What every run of the workbench sets: no telemetry, no galleries, nothing that moves by itself. */
const quiet = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'chat.disableAIFeatures': true,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'security.workspace.trust.enabled': false,
  'files.autoSave': 'off',
};

/** Installs the extension into a fresh profile and serves the editor on a loopback port. */
export async function startWorkbench(options: WorkbenchOptions): Promise<Workbench> {
  const { stateFolder, workspace } = options;
  const port = options.port ?? (await freePort());
  const user = path.join(stateFolder, 'user');
  // Settings of scope `machine` count only where the server looks for them.
  for (const scope of ['User', 'Machine']) {
    await mkdir(path.join(user, scope), { recursive: true, mode: 0o700 });
    await writeFile(
      path.join(user, scope, 'settings.json'),
      JSON.stringify({ ...quiet, ...options.settings }, undefined, 2),
    );
  }
  await mkdir(path.join(stateFolder, 'home'), { recursive: true, mode: 0o700 });
  const config = path.join(stateFolder, 'config.yaml');
  const auth = options.password === undefined ? 'auth: none' : `auth: password\npassword: ${options.password}`;
  // The password stands in a file only the user can read, not in the arguments, which everyone can.
  await writeFile(config, `bind-addr: 127.0.0.1:${String(port)}\n${auth}\ncert: false\n`, { mode: 0o600 });

  const args = [
    path.join(options.codeServer, 'out', 'node', 'entry.js'),
    ...['--config', config, '--user-data-dir', user, '--extensions-dir', path.join(stateFolder, 'extensions')],
  ];
  const env = { HOME: path.join(stateFolder, 'home'), EXTENSIONS_GALLERY: '{"serviceUrl":""}', ...options.env };
  const install = await run(process.execPath, [...args, '--install-extension', options.vsix], {
    output: 'capture',
    env,
  });
  if (install.code !== 0) {
    throw new Error(`installing the extension into the workbench failed:\n${install.output}`);
  }
  const log = path.join(stateFolder, 'server.log');
  const flags = ['--disable-telemetry', '--disable-update-check', '--disable-getting-started-override'];
  const child = spawn(process.execPath, [...args, ...flags], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const keep = (chunk: Buffer): void => {
    appendFileSync(log, chunk);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  await waitUntilServing(port, child, log);
  return { url: `http://127.0.0.1:${String(port)}/?folder=${encodeURIComponent(workspace)}`, stop: () => stop(child) };
}

async function waitUntilServing(port: number, child: ChildProcess, log: string): Promise<void> {
  for (let attempt = 0; attempt < 240; attempt++) {
    const answer = await fetch(`http://127.0.0.1:${String(port)}/healthz`).catch(() => undefined);
    if (answer?.ok === true) {
      return;
    }
    if (child.exitCode !== null) {
      break;
    }
    await delay(250);
  }
  await stop(child);
  throw new Error(`the workbench did not start; its log is ${log}`);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) {
    return;
  }
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const late = delay(10_000, 'late');
  if ((await Promise.race([ended, late])) === 'late') {
    child.kill('SIGKILL');
    await ended;
  }
}
