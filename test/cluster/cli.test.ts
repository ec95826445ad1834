import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import type { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root, run, type RunResult } from '../../scripts/support/run.ts';
import { useCluster } from '../support/cluster.ts';
import { deployment, useLab } from '../support/clusterReleases.ts';

/** The built command line, as a script runs it: no terminal. */

const cluster = useCluster();
const lab = useLab(cluster);
let home = '';

beforeAll(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'fairlead-home-'));
});
afterAll(async () => {
  await rm(home, { recursive: true, force: true });
});

const cli = path.join(root, 'dist', 'cli.cjs');

function environment(): Readonly<Record<string, string>> {
  return { KUBECONFIG: cluster.kubeconfigPath, FAIRLEAD_CONFIG: home, FAIRLEAD_CACHE: path.join(home, 'cache') };
}

async function fairlead(...args: readonly string[]): Promise<RunResult> {
  return await run(process.execPath, [cli, ...args], { output: 'capture', env: environment() });
}

/** Runs until `line` is printed, lets `then` happen to it, and waits for its end. */
async function interrupted(
  args: readonly string[],
  line: string,
  then: (child: ChildProcessByStdio<null, Readable, Readable>) => void,
): Promise<number | null> {
  const child = spawn(process.execPath, [cli, ...args], {
    env: { ...process.env, ...environment() },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  let output = '';
  const look = (chunk: Buffer): void => {
    output += chunk.toString('utf8');
    if (output.includes(line)) {
      child.stderr.off('data', look);
      then(child);
    }
  };
  child.stderr.on('data', look);
  return await ended;
}

const at = ['--context', cluster.context];

test.for(['reconcile', 'rollback', 'suspend', 'resume', 'uninstall'])(
  '%s names its context, and without a terminal says --yes',
  async (verb) => {
    const namespace = await lab.namespace();
    const web = { namespace, name: 'web' };
    await lab.put(web, '1.0.0');
    await lab.reconcile(web);
    await lab.put(web, '1.1.0');
    await lab.reconcile(web);
    const args = [verb, `${namespace}/web`, ...(verb === 'rollback' ? ['--to', '1'] : [])];
    expect(await fairlead(...args, '--yes')).toEqual({
      code: 2,
      output: expect.stringContaining('this changes a cluster: name it with --context') as string,
    });
    expect(await fairlead(...args, ...at)).toEqual({
      code: 2,
      output: expect.stringContaining('add --yes') as string,
    });
    expect((await lab.stored(web)).map(({ info }) => info.status)).toEqual(['superseded', 'deployed']);
  },
);

test('enrols, plans, reconciles, goes back and uninstalls', async () => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  const name = `${namespace}/web`;
  const source = sources();
  await lab.put(web, '1.0.0', { values: { greeting: 'one' } });
  const early = await fairlead('reconcile', name, ...at, ...source, '--yes');
  expect(early.code).toBe(1);
  expect(early.output).toContain('Fairlead is not enrolled in this cluster');
  expect(await lab.stored(web)).toEqual([]);

  expect((await fairlead('enrol', ...at, '--yes')).code).toBe(0);
  expect(await fairlead('plan', name, ...at, ...source)).toMatchObject({ code: 3 });
  const installed = await fairlead('reconcile', name, ...at, ...source, '--yes');
  expect(installed).toMatchObject({ code: 0 });
  expect(installed.output).toContain('Helm install succeeded');
  expect(await fairlead('plan', name, ...at, ...source)).toMatchObject({ code: 0 });
  await lab.put(web, '1.1.0', { values: { greeting: 'two' } });
  expect(await fairlead('reconcile', name, ...at, ...source, '--yes')).toMatchObject({ code: 0 });
  expect((await fairlead('history', name, ...at)).output).toContain('Upgrade complete');
  expect(await fairlead('rollback', name, '--to', '1', ...at, '--yes')).toMatchObject({ code: 0 });
  expect(await lab.data(namespace, 'web-config')).toMatchObject({ greeting: 'one' });
  expect(await fairlead('uninstall', name, ...at, '--yes')).toMatchObject({ code: 0 });
  expect(await lab.stored(web)).toEqual([]);
});

test.for(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s leaves nothing pending and nothing locked', async (name) => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  await lab.put(web, '1.0.0', { values: { objects: [deployment('app', { stuck: true })] } });
  expect((await fairlead('enrol', ...at, '--yes')).code).toBe(0);
  const args = ['reconcile', `${namespace}/web`, ...at, ...sources(), '--yes'];
  const code = await interrupted(args, 'waiting for Deployment app', (child) => {
    // As behind npx: from the terminal, and passed on.
    child.kill(name);
    child.kill(name);
  });
  expect(code).toBe(1);
  expect(await lab.storedLines(web)).toEqual(['1 failed Release "web" failed: context canceled']);
  expect(await leases(namespace)).toEqual([]);
});

test('goes on to the end where nobody reads what it prints', async () => {
  const namespace = await lab.namespace();
  const web = { namespace, name: 'web' };
  await lab.put(web, '1.0.0');
  expect((await fairlead('enrol', ...at, '--yes')).code).toBe(0);
  const args = ['reconcile', `${namespace}/web`, ...at, ...sources(), '--yes'];
  const code = await interrupted(args, '1 release: 1 install', (child) => {
    child.stderr.destroy();
    child.stdout.destroy();
  });
  expect(code).toBe(0);
  expect(await lab.storedLines(web)).toEqual(['1 deployed Install complete']);
  expect(await leases(namespace)).toEqual([]);
});

test.for(['plan', 'reconcile'])('%s says that a name stands for nothing to reconcile', async (verb) => {
  const namespace = await lab.namespace();
  await lab.helm('install', 'plain', lab.chart('1.0.0'), '--namespace', namespace);
  const consent = verb === 'plan' ? [] : ['--yes'];
  expect(await fairlead(verb, `${namespace}/plain`, ...at, ...consent)).toEqual({
    code: 1,
    output: `error: ${namespace}/plain is a release of the helm program: no HelmRelease says what it should be\n`,
  });
  expect(await fairlead(verb, `${namespace}/none`, ...at, ...consent)).toEqual({
    code: 1,
    output: `error: there is neither a HelmRelease nor a Helm release ${namespace}/none\n`,
  });
});

function sources(): readonly string[] {
  return ['--local-source', `https://git.example.com/charts.git=${path.dirname(lab.chart('1.0.0'))}`];
}

/** Names of those that somebody holds. */
async function leases(namespace: string): Promise<readonly string[]> {
  const found = await cluster.client.list(
    { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace },
    { signal: cluster.signal },
  );
  return found.map(({ metadata }) => metadata.name);
}
