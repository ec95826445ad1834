import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type GitRepository, type HelmChartSpec, objectSet } from '../../engine/src/flux/index.ts';
import { resolveChart, type ResolvedChart } from '../../engine/src/source/index.ts';
import { buildTool } from '../../scripts/cluster/build.ts';
import { serveHelmRepository } from '../../scripts/servers/helmRepository.ts';
import { packFiles } from '../../scripts/servers/packedChart.ts';
import { createRepository, type GitHttpServer, serveGit } from '../support/gitServer.ts';
import { useFolder } from '../support/scratch.ts';
import { caught } from '../support/sourceFolder.ts';
import { type OracleAnswer, openSourceOracle, type SourceOracle } from '../support/sourceOracle.ts';
import { openTestWorld } from '../support/sourceWorld.ts';

/** Charts of a Git repository, as source-controller's own builder packages them. */
const folder = useFolder('chart-test');
let oracle: SourceOracle;
let server: GitHttpServer;
let repository: Awaited<ReturnType<typeof serveHelmRepository>>;
let commit: string;
/** What the artifact holds, for the oracle. */
let artifact: string;

function chartYaml(name: string, version: string, more = ''): string {
  return `apiVersion: v2\nname: ${name}\nversion: ${version}\n${more}`;
}

beforeAll(async () => {
  oracle = await openSourceOracle();
  const published = (version: string): ReturnType<typeof packFiles> =>
    packFiles(
      Object.entries({ 'Chart.yaml': chartYaml('remote', version), 'values.yaml': `from: ${version}\n` }).map(
        ([name, text]) => ({ name, data: Buffer.from(text) }),
      ),
      { version, created: '2026-01-01T00:00:00Z' },
    );
  repository = await serveHelmRepository([published('1.0.0'), published('1.1.0'), published('2.0.0')], { port: 0 });
  const web = await createRepository(path.join(folder, 'web'));
  const local = '- {name: local, version: 0.1.x, repository: "file://../local"}\n';
  const remote = `- {name: remote, version: 1.x, repository: "${repository.url}"}\n`;
  const files: Record<string, string> = {
    'charts/web/Chart.yaml': chartYaml('web', '1.2.3', 'annotations: {b: c}\ndescription: "a web"\n'),
    'charts/web/values.yaml': '# a comment\nreplicas: 1\nimage:\n  tag: a\nlist: [1]\n',
    'charts/web/values-prod.yaml': 'replicas: 3\nimage: {pull: Always}\nnone: null\nlist: [2, 3]\n',
    'charts/web/templates/a.yaml': 'kind: A\n',
    'charts/web/.helmignore': 'secret.txt\n',
    'charts/web/secret.txt': 'not in the chart\n',
    'charts/local/Chart.yaml': chartYaml('local', '0.1.2'),
    'charts/local/values.yaml': '{}\n',
    'charts/meta/Chart.yaml': chartYaml('meta', '0.2.0+old.1'),
    'charts/meta/values.yaml': 'a: 1\n',
    'charts/none/Chart.yaml': chartYaml('none', '0.1.0'),
    'charts/odd/Chart.yaml': chartYaml('odd', '1.2'),
    'charts/odd/values.yaml': 'a: 1\n',
    'charts/bundled/Chart.yaml': chartYaml('bundled', '1.0.0', `dependencies:\n${local}${remote}`),
    'charts/bundled/values.yaml': 'local: {a: 1}\n',
    'charts/aliased/Chart.yaml': chartYaml(
      'aliased',
      '1.0.0',
      'dependencies:\n- {name: local, alias: other, version: ">=0.1.0", repository: "file://../local"}\n',
    ),
    'charts/locked/Chart.yaml': chartYaml('locked', '1.0.0', `dependencies:\n${remote}`),
    'charts/locked/Chart.lock': `dependencies:\n- {name: remote, version: 1.0.0, repository: "${repository.url}"}\ndigest: sha256:none\ngenerated: "2026-01-01T00:00:00Z"\n`,
    'charts/present/Chart.yaml': chartYaml('present', '1.0.0', `dependencies:\n${local}`),
    'charts/present/charts/local/Chart.yaml': chartYaml('local', '9.9.9'),
    'charts/unmet/Chart.yaml': chartYaml('unmet', '1.0.0', `dependencies:\n${local.replace('0.1.x', '">=7"')}`),
    'charts/lost/Chart.yaml': chartYaml('lost', '1.0.0', `dependencies:\n${local.replace('../local', '../gone')}`),
    'charts/outside/Chart.yaml': chartYaml(
      'outside',
      '1.0.0',
      `dependencies:\n${local.replace('../local', '../../../../../charts/local')}`,
    ),
    'charts/named/Chart.yaml': chartYaml(
      'named',
      '1.0.0',
      `dependencies:\n${remote.replace(/"http[^"]+"/, '"@stable"')}`,
    ),
    'charts/toonew/Chart.yaml': chartYaml('toonew', '1.0.0', `dependencies:\n${remote.replace('1.x', '">=9"')}`),
    'prod.yaml': 'replicas: 5\n',
    'broken.yaml': 'a: [\n',
    'link.yaml': '-> /etc/passwd',
  };
  const helm = await buildTool('helm', { onProgress: () => undefined });
  await web.commit(files, 1_750_000_000);
  execFileSync(helm, ['package', path.join(web.folder, 'charts/web'), '-d', path.join(web.folder, 'packed')], {
    stdio: 'ignore',
  });
  await mkdir(path.join(web.folder, 'evil'));
  await writeFile(path.join(web.folder, 'evil', 'Chart.yaml'), chartYaml('evil', '1.0.0'));
  const leaving = ['-C', web.folder, '-czf', path.join(web.folder, 'packed/evil-1.0.0.tgz'), '-P'];
  execFileSync('tar', [
    ...leaving,
    '--transform',
    's|^prod.yaml|evil/../../prod.yaml|',
    'evil/Chart.yaml',
    'prod.yaml',
  ]);
  commit = await web.commit({}, 1_750_000_001);
  artifact = path.join(folder, 'artifact');
  await mkdir(artifact);
  // Links are in no artifact.
  await cp(web.folder, artifact, {
    recursive: true,
    filter: (place) => !place.includes('/.git') && !place.endsWith('link.yaml'),
  });
  server = await serveGit(folder);
});

