import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type GitRepository,
  type GitRepositorySpec,
  objectSet,
  readManifests,
  type ValuesLookup,
} from '../../engine/src/flux/index.ts';
import { openWorld } from '../../engine/src/node/index.ts';
import { gitFolder, type SourceWorld } from '../../engine/src/source/index.ts';
import { issueCertificate, makeAuthority } from '../support/certificates.ts';
import { createRepository, type GitHttpServer, serveGit, type TestRepository } from '../support/gitServer.ts';
import { openSourceOracle, type SourceOracle } from '../support/sourceOracle.ts';
import { caught, digestsOf } from '../support/sourceFolder.ts';

/** GitRepositories as source-controller's own packages fetch them, over HTTP as git itself serves it. */
let oracle: SourceOracle;
let folder: string;
let server: GitHttpServer;
let web: TestRepository;
/** Commits by what they are. */
const commits = { first: '', second: '', side: '', unreachable: '' };

const day = 86_400;
const start = 1_750_000_000;

beforeAll(async () => {
  oracle = await openSourceOracle();
  folder = await mkdtemp(path.join(os.tmpdir(), 'fairlead-git-test-'));
  server = await serveGit(folder);
  const library = await createRepository(path.join(folder, 'library'));
  const used = await library.commit(
    { 'lib/Chart.yaml': 'apiVersion: v2\nname: lib\nversion: 1.0.0\n', 'other.txt': 'other\n' },
    start,
  );
  web = await createRepository(path.join(folder, 'web'));
  const chart = {
    'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.2.3\n',
    'charts/web/values.yaml': 'replicas: 1\n',
    'charts/web/templates/a.yaml': 'kind: A\n',
  };
  commits.first = await web.commit(
    {
      ...chart,
      'charts/web/crlf.txt': 'a\r\nb\r\n',
      '.gitattributes': '* text=auto eol=crlf\ncharts/web/README.md export-ignore\ncharts/web/ident.txt ident\n',
      'charts/web/README.md': 'export-ignore is for archives\n',
      'charts/web/ident.txt': '$Id$\n',
      'charts/web/logo.png': 'a picture\n',
      'charts/web/bytes.bin': '\u0000\u0001ÿ\n\n',
      'charts/web/ünïcode name.txt': 'a name\n',
      'charts/empty.txt': '',
      'outside.yaml': '-> /etc/passwd',
      'charts/web/inside.yaml': '-> values.yaml',
      'up.yaml': '-> ../../../../etc/hostname',
      '.github/workflow.yaml': 'left out unless said\n',
      'apps-more/a.yaml': 'a beginning of a path is enough\n',
      'apps/a.yaml': 'b\n',
    },
    start,
  );
  web.git('tag', 'v1.0.0');
  web.git('tag', '-a', 'v1.1.0', '-m', 'annotated');
  web.git('tag', 'not-a-version');
  web.git('tag', 'v2.0');
  commits.second = await web.commit(
    { 'charts/web/Chart.yaml': chart['charts/web/Chart.yaml'].replace('1.2.3', '1.3.0') },
    start + day,
  );
  web.git('tag', '-a', '1.2.0+late', '-m', 'annotated');
  web.git('tag', '1.2.0+early', commits.first);
  web.git('tag', 'v1.3.0-rc.1');
  web.git('checkout', '--quiet', '-b', 'feature/side');
  commits.side = await web.commit(
    {
      '.sourceignore': '# rules\n*.txt\n!/charts/empty.txt\n/apps/\n',
      'charts/web/.sourceignore': 'templates/\r\n!a.yaml\n',
      'charts/web/templates/b.yaml': 'kind: B\n',
    },
    start + 2 * day,
  );
  web.git('update-ref', 'refs/pull/7/head', 'HEAD');
  web.git('checkout', '--quiet', '-b', 'submodules', 'main');
  await web.commit(
    {
      '.gitmodules':
        `[submodule "vendor/absolute"]\n\tpath = vendor/absolute\n\turl = ${server.url}/library/.git\n` +
        '[submodule "vendor/relative"]\n\tpath = vendor/relative\n\turl = ../../library/.git\n',
      'vendor/absolute': `@ ${used}`,
      'vendor/relative': `@ ${used}`,
    },
    start + 3 * day,
  );
  web.git('checkout', '--quiet', '-b', 'gone', 'main');
  commits.unreachable = await web.commit({ 'gone.txt': 'gone\n' }, start + 4 * day);
  web.git('checkout', '--quiet', 'main');
  web.git('branch', '--quiet', '-D', 'gone');
  await createRepository(path.join(folder, 'empty'));
});

afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

async function world(
  options: { readonly allowHosts?: readonly string[]; readonly log?: string[] } = {},
): Promise<SourceWorld> {
  const place = await mkdtemp(path.join(folder, 'world-'));
  const note = (message: string): void => {
    options.log?.push(message);
  };
  return openWorld({
    configFolder: path.join(place, 'config'),
    cacheFolder: path.join(place, 'cache'),
    allowHosts: options.allowHosts ?? ['*'],
    localSources: {},
    usesProxyVariables: false,
    variables: { HOME: place, PATH: process.env['PATH'] },
    version: 'test',
    log: { debug: note, info: note, warn: note, error: note },
  });
}

const asking = { signal: new AbortController().signal, maxAgeMs: 0 };
const nothing: ValuesLookup = () => undefined;

function repository(spec: Partial<GitRepositorySpec>, name = 'web'): GitRepository {
  return {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'GitRepository',
    metadata: { name, namespace: 'apps' },
    spec: { url: `${server.url}/web/.git`, ...spec },
  };
}

const secret =
  (data: Readonly<Record<string, string>>): ValuesLookup =>
  ({ name }) =>
    name === 'login' ? { kind: 'known', data: new Map(Object.entries(data)), sealed: new Map() } : undefined;

/** What both say of one `spec`. */
async function both(
  spec: Partial<GitRepositorySpec>,
  data?: Readonly<Record<string, string>>,
): Promise<{ readonly ours: object; readonly theirs: object }> {
  const source = repository({ ...spec, ...(data && { secretRef: { name: 'login' } }) });
  const { url, ref, sparseCheckout, recurseSubmodules, ignore } = source.spec;
  const answer = await oracle({
    git: { url, ref, sparse: sparseCheckout, submodules: recurseSubmodules, ignore, secret: data },
  });
  const request = { source, objects: objectSet([]), lookup: data === undefined ? nothing : secret(data) };
  const ours = await gitFolder(request, await world(), asking);
  return {
    ours: { revision: ours.revision, files: await digestsOf(ours) },
    theirs: { revision: answer.revision, files: answer.files, ...(answer.error && { error: answer.error }) },
  };
}

