import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import https from 'node:https';
import os from 'node:os';
import path from 'node:path';
import { applyObjects, isKubeError, refOf, waitForReady } from '@fairlead/engine/kube';
import type { KubeObject } from '@fairlead/engine/support';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openKubeTransport } from '../../engine/src/node/kubeTransport.ts';
import { root, run } from '../../scripts/support/run.ts';
import { useCluster } from '../support/cluster.ts';

const cluster = useCluster();
const { client, signal } = cluster;
const folder = path.dirname(cluster.kubeconfigPath);

test('nobody else of the machine can read keys, tokens or data, or reach etcd', async () => {
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const open: string[] = [];
  for (const file of files) {
    const full = path.join(file.parentPath, file.name);
    // etcd renames files as it writes.
    const info = await stat(full).catch(() => undefined);
    if (((info?.mode ?? 0) & 0o077) !== 0) {
      open.push(full);
    }
  }
  expect(open).toEqual([]);

  const token = (await readFile(path.join(folder, 'tokens.csv'), 'utf8')).split(',')[0] ?? '';
  expect(token.length).toBeGreaterThan(30);
  const pids = Object.values(
    JSON.parse(await readFile(path.join(folder, 'processes.json'), 'utf8')) as Record<string, number>,
  );
  expect(pids).toHaveLength(6);
  const { output } = await run('ps', ['-o', 'args=', '-p', pids.join(',')], { output: 'capture' });
  expect(output).toContain('unix://etcd.sock');
  expect(output).not.toMatch(/listen-\S+-urls http/);
  expect(output).not.toContain(token);
});

