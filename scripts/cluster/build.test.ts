import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { buildTool } from './build.ts';
import { readCrds } from './crds.ts';
import { root } from '../support/run.ts';

let cache = '';
beforeEach(async () => {
  cache = await mkdtemp(path.join(os.tmpdir(), 'fairlead-cache-'));
  vi.stubEnv('FAIRLEAD_CACHE', cache);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(cache, { recursive: true, force: true });
});

test('without Go nothing is built, and one line says what to do', async () => {
  vi.stubEnv('PATH', cache);
  const lines: string[] = [];
  const attempt = buildTool('etcd', { onProgress: (line) => lines.push(line) });
  await expect(attempt).rejects.toMatchObject({
    name: 'BuildError',
    code: 'no-go',
    message: expect.stringMatching(/^the practice cluster is built from Go modules: install Go [^\n]*$/) as string,
  });
  expect(lines).toEqual([]);
  expect(await readdir(cache)).toEqual([]);
});

test('every kind of schemas/ becomes a definition without keywords of ours', async () => {
  const crds = await readCrds(path.join(root, 'schemas'));
  expect(crds.map(({ metadata }) => metadata.name)).toContain('helmreleases.helm.toolkit.fluxcd.io');
  expect(new Set(crds.map(({ metadata }) => metadata.name)).size).toBe(crds.length);
  const text = JSON.stringify(crds);
  expect(text).not.toContain('x-fairlead-');
  expect(text).toContain('x-kubernetes-validations');
});