describe('the same revision and files as source-controller', () => {
  const cases: readonly { readonly name: string; readonly spec: () => Partial<GitRepositorySpec> }[] = [
    { name: 'a branch', spec: () => ({ ref: { branch: 'main' } }) },
    { name: 'a branch with rules of its own', spec: () => ({ ref: { branch: 'feature/side' } }) },
    {
      name: 'a branch with rules, and spec.ignore after them',
      spec: () => ({ ref: { branch: 'feature/side' }, ignore: '!/apps/\n!crlf.txt\n' }),
    },
    { name: 'spec.ignore alone', spec: () => ({ ref: { branch: 'main' }, ignore: '/*\n!/charts/\n' }) },
    { name: 'a tag', spec: () => ({ ref: { tag: 'v1.0.0' } }) },
    { name: 'an annotated tag', spec: () => ({ ref: { tag: 'v1.1.0' } }) },
    { name: 'a range', spec: () => ({ ref: { semver: '1.x' } }) },
    {
      name: 'a range whose highest version has two tags: the newest commit',
      spec: () => ({ ref: { semver: '~1.2' } }),
    },
    { name: 'a range with prereleases', spec: () => ({ ref: { semver: '>=1.3.0-0' } }) },
    { name: 'a tag before a range', spec: () => ({ ref: { tag: 'v1.0.0', semver: '1.x' } }) },
    { name: 'a range before a branch', spec: () => ({ ref: { semver: '1.1.x', branch: 'main' } }) },
    {
      name: 'a name before everything but a commit',
      spec: () => ({ ref: { name: 'refs/heads/feature/side', tag: 'v1.0.0', semver: '1.x', branch: 'main' } }),
    },
    { name: 'the name of a tag', spec: () => ({ ref: { name: 'refs/tags/v1.1.0' } }) },
    { name: 'the name of what a tag points to', spec: () => ({ ref: { name: 'refs/tags/v1.1.0^{}' } }) },
    { name: 'a commit', spec: () => ({ ref: { commit: commits.first } }) },
    { name: 'a commit of a branch', spec: () => ({ ref: { commit: commits.first, branch: 'main' } }) },
    {
      name: 'a commit before a name',
      spec: () => ({ ref: { commit: commits.first, name: 'refs/heads/feature/side' } }),
    },
    {
      name: 'folders only',
      spec: () => ({ ref: { branch: 'main' }, sparseCheckout: ['./charts/web/templates', 'apps'] }),
    },
    { name: 'folders only, of a commit', spec: () => ({ ref: { commit: commits.first }, sparseCheckout: ['apps'] }) },
    { name: 'no submodules unless asked for', spec: () => ({ ref: { branch: 'submodules' } }) },
  ];
  test.for(cases)('$name', async ({ spec }) => {
    const { ours, theirs } = await both(spec());
    expect(ours).toEqual(theirs);
  });

  test('submodules, but for the file that go-git leaves in each', async () => {
    const { ours, theirs } = await both({ ref: { branch: 'submodules' }, recurseSubmodules: true });
    const { files, ...rest } = theirs as { readonly files: Readonly<Record<string, string>> }; // of `both`
    const kept = Object.entries(files).filter(([name]) => !name.endsWith('/.git'));
    expect(kept.map(([name]) => name)).toContain('vendor/relative/lib/Chart.yaml');
    expect(ours).toEqual({ ...rest, files: Object.fromEntries(kept) });
  });
});

describe('refused by both', () => {
  const cases: readonly {
    readonly name: string;
    readonly spec: () => Partial<GitRepositorySpec>;
    readonly code: string;
    readonly says: string;
    readonly they: string;
  }[] = [
    {
      name: 'a branch that is not there',
      spec: () => ({ ref: { branch: 'none' } }),
      code: 'not-found',
      says: "couldn't find remote ref 'refs/heads/none'",
      they: "couldn't find remote ref",
    },
    {
      name: 'no branch at all, where there is no master',
      spec: () => ({}),
      code: 'not-found',
      says: "couldn't find remote ref 'refs/heads/master'",
      they: "couldn't find remote ref",
    },
    {
      name: 'a tag that is not there',
      spec: () => ({ ref: { tag: 'v9.0.0' } }),
      code: 'not-found',
      says: "couldn't find remote ref 'refs/tags/v9.0.0'",
      they: "couldn't find remote ref",
    },
    {
      name: 'a range that nothing satisfies',
      spec: () => ({ ref: { semver: '>9' } }),
      code: 'no-version',
      says: 'no match found for semver: >9',
      they: 'no match found for semver: >9',
    },
    {
      name: 'a range that is none',
      spec: () => ({ ref: { semver: 'latest' } }),
      code: 'invalid-version',
      says: 'semver parse error: improper constraint: "latest"',
      they: 'semver parse error: improper constraint: "latest"',
    },
    {
      name: 'a name that is not there',
      spec: () => ({ ref: { name: 'refs/heads/none' } }),
      code: 'not-found',
      says: "unable to resolve ref 'refs/heads/none' to a specific commit",
      they: "unable to resolve ref 'refs/heads/none' to a specific commit",
    },
    {
      name: 'a commit that is not there',
      spec: () => ({ ref: { commit: '0123456789'.repeat(4) } }),
      code: 'not-found',
      says: 'not our ref 0123456789012345678901234567890123456789',
      they: "unable to resolve commit object for '0123456789012345678901234567890123456789'",
    },
    {
      name: 'a short commit',
      spec: () => ({ ref: { commit: commits.first.slice(0, 8) } }),
      code: 'not-found',
      says: 'unable to resolve commit object for',
      they: 'unable to resolve commit object for',
    },
    {
      name: 'a repository that is not there',
      spec: () => ({ url: `${server.url}/none`, ref: { branch: 'main' } }),
      code: 'not-found',
      says: 'not found',
      they: 'not found',
    },
    {
      name: 'a repository without a commit',
      spec: () => ({ url: `${server.url}/empty/.git`, ref: { branch: 'main' } }),
      code: 'not-found',
      says: 'git repository is empty',
      they: 'git repository is empty',
    },
  ];
  test.for(cases)('$name', async ({ spec, code, says, they }) => {
    const source = repository(spec());
    const { url, ref } = source.spec;
    expect((await oracle({ git: { url, ref } })).error).toContain(they);
    const error = await caught(gitFolder({ source, objects: objectSet([]), lookup: nothing }, await world(), asking));
    expect(error).toMatchObject({ code, url });
    expect(error.message).toContain(`GitRepository/apps/web: ${url}: `);
    expect(error.message).toContain(says);
  });
});