/** What the server answers to somebody without a name, whatever its certificate. */
async function statusOf(url: string): Promise<number | undefined> {
  return await new Promise((resolve, reject) => {
    https
      .get(url, { rejectUnauthorized: false, agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
      .on('error', reject);
  });
}

test('asks who somebody is, and has a certificate that is checked', async () => {
  const kubeconfig = JSON.parse(await readFile(cluster.kubeconfigPath, 'utf8')) as { clusters: { cluster: object }[] };
  expect(kubeconfig.clusters[0]?.cluster).not.toHaveProperty('insecure-skip-tls-verify');
  expect(await statusOf(`${client.transport.server}/version`)).toBe(401);

  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
  const other = openKubeTransport({
    kubeconfig: await withoutCa(kubeconfig),
    context: cluster.context,
    userAgent: 'fairlead-test',
    variables: {},
    usesProxyVariables: false,
  });
  const refused = await other
    .request({ method: 'GET', path: '/version' }, { signal, timeoutMs: 5000, maxBytes: 1000 })
    .catch((error: unknown) => error);
  other.close();
  vi.unstubAllEnvs();
  expect(isKubeError(refused, 'tls')).toBe(true);
});

async function withoutCa(kubeconfig: { clusters: { cluster: object }[] }): Promise<string> {
  const file = path.join(folder, 'kubeconfig-without-ca');
  const server = client.transport.server;
  await writeFile(file, JSON.stringify({ ...kubeconfig, clusters: [{ name: 'practice', cluster: { server } }] }), {
    mode: 0o600,
  });
  return file;
}

test('binds volumes, gives load balancers an address and completes Jobs', async () => {
  const namespace = await cluster.namespace();
  const labels = { app: 'web' };
  const template = (restartPolicy: string, volumes: readonly object[]): object => ({
    metadata: { labels },
    spec: { restartPolicy, volumes, containers: [{ name: 'main', image: 'app:1' }] },
  });
  const objects: readonly KubeObject[] = [
    {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { namespace, name: 'data' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Mi' } } },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { namespace, name: 'web' },
      spec: { type: 'LoadBalancer', selector: labels, ports: [{ port: 80 }] },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { namespace, name: 'web' },
      spec: {
        serviceName: 'web',
        selector: { matchLabels: labels },
        template: template('Always', [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }]),
      },
    },
    {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { namespace, name: 'once' },
      spec: { template: template('Never', []) },
    },
  ];
  await applyObjects(client, objects, { fieldManager: 'helm', force: false, signal });
  const result = await waitForReady(client, objects.map(refOf), {
    timeoutMs: 30_000,
    pollMs: 50,
    failFast: false,
    rules: { jobs: 'completed', pods: 'ready' },
    signal,
  });
  expect(result).toEqual({ kind: 'ready' });
  const service = { apiVersion: 'v1', kind: 'Service', namespace, name: 'web' };
  await expect
    .poll(async () => (await client.get(service, { signal }))['status'])
    .toMatchObject({ loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } });
});

describe('a cluster of its own', () => {
  let stateDir = '';
  beforeAll(async () => {
    stateDir = await mkdtemp(path.join(os.tmpdir(), 'fairlead-practice-'));
  });
  afterAll(async () => {
    await command('down');
    await rm(stateDir, { recursive: true, force: true });
  });
  const command = async (verb: string): Promise<{ code: number; output: string }> =>
    await run(process.execPath, [path.join(root, 'scripts', 'cluster', 'main.ts'), verb, stateDir], {
      output: 'capture',
    });
  const processes = async (): Promise<readonly string[]> => {
    const { output } = await run('ps', ['-eo', 'pid=,args='], { output: 'capture' });
    const pids = JSON.parse(await readFile(path.join(stateDir, 'processes.json'), 'utf8').catch(() => '{}')) as Record<
      string,
      number
    >;
    const lines = output.split('\n');
    return Object.values(pids).flatMap((pid) => lines.filter((line) => line.trim().startsWith(`${String(pid)} `)));
  };

  test('stops when its parent is killed, with nothing left behind', async () => {
    const start = `
      const { startCluster } = await import(${JSON.stringify(path.join(root, 'scripts/cluster/cluster.ts'))});
      const { buildClusterTools } = await import(${JSON.stringify(path.join(root, 'scripts/cluster/build.ts'))});
      const tools = await buildClusterTools({ onProgress: () => undefined });
      await startCluster({ stateDir: ${JSON.stringify(stateDir)}, tools, staysUp: false });
      console.log('up');
      setInterval(() => undefined, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', start], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => parent.stdout.once('data', resolve));
    const running = await processes();
    expect(running).toHaveLength(6);
    parent.kill('SIGKILL');
    await expect.poll(processes, { timeout: 30_000, interval: 200 }).toEqual([]);
    const pids = running.map((line) => line.trim().split(' ')[0] ?? '');
    const alive = async (): Promise<readonly string[]> => {
      const { output } = await run('ps', ['-o', 'pid=,stat=', '-p', pids.join(',')], { output: 'capture' });
      return output.split('\n').filter((line) => line !== '' && !line.includes('Z'));
    };
    // The supervisor removes the list of processes, and then ends itself.
    await expect.poll(alive, { timeout: 10_000, interval: 50 }).toEqual([]);
  });

  test('stays up for people, comes back with its objects, and goes down', async () => {
    expect(await command('up')).toMatchObject({ code: 0 });
    const env = await command('env');
    expect(env.output).toContain(`export KUBECONFIG='${path.join(stateDir, 'kubeconfig')}'`);
    const helm = async (line: string): Promise<string> =>
      (await run('sh', ['-c', `${env.output}\nhelm ${line}`], { output: 'capture', cwd: stateDir })).output;
    await helm('create web');
    expect(await helm('install web ./web')).toContain('STATUS: deployed');
    expect((await command('down')).code).toBe(0);
    expect(await processes()).toEqual([]);
    expect(await command('up')).toMatchObject({ code: 0 });
    expect(await helm('list --all-namespaces --short')).toBe('web\n');
    expect((await command('down')).code).toBe(0);
    expect(await processes()).toEqual([]);
  });

  test('a wrong command line says how it is used', async () => {
    const { code, output } = await run(
      process.execPath,
      [path.join(root, 'scripts', 'cluster', 'main.ts'), 'sideways'],
      {
        output: 'capture',
      },
    );
    expect({ code, output }).toEqual({ code: 64, output: 'usage: node scripts/cluster/main.ts up|down|env DIR\n' });
  });
});
