import { mkdir, mkdtemp, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openConsent } from './consent.ts';
import { nodeFiles } from './files.ts';
import { nodeGit } from './git.ts';

let folder = '';
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'fairlead-node-')));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const { signal } = new AbortController();

test('files that are not there are undefined, and large ones an error', async () => {
  const file = join(folder, 'a');
  await writeFile(file, '12345');
  await symlink(file, join(folder, 'link'));
  await mkdir(join(folder, 'sub'));
  expect(await nodeFiles.list(folder, { signal })).toEqual([
    { name: 'a', kind: 'file' },
    { name: 'link', kind: 'link' },
    { name: 'sub', kind: 'folder' },
  ]);
  expect(await nodeFiles.read(join(folder, 'none'), { signal, maxBytes: 9 })).toBeUndefined();
  expect(await nodeFiles.read(join(file, 'below'), { signal, maxBytes: 9 })).toBeUndefined();
  expect(await nodeFiles.read(folder, { signal, maxBytes: 9 })).toBeUndefined();
  expect(await nodeFiles.list(file, { signal })).toBeUndefined();
  expect(await nodeFiles.realPath(join(folder, 'link'), { signal })).toBe(file);
  expect(await nodeFiles.realPath(join(folder, 'none'), { signal })).toBeUndefined();
  await expect(nodeFiles.read(file, { signal, maxBytes: 4 })).rejects.toMatchObject({ code: 'too-large' });
});

test('outside of any clone there is no working copy', async () => {
  expect(await nodeGit(process.env).describe(folder, { signal })).toBeUndefined();
  expect(await nodeGit(process.env).describe(join(folder, 'none'), { signal })).toBeUndefined();
  expect(await nodeGit({ PATH: '' }).describe(folder, { signal })).toBeUndefined();
});

test('allowed hosts are remembered in a file of the user only', async () => {
  const configFolder = join(folder, 'config');
  const store = await openConsent({ configFolder, allowHosts: ['now.example.com'] });
  expect(['now.example.com', 'ghcr.io'].map((host) => store.allowed(host))).toEqual([true, false]);
  const other = await openConsent({ configFolder, allowHosts: [] });
  await other.allow(['docker.io']);
  await store.allow(['GHCR.io']);
  expect((await stat(join(configFolder, 'allowed-hosts.json'))).mode & 0o777).toBe(0o600);
  const later = await openConsent({ configFolder, allowHosts: [] });
  expect(later.remembered()).toEqual(['docker.io', 'ghcr.io']);
  expect(['now.example.com', 'ghcr.io', 'ghcr.io:443'].map((host) => later.allowed(host))).toEqual([
    false,
    true,
    false,
  ]);
  await later.forget(['ghcr.io']);
  expect((await openConsent({ configFolder, allowHosts: ['*'] })).remembered()).toEqual(['docker.io']);
  expect((await openConsent({ configFolder, allowHosts: ['*'] })).allowed('any.example.com')).toBe(true);
});

test('a consent file that is broken allows nothing', async () => {
  await writeFile(join(folder, 'allowed-hosts.json'), '{"hosts": "*"');
  expect((await openConsent({ configFolder: folder, allowHosts: [] })).allowed('ghcr.io')).toBe(false);
});
