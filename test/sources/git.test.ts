import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { type GitRepositorySpec, objectSet, readManifests } from '../../engine/src/flux/index.ts';
import { type GitHttpOptions, serveGit } from '../support/gitServer.ts';
import { useGitSources } from '../support/gitSources.ts';
import { useClosing } from '../support/scratch.ts';
import { caught, digestsOf } from '../support/sourceFolder.ts';
import { openTestWorld } from '../support/sourceWorld.ts';

/** GitRepositories as source-controller's own packages fetch them, over HTTP as git itself serves it. */
const git = useGitSources('git-test');
const closing = useClosing();

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
    { name: 'a commit', spec: () => ({ ref: { commit: git.commits.first } }) },
    { name: 'a commit of a branch', spec: () => ({ ref: { commit: git.commits.first, branch: 'main' } }) },
    {
      name: 'a commit before a name',
      spec: () => ({ ref: { commit: git.commits.first, name: 'refs/heads/feature/side' } }),
    },
    {
      name: 'folders only',
      spec: () => ({ ref: { branch: 'main' }, sparseCheckout: ['./charts/web/templates', 'apps'] }),
    },
    {
      name: 'folders only, of a commit',
      spec: () => ({ ref: { commit: git.commits.first }, sparseCheckout: ['apps'] }),
    },
    { name: 'no submodules unless asked for', spec: () => ({ ref: { branch: 'submodules' } }) },
  ];
  test.for(cases)('$name', async ({ spec }) => {
    const { ours, theirs } = await git.both(spec());
    expect(ours).toEqual(theirs);
  });

  test('submodules, but for the file that go-git leaves in each', async () => {
    const { ours, theirs } = await git.both({ ref: { branch: 'submodules' }, recurseSubmodules: true });
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
      spec: () => ({ ref: { commit: git.commits.first.slice(0, 8) } }),
      code: 'not-found',
      says: 'unable to resolve commit object for',
      they: 'unable to resolve commit object for',
    },
    {
      name: 'a repository that is not there',
      spec: () => ({ url: `${git.server.url}/none`, ref: { branch: 'main' } }),
      code: 'not-found',
      says: 'not found',
      they: 'not found',
    },
    {
      name: 'a repository without a commit',
      spec: () => ({ url: `${git.server.url}/empty/.git`, ref: { branch: 'main' } }),
      code: 'not-found',
      says: 'git repository is empty',
      they: 'git repository is empty',
    },
  ];
  test.for(cases)('$name', async ({ spec, code, says, they }) => {
    const source = git.repository(spec());
    const { url, ref } = source.spec;
    expect((await git.oracle({ git: { url, ref } })).error).toContain(they);
    const error = await caught(git.fetch(source));
    expect(error).toMatchObject({ code, url });
    expect(error.message).toContain(`GitRepository/apps/web: ${url}: `);
    expect(error.message).toContain(says);
  });
});

test('a commit of a server that gives only what it shows', async () => {
  const old = closing(await serveGit(git.folder, { isOld: true }));
  const url = `${old.url}/web/.git`;
  const source = git.repository({ url, ref: { commit: git.commits.first } });
  const ours = await git.fetch(source);
  const theirs = await git.oracle({ git: { url, ref: { commit: git.commits.first } } });
  expect({ revision: ours.revision, files: await digestsOf(ours) }).toEqual(theirs);
  const gone = git.repository({ url, ref: { commit: git.commits.unreachable } });
  expect(await caught(git.fetch(gone))).toMatchObject({
    code: 'not-found',
  });
});

test('what was fetched is kept by revision, and stays when the server does not answer', async () => {
  const copy = path.join(git.folder, 'copy');
  execFileSync('cp', ['-r', path.join(git.folder, 'web'), copy]);
  const requests: string[] = [];
  let isDown = false;
  const instead: GitHttpOptions['instead'] = ({ method, url }, response) => {
    requests.push(`${method ?? ''} ${url ?? ''}`);
    if (isDown) {
      response.writeHead(503).end();
    }
    return isDown;
  };
  const counting = closing(await serveGit(git.folder, { instead }));
  const world = await openTestWorld(git.folder);
  const source = git.repository({ url: `${counting.url}/copy/.git`, ref: { branch: 'main' } });
  const first = await git.fetch(source, { world });
  const fetched = requests.splice(0).length;
  const again = await git.fetch(source, { world });
  expect(again.revision).toBe(first.revision);
  expect(await digestsOf(again)).toEqual(await digestsOf(first));
  expect(requests.length).toBeLessThan(fetched);
  expect(requests.splice(0).length).toBeGreaterThan(0);
  await git.fetch(source, { world, maxAgeMs: 3_600_000 });
  expect(requests).toEqual([]);
  isDown = true;
  const stale = await git.fetch(source, { world });
  expect(stale.revision).toBe(first.revision);
  expect(stale.warnings.join()).toContain(`what was fetched before, ${first.revision}, is used`);
  expect(await caught(git.fetch(source))).toMatchObject({ code: 'server' });
});

test('another repository is put where include says, and its own rules have been applied', async () => {
  const objects = objectSet(
    readManifests(
      `apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: side, namespace: apps}\n` +
        `spec: {url: '${git.server.url}/web/.git', ref: {branch: feature/side}}\n`,
      { file: 'side.yaml', dialect: 'kustomize' },
    ).manifests,
  );
  const include = [
    { repository: { name: 'side' }, fromPath: 'charts', toPath: '../more' },
    { repository: { name: 'side' } },
  ];
  const source = git.repository({ ref: { branch: 'main' }, ignore: 'values.yaml\n', include });
  const files = Object.keys(await digestsOf(await git.fetch(source, { objects })));
  expect(files).toContain('charts/web/Chart.yaml');
  expect(files).toContain('more/web/Chart.yaml');
  expect(files).toContain('more/empty.txt');
  expect(files).toContain('side/charts/web/Chart.yaml');
  expect(files.filter((name) => name.endsWith('values.yaml') || name.startsWith('side/apps/'))).toEqual([]);
  const missing = git.repository({ ref: { branch: 'main' }, include: [{ repository: { name: 'none' } }] });
  expect((await caught(git.fetch(missing, { objects }))).message).toBe(
    "GitRepository/apps/web: could not get resource for include 'none'",
  );
});

test('an include that leads back to itself is refused', async () => {
  const ring = (name: string, next: string): string =>
    `---\napiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: ${name}, namespace: apps}\n` +
    `spec: {url: '${git.server.url}/web/.git', ref: {branch: main}, include: [{repository: {name: ${next}}}]}\n`;
  const text = `${ring('one', 'two')}${ring('two', 'one')}`;
  const objects = objectSet(readManifests(text, { file: 'ring.yaml', dialect: 'kustomize' }).manifests);
  const source = git.repository({ ref: { branch: 'main' }, include: [{ repository: { name: 'one' } }] });
  expect(await caught(git.fetch(source, { objects }))).toMatchObject({
    code: 'unsupported',
    message: "GitRepository/apps/two: include 'one' leads back to itself",
  });
});
