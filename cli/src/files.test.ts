import { chmod, mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findYamlFiles, whyUnchecked } from './files.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fairlead-files-'));
  for (const name of ['b.yaml', 'a.yml', 'chart/Chart.yaml', 'chart/templates/t.yaml', '.git/c.yaml', 'notes.md']) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), '');
  }
  await writeFile(path.join(folder, 'wide.yaml'), Buffer.from('\ufeffkind: HelmRelease\n', 'utf16le'));
  await writeFile(path.join(folder, 'large.yaml'), '');
  await truncate(path.join(folder, 'large.yaml'), 11 * 1024 * 1024);
  await mkdir(path.join(folder, 'closed'));
  await writeFile(path.join(folder, 'closed', 'secret.yaml'), '', { mode: 0o000 });
  await chmod(path.join(folder, 'closed'), 0o300);
});
afterAll(async () => {
  await chmod(path.join(folder, 'closed'), 0o700);
  await rm(folder, { recursive: true });
});

/** Root may read everything, so it looks as somebody else. */
async function asUser<T>(work: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) {
    return await work();
  }
  process.seteuid?.(65534);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}

test('finds YAML below folders, but no templates of charts, and each file once', async () => {
  await expect(findYamlFiles(['chart', '.git', 'b.yaml', './chart', 'b.yaml'], folder)).resolves.toEqual({
    kind: 'found',
    files: ['chart/Chart.yaml', '.git/c.yaml', 'b.yaml'],
  });
  await expect(findYamlFiles(['b.yaml', 'nowhere', 'nothing'], folder)).resolves.toEqual({
    kind: 'missing',
    path: 'nowhere',
  });
});

test('a folder that cannot be read is an error, not an empty one', async () => {
  await chmod(folder, 0o755);
  await expect(asUser(() => findYamlFiles(['.'], folder))).rejects.toThrow('read closed: permission denied');
});

test.for([
  { file: 'b.yaml', want: undefined },
  { file: 'large.yaml', want: 'it is larger than 10 MiB' },
  { file: 'wide.yaml', want: 'it is UTF-16: save it as UTF-8' },
  { file: 'gone.yaml', want: 'no such file' },
  { file: 'closed/secret.yaml', want: 'permission denied' },
])('says of $file: $want', async ({ file, want }) => {
  await chmod(folder, 0o755);
  expect(await asUser(() => whyUnchecked(file, folder))).toBe(want);
});
