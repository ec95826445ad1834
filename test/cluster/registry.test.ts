import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Plan } from '@fairlead/engine/session';
import { buildTool } from '../../scripts/cluster/build.ts';
import { freePort } from '../../scripts/support/freePort.ts';
import { root, run } from '../../scripts/support/run.ts';

/** Charts from a registry that others wrote: distribution's, filled by the real helm. */
let folder: string;
let host: string;
let registry: ChildProcess;
let helm: string;
/** Digest of the manifest of each version, as `helm push` tells it. */
const digests = new Map<string, string>();

const versions = ['0.9.0', '1.0.0', '1.2.0', '1.3.0-rc.1', '2.0.0+build.7'];

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'fairlead-registry-'));
  const onProgress = (line: string): void => {
    process.stdout.write(`${line}\n`);
  };
  helm = await buildTool('helm', { onProgress });
  const program = await buildTool('registry', { onProgress });
  const port = await freePort();
  host = `127.0.0.1:${String(port)}`;
  const config = path.join(folder, 'registry.yaml');
  const storage = path.join(folder, 'storage');
  await writeFile(
    config,
    `version: 0.1\nlog: {level: error}\nstorage: {filesystem: {rootdirectory: ${storage}}}\nhttp: {addr: ${host}}\n`,
  );
  registry = spawn(program, ['serve', config], { stdio: 'ignore' });
  await vi.waitUntil(async () => (await fetch(`http://${host}/v2/`).catch(() => undefined))?.ok, { timeout: 30_000 });
  for (const version of versions) {
    await push(version);
  }
});

afterAll(async () => {
  const ended = new Promise((resolve) => registry.once('exit', resolve));
  registry.kill();
  await ended;
  await rm(folder, { recursive: true, force: true });
});

async function push(version: string): Promise<void> {
  const chart = path.join(root, 'demo', 'published', 'store');
  const packed = await run(helm, ['package', chart, '--version', version, '-d', folder], { output: 'capture' });
  expect(packed).toMatchObject({ code: 0 });
  const archive = path.join(folder, `store-${version}.tgz`);
  const pushed = await run(helm, ['push', archive, `oci://${host}/charts`, '--plain-http'], { output: 'capture' });
  const digest = /^Digest: sha256:([0-9a-f]{64})$/m.exec(pushed.output)?.[1];
  expect(digest, pushed.output).toBeDefined();
  digests.set(version, digest ?? '');
}

async function planned(source: string, chart: string): Promise<Plan['releases'][number]> {
  const place = await mkdtemp(path.join(folder, 'case-'));
  await mkdir(place, { recursive: true });
  await writeFile(
    path.join(place, 'app.yaml'),
    `apiVersion: source.toolkit.fluxcd.io/v1
${source}
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: store, namespace: apps}
spec:
  interval: 10m
${chart}
  values: {database: {password: secret}}
`,
  );
  const { output } = await run(
    process.execPath,
    [path.join(root, 'dist', 'cli.cjs'), 'plan', place, '--online', '-o', 'json'],
    {
      output: 'capture',
      env: { FAIRLEAD_CONFIG: path.join(place, 'config'), FAIRLEAD_CACHE: path.join(place, 'cache') },
    },
  );
  const [release] = (JSON.parse(output) as Plan).releases; // the command prints the plan that its types say
  if (release === undefined) {
    throw new Error(output);
  }
  return release;
}

const ociRepository = (ref: string): string =>
  `kind: OCIRepository\nmetadata: {name: store, namespace: apps}\nspec: {interval: 5m, url: 'oci://${host}/charts/store', insecure: true, ref: {${ref}}}`;
const chartRef = '  chartRef: {kind: OCIRepository, name: store}';

test.for([
  { name: 'a range', ref: () => "semver: '1.x'", want: '1.2.0' },
  { name: 'a range with pre-releases', ref: () => "semver: '>=1.0.0-0 <2.0.0'", want: '1.3.0-rc.1' },
  { name: 'a tag', ref: () => "tag: '0.9.0'", want: '0.9.0' },
  { name: 'a digest', ref: () => `digest: 'sha256:${digests.get('1.0.0') ?? ''}'`, want: '1.0.0' },
])('an OCIRepository with $name', async ({ ref, want }) => {
  const release = await planned(ociRepository(ref()), chartRef);
  // Flux adds the digest of the manifest to the version.
  expect(release.chart).toMatchObject({ name: 'store', version: `${want}+${digests.get(want)?.slice(0, 12) ?? ''}` });
  expect(release.changes.length).toBeGreaterThan(2);
});

test('a HelmRepository of type oci', async () => {
  const source = `kind: HelmRepository\nmetadata: {name: charts, namespace: apps}\nspec: {type: oci, interval: 5m, insecure: true, url: 'oci://${host}/charts'}`;
  const chart = "  chart: {spec: {chart: store, version: '>=1', sourceRef: {kind: HelmRepository, name: charts}}}";
  expect((await planned(source, chart)).chart).toMatchObject({ name: 'store', version: '2.0.0+build.7' });
});

test('versions of a registry, newest first', async () => {
  const { output } = await run(
    process.execPath,
    [path.join(root, 'dist', 'cli.cjs'), 'versions', `oci://${host}/charts`, 'store', '--constraint', '*'],
    {
      output: 'capture',
      env: { FAIRLEAD_CONFIG: path.join(folder, 'config'), FAIRLEAD_CACHE: path.join(folder, 'cache') },
    },
  );
  expect(
    output
      .split('\n')
      .filter((line) => /^\d/.test(line))
      .map((line) => line.split(' ')[0]),
  ).toEqual(['2.0.0+build.7', '1.2.0', '1.0.0', '0.9.0']);
});