afterAll(() => Promise.all([server.close(), repository.close()]));

const asking = { signal: new AbortController().signal, maxAgeMs: 0 };
const generation = 4;

async function ours(spec: Partial<HelmChartSpec>): Promise<ResolvedChart> {
  const world = await openTestWorld(folder);
  const source: GitRepository = {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'GitRepository',
    metadata: { name: 'web', namespace: 'apps' },
    spec: { url: `${server.url}/web/.git`, ref: { branch: 'main' } },
  };
  const template = { chart: 'charts/web', sourceRef: { kind: 'GitRepository', name: 'web' }, ...spec };
  return resolveChart({ source, template, generation, objects: objectSet([]), lookup: () => undefined }, world, asking);
}

function theirs(spec: Partial<HelmChartSpec>): Promise<OracleAnswer> {
  const { chart = 'charts/web', reconcileStrategy, valuesFiles, ignoreMissingValuesFiles } = spec;
  return oracle({
    chart: {
      workDir: artifact,
      path: chart,
      strategy: reconcileStrategy,
      hash: commit,
      valuesFiles,
      ignoreMissingValuesFiles,
      generation,
    },
  });
}

/** Helm writes what it read of Chart.yaml and Chart.lock anew into an archive: they say the same in other words. */
function comparable(name: string, files: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const rewritten = [`${name}/Chart.yaml`, `${name}/Chart.lock`];
  return Object.fromEntries(
    Object.entries(files).map(([path, digest]) => [path, rewritten.includes(path) ? 'rewritten' : digest]),
  );
}

/** As the files of an archive. */
function filesOf({ chart, name }: ResolvedChart): Readonly<Record<string, string>> {
  return Object.fromEntries(
    chart.raw.map((file) => [`${name}/${file.name}`, createHash('sha256').update(file.data).digest('hex')]),
  );
}