test('a commit of a server that gives only what it shows', async () => {
  const old = await serveGit(folder, { isOld: true });
  try {
    const url = `${old.url}/web/.git`;
    const request = { objects: objectSet([]), lookup: nothing };
    const source = repository({ url, ref: { commit: commits.first } });
    const ours = await gitFolder({ ...request, source }, await world(), asking);
    const theirs = await oracle({ git: { url, ref: { commit: commits.first } } });
    expect({ revision: ours.revision, files: await digestsOf(ours) }).toEqual(theirs);
    const gone = repository({ url, ref: { commit: commits.unreachable } });
    expect(await caught(gitFolder({ ...request, source: gone }, await world(), asking))).toMatchObject({
      code: 'not-found',
    });
  } finally {
    await old.close();
  }
});

test('what was fetched is kept by revision, and stays when the server does not answer', async () => {
  const copy = path.join(folder, 'copy');
  execFileSync('cp', ['-r', path.join(folder, 'web'), copy]);
  const requests: string[] = [];
  let isDown = false;
  const counting = await serveGit(folder, {
    instead: ({ method, url }, response) => {
      requests.push(`${method ?? ''} ${url ?? ''}`);
      if (isDown) {
        response.writeHead(503).end();
      }
      return isDown;
    },
  });
  try {
    const here = await world();
    const source = repository({ url: `${counting.url}/copy/.git`, ref: { branch: 'main' } });
    const request = { source, objects: objectSet([]), lookup: nothing };
    const first = await gitFolder(request, here, asking);
    const fetched = requests.splice(0).length;
    const again = await gitFolder(request, here, asking);
    expect(again.revision).toBe(first.revision);
    expect(await digestsOf(again)).toEqual(await digestsOf(first));
    expect(requests.length).toBeLessThan(fetched);
    expect(requests.splice(0).length).toBeGreaterThan(0);
    await gitFolder(request, here, { ...asking, maxAgeMs: 3_600_000 });
    expect(requests).toEqual([]);
    isDown = true;
    const stale = await gitFolder(request, here, asking);
    expect(stale.revision).toBe(first.revision);
    expect(stale.warnings.join()).toContain(`what was fetched before, ${first.revision}, is used`);
    expect(await caught(gitFolder(request, await world(), asking))).toMatchObject({ code: 'server' });
  } finally {
    await counting.close();
  }
});

