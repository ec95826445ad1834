import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { nodeGit } from '../../engine/src/node/git.ts';

/** Clones on this machine, as git describes them. */
let folder = '';
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'fairlead-clone-')));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const { signal } = new AbortController();

test('a clone says its root, remotes, branch and commit, and runs nothing of its own', async () => {
  const git = (...args: string[]): string =>
    execFileSync('git', ['-C', folder, '-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
      encoding: 'utf8',
    }).trim();
  git('init', '--quiet', '--initial-branch', 'main');
  const read = nodeGit(process.env);
  expect(await read.describe(folder, { signal })).toEqual({
    root: folder,
    remoteUrls: [],
    branch: 'main',
    head: undefined,
  });
  git('remote', 'add', 'origin', 'https://git.example.com/a.git');
  git('remote', 'add', 'fork', 'git@git.example.com:b.git');
  git('commit', '--quiet', '--allow-empty', '-m', 'first');
  const witness = join(folder, 'ran');
  await writeFile(join(folder, 'monitor'), `#!/bin/sh\ntouch ${witness}\n`);
  await chmod(join(folder, 'monitor'), 0o755);
  git('config', 'core.fsmonitor', join(folder, 'monitor'));
  git('config', 'core.pager', join(folder, 'monitor'));
  await mkdir(join(folder, 'apps'));
  await writeFile(join(folder, 'apps', 'a.yaml'), '');
  expect(await read.describe(join(folder, 'apps', 'a.yaml'), { signal })).toEqual({
    root: folder,
    remoteUrls: ['https://git.example.com/a.git', 'git@git.example.com:b.git'],
    branch: 'main',
    head: git('-c', 'core.fsmonitor=false', 'rev-parse', 'HEAD'),
  });
  await expect(stat(witness)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('without git the root of a clone is known, and nothing else of it', async () => {
  execFileSync('git', ['init', '--quiet', folder]);
  execFileSync('git', ['-C', folder, 'remote', 'add', 'origin', 'https://git.example.com/a.git']);
  await mkdir(join(folder, 'apps'));
  await symlink(join(folder, 'apps'), join(folder, 'link'));
  const git = nodeGit({ PATH: '' });
  const clone = { root: folder, remoteUrls: [], branch: undefined, head: undefined };
  expect(await git.describe(join(folder, 'apps'), { signal })).toEqual(clone);
  expect(await git.describe(join(folder, 'link'), { signal })).toEqual(clone);
});
