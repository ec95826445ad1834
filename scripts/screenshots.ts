/** `npm run screenshots`: makes the pictures of README.md anew, from what the workbench suite sees. */
import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { root, run } from './support/run.ts';

const shown = ['diagnostics', 'completion', 'preview', 'tree', 'rollback'];

const { code } = await run(
  process.execPath,
  [path.join(root, 'scripts/test/main.ts'), 'build', 'package', 'workbench'],
  {
    output: 'inherit',
  },
);
if (code === 0) {
  const folder = path.join(root, 'docs', 'images');
  await mkdir(folder, { recursive: true });
  for (const name of shown) {
    await copyFile(path.join(root, 'dist', 'pictures', `${name}.png`), path.join(folder, `${name}.png`));
  }
  console.log(`made ${shown.map((name) => `docs/images/${name}.png`).join(', ')}`);
}
process.exitCode = code;
