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

/** The S3 client is loaded when a Bucket is read: whoever imports it finds it beside its own bundle. */
const s3Apart = {
  name: 's3-apart',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^\.\/s3\.ts$/ }, ({ kind }) =>
      kind === 'entry-point' ? undefined : { path: './s3.cjs', external: true },
    );
  },
};
const withoutS3 = { ...node, plugins: [s3Apart] };

await rm('dist', { recursive: true, force: true });
await Promise.all([
  build({ ...withoutS3, entryPoints: { extension: 'client/src/extension.ts' }, external: ['vscode'] }),
  build({ ...node, entryPoints: { server: 'server/src/main.ts' } }),
  build({ ...node, entryPoints: { renderWorker: 'engine/src/node/renderWorkerMain.ts' } }),
  // 0.6 MB: loaded at the first Bucket.
  build({ ...node, entryPoints: { s3: 'engine/src/node/s3.ts' } }),
  // 4 MB, since @kubernetes/client-node is: loaded at the first question to a cluster.
  build({ ...withoutS3, entryPoints: { cluster: 'engine/src/node/cluster.ts' } }),
  build({ ...withoutS3, entryPoints: { cli: 'cli/src/main.ts' }, banner: { js: '#!/usr/bin/env node' } }),
]);
