import { expect, test } from 'vitest';
import type { GitReference, GitRepository } from '../flux/index.ts';
import type { Environment } from '../support/index.ts';
import { filesInMemory } from './sourceArtifact.ts';
import { findWorkingCopy } from './workingCopy.ts';

const signal = new AbortController().signal;
const head = 'c0ffee'.repeat(6) + 'c0ff';

function environment(branch: string | undefined): Environment {
  const refuse = (): never => {
    throw new Error('the working copy needs no more than files and Git');
  };
  const files = new Map([
    ['charts/web/Chart.yaml', new TextEncoder().encode('name: web\n')],
    ['charts/web/secret.txt', new Uint8Array()],
    ['charts/.sourceignore', new TextEncoder().encode('*.txt\n')],
  ]);
  const remoteUrls = ['git@example.com:org/repo.git'];
  return {
    clock: { now: refuse, sleep: refuse },
    random: { bytes: refuse },
    http: { request: refuse },
    files: filesInMemory('/repo', files),
    git: { describe: () => Promise.resolve({ root: '/repo', remoteUrls, branch, head }) },
    credentials: { forHost: refuse },
    consent: { allowed: refuse },
    log: { debug: refuse, info: refuse, warn: refuse, error: refuse },
  };
}

function source(ref: GitReference | undefined, url = 'https://example.com/org/repo'): GitRepository {
  return {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'GitRepository',
    metadata: { name: 'repo', namespace: 'apps' },
    spec: { url, ...(ref && { ref }) },
  };
}

test.for<{ readonly ref: GitReference | undefined; readonly branch?: string; readonly warning?: string }>([
  { ref: { branch: 'main' }, branch: 'main' },
  { ref: undefined, branch: 'master' },
  { ref: { branch: 'main' } },
  { ref: undefined, branch: 'main', warning: 'the source follows branch master, and the working copy is on main' },
  {
    ref: { branch: 'main' },
    branch: 'side',
    warning: 'the source follows branch main, and the working copy is on side',
  },
  { ref: { tag: 'v1' }, branch: 'main', warning: 'the source follows tag v1, and the working copy is on main' },
  { ref: { semver: '1.x' }, warning: `the source follows versions 1.x, and the working copy is at ${head}` },
  {
    ref: { commit: 'a'.repeat(40) },
    branch: 'main',
    warning: `the source follows commit ${'a'.repeat(40)}, and the working copy is on main`,
  },
  { ref: { commit: head }, branch: 'main' },
  {
    ref: { name: 'refs/pull/1/head' },
    branch: 'main',
    warning: 'the source follows reference refs/pull/1/head, and the working copy is on main',
  },
])('a source of $ref in a clone on $branch: $warning', async ({ ref, branch, warning }) => {
  const world = { environment: environment(branch), localSources: {} };
  const folder = await findWorkingCopy(source(ref), '/repo', world, { signal });
  expect(folder).toMatchObject({ root: '/repo', from: 'the working copy' });
  expect(folder?.warnings).toEqual(warning === undefined ? [] : [warning]);
  expect(folder?.revision).toBe(`${branch ?? ref?.branch ?? 'master'}@sha1:${head}`);
  expect(await folder?.files.list('/repo/charts/web', { signal })).toEqual([{ name: 'Chart.yaml', kind: 'file' }]);
});

test('a clone of something else is not the source, unless its folder was named for it', async () => {
  const world = { environment: environment('main'), localSources: {} };
  const other = source(undefined, 'https://example.com/org/other');
  expect(await findWorkingCopy(other, '/repo', world, { signal })).toBeUndefined();
  const named = { ...world, localSources: { 'ssh://git@example.com/org/other.git': '/repo' } };
  expect(await findWorkingCopy(other, undefined, named, { signal })).toMatchObject({ root: '/repo', warnings: [] });
  const gone = { ...world, localSources: { 'https://example.com/org/other': '/gone' } };
  await expect(findWorkingCopy(other, undefined, gone, { signal })).rejects.toMatchObject({ code: 'not-found' });
});
