// Bundles every entry point into dist/. Parts that are loaded only when used are entries of their own, because
// esbuild inlines `import()` in CommonJS. An entry whose source is not there is an error.
import { rm } from 'node:fs/promises';
import { build } from 'esbuild';

const node = {
  bundle: true,
  platform: 'node',
  // The Node of the oldest VS Code in `engines.vscode`.
  target: 'node22',
  format: 'cjs',
  define: { 'import.meta.dirname': '__dirname' },
  outExtension: { '.js': '.cjs' },
  outdir: 'dist',
  sourcemap: process.argv.includes('--sourcemap') ? 'linked' : false,
  minify: !process.argv.includes('--no-minify'),
  // Stack traces and error names stay readable.
  keepNames: true,
  logLevel: 'warning',
  legalComments: 'none',
};

await rm('dist', { recursive: true, force: true });
await Promise.all([
  build({ ...node, entryPoints: { extension: 'client/src/extension.ts' }, external: ['vscode'] }),
  build({ ...node, entryPoints: { server: 'server/src/main.ts' } }),
  build({ ...node, entryPoints: { renderWorker: 'engine/src/node/renderWorkerMain.ts' } }),
  // 4 MB, since @kubernetes/client-node is: loaded at the first question to a cluster.
  build({ ...node, entryPoints: { cluster: 'engine/src/node/cluster.ts' } }),
  build({ ...node, entryPoints: { cli: 'cli/src/main.ts' }, banner: { js: '#!/usr/bin/env node' } }),
]);
