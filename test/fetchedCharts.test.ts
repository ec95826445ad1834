import { cp, readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  type ChartAnswer,
  type ChartQuestion,
  createSourceAnswers,
  openKeptChart,
  type SecretFile,
  type SourceWorld,
} from '@fairlead/engine/source';
import { digestOf } from '@fairlead/engine/support';
import { expect, test } from 'vitest';
import { isLoggedIn, listen } from '../scripts/servers/listen.ts';
import { packFiles } from '../scripts/servers/packedChart.ts';
import { root } from '../scripts/support/run.ts';
import { useClosing, useFolder } from './support/scratch.ts';
import { openTestWorld } from './support/sourceWorld.ts';

/** Charts that one process fetches and another opens: from a repository that wants a login, and from a folder. */
const { signal } = new AbortController();
const folder = useFolder('fetched');
const closing = useClosing();

const login = { username: 'somebody', password: 'planted-password' };
const archive = packFiles(
  Object.entries({
    'Chart.yaml': 'apiVersion: v2\nname: store\nversion: 1.2.0\n',
    'values.yaml': '# how many\nreplicas: 1\n',
    'templates/a.yaml': 'kind: ConfigMap\n',
  }).map(([name, text]) => ({ name, data: Buffer.from(text) })),
  { created: '2026-01-01T00:00:00Z' },
).archive;

async function serve(): Promise<string> {
  const index = 'apiVersion: v1\nentries:\n  store:\n  - {name: store, version: 1.2.0, urls: [store.tgz]}\n';
  const server = await listen(
    (request, response) => {
      if (isLoggedIn(request, login)) {
        response.end(request.url === '/store.tgz' ? archive : index);
      } else {
        response.writeHead(401).end();
      }
    },
    { port: 0 },
  );
  return `http://${closing(server).host}`;
}

const secretFile: SecretFile = {
  file: 'file:///repo/secret.yaml',
  text: `apiVersion: v1\nkind: Secret\nmetadata: {name: login, namespace: apps}\nstringData: ${JSON.stringify(login)}\n`,
};

function repository(url: string): ChartQuestion {
  return {
    source: {
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      kind: 'HelmRepository',
      metadata: { name: 'shop', namespace: 'apps' },
      spec: { interval: '1m', url, secretRef: { name: 'login' } },
    },
    template: { chart: 'store', version: '1.x', sourceRef: { kind: 'HelmRepository', name: 'shop' } },
    objects: [],
  };
}

async function fetched(
  world: SourceWorld,
  question: ChartQuestion,
  files: readonly SecretFile[] = [],
): Promise<ChartAnswer> {
  return await createSourceAnswers(world, { signal }).fetch(question, files, { signal });
}

test('an archive behind a login: the answer names its file, and no secret', async () => {
  const world = await openTestWorld(folder);
  const answer = await fetched(world, repository(await serve()), [secretFile]);
  if (answer.kind === 'failed') {
    throw new Error(answer.problem.message);
  }
  const { chart } = answer;
  expect(chart).toMatchObject({
    name: 'store',
    version: '1.2.0',
    form: 'archive',
    digest: digestOf(archive),
    refusals: [],
  });
  expect(JSON.stringify([answer, world.log])).not.toContain(login.password);
  const opened = openKeptChart(chart, await readFile(chart.path));
  expect(opened.chart.values).toMatchObject({ replicas: 1 });
  expect(opened.chart.origins.get(opened.chart.values, 'replicas')).toMatchObject({
    kind: 'chart',
    file: 'values.yaml',
    position: { line: 1, character: 0 },
  });
  expect(() => openKeptChart(chart, Buffer.from('something else'))).toThrow('not what was put there');
});

test('a chart in a folder, with a version that Flux makes', async () => {
  const clone = path.join(folder, 'clone');
  await cp(path.join(root, 'demo', 'charts'), path.join(clone, 'charts'), { recursive: true });
  const url = 'https://git.example.com/shop/fleet.git';
  const world = { ...(await openTestWorld(folder, { allowHosts: [] })), localSources: { [url]: clone } };
  const sourceRef = { kind: 'GitRepository', name: 'shop' };
  const answer = await fetched(world, {
    source: {
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      kind: 'GitRepository',
      metadata: { name: 'shop', namespace: 'apps' },
      spec: { interval: '1m', url },
    },
    template: { chart: './charts/worker', reconcileStrategy: 'Revision', sourceRef },
    objects: [],
    near: path.join(clone, 'apps.yaml'),
  });
  if (answer.kind === 'failed') {
    throw new Error(answer.problem.message);
  }
  const { chart } = answer;
  expect(chart).toMatchObject({ name: 'worker', version: '0.3.0+000000000000', form: 'files' });
  const opened = openKeptChart(chart, await readFile(chart.path));
  expect(opened.chart.metadata).toMatchObject({ name: 'worker', version: chart.version });
  expect(opened.chart.templates.map(({ name }) => name)).toEqual(['templates/cronjobs.yaml']);
  const damaged = Buffer.from('no artifact');
  expect(() => openKeptChart({ ...chart, digest: digestOf(damaged) }, damaged)).toThrow('another version of Fairlead');
});

test.for<{ name: string; allowHosts?: readonly string[]; change?: Partial<ChartQuestion>; want: object }>([
  { name: 'a login that nobody brought', want: { code: 'unauthorized' } },
  {
    name: 'a host that is not allowed',
    allowHosts: [],
    want: { code: 'offline', host: expect.stringContaining('127.0.0.1') as string },
  },
  {
    name: 'what is no object',
    change: { source: 'HelmRepository' },
    want: { code: 'unsupported', message: 'this is no object of a cluster' },
  },
  {
    name: 'what is no source',
    change: { source: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'login' } } },
    want: { code: 'source-kind' },
  },
])('a failure is an answer: $name', async ({ allowHosts = ['*'], change, want }) => {
  const world = await openTestWorld(folder, { allowHosts });
  const files = allowHosts.length === 0 ? [secretFile] : [];
  const answer = await fetched(world, { ...repository(await serve()), ...change }, files);
  expect(answer).toMatchObject({ kind: 'failed', problem: want });
  expect(JSON.stringify(answer)).not.toContain(login.password);
});