test('another repository is put where include says, and its own rules have been applied', async () => {
  const objects = objectSet(
    readManifests(
      `apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: side, namespace: apps}\n` +
        `spec: {url: '${server.url}/web/.git', ref: {branch: feature/side}}\n`,
      { file: 'side.yaml', dialect: 'kustomize' },
    ).manifests,
  );
  const include = [
    { repository: { name: 'side' }, fromPath: 'charts', toPath: '../more' },
    { repository: { name: 'side' } },
  ];
  const source = repository({ ref: { branch: 'main' }, ignore: 'values.yaml\n', include });
  const files = Object.keys(
    await digestsOf(await gitFolder({ source, objects, lookup: nothing }, await world(), asking)),
  );
  expect(files).toContain('charts/web/Chart.yaml');
  expect(files).toContain('more/web/Chart.yaml');
  expect(files).toContain('more/empty.txt');
  expect(files).toContain('side/charts/web/Chart.yaml');
  expect(files.filter((name) => name.endsWith('values.yaml') || name.startsWith('side/apps/'))).toEqual([]);
  const missing = repository({ ref: { branch: 'main' }, include: [{ repository: { name: 'none' } }] });
  expect((await caught(gitFolder({ source: missing, objects, lookup: nothing }, await world(), asking))).message).toBe(
    "GitRepository/apps/web: could not get resource for include 'none'",
  );
});

test('nothing is sent to a host that is not allowed', async () => {
  const before = server.authorizations.length;
  const source = repository({ ref: { branch: 'main' } });
  const error = await caught(
    gitFolder({ source, objects: objectSet([]), lookup: nothing }, await world({ allowHosts: [] }), asking),
  );
  expect(error).toMatchObject({ code: 'offline', host: server.host });
  expect(server.authorizations).toHaveLength(before);
});

test('a hostile repository makes git run nothing and read nothing else', async () => {
  for (const url of ['ext::sh -c touch% /tmp/fairlead-ran', `file://${folder}/web`, '--upload-pack=touch']) {
    const source = repository({ url, ref: { branch: 'main' } });
    expect(
      await caught(gitFolder({ source, objects: objectSet([]), lookup: nothing }, await world(), asking)),
    ).toMatchObject({ code: 'invalid-url' });
  }
  const evil = await createRepository(path.join(folder, 'evil'));
  await writeFile(
    path.join(evil.folder, '.gitmodules'),
    `[submodule "a"]\n\tpath = a\n\turl = ext::sh -c 'touch ${folder}/ran'\n`,
  );
  await evil.commit({ a: `@ ${commits.first}` }, start);
  const source = repository({ url: `${server.url}/evil/.git`, ref: { branch: 'main' }, recurseSubmodules: true });
  await gitFolder({ source, objects: objectSet([]), lookup: nothing }, await world(), asking).catch(() => undefined);
  expect(await readdir(folder)).not.toContain('ran');
});

