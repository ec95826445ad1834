import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nodeArtifactCache } from '../../engine/src/node/artifactCache.ts';
import { digestOf } from '../../engine/src/support/index.ts';
import { blobOf } from '../support/cacheBlobs.ts';

/** The cache that windows and the command line share, used by real processes at once, some of which are killed. */
let parent: string;
beforeAll(async () => {
  parent = await mkdtemp(path.join(os.tmpdir(), 'fairlead-cache-'));
});
afterAll(() => rm(parent, { recursive: true, force: true }));

const { signal } = new AbortController();
const program = fileURLToPath(new URL('../support/cacheProcess.ts', import.meta.url));

interface Writer {
  readonly child: ChildProcess;
  readonly lines: string[];
  /** Exit code, or the signal that ended it, and what it complained of. */
  readonly ended: Promise<string>;
}

interface Writing {
  readonly maxBytes: number;
  readonly count: number;
  readonly seed: number;
}

function startWriter(folder: string, { maxBytes, count, seed }: Writing): Writer {
  const child = spawn(process.execPath, [program, folder, String(maxBytes), String(count), String(seed)]);
  const lines: string[] = [];
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => lines.push(...chunk.toString().split('\n').filter(Boolean)));
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const ended = new Promise<string>((resolve) => {
    child.on('close', (code, killedBy) => {
      resolve(`${String(killedBy ?? code)}${errors}`);
    });
  });
  return { child, lines, ended };
}

async function sizeOf(folder: string): Promise<number> {
  const names = await readdir(folder);
  const sizes = await Promise.all(names.map(async (name) => (await stat(path.join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Every file is what its name says. */
async function expectWhole(folder: string): Promise<void> {
  const cache = nodeArtifactCache({ folder, maxBytes: 1e9 });
  for (const name of await readdir(path.join(folder, 'blobs'))) {
    if (!name.endsWith('.tmp')) {
      const bytes = await cache.get(`sha256:${name}`, { signal });
      expect(bytes && digestOf(bytes)).toBe(`sha256:${name}`);
    }
  }
  expect(await cache.recall('index of all', { signal })).toMatchObject({
    digest: expect.stringMatching(/^sha256:/) as string,
  });
}

test('four processes that fill one cache at once keep within its bounds, and nobody fails', async () => {
  const folder = await mkdtemp(path.join(parent, 'full-'));
  const maxBytes = 1 << 20;
  const writers = [1, 2, 3, 4].map((seed) => startWriter(folder, { maxBytes, count: 60, seed }));
  expect(await Promise.all(writers.map(({ ended }) => ended))).toEqual(['0', '0', '0', '0']);
  expect(writers.map(({ lines }) => lines.length)).toEqual([60, 60, 60, 60]);
  await expectWhole(folder);
  // The one who came last made room, for what it and up to three others had just written.
  expect(await sizeOf(path.join(folder, 'blobs'))).toBeLessThanOrEqual(maxBytes + 4 * 64 * 1024);
  expect((await readdir(path.join(folder, 'blobs'))).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

test('what one process keeps, another finds', async () => {
  const folder = await mkdtemp(path.join(parent, 'shared-'));
  const { ended, lines } = startWriter(folder, { maxBytes: 1e9, count: 20, seed: 5 });
  expect(await ended).toBe('0');
  const cache = nodeArtifactCache({ folder, maxBytes: 1e9 });
  for (const [i, line] of lines.entries()) {
    const bytes = await cache.get(line.split(' ')[0] ?? '', { signal });
    expect(bytes && Buffer.from(bytes).equals(blobOf(5, i))).toBe(true);
  }
});

test('a process that is killed while it writes leaves nothing broken behind', async () => {
  const folder = await mkdtemp(path.join(parent, 'killed-'));
  for (let round = 0; round < 4; round++) {
    const writer = startWriter(folder, { maxBytes: 1e9, count: 100_000, seed: 10 + round });
    await expect.poll(() => writer.lines.length, { timeout: 20_000, interval: 5 }).toBeGreaterThan(3 + 2 * round);
    writer.child.kill('SIGKILL');
    expect(await writer.ended).toBe('SIGKILL');
    await expectWhole(folder);
  }
  const after = startWriter(folder, { maxBytes: 1e9, count: 10, seed: 99 });
  expect(await after.ended).toBe('0');
});
