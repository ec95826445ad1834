import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadBundle } from './bundle.ts';

let folder = '';
let cacheFolder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'fairlead-bundle-'));
  cacheFolder = path.join(folder, 'cache', 'compiled');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Writes a bundle, loads it as a process would, and ends. @returns what it exports */
function load(text: string, digest: string): unknown {
  const file = path.join(folder, 'part.cjs');
  writeFileSync(file, text);
  const { exports, keep } = loadBundle(file, { digest, cacheFolder });
  keep();
  return exports;
}

function kept(): string[] {
  return readdirSync(cacheFolder);
}

const text = 'exports.where = [__filename, __dirname]; exports.join = require("node:path").join("a", "b");';

test('a bundle is loaded as Node loads it, first and later', () => {
  const want = { where: [path.join(folder, 'part.cjs'), folder], join: path.join('a', 'b') };
  expect(load(text, 'one')).toEqual(want);
  const [name = ''] = kept();
  expect(statSync(path.join(cacheFolder, name)).mode & 0o777).toBe(0o600);
  expect(load(text, 'one')).toEqual(want);
  expect(kept()).toEqual([name]);
});

test('what later processes compile is added, in some of them', () => {
  const branches =
    'exports.run = (n) => (n === 0 ? a() : b()); const a = () => 1; const b = () => [..."much to do"].join();';
  const run = (digest: string, argument: number): number => {
    const file = path.join(folder, 'part.cjs');
    writeFileSync(file, branches);
    const { exports, keep } = loadBundle(file, { digest, cacheFolder });
    (exports as { run: (argument: number) => unknown }).run(argument);
    keep();
    return statSync(path.join(cacheFolder, kept()[0] ?? '')).size;
  };
  const first = run('one', 0);
  const second = run('one', 1);
  expect(second).toBeGreaterThan(first + 1);
  const sizes = Array.from({ length: 80 }, () => run('one', 1));
  // A byte for each run, up to the last that counts.
  expect(Math.max(...sizes) - second).toBeLessThan(100);
  expect(sizes.at(-1)).toBe(sizes.at(-2));
});

test('another build is compiled anew and takes the place of the one before', () => {
  load('exports.a = 1;', 'one');
  expect(load('exports.a = 2;', 'two')).toEqual({ a: 2 });
  expect(kept()).toEqual([expect.stringContaining('part.cjs-two-')]);
});

test.for([
  {
    name: 'cut short',
    spoil: (file: string) => {
      writeFileSync(file, readFileSync(file).subarray(0, 100));
    },
  },
  {
    name: 'no code at all',
    spoil: (file: string) => {
      writeFileSync(file, 'nonsense');
    },
  },
  {
    name: 'empty',
    spoil: (file: string) => {
      writeFileSync(file, '');
    },
  },
])('what was kept is $name: it is made anew', ({ spoil }) => {
  load('exports.a = () => 1;', 'one');
  const file = path.join(cacheFolder, kept()[0] ?? '');
  const { size } = statSync(file);
  spoil(file);
  expect(load('exports.a = 1;', 'one')).toEqual({ a: 1 });
  expect(statSync(file).size).toBeGreaterThan(size / 2);
});

test('what others may have written is not run', () => {
  load('exports.a = 1;', 'one');
  const file = path.join(cacheFolder, kept()[0] ?? '');
  chmodSync(file, 0o666);
  // Of a digest that lies: were it taken, the old code would run.
  expect(load('exports.a = 2;', 'one')).toEqual({ a: 2 });
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('a folder that cannot be written is no obstacle', () => {
  writeFileSync(path.join(folder, 'cache'), 'a file');
  expect(load('exports.a = 1;', 'one')).toEqual({ a: 1 });
});