describe('with a login', () => {
  const password = 'p@ss:word/Planted-1';
  const token = 'Planted-bearer-2';
  const basic = `Basic ${Buffer.from(`flux:${password}`).toString('base64')}`;
  let guarded: GitHttpServer;
  beforeAll(async () => {
    guarded = await serveGit(folder, { allowed: [basic, `Bearer ${token}`] });
  });
  afterAll(() => guarded.close());

  test.for([
    { name: 'user and password', data: { username: 'flux', password } },
    { name: 'a token', data: { bearerToken: token } },
  ])('$name', async ({ data }) => {
    const { ours, theirs } = await both({ url: `${guarded.url}/web/.git`, ref: { branch: 'main' } }, data);
    expect(ours).toEqual(theirs);
  });

  test.for([
    { name: 'no login', data: undefined, url: '' },
    { name: 'a wrong password', data: { username: 'flux', password: 'Planted-wrong-3' }, url: '' },
    { name: 'a wrong token', data: { bearerToken: 'Planted-wrong-4' }, url: '' },
    { name: 'a wrong password in the URL', data: undefined, url: 'flux:Planted-wrong-5@' },
  ])('$name is refused, and no secret is told', async ({ data, url }) => {
    const log: string[] = [];
    const source = repository({
      url: `${guarded.url.replace('://', `://${url}`)}/web/.git`,
      ref: { branch: 'main' },
      ...(data && { secretRef: { name: 'login' } }),
    });
    const lookup = data === undefined ? nothing : secret(data);
    const error = await caught(gitFolder({ source, objects: objectSet([]), lookup }, await world({ log }), asking));
    expect(error.code).toBe('unauthorized');
    expect(JSON.stringify([error, error.message, error.cause, String(error.stack), log])).not.toContain('Planted');
  });

  test('a private authority and a client certificate, as source-controller takes them', async () => {
    const authority = makeAuthority('git');
    const certificate = issueCertificate(authority, { addresses: ['127.0.0.1'] });
    const client = issueCertificate(authority, {});
    const safe = await serveGit(folder, {
      tls: { cert: certificate.cert, key: certificate.key, ca: authority.cert, requestCert: true },
    });
    const spec = { url: `${safe.url}/web/.git`, ref: { branch: 'main' } };
    const data = { 'ca.crt': authority.cert, 'tls.crt': client.cert, 'tls.key': client.key };
    try {
      const { ours, theirs } = await both(spec, data);
      expect(ours).toEqual(theirs);
      for (const { lacking, code } of [
        { lacking: {}, code: 'tls' },
        { lacking: { 'ca.crt': authority.cert }, code: /tls|network/ },
      ]) {
        const source = repository({ ...spec, secretRef: { name: 'login' } });
        const error = await caught(
          gitFolder({ source, objects: objectSet([]), lookup: secret(lacking) }, await world(), asking),
        );
        expect(error.code).toMatch(code);
        expect(error.message).toContain('GitRepository/apps/web');
      }
    } finally {
      await safe.close();
    }
  });

  test('a redirect to another host takes no login along', async () => {
    const other = await serveGit(folder);
    const redirecting = await serveGit(folder, {
      instead: ({ headers, url = '' }, response) => {
        if (headers.authorization === undefined) {
          response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
        } else {
          response.writeHead(302, { location: `${other.url}${url}` }).end();
        }
        return true;
      },
    });
    try {
      for (const data of [{ username: 'flux', password }, { bearerToken: token }]) {
        const source = repository({
          url: `${redirecting.url}/web/.git`,
          ref: { branch: 'main' },
          secretRef: { name: 'login' },
        });
        await gitFolder({ source, objects: objectSet([]), lookup: secret(data) }, await world(), asking).catch(
          () => undefined,
        );
      }
      expect(other.authorizations.filter((value) => value !== undefined)).toEqual([]);
      expect(redirecting.authorizations).toContain(basic);
    } finally {
      await Promise.all([other.close(), redirecting.close()]);
    }
  });

  test('a submodule on another host takes no login along', async () => {
    const source = repository({
      url: `${guarded.url}/web/.git`,
      ref: { branch: 'submodules' },
      recurseSubmodules: true,
      secretRef: { name: 'login' },
    });
    const before = server.authorizations.length;
    const files = await digestsOf(
      await gitFolder(
        { source, objects: objectSet([]), lookup: secret({ username: 'flux', password }) },
        await world(),
        asking,
      ),
    );
    expect(Object.keys(files)).toContain('vendor/absolute/lib/Chart.yaml');
    const sent = server.authorizations.slice(before);
    expect(sent.length).toBeGreaterThan(0);
    expect(sent.filter((value) => value !== undefined)).toEqual([]);
  });

  test('nothing that was written for git is left behind', async () => {
    const names = (await readdir(os.tmpdir())).filter(
      (name) => /^fairlead-(?:git|fetch)-[^t]/.test(name) && !name.startsWith('fairlead-git-test'),
    );
    const source = repository({
      url: `${guarded.url}/web/.git`,
      ref: { branch: 'main' },
      secretRef: { name: 'login' },
    });
    await gitFolder(
      { source, objects: objectSet([]), lookup: secret({ username: 'flux', password }) },
      await world(),
      asking,
    );
    const after = (await readdir(os.tmpdir())).filter(
      (name) => /^fairlead-(?:git|fetch)-[^t]/.test(name) && !name.startsWith('fairlead-git-test'),
    );
    expect(after).toEqual(names);
  });
});