describe('the same version and files as source-controller', () => {
  const values = ['charts/web/values.yaml', 'charts/web/values-prod.yaml'];
  const cases: readonly { readonly name: string; readonly spec: Partial<HelmChartSpec>; readonly version: string }[] = [
    { name: 'a chart as it is', spec: {}, version: '1.2.3' },
    { name: 'the path written otherwise', spec: { chart: './charts/../charts//web/' }, version: '1.2.3' },
    { name: 'a path that would lead out', spec: { chart: '../../charts/web' }, version: '1.2.3' },
    { name: 'by revision', spec: { reconcileStrategy: 'Revision' }, version: '1.2.3+COMMIT' },
    { name: 'with values files', spec: { valuesFiles: values }, version: '1.2.3+4' },
    {
      name: 'with values files, by revision',
      spec: { reconcileStrategy: 'Revision', valuesFiles: values },
      version: '1.2.3+COMMIT.4',
    },
    {
      name: 'with values files from the root',
      spec: { valuesFiles: ['charts/web/values.yaml', '/prod.yaml'] },
      version: '1.2.3+4',
    },
    {
      name: 'values.yaml alone changes nothing',
      spec: { valuesFiles: ['values.yaml'], ignoreMissingValuesFiles: true },
      version: '1.2.3',
    },
    {
      name: 'values files that may be missing',
      spec: { valuesFiles: [...values, 'none.yaml'], ignoreMissingValuesFiles: true },
      version: '1.2.3+4',
    },
    {
      name: 'values files that are all missing',
      spec: { valuesFiles: ['none.yaml'], ignoreMissingValuesFiles: true },
      version: '1.2.3+4',
    },
    {
      name: 'metadata in the version is replaced',
      spec: { chart: 'charts/meta', reconcileStrategy: 'Revision' },
      version: '0.2.0+COMMIT',
    },
    { name: 'metadata in the version stays', spec: { chart: 'charts/meta' }, version: '0.2.0+old.1' },
    {
      name: 'a version of two parts',
      spec: { chart: 'charts/odd', reconcileStrategy: 'Revision' },
      version: '1.2.0+COMMIT',
    },
    { name: 'an archive as it is', spec: { chart: 'packed/web-1.2.3.tgz' }, version: '1.2.3' },
    {
      name: 'an archive with values files',
      spec: { chart: 'packed/web-1.2.3.tgz', valuesFiles: values },
      version: '1.2.3+4',
    },
    {
      name: 'dependencies of the same source and of a repository',
      spec: { chart: 'charts/bundled' },
      version: '1.0.0',
    },
    { name: 'a dependency under another name', spec: { chart: 'charts/aliased' }, version: '1.0.0' },
    {
      name: 'a dependency at the version of Chart.lock, whatever its digest',
      spec: { chart: 'charts/locked' },
      version: '1.0.0',
    },
    { name: 'a dependency that is there, whatever its version', spec: { chart: 'charts/present' }, version: '1.0.0' },
    { name: 'a dependency whose path would lead out', spec: { chart: 'charts/outside' }, version: '1.0.0' },
  ];
  test.for(cases)('$name', async ({ spec, version }) => {
    const [our, their] = [await ours(spec), await theirs(spec)];
    expect(their.error).toBeUndefined();
    expect({ name: our.name, version: our.version }).toEqual({ name: their.name, version: their.version });
    expect(our.version).toBe(version.replace('COMMIT', commit.slice(0, 12)));
    if (their.digest !== undefined) {
      expect(our.digest).toBe(their.digest);
    }
    expect(comparable(our.name, filesOf(our))).toEqual(comparable(our.name, their.files ?? {}));
  });
});

test('an archive with a file that would lie outside of its folder', async () => {
  const error = await caught(ours({ chart: 'packed/evil-1.0.0.tgz' }));
  expect(error).toMatchObject({ code: 'invalid-chart' });
  expect(error.message).toContain('chart illegally references parent directory');
});

describe('refused by both', () => {
  const cases: readonly {
    readonly name: string;
    readonly spec: Partial<HelmChartSpec>;
    readonly code: string;
    readonly says: string;
  }[] = [
    {
      name: 'values files that are missing',
      spec: { valuesFiles: ['none.yaml'] },
      code: 'values-files',
      says: "no values file found at path '/none.yaml' (reference 'none.yaml')",
    },
    {
      name: 'values files that are links',
      spec: { valuesFiles: ['link.yaml'] },
      code: 'values-files',
      says: "no values file found at path '/link.yaml' (reference 'link.yaml')",
    },
    {
      name: 'values files that are folders',
      spec: { valuesFiles: ['charts'], ignoreMissingValuesFiles: true },
      code: 'values-files',
      says: "no values file found at path '/charts' (reference 'charts')",
    },
    {
      name: 'values files that cannot be read',
      spec: { valuesFiles: ['broken.yaml'] },
      code: 'values-files',
      says: "unmarshaling values from 'broken.yaml' failed",
    },
    {
      name: 'a chart without values.yaml and values files',
      spec: { chart: 'charts/none', valuesFiles: ['prod.yaml'] },
      code: 'values-files',
      says: 'failed to locate values file: values.yaml',
    },
    { name: 'a chart that is not there', spec: { chart: 'charts/gone' }, code: 'not-found', says: 'charts/gone' },
    {
      name: 'a folder that is no chart',
      spec: { chart: 'charts' },
      code: 'invalid-chart',
      says: "no chart at '/charts': it has no Chart.yaml",
    },
    {
      name: 'a dependency whose range its chart is not in',
      spec: { chart: 'charts/unmet' },
      code: 'dependency',
      says: "failed to add local dependency 'local': can't get a valid version for constraint '>=7'",
    },
    {
      name: 'a dependency that is not there',
      spec: { chart: 'charts/lost' },
      code: 'dependency',
      says: "failed to add local dependency 'local': no chart found at '/charts/gone' (reference 'file://../gone')",
    },
    {
      name: 'a dependency by the name of a repository',
      spec: { chart: 'charts/named' },
      code: 'dependency',
      says: "failed to add remote dependency 'remote': aliased repository dependency is not supported: @stable",
    },
    {
      name: 'a dependency that a repository lacks',
      spec: { chart: 'charts/toonew' },
      code: 'dependency',
      says: "no 'remote' chart with version matching '>=9' found",
    },
  ];
  test.for(cases)('$name', async ({ spec, code, says }) => {
    expect((await theirs(spec)).error).toContain(code === 'invalid-chart' ? 'Chart.yaml' : says);
    const error = await caught(ours(spec));
    expect(error).toMatchObject({ code });
    expect(error.message).toContain(says);
  });
});
